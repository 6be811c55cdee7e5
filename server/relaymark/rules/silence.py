"""Findings that are silenced in place: by `<!-- relaymark: ignore CODE -->` behind their line, or on the line above."""

import re
from collections.abc import Iterable, Mapping

from relaymark.core.finding import Finding
from relaymark.core.sheet import Sheet

IGNORE = re.compile(r"<!--\s*relaymark:\s*ignore((?:[\s,]+[a-z][a-z-]*)+)\s*-->")
"""The comment that silences rules; its first group holds their codes."""


def not_silenced(findings: Iterable[Finding], sheets: Mapping[str, Sheet]) -> tuple[Finding, ...]:
    """Return the findings that no comment silences.

    Args:
        findings: Of any files.
        sheets: The plans that they may stand in, by path.
    """
    silenced = {path: _silenced(sheet) for path, sheet in sheets.items()}
    return tuple(finding for finding in findings if not _covered(finding, sheets, silenced.get(finding.path, {})))


def _silenced(sheet: Sheet) -> dict[str, set[int]]:
    """Return the lines (0-based) that each code is silenced on."""
    found: dict[str, set[int]] = {}
    if "relaymark:" not in sheet.text:
        return found
    for comment in IGNORE.finditer(sheet.text):
        line = sheet.lines.line_at(comment.start())
        # Behind a sentence it is about that sentence, not about the next one too.
        before = sheet.text[sheet.lines.start(line) : comment.start()].strip(" \t>")
        lines = (line,) if before else range(line, sheet.lines.line_at(comment.end()) + 2)
        for code in re.split(r"[\s,]+", comment[1].strip()):
            found.setdefault(code, set()).update(lines)
    return found


def _covered(finding: Finding, sheets: Mapping[str, Sheet], silenced: Mapping[str, set[int]]) -> bool:
    lines = silenced.get(finding.code)
    if not lines:
        return False
    sheet = sheets[finding.path]
    return (sheet.lines.line_at(finding.span.start) if finding.span else 0) in lines
