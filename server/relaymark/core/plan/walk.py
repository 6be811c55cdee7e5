"""Collects from markdown-it's blocks what a stretch of a plan is made of, with offsets from its own lines."""

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from relaymark.core.lines import LineTable
from relaymark.core.plan.box import Box
from relaymark.core.plan.items import BOX, glued_boxes, is_legend, leads_legend, may_hold_glued
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.model import PathMention, Row, Status
from relaymark.core.plan.outline import PSEUDO_LEVEL, Heading, bold_line, read_heading
from relaymark.core.plan.status import status_line
from relaymark.core.plan.tables import table_rows
from relaymark.core.plan.todos import todos
from relaymark.core.plan.trees import LANGUAGES, is_drawn, may_hold_tree, tree_paths
from relaymark.core.span import Span

_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join", "reference"])
_BULLET = re.compile(r"[-*+] \S")
_LARGE = 1_000


class Cut(Struct, frozen=True):
    """An offset at which a text can be cut, as the line there starts a block whatever stands before it.

    Attributes:
        at: The start of a line: of a heading, or of a bullet at the left edge.
        legend: The boxes there explain marks; None: a heading stands there, so nothing before it matters.
    """

    at: int
    legend: bool | None


class Walk:
    """One pass over a text: a whole plan, or a stretch of one between two cuts.

    Attributes:
        headings: Top-level headings and bold lines that name a phase; their sections are not yet known.
        boxes: In the order of the text.
        todos: The steps that the front matter lists.
        rows: The rows of tables that say a status.
        said: What `Status:` lines outside boxes say, with their places.
        loose: The paths named outside boxes, and those of drawings wherever they stand, in the order of the text.
        notes: What stands outside boxes, with offsets: the text of paragraphs, None for headings.
        cuts: Where the text can be cut, its start among them.
        legend: At the end of the text, boxes explain marks.
        closed: What stands at `stop` is a block of its own; False: the stretch has to be read on.
    """

    def __init__(self, text: str, body: int = 0, stop: int | None = None, *, legend: bool | None = None) -> None:
        """Read a text.

        Args:
            text: The stretch; with `stop`, also the line behind it.
            body: Where its markdown starts, behind the front matter.
            stop: The offset of the next cut; None: the text ends with the plan.
            legend: What the cut at its start says.
        """
        self.text = text
        self.table = LineTable(text)
        self.headings: list[Heading] = []
        self.boxes: list[Box] = []
        self.todos = tuple(todos(text, body)) if body else ()
        self.rows: list[Row] = []
        self.said: list[tuple[Status, Span]] = []
        self.loose: list[PathMention] = []
        self.notes: list[tuple[int, str | None]] = []
        self.cuts = [Cut(0, legend)]
        self.legend = bool(legend)
        # Both are rare: one look at the whole text saves a look at each of its blocks.
        self._trees, self._glued = may_hold_tree(text, body, len(text)), may_hold_glued(text)
        self._end = len(text) if stop is None else stop
        self._shift = self.table.line_at(body)
        self._tokens = _BLOCKS.parse(text[body + text.startswith("\ufeff", body) :])
        self.closed = stop is None or self._close(stop)
        if self.closed:
            self._read()

    def _close(self, stop: int) -> bool:
        line = self.table.line_at(stop)
        for at in range(len(self._tokens) - 1, -1, -1):
            token = self._tokens[at]
            if (token.type, token.level) in {("heading_open", 0), ("list_item_open", 1)}:
                del self._tokens[at:]
                return token.map is not None and token.map[0] + self._shift == line and self.table.start(line) == stop
        return False

    def _span(self, token: Token) -> Span:
        """Return the lines of a block without the whitespace around them."""
        first, last = token.map or [0, 0]
        start, end = self.table.start(first + self._shift), self.table.end(max(first, last - 1) + self._shift)
        content = self.text[start:end]
        return (
            Span(start + len(content) - len(content.lstrip()), start + len(content.rstrip()))
            if content.strip()
            else Span(start, start)
        )

    def _read(self) -> None:
        owners: list[int | None] = [None]
        quotes = 0
        for at, token in enumerate(self._tokens):
            match token.type:
                case "blockquote_open":
                    quotes += 1
                case "blockquote_close":
                    quotes -= 1
                case "heading_open" if token.level == 0:
                    self._cut(token)
                case "list_item_open":
                    if token.level == 1:
                        self._cut(token)
                    opened = None if quotes else self._open_box(at, owners[-1])
                    owners.append(owners[-1] if opened is None else opened)
                case "list_item_close":
                    owners.pop()
                case "inline" | "fence" | "code_block" | "html_block":
                    span = self._span(token)
                    glued: list[int] = []
                    plain = token.type == "inline" and self._tokens[at - 1].type == "paragraph_open"
                    if self._glued and plain and not quotes:
                        glued = glued_boxes(self.text, span.start, span.end)
                    own = Span(span.start, len(self.text[: glued[0]].rstrip())) if glued else span
                    drawn = self._drawn(token) if self._trees and not quotes else []
                    if owners[-1] is not None:
                        self._extend(owners[-1], own, drawn, inline=token.type == "inline", cut=bool(glued))
                    elif token.type == "inline":
                        self._read_loose(self._tokens[at - 1], token, own, drawn)
                    self.loose += drawn
                    if drawn and token.type == "inline":
                        self.loose.sort(key=lambda mention: mention.span.start)
                    for first, last in pairwise([*glued, span.end]) if glued and not self.legend else ():
                        self._open_glued(first, last, owners)

    def _cut(self, token: Token) -> None:
        at = self.table.start((token.map or [0])[0] + self._shift)
        if token.type == "heading_open":
            if token.markup.startswith("#") and self.text.startswith("#", at) and at:
                self.cuts.append(Cut(at, None))
        elif min(at - self.cuts[-1].at, 2 * (self._end - at)) >= _LARGE and _BULLET.match(self.text, at):
            self.cuts.append(Cut(at, self.legend))

    def _open_box(self, at: int, parent: int | None) -> int | None:
        item, inline = self._tokens[at], self._tokens[min(at + 2, len(self._tokens) - 1)]
        if inline.type != "inline" or inline.level != item.level + 2 or not inline.content.startswith("["):
            return None
        outer, inner = self._span(item), self._span(inline)
        bracket = self.text.find("[", inner.start, inner.end)
        box = BOX.match(self.text, max(bracket, 0), inner.end)
        if box is None or bracket < 0:
            return None
        content = inline.content[len(box.group()) :]
        if self.legend or is_legend(content):
            return None
        nesting = 0 if parent is None else self.boxes[parent].nesting + 1
        mark = Span(box.start("mark"), box.end("mark"))
        optional = box.group().endswith("*")
        self.boxes.append(Box(outer.start, mark, content, box.end(), outer.end, parent, nesting, optional))
        return len(self.boxes) - 1

    def _open_glued(self, start: int, end: int, owners: list[int | None]) -> None:
        """Open a box before which a line end was lost: it is at the left edge, so the rest of the list is below it."""
        box = BOX.match(self.text, start + 2, end)
        if box is None:
            return
        extent = end
        for owner in {owner for owner in owners if owner is not None}:
            above = self.boxes[owner]
            above.extent, extent = min(above.extent, start), max(above.extent, extent)
        content = self.text[box.end() : end]
        mark = Span(box.start("mark"), box.end("mark"))
        self.boxes.append(Box(start, mark, content, start + len(self.text[start:end].rstrip()), extent, None, 0))
        owners[1:] = [len(self.boxes) - 1] * (len(owners) - 1)
        self._extend(len(self.boxes) - 1, Span(start, self.boxes[-1].end), [], inline=True)

    def _extend(self, owner: int, span: Span, drawn: list[PathMention], *, inline: bool, cut: bool = False) -> None:
        box = self.boxes[owner]
        if cut and span.start < box.mark_span.start < span.end:
            box.content = self.text[box.mark_span.end + 1 + box.optional : span.end]
        if owner == len(self.boxes) - 1:
            box.end = max(box.end, span.end)
        if inline:
            box.paths += self._named(max(span.start, box.mark_span.end + 1), span.end, drawn)

    def _drawn(self, token: Token) -> list[PathMention]:
        """Return the paths of trees in a fence, in indented code or in a paragraph."""
        first, last = token.map or [0, 0]
        first += token.type == "fence"
        start, end = self.table.start(first + self._shift), self.table.end(max(first, last - 1) + self._shift)
        if not may_hold_tree(self.text, start, end):
            return []
        if token.type == "fence" and (token.info.split() or [""])[0].casefold() not in LANGUAGES:
            return []
        return tree_paths(self.text, start, end)

    def _named(self, start: int, end: int, drawn: list[PathMention]) -> list[PathMention]:
        """Return the paths that a paragraph names, but not those on the lines of a drawing in it."""
        found = path_mentions(self.text, start, end)
        return [each for each in found if not is_drawn(self.text, each.span.start)] if drawn else found

    def _read_loose(self, opener: Token, token: Token, span: Span, drawn: list[PathMention]) -> None:
        self.loose += self._named(span.start, span.end, drawn)
        top = token.level == 1
        if top:
            self.legend = leads_legend(token.content)
        if opener.type != "heading_open":
            if top and "|" in token.content:
                self.rows += table_rows(self.text, span.start, span.end)
            if found := status_line(self.text, span.start, span.end):
                self.said.append((found[0], Span(*found[1:])))
        heading = None
        if top and opener.type == "heading_open":
            heading = read_heading(token.content, int(opener.tag[1:]), span, span)
        elif top and token.content.startswith(("**", "__")) and (bold := bold_line(token.content)):
            heading = read_heading(bold, PSEUDO_LEVEL, span, span)
            if not (heading.named or heading.other):
                heading = None
        if heading:
            self.headings.append(heading)
        self.notes.append((span.start, None if heading else token.content))
