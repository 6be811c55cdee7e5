"""The events that sessions are made of: the one language between agents and everything above them."""

from typing import Literal

from msgspec import Struct

ContextSource = Literal["measured", "estimated", "reported"]
Kind = Literal["turn", "step", "side"]


class Event(Struct, frozen=True, gc=False):
    """What one record tells of a session."""


class Started(Event, frozen=True):
    """A session, or a part of it, was begun by a program.

    `parent` is the id of the session that started this one as its subagent; `forked_from` that of the session
    whose history it took over; `entry` how it was started, in the agent's own word (`cli`, `exec`, `vscode`);
    `repository` the remote that git named (as recorded, without a user or a password), `commit` where HEAD was.
    `figures_only`: nobody knows how its program writes prompts, calls and compactions, so that none of them are told.
    """

    session: str | None = None
    parent: str | None = None
    forked_from: str | None = None
    version: str | None = None
    entry: str | None = None
    cwd: str | None = None
    branch: str | None = None
    provider: str | None = None
    at: float | None = None
    repository: str | None = None
    commit: str | None = None
    figures_only: bool = False


class CwdChanged(Event, frozen=True):
    """The session works in `cwd` (absolute, as recorded) on git branch `branch`, if it told one."""

    cwd: str | None = None
    branch: str | None = None


class Titled(Event, frozen=True):
    """The session has a name; of several ranks the highest counts, within a rank the newest.

    With `about` it is the name of the conversation that the record of this id stands in, which may be another one.
    """

    title: str
    rank: int = 1
    about: str | None = None


class ModelChanged(Event, frozen=True):
    """Replies come from `model` at `provider`; `requested` is what was asked for (`...[1m]`)."""

    model: str | None = None
    requested: str | None = None
    provider: str | None = None


class WindowSeen(Event, frozen=True):
    """The record itself holds the window, in tokens."""

    tokens: int


class TurnStarted(Event, frozen=True):
    """The agent marks the start of a turn."""


class Prompt(Event, frozen=True):
    """The user typed `text`."""

    text: str


class Fed(Event, frozen=True):
    """Text that nobody typed came into the context as a user message: a notice, a shell line, a reminder."""

    text: str


class Mentioned(Event, frozen=True):
    """A file that the user named, or that the agent attached; `again`: its content was there already."""

    path: str
    text: str = ""
    again: bool = False


class Reply(Event, frozen=True):
    """The model answered and its provider told the usage.

    `tokens` is the context as the agent's own gauge counts it (None: the record could not be read, so nothing is
    known); `output` is the part of it that the answer itself made (0 where the agent's gauge leaves it out).
    Replies with one `key` are one reply, told several times.
    """

    key: str
    tokens: int | None
    source: ContextSource = "measured"
    output: int = 0


class Said(Event, frozen=True):
    """Text or tool input that the model wrote."""

    text: str


class FileRead(Event, frozen=True):
    """A tool was called to read `path`: from line `first` (1-based, 0: from the start) `count` lines (0: all)."""

    call: str
    path: str
    first: int = 0
    count: int = 0


class FileEdit(Event, frozen=True):
    """A tool was called to change `path`; `whole`: `added` is the new content of the whole file.

    `ticks` is what stays of the texts in memory: the items that it ticked in a plan, of a whole file all ticked ones.
    """

    call: str
    path: str
    added: str = ""
    removed: str = ""
    whole: bool = False
    ticks: tuple[str, ...] = ()


class Command(Event, frozen=True):
    """A shell tool was called with `command`."""

    call: str
    command: str


class Called(Event, frozen=True):
    """Any other tool was called."""

    call: str
    tool: str


class Returned(Event, frozen=True):
    """A tool call came back.

    `ok` is None where the record does not tell, `exit` where it has none; `text` is None where the output that the
    model gets stands in another record.
    """

    call: str
    ok: bool | None = None
    exit: int | None = None
    text: str | None = ""


class Compacted(Event, frozen=True):
    """The history was replaced by a summary; `text` is that summary where the same record has it."""

    text: str = ""
    trigger: str = ""


class Summary(Event, frozen=True):
    """The summary that a compaction put in place of the history."""

    text: str


class Rewound(Event, frozen=True):
    """The newest `turns` turns were taken back, by an agent that has no tree of records."""

    turns: int


class SubagentStarted(Event, frozen=True):
    """The session started a subagent."""

    session: str


class Waiting(Event, frozen=True):
    """The session waits for an answer or an approval of the user."""


class Interrupted(Event, frozen=True):
    """The user stopped the turn."""


class Failed(Event, frozen=True):
    """The turn ended by an error of the provider or the program."""


class TurnEnded(Event, frozen=True):
    """The turn is over; not `certain`: it looks so, in a format without marks."""

    certain: bool = True


class Ended(Event, frozen=True):
    """The session itself is over: archived, or ended by the program."""


class Record(Struct, frozen=True, gc=False):
    """What an agent's decoder makes of one line, row or block.

    Attributes:
        events: What it tells, in order.
        id: Its id in the agent's tree of records; None where the format is a list.
        parent: The id of the record it follows.
        kind: `turn` opens a turn (a user's message), `step` belongs to the turn of its parent, `side` stands
            outside the tree and always counts.
        time: Seconds since the epoch, None where the record has none.
        of: The id of a subagent's session that stands in the same file and that it tells of; None: the file's own.
        bad: Why a part of it could not be read, else empty.
    """

    events: tuple[Event, ...] = ()
    id: str | None = None
    parent: str | None = None
    kind: Kind = "side"
    time: float | None = None
    bad: str = ""
    of: str | None = None
