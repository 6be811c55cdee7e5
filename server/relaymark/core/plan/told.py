"""Brings together what a plan says of a phase away from its heading: in `Status:` lines and in tables."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from msgspec.structs import replace

from relaymark.core.plan.labels import label_key
from relaymark.core.plan.model import PathMention, Phase, Row, Status
from relaymark.core.span import Span

_FEW = 2


class Told:
    """What a plan says of its phases.

    Args:
        rows: The rows of its tables.
        said: What its `Status:` lines say, in the order of the text.
        headings: The offsets of its headings, in order.
    """

    def __init__(self, rows: Sequence[Row], said: Sequence[tuple[Status, Span]], headings: Sequence[int]) -> None:
        self._given = rows
        self._said, self._places, self._headings = said, [span.start for _, span in said], headings

    @cached_property
    def _rows(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._given:
            if row.status and row.label:
                found.setdefault(label_key(row.label), []).append(row)
        return found

    def completed(self, phase: Phase) -> Phase:
        """Return a phase that has neither boxes nor a status with the status that it is given elsewhere, if any.

        A line counts below the phase's own heading, before the next one; a row if no other fits the label as well.
        """
        if phase.items or phase.status:
            return phase
        at = bisect_right(self._places, phase.heading_span.start)
        if at < len(self._said):
            status, span = self._said[at]
            following = bisect_right(self._headings, phase.heading_span.start)
            if span.end <= phase.span.end and (
                following == len(self._headings) or span.start < self._headings[following]
            ):
                return replace(phase, status=status, status_span=span)
        fitting = [
            row
            for row in self._rows.get(label_key(phase.label), ())
            if phase.label and (not row.kind or not phase.kind or row.kind == phase.kind)
        ]
        if len(fitting) == 1:
            return replace(phase, status=fitting[0].status, status_span=fitting[0].status_span)
        return phase


def row_phases(rows: Sequence[Row], loose: Sequence[PathMention]) -> tuple[Phase, ...]:
    """Return the rows as phases, two at least; those whose status is not known are none."""
    known = [row for row in rows if row.status]
    if len(known) < _FEW:
        return ()
    return tuple(
        Phase(
            label=row.label,
            title=row.title,
            span=row.span,
            heading_span=row.span,
            status=row.status,
            kind=row.kind,
            name=row.name,
            paths=tuple(
                mention
                for mention in loose
                if row.span.start <= mention.span.start and mention.span.end <= row.span.end
            ),
            status_span=row.status_span,
        )
        for row in known
    )
