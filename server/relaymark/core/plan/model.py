"""What a plan consists of, as frozen values that rules, status and handover share."""

from typing import Literal

from msgspec import Struct

from relaymark.core.span import Span

Status = Literal["done", "active", "open", "dropped"]
State = Literal["open", "done", "superseded", "archived"]


class PathMention(Struct, frozen=True, gc=False):
    """A path as the plan writes it, with `/`; a folder ends in `/`, a glob keeps its `*`.

    The span covers the path only: no quotes, `@`, line numbers or `::test`. Paths of one brace list
    (`a/{b,c}.py`) share one span, where the text differs from `path`.
    """

    path: str
    span: Span


class Item(Struct, frozen=True, gc=False):
    """One checkbox.

    Attributes:
        text: Its first paragraph behind the box, on one line, as markdown.
        span: From its bullet to the end of its own text: continuation lines and bullets without a box are
            part of it, boxes below it are not.
        mark_span: What stands between the brackets.
        mark: The text there: one character (two with an emoji's variation selector), or a word (`completed`).
        ticked: The mark says that it is done.
        nesting: How many boxes it stands below; 0 for most.
        parent: The index in `Plan.items` of the box it stands directly below.
        ids: What it is called at its head: `T012`, `1.2`, and the stories of `[US1]`.
        paths: What it names, in the order of the text.
        struck: Its text is struck through: it was dropped.
    """

    text: str
    span: Span
    mark_span: Span
    mark: str
    ticked: bool
    nesting: int = 0
    parent: int | None = None
    ids: tuple[str, ...] = ()
    paths: tuple[PathMention, ...] = ()
    struck: bool = False


class Phase(Struct, frozen=True):
    """A section of the plan that one session works on.

    Attributes:
        label: Its number or letter in ASCII digits (`2`, `2A`, `02.1`, `B`, `M0`); empty if it has none.
        title: Its heading without name and status.
        span: The section with its heading; for a phase without a name the whole text.
        heading_span: Its heading's line; for a phase without a name the plan's title, else the first line.
        status: What the heading says of its state.
        items: Its boxes in the order of the text.
        kind: `phase`, `task`, `milestone`, ... in English whatever the language; empty for a bare number.
        name: Its name as written: `Phase 2`, `M0`, `1.1`; empty if it has none.
        paths: What the section names outside its boxes.
    """

    label: str
    title: str
    span: Span
    heading_span: Span
    status: Status | None = None
    items: tuple[Item, ...] = ()
    kind: str = ""
    name: str = ""
    paths: tuple[PathMention, ...] = ()

    @property
    def done(self) -> bool:
        """All its boxes are ticked or struck through; without boxes, its heading says so."""
        if self.items:
            return all(item.ticked or item.struck for item in self.items)
        return self.status == "done"


class Plan(Struct, frozen=True):
    """A plan: its phases do not overlap; an item may stand outside all of them.

    Attributes:
        title: The first heading without its status, unless it is a phase; else the front matter's title.
        phases: In the order of the text.
        items: All boxes in the order of the text.
        state: `superseded` and `archived` only where the text plainly says so; `done` when all is ticked.
    """

    title: str = ""
    phases: tuple[Phase, ...] = ()
    items: tuple[Item, ...] = ()
    state: State = "open"

    @property
    def current(self) -> Phase | None:
        """The first phase that is not done.

        Dropped ones are passed over, and beside phases with boxes those that have neither box nor status.
        """
        for phase in self.phases:
            told = bool(phase.items) or phase.status is not None or not self.items
            if told and not phase.done and phase.status != "dropped":
                return phase
        return None
