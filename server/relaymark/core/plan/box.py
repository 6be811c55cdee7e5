"""A checkbox while the list item around it is read: its reach grows line by line, until it is an item."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re

from msgspec import Struct, field

from relaymark.core.lines import LineTable
from relaymark.core.plan.items import is_struck, is_ticked, item_ids, item_text
from relaymark.core.plan.labels import leading_name
from relaymark.core.plan.model import Item, PathMention
from relaymark.core.plan.outline import PSEUDO_LEVEL, Heading, read_heading
from relaymark.core.span import Span

_BOLD_HEAD = re.compile(r"\*\*([^*]+)\*\*")


class Box(Struct):
    """A checkbox while its list item is read; `extent` is the end of the whole list item."""

    start: int
    mark_span: Span
    content: str
    end: int
    extent: int
    parent: int | None
    nesting: int
    optional: bool = False
    paths: list[PathMention] = field(default_factory=list)

    def item(self, text: str, above: int = 0) -> Item:
        """Return the finished item; `above`: how many items stand before the first box."""
        mark = self.mark_span.of(text)
        words = item_text(self.content)
        return Item(
            text=words,
            span=Span(self.start, self.end),
            mark_span=self.mark_span,
            mark=mark,
            ticked=is_ticked(mark),
            nesting=self.nesting,
            parent=None if self.parent is None else self.parent + above,
            ids=item_ids(words),
            paths=tuple(self.paths),
            struck=is_struck(words),
            optional=self.optional,
        )

    def heading(self, table: LineTable) -> Heading | None:
        """Return the box as the heading of a phase, None if it is not named like one.

        `1. Title` and `Task 1: Title` are names only where other boxes stand below; assembling tells.
        """
        content = self.content.strip()
        bold = _BOLD_HEAD.match(content)
        content = bold[1] if bold else content.partition("\n")[0]
        named = leading_name(content)
        if named is None or (named.kind == "" and "." in named.label):
            return None
        behind = content[named.end :].lstrip()
        if behind and behind[0] not in ":–—-.)|(":
            return None
        span = Span(self.start, min(table.end(table.line_at(self.mark_span.start)), self.extent))
        return read_heading(content, PSEUDO_LEVEL, span, Span(self.start, self.extent))
