"""Collects from markdown-it's blocks what a plan is made of, with offsets from the text's own lines."""

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct, field

from relaymark.core.lines import LineTable
from relaymark.core.plan.items import BOX, is_legend, is_struck, is_ticked, item_ids, item_text
from relaymark.core.plan.labels import leading_name
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.model import Item, PathMention, Span
from relaymark.core.plan.outline import PSEUDO_LEVEL, Heading, bold_line

_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join", "reference"])
_FRONT_MATTER_LINES = 200
_INTRO_PARTS = 40


class Box(Struct):
    """A checkbox while its list item is read; `extent` is the end of the whole list item."""

    start: int
    mark_span: Span
    content: str
    end: int
    extent: int
    parent: int | None
    nesting: int
    paths: list[PathMention] = field(default_factory=list)

    def item(self, text: str) -> Item:
        """Return the finished item."""
        mark = self.mark_span.of(text)
        words = item_text(self.content)
        return Item(
            text=words,
            span=Span(self.start, self.end),
            mark_span=self.mark_span,
            mark=mark,
            ticked=is_ticked(mark),
            nesting=self.nesting,
            parent=self.parent,
            ids=item_ids(words),
            paths=tuple(self.paths),
            struck=is_struck(words),
        )


class Walk:
    """One pass over a plan.

    Attributes:
        front_matter: The YAML between the `---` lines at the top, else empty.
        headings: Top-level headings and bold lines that name a phase; their sections are not yet known.
        boxes: In the order of the text.
        loose: The paths named outside boxes, in the order of the text.
        intro: The first paragraphs, up to the second heading or the first phase.
    """

    def __init__(self, text: str) -> None:
        """Read all of `text`."""
        self.text = text
        self.table = LineTable(text)
        self.headings: list[Heading] = []
        self.boxes: list[Box] = []
        self.loose: list[PathMention] = []
        self.intro: list[str] = []
        self._intro_over = False
        self._lead = ""
        self._shift = self._front_matter_lines()
        body = self.table.start(self._shift)
        self.front_matter = text[:body]
        self._tokens = _BLOCKS.parse(text[body + text.startswith("\ufeff", body) :])
        self._read()

    def _front_matter_lines(self) -> int:
        if not self.text.startswith(("---", "\ufeff---")) or self._line(0).lstrip("\ufeff").rstrip() != "---":
            return 0
        for line in range(1, min(len(self.table), _FRONT_MATTER_LINES)):
            if self._line(line).rstrip() == "---":
                return line + 1
        return 0

    def _line(self, line: int) -> str:
        return self.text[self.table.start(line) : self.table.end(line)]

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
                case "list_item_open":
                    opened = None if quotes else self._open_box(at, owners[-1])
                    owners.append(owners[-1] if opened is None else opened)
                case "list_item_close":
                    owners.pop()
                case "inline" | "fence" | "code_block" | "html_block":
                    span = self._span(token)
                    if owners[-1] is not None:
                        self._extend(owners[-1], span, inline=token.type == "inline")
                    elif token.type == "inline":
                        self._read_loose(self._tokens[at - 1], token, span)

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
        if is_legend(self._lead, content):
            return None
        nesting = 0 if parent is None else self.boxes[parent].nesting + 1
        mark = Span(box.start("mark"), box.end("mark"))
        self.boxes.append(Box(outer.start, mark, content, box.end(), outer.end, parent, nesting))
        return len(self.boxes) - 1

    def _extend(self, owner: int, span: Span, *, inline: bool) -> None:
        box = self.boxes[owner]
        if owner == len(self.boxes) - 1:
            box.end = max(box.end, span.end)
        if inline:
            box.paths += path_mentions(self.text, max(span.start, box.mark_span.end + 1), span.end)

    def _read_loose(self, opener: Token, token: Token, span: Span) -> None:
        self.loose += path_mentions(self.text, span.start, span.end)
        top = token.level == 1
        if top:
            self._lead = token.content
        if top and opener.type == "heading_open":
            level = int(opener.tag[1:])
            self._intro_over |= bool(self.headings) or leading_name(token.content) is not None
            self.headings.append(Heading(token.content, level, span, span))
        elif top and token.content.startswith("**") and (bold := bold_line(token.content)) and leading_name(bold):
            self._intro_over = True
            self.headings.append(Heading(bold, PSEUDO_LEVEL, span, span))
        elif not self._intro_over and len(self.intro) < _INTRO_PARTS:
            self.intro.append(token.content)
