"""What a plan consists of, as frozen values that rules, status and handover share."""

from typing import Literal

from msgspec import Struct

from relaymark.core.span import Span

Status = Literal["done", "active", "open", "dropped"]
State = Literal["open", "done", "superseded", "archived"]
Role = Literal["create", "modify", "test", "delete", "read"]


class PathMention(Struct, frozen=True, gc=False):
    """A path as the plan writes it, with `/`; a folder ends in `/`, a glob keeps its `*`.

    The span covers the path only: no quotes, `@`, line numbers or `::test`. Paths of one brace list
    (`a/{b,c}.py`) share one span, where the text differs from `path`.

    Attributes:
        path: The path.
        span: Where it stands.
        role: What the word at the head of its line wants with it: `Create: path`, `- Modify: path`.
        tail: What follows it: `:10-40`, `#L10`, `::test_x`, or lines in words, as in `` ` (lines 10-40``; empty for
            most.
        drawn: It is a line in the drawing of a folder tree, where the span covers its name alone: it shows how things
            are or will be, and claims nothing about either.
    """

    path: str
    span: Span
    role: Role | None = None
    tail: str = ""
    drawn: bool = False


class Item(Struct, frozen=True, gc=False):
    """One checkbox, or one entry of the list `todos` in a front matter (Cursor's plans).

    Attributes:
        text: Its first paragraph behind the box, on one line, as markdown.
        span: From its bullet to the end of its own text: continuation lines and bullets without a box are
            part of it, boxes below it are not.
        mark_span: What stands between the brackets; of a todo its status, a word.
        mark: The text there: one character (two with an emoji's variation selector), or a word (`completed`).
        ticked: The mark says that it is done.
        nesting: How many boxes it stands below; 0 for most.
        parent: The index in `Plan.items` of the box it stands directly below.
        ids: What it is called at its head: `T012`, `1.2`, and the stories of `[US1]`.
        paths: What it names, in the order of the text.
        struck: Its text is struck through: it was dropped.
        optional: A star stands behind its box (`[ ]*`, Kiro's sign).
        todo: It is an entry of the front matter, not a box.
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
    optional: bool = False
    todo: bool = False

    @property
    def turned(self) -> str:
        """The mark that turns it over: what an edit writes in place of `mark_span`."""
        if self.todo:
            return "pending" if self.ticked else "completed"
        return " " if self.ticked else "x"


class Section(Struct, frozen=True, gc=False):
    """A heading, real or bold, with what it stands over.

    Attributes:
        title: Its content on one line, as markdown.
        level: 1 to 6; 7 for a bold line that names a phase.
        heading_span: Its own line.
        span: From there to the next heading of its level or above.
    """

    title: str
    level: int
    heading_span: Span
    span: Span


class Row(Struct, frozen=True, gc=False):
    """A row of a table that names a piece of work and says its status.

    Attributes:
        kind: As of a phase.
        label: As of a phase.
        name: As of a phase: what stands in the row.
        title: What the row says of it.
        status: What the row says of its state; None where that is not a status that is known.
        span: The row.
        status_span: The cell with the status.
    """

    kind: str
    label: str
    name: str
    title: str
    status: Status | None
    span: Span
    status_span: Span


class Phase(Struct, frozen=True, gc=False):
    """A section of the plan that one session works on.

    Attributes:
        label: Its number or letter in ASCII digits (`2`, `2A`, `02.1`, `B`, `M0`); empty if it has none.
        title: Its heading without name and status.
        span: The section with its heading; for the only phase of a plan that names none the whole text.
        heading_span: Its heading's line; for that only phase the plan's title, else the first line.
        status: What the heading says of its state; of a phase without boxes also what a `Status:` line below its
            heading says, else the row of a table that names it.
        items: Its boxes in the order of the text.
        kind: `phase`, `task`, `milestone`, ... in English whatever the language; `section` for one that only has a
            title; empty for a bare number.
        name: Its name as written: `Phase 2`, `M0`, `1.1`; empty if it has none.
        paths: What the section names outside its boxes, and in drawings of folder trees wherever they stand.
        status_span: Where the status stands: the heading, line or row; None without a status.
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
    status_span: Span | None = None

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
        sections: All headings of the text, in its order.
        rows: The rows of tables with a status, in the order of the text; where no heading is a phase they are.
    """

    title: str = ""
    phases: tuple[Phase, ...] = ()
    items: tuple[Item, ...] = ()
    state: State = "open"
    sections: tuple[Section, ...] = ()
    rows: tuple[Row, ...] = ()

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
