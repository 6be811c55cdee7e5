"""Looks at a plan before it is written: what the rules would say of it, and where it would stand."""

import os
from collections.abc import Iterator

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.place import Place
from relaymark.core.plan import parse_plan
from relaymark.core.plan.wording import wording
from relaymark.core.sheet import Sheet
from relaymark.engine.findings import absent, findings
from relaymark.engine.plans import Joined
from relaymark.engine.shelf import root_of
from relaymark.sources.tree import file_index, ignored


class Newborn(Struct, frozen=True):
    """A plan that is not written yet.

    Attributes:
        sheet: The plan, under the path where it is to stand.
        findings: What the rules say of it.
        remarks: What is worth to mend before work begins, for people, with line numbers.
    """

    sheet: Sheet
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]


def looked_at(text: str, path: str, place: Place, config: Config) -> Newborn:
    """Return what there is to say of a plan's text that is to stand at an absolute path."""
    root = root_of(place)
    sheet = Sheet(path, text, parse_plan(text))
    name = paths.relative(path, root)
    index = file_index(root)
    judged = ignored(root, absent(name, sheet, index))
    both = Joined(root, {name: sheet}, {})
    found = tuple(one for one in findings(both, (), config, index, judged) if one.path == path)
    said = [f"{_line(sheet, one)}: {one.message}" for one in found]
    return Newborn(sheet, found, (*said, *_remarks(sheet, root, path)))


def _line(sheet: Sheet, finding: Finding) -> int:
    return sheet.lines.line_at(finding.span.start) + 1 if finding.span else 1


def _remarks(sheet: Sheet, root: str, path: str) -> Iterator[str]:
    """Yield what the rules leave alone while nothing is ticked: files to change that are not there."""
    made: set[str] = set()
    for item in sheet.plan.items:
        for mention in item.paths:
            said = wording(sheet.text, item.mark_span.end, item.span.end, mention.span.start, mention.span.end)
            if said or mention.role in {"create", "test"}:
                made.add(mention.path)
    loose = [mention for phase in sheet.plan.phases for mention in phase.paths]
    made.update(mention.path for mention in loose if mention.role in {"create", "test"})
    for mention in [*loose, *(mention for item in sheet.plan.items for mention in item.paths)]:
        plain = "/" in mention.path and not any(char in mention.path for char in "*{<~") and mention.path not in made
        if plain and not mention.path.startswith("path/to/") and mention.role in {"modify", "delete", "read"}:
            made.add(mention.path)
            if not any(os.path.exists(os.path.join(base, mention.path)) for base in (root, os.path.dirname(path))):
                line = sheet.lines.line_at(mention.span.start) + 1
                yield f"{line}: `{mention.path}` is to be changed, but is not there"
