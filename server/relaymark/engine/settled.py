"""What takes too long to be found out at each keystroke, carried over to the text as it stands now."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.finding import Finding
from relaymark.core.past import NOTHING, Past
from relaymark.core.plan.parse import common_prefix, common_suffix
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span


class Settled(Struct, frozen=True):
    """What was found out about one text of a plan.

    Attributes:
        sheet: The plan with that text, None where nothing was found out.
        past: What history says about it.
        findings: What the slow rules report, with spans, items and phases of that text.
        basis: What all this was found out from, besides the text: it holds as long as that is the same.
    """

    sheet: Sheet | None = None
    past: Past = NOTHING
    findings: tuple[Finding, ...] = ()
    basis: tuple[object, ...] = ()


class _Edit(Struct, frozen=True):
    """What was typed since: the text is the same before `first`, and `by` characters further on from `behind`."""

    first: int
    behind: int
    by: int

    def moved(self, span: Span) -> Span | None:
        """Return where a stretch of the old text is now, None if the edit touched it."""
        if span.end <= self.first:
            return span
        return Span(span.start + self.by, span.end + self.by) if span.start >= self.behind else None


def carried(settled: Settled, sheet: Sheet) -> Iterator[Finding]:
    """Yield the settled findings for a text that was edited since, without what the edit touches."""
    if settled.sheet is None or settled.sheet.text == sheet.text:
        yield from settled.findings
        return
    if not settled.findings:
        return
    old, new = settled.sheet, sheet
    edit = _edit(old.text, new.text)
    items = _places([item.span for item in old.plan.items], [item.span for item in new.plan.items], edit)
    phases = _places(
        [phase.heading_span for phase in old.plan.phases], [phase.heading_span for phase in new.plan.phases], edit
    )
    for finding in settled.findings:
        span = edit.moved(finding.span) if finding.span else None
        concerned = tuple(items[at] for at in finding.concerned if at in items)
        if (finding.span and span is None) or (finding.concerned and not concerned):
            continue
        if finding.phase is not None and finding.phase not in phases:
            continue
        yield replace(
            finding,
            span=span,
            item=concerned[0] if finding.item is not None else None,
            items=concerned if finding.items else (),
            phase=None if finding.phase is None else phases[finding.phase],
        )


def _edit(old: str, new: str) -> _Edit:
    first = common_prefix(old, new)
    behind = len(old) - common_suffix(old, new, min(len(old), len(new)) - first)
    by = len(new) - len(old)
    # A line put in or taken out shares its head with the next one: the edit is the line, not what differs first.
    longer = new if by > 0 else old
    head = first - (old.rfind("\n", 0, first) + 1)
    whole = abs(by) == max(behind - first, behind + by - first)
    if whole and longer[first - head : first] == longer[first + abs(by) - head : first + abs(by)]:
        first, behind = first - head, behind - head
    return _Edit(first, behind, by)


def _places(old: Sequence[Span], new: Sequence[Span], edit: _Edit) -> dict[int, int]:
    """Return for the stretches that the edit left alone which of the new ones they are."""
    known = {span.start: at for at, span in enumerate(new)}
    found = {}
    for at, span in enumerate(old):
        moved = edit.moved(span)
        if moved is not None and moved.start in known:
            found[at] = known[moved.start]
    return found
