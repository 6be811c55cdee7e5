"""A session: the frozen picture of one conversation, as the fold over its live branch draws it."""

from typing import Literal

from msgspec import Struct

from relaymark.core.events import ContextSource
from relaymark.core.spending import Spent, UnderWay
from relaymark.core.weights import Attachment, Breakdown

TurnState = Literal["none", "open", "ended", "interrupted", "failed"]


class Context(Struct, frozen=True, gc=False):
    """The tokens that a session holds now; None when they are not known, and then `source` is `unknown`."""

    tokens: int | None = None
    source: ContextSource | Literal["unknown"] = "unknown"


class Typed(Struct, frozen=True, gc=False):
    """A prompt of the user: its text (the first 4,000 characters) and when it came, in seconds since the epoch."""

    text: str
    time: float | None = None


class Ran(Struct, frozen=True, gc=False):
    """A command of the agent's shell tool.

    Attributes:
        command: As the agent called it.
        exit: Its exit code, None where the transcript does not record one.
        ok: Whether the tool call succeeded, None while it runs or where that is not recorded.
    """

    command: str
    exit: int | None = None
    ok: bool | None = None


class Session(Struct, frozen=True, kw_only=True):
    """One conversation of an agent.

    Attributes:
        id: The agent's own id.
        agent: The agent's name, as `claude-code`.
        path: The transcript, absolute.
        parent: The session that started this one as its subagent.
        forked_from: The session whose history this one took over.
        version: The agent's program version.
        entry: How it was started, in the agent's word.
        cwd: Its directory as recorded, absolute.
        branch: The git branch it recorded.
        repository: The git remote it recorded at its start.
        commit: The commit it recorded at its start.
        title: Its name, else None.
        model: The model of its newest reply.
        requested: The model as it was asked for, where the record keeps that.
        provider: The recorded provider of the model.
        window: The recorded window in tokens.
        context: What it holds now.
        first_context: The context at the first reply of its whole history (less the reply), None when not seen.
        base: What it held before any work, in tokens; None while that is not known.
        compactions: How often its history was replaced; None while its history is not read, or where it tells of none.
        auto_compactions: How often its agent did that on its own, as far as it records why.
        prompts: What the user typed, oldest first; at most the first and the newest 199.
        prompt_count: How many prompts the user typed; None while its history is not read, or where it tells of none.
        turn: Whether the newest turn is open.
        turn_sure: False where the end of a turn is only guessed, in a format without marks.
        waiting: Whether it recorded that it waits for the user.
        ended: Whether it is archived or was ended by the program.
        started_at: Seconds since the epoch.
        updated_at: Its newest activity, seconds since the epoch.
        files_read: Absolute paths, in the order of their first read.
        files_edited: Absolute paths, in the order of their first edit.
        commands: What its shell tool ran, oldest first.
        attachments: The files in its context, the heaviest first.
        spent: What it spent on items of plans that it ticked, oldest first.
        under_way: What it spent since it ticked last.
        sums: Counted tokens per kind of content, not scaled; None while counting.
        partial: Only the end of its transcript was read so far.
        figures_only: Nobody knows how its agent writes anything but its context.
        bad_records: How many records could not be read.
        warm_up: A call that the agent makes for itself at its start; no work of the user.
    """

    id: str
    agent: str
    path: str = ""
    parent: str | None = None
    forked_from: str | None = None
    version: str | None = None
    entry: str | None = None
    cwd: str | None = None
    branch: str | None = None
    repository: str | None = None
    commit: str | None = None
    title: str | None = None
    model: str | None = None
    requested: str | None = None
    provider: str | None = None
    window: int | None = None
    context: Context = Context()
    first_context: int | None = None
    base: int | None = None
    compactions: int | None = None
    auto_compactions: int = 0
    prompts: tuple[Typed, ...] = ()
    prompt_count: int | None = None
    turn: TurnState = "none"
    turn_sure: bool = True
    waiting: bool = False
    ended: bool = False
    started_at: float | None = None
    updated_at: float | None = None
    files_read: tuple[str, ...] = ()
    files_edited: tuple[str, ...] = ()
    commands: tuple[Ran, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    spent: tuple[Spent, ...] = ()
    under_way: UnderWay = UnderWay()
    sums: Breakdown | None = None
    partial: bool = False
    figures_only: bool = False
    bad_records: int = 0
    warm_up: bool = False

    @property
    def turn_open(self) -> bool:
        """True while a turn is under way, and when the last one was killed or interrupted."""
        return self.turn in ("open", "interrupted")
