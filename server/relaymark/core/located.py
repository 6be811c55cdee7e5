"""A finding with the lines that it stands on: what every printed form of a check is made of."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.edits import Fix
from relaymark.core.finding import Finding
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span

Region = tuple[int, int, int, int]
"""First line, first column, last line, the column behind the last character; 1-based, in characters."""


class Located(Struct, frozen=True):
    """A finding as it is printed.

    Attributes:
        finding: What was found.
        path: Its file relative to the work tree.
        region: Where it stands; the first line's first column where that is not known.
        items: The lines of the items that it is about, 1-based.
        fixes: What can be done, the best first, each edit with its region.
        fingerprint: By its content, as one text.
    """

    finding: Finding
    path: str
    region: Region
    items: tuple[int, ...] = ()
    fixes: tuple[tuple[Fix, tuple[Region, ...]], ...] = ()
    fingerprint: str = ""


def located(
    finding: Finding, root: str, sheets: Mapping[str, Sheet], fixes: Sequence[Fix] = (), fingerprint: str = ""
) -> Located:
    """Return a finding with its lines.

    Args:
        finding: What was found.
        root: The top of the work tree.
        sheets: The files that were checked, by absolute path.
        fixes: Of this finding.
        fingerprint: Of this finding.
    """
    sheet = sheets.get(finding.path)
    every = sheet.plan.items if sheet else ()
    items = tuple(_line(sheet, every[at].span.start) for at in finding.concerned) if sheet else ()
    offered = tuple(
        (fix, tuple(region(sheets[fix.path], edit.span) for edit in fix.edits)) for fix in fixes if fix.path in sheets
    )
    return Located(
        finding, paths.relative(finding.path, root), region(sheet, finding.span), items, offered, fingerprint
    )


def region(sheet: Sheet | None, span: Span | None) -> Region:
    """Return where a stretch of a file lies; line 1, column 1 for none."""
    if sheet is None or span is None:
        return 1, 1, 1, 1
    first, column = sheet.lines.position(span.start)
    last, behind = sheet.lines.position(span.end)
    return first + 1, column + 1, last + 1, behind + 1


def _line(sheet: Sheet, offset: int) -> int:
    return sheet.lines.line_at(offset) + 1
