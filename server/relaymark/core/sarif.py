"""Findings as a SARIF 2.1.0 log, for code scanning and the tools that read it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from relaymark.core import paths
from relaymark.core.edits import Fix
from relaymark.core.finding import RuleSetting
from relaymark.core.located import Located, Region
from relaymark.core.pages import HOME, page

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"warning": "warning", "information": "note", "hint": "note", "off": "none"}
_ROOT = "%SRCROOT%"


def sarif(
    found: Sequence[Located],
    rules: Iterable[tuple[str, RuleSetting, str]],
    version: str,
    *,
    notes: Sequence[str] = (),
    pages: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the log.

    Args:
        found: What was found.
        rules: Code, default severity and what it says, for every rule.
        version: Relaymark's.
        notes: What could not be judged, and why.
        pages: What to do about it, by code, where more is to be said than the rule's sentence.
    """
    table = list(rules)
    places = {code: at for at, (code, _, _) in enumerate(table)}
    driver = {
        "name": "Relaymark",
        "version": version,
        "informationUri": HOME,
        "rules": [_rule(code, default, says, (pages or {}).get(code)) for code, default, says in table],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the work tree."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "note", "message": {"text": note}} for note in notes],
            }
        ],
        "results": [_result(each, places) for each in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, default: RuleSetting, says: str, more: str | None) -> dict[str, Any]:
    sentence = f"{says[:1].upper()}{says[1:]}."
    text = f"{sentence} {more}" if more else sentence
    enabled = default != "off"
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": text},
        "help": {"text": f"{text} {page(code)}", "markdown": f"{text} [More]({page(code)})"},
        "helpUri": page(code),
        "defaultConfiguration": {"level": _LEVELS[default] if enabled else "note", "enabled": enabled},
    }


def _result(each: Located, places: Mapping[str, int]) -> dict[str, Any]:
    finding = each.finding
    related = [
        {"message": {"text": one.message}, "physicalLocation": {"artifactLocation": _artifact(one.path)}}
        for one in finding.related
    ]
    fixes = [_fix(each.path, fix, regions) for fix, regions in each.fixes if fix.path == finding.path]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": places[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(each.path), "region": _region(each.region)}}],
        "partialFingerprints": {"relaymark/v1": each.fingerprint},
    }
    return result | ({"relatedLocations": related} if related else {}) | ({"fixes": fixes} if fixes else {})


def _fix(path: str, fix: Fix, regions: Sequence[Region]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(region), "insertedContent": {"text": edit.text}}
        for edit, region in zip(fix.edits, regions, strict=True)
    ]
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": replacements}],
    }


def _region(region: Region) -> dict[str, int]:
    return dict(zip(("startLine", "startColumn", "endLine", "endColumn"), region, strict=True))


def _artifact(path: str) -> dict[str, str]:
    if paths.absolute(path):
        return {"uri": paths.to_uri(path)}
    return {"uri": paths.quoted(path), "uriBaseId": _ROOT}
