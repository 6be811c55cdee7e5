"""What of a plan can be folded away: sections, phases, and items with what stands below them."""

from relaymark.core.plan import Span
from relaymark.core.plan_symbols import Entry, outline
from relaymark.core.sheet import Sheet


def folds(sheet: Sheet) -> tuple[tuple[int, int], ...]:
    """Return the first and last line (0-based) of each, in the order of the text; empty lines at an end stay out."""
    found: dict[int, int] = {}
    waiting: list[Entry] = list(outline(sheet.plan))
    while waiting:
        entry = waiting.pop()
        waiting += entry.children
        first, last = _lines(sheet, entry.span)
        if last > first:
            found[first] = max(last, found.get(first, 0))
    return tuple(sorted(found.items()))


def _lines(sheet: Sheet, span: Span) -> tuple[int, int]:
    end = span.end
    while end > span.start and sheet.text[end - 1].isspace():
        end -= 1
    return sheet.lines.line_at(span.start), sheet.lines.line_at(end)
