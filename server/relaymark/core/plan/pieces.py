"""Cuts a plan into pieces that are parsed each on its own, so that an edit costs its piece, not the plan."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from relaymark.core.plan.model import Item, PathMention, Row, Status
from relaymark.core.plan.outline import Heading
from relaymark.core.plan.walk import Walk
from relaymark.core.span import Span


class Piece(Struct, frozen=True, gc=False):
    """A stretch of a plan, with offsets from the plan's start.

    Attributes:
        start: Its first offset; it ends where the next piece starts.
        legend: The boxes at its start explain marks; None: nothing before it matters.
        items: Its boxes.
        outer: How many of them stand in no other one.
        headings: Its headings, whose sections are not yet known.
        boxed: Its outer boxes that are named like phases, as headings.
        loose: The paths named outside boxes.
        notes: What stands outside boxes: the text of paragraphs, None for each heading.
        rows: The rows of tables that say a status.
        said: What `Status:` lines outside boxes say, with their places.
    """

    start: int
    legend: bool | None = None
    items: tuple[Item, ...] = ()
    outer: int = 0
    headings: tuple[Heading, ...] = ()
    boxed: tuple[Heading, ...] = ()
    loose: tuple[PathMention, ...] = ()
    notes: tuple[str | None, ...] = ()
    rows: tuple[Row, ...] = ()
    said: tuple[tuple[Status, Span], ...] = ()

    def moved(self, by: int, count: int) -> "Piece":
        """Return the piece `by` characters and `count` items further down."""
        if not by and not count:
            return self
        return Piece(
            self.start + by,
            self.legend,
            tuple([_item(item, by, count) for item in self.items]),
            self.outer,
            tuple([_heading(heading, by) for heading in self.headings]),
            tuple([_heading(heading, by) for heading in self.boxed]),
            _paths(self.loose, by),
            self.notes,
            tuple([_row(row, by) for row in self.rows]) if self.rows else (),
            tuple([(status, _span(span, by)) for status, span in self.said]) if self.said else (),
        )


def pieces(walk: Walk) -> Iterator[Piece]:
    """Yield the pieces of a stretch, with offsets from its start; parents count from its first box."""
    above = len(walk.todos)
    items = [*walk.todos, *[box.item(walk.text, above) for box in walk.boxes]]
    outer = [box for box in walk.boxes if box.parent is None]
    boxed = [heading for box in outer if (heading := box.heading(walk.table))]
    places = [
        [item.span.start for item in items],
        [box.start for box in outer],
        [heading.span.start for heading in walk.headings],
        [heading.span.start for heading in boxed],
        [mention.span.start for mention in walk.loose],
        [at for at, _ in walk.notes],
        [row.span.start for row in walk.rows],
        [span.start for _, span in walk.said],
    ]
    bounds = [[bisect_left(each, cut.at) for each in places] for cut in walk.cuts]
    bounds.append([len(each) for each in places])
    for cut, (first, last) in zip(walk.cuts, pairwise(bounds), strict=True):
        part = [slice(*each) for each in zip(first, last, strict=True)]
        yield Piece(
            cut.at,
            cut.legend,
            tuple(items[part[0]]),
            last[1] - first[1],
            tuple(walk.headings[part[2]]),
            tuple(boxed[part[3]]),
            tuple(walk.loose[part[4]]),
            tuple([note for _, note in walk.notes[part[5]]]),
            tuple(walk.rows[part[6]]),
            tuple(walk.said[part[7]]),
        )


def _span(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _paths(mentions: Sequence[PathMention], by: int) -> tuple[PathMention, ...]:
    return tuple(
        [
            PathMention(each.path, Span(each.span.start + by, each.span.end + by), each.role, each.tail, each.drawn)
            for each in mentions
        ]
    )


def _row(row: Row, by: int) -> Row:
    return Row(row.kind, row.label, row.name, row.title, row.status, _span(row.span, by), _span(row.status_span, by))


def _item(item: Item, by: int, count: int) -> Item:
    return Item(
        item.text,
        Span(item.span.start + by, item.span.end + by),
        Span(item.mark_span.start + by, item.mark_span.end + by),
        item.mark,
        item.ticked,
        item.nesting,
        None if item.parent is None else item.parent + count,
        item.ids,
        _paths(item.paths, by) if item.paths else (),
        item.struck,
        item.optional,
        item.todo,
    )


def _heading(found: Heading, by: int) -> Heading:
    return Heading(
        found.content,
        found.level,
        _span(found.span, by),
        _span(found.section, by),
        found.named,
        found.title,
        found.status,
        found.other,
    )
