"""The picture of a session: what each event of its live branch does to it."""

from msgspec import Struct

from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.lean import weighs
from relaymark.core.session import Context, Ran, TurnState, Typed
from relaymark.core.spending import Spending
from relaymark.core.weights import Counts, Weights

_PROMPTS_KEPT = 200


_ON_ITS_OWN = frozenset({"auto", "token_limit", "automatic", "background", "overflow"})
"""What agents record as the reason of a compaction that nobody asked for."""


class Entry(Struct, frozen=True, gc=False):
    """A record as it is kept: its events without their long texts, and the turn that it stands on."""

    offset: int
    turn: int
    events: tuple[ev.Event, ...]
    id: str | None
    time: float | None
    side: bool


class _Edit(Struct, frozen=True, gc=False):
    offset: int
    index: int
    path: str
    whole: bool
    ticks: tuple[str, ...]


class _Call(Struct, gc=False):
    reads: dict[str, ev.FileRead]
    edits: list["_Edit"]
    command: int | None = None
    failed: bool = False


class Picture:
    """What the live events add up to; each is applied once, in the order of the transcript.

    Args:
        known: Counts of records, by their offsets.
        forked: The first reply seen here is not the first of the session's history.
    """

    def __init__(self, known: dict[int, Counts], *, forked: bool) -> None:
        self.weights = Weights(known)
        self.opening = Weights(known)
        self.cwd: str | None = None
        self.branch: str | None = None
        self.titles: list[ev.Titled] = []
        self.model = ev.ModelChanged()
        self.window: int | None = None
        self.context = Context()
        self.reply_key: str | None = None
        self.compacted_key: str | None = None
        self.first_context: int | None = None
        self.first_is_known = not forked
        self.compactions = 0
        self.auto_compactions = 0
        self.prompts: list[Typed] = []
        self.prompt_count = 0
        self.turn: TurnState = "none"
        self.marked = False
        self.sure = True
        self.waiting = False
        self.ended = False
        self.read: dict[str, None] = {}
        self.edited: dict[str, None] = {}
        self.commands: list[Ran] = []
        self.calls: dict[str, _Call] = {}
        self.spending = Spending()

    def apply(self, entry: Entry) -> None:
        """Take the events of one record of the live branch."""
        index = 0
        for event in entry.events:
            self._apply(event, entry, index)
            index += weighs(event)

    def _apply(  # noqa: PLR0915  (one flat table of what each event does)
        self, event: ev.Event, entry: Entry, index: int
    ) -> None:
        early = self.reply_key is None
        match event:
            case ev.CwdChanged():
                self.cwd = event.cwd or self.cwd
                self.branch = event.branch or self.branch
            case ev.Titled():
                self.titles.append(event)
            case ev.ModelChanged():
                self._model(event)
            case ev.WindowSeen():
                self.window = event.tokens
            case ev.TurnStarted():
                self.turn, self.marked, self.waiting = "open", True, False
            case ev.Prompt():
                self.turn, self.waiting = "open", False
                self.prompt_count += 1
                self.prompts.append(Typed(event.text, entry.time))
                if len(self.prompts) > _PROMPTS_KEPT:
                    del self.prompts[1]
                self.weights.announce(entry.offset, index, "prompts")
                if early:
                    self.opening.announce(entry.offset, index, "prompts")
            case ev.Fed():
                # What the program adds before the first reply is part of the base.
                if not early:
                    self.weights.announce(entry.offset, index, "prompts")
            case ev.Mentioned():
                self._mention(event, entry, index, early=early)
            case ev.Reply():
                self._reply(event)
            case ev.Said():
                if not early:
                    self.weights.announce(entry.offset, index, "replies")
            case ev.FileRead() | ev.FileEdit() | ev.Command() | ev.Called():
                self._call(event, entry, index)
            case ev.Returned():
                self._returned(event, entry, index)
            case ev.Compacted():
                self.auto_compactions += event.trigger in _ON_ITS_OWN
                self._compacted(entry, index)
            case ev.Summary():
                self.weights.announce(entry.offset, index, "replies")
            case ev.Waiting():
                self.waiting = True
            case ev.Interrupted():
                self.turn, self.waiting = "interrupted", False
            case ev.Failed():
                self.turn, self.waiting = "failed", False
            case ev.TurnEnded():
                if event.certain or not self.marked:
                    self.turn, self.waiting, self.sure = "ended", False, event.certain
            case ev.Ended():
                self.ended = True

    def _model(self, event: ev.ModelChanged) -> None:
        self.model = ev.ModelChanged(
            event.model or self.model.model,
            event.requested if event.model else self.model.requested,
            event.provider or self.model.provider,
        )

    def _mention(self, event: ev.Mentioned, entry: Entry, index: int, *, early: bool) -> None:
        path = paths.join(self.cwd, event.path)
        if event.again:
            self.weights.again(path)
            return
        self.weights.announce_read(entry.offset, index, path)
        if early:
            self.opening.announce(entry.offset, index, "files")

    def _reply(self, event: ev.Reply) -> None:
        if event.key == self.compacted_key and event.source == "measured":
            return  # the usage of a reply before the compaction, told once more
        first, self.reply_key = self.reply_key is None, event.key
        self.first_is_known &= not first or event.tokens is not None
        if self.turn == "failed":
            self.turn = "open"
        if event.tokens is None:
            self.context = Context()
            return
        self.context = Context(event.tokens, event.source)
        self.spending.replied(event.tokens, event.output, exact=event.source == "measured")
        if first:
            self.first_context = event.tokens - event.output
            self.first_is_known &= event.source == "measured" and not self.compactions
        self.waiting = False

    def _call(self, event: ev.FileRead | ev.FileEdit | ev.Command | ev.Called, entry: Entry, index: int) -> None:
        if self.turn != "open" and not self.marked:
            self.turn = "open"
        call = self.calls.get(event.call)
        if call is None:
            call = self.calls[event.call] = _Call({}, [])
        match event:
            case ev.FileRead():
                call.reads[paths.join(self.cwd, event.path)] = event
            case ev.FileEdit():
                path = paths.join(self.cwd, event.path)
                call.edits.append(_Edit(entry.offset, index, path, event.whole, event.ticks))
                self.weights.announce(entry.offset, index, "replies")
            case ev.Command():
                self.spending.worked()
                if call.command is None:
                    call.command = len(self.commands)
                    self.commands.append(Ran(event.command))

    def _returned(self, event: ev.Returned, entry: Entry, index: int) -> None:
        self.waiting = False
        if self.turn != "open" and not self.marked:
            self.turn = "open"
        call = self.calls.get(event.call) or _Call({}, [])
        call.failed |= event.ok is False
        if not call.failed:
            for path in call.reads:
                self.read.setdefault(path)
            for edit in call.edits:
                self.edited.setdefault(edit.path)
                self.weights.announce_edit(edit.offset, edit.index, edit.path, whole=edit.whole)
                self.spending.edited(edit.path, edit.ticks, entry.time, whole=edit.whole)
            call.edits.clear()
        if call.command is not None:
            before = self.commands[call.command]
            exit_code = before.exit if event.exit is None else event.exit
            self.commands[call.command] = Ran(before.command, exit_code, before.ok if event.ok is None else event.ok)
        if event.text is None:
            return
        self.calls.pop(event.call, None)
        if len(call.reads) == 1 and not call.failed:
            [(path, read)] = call.reads.items()
            self.weights.announce_read(entry.offset, index, path, (read.first, read.count))
        else:
            self.weights.announce(entry.offset, index, "toolOutput")

    def _compacted(self, entry: Entry, index: int) -> None:
        self.compactions += 1
        self.compacted_key = self.reply_key or None
        self.weights.clear()
        self.spending.compacted()
        self.context = Context()
        self.weights.announce(entry.offset, index, "replies")

    @property
    def base(self) -> int | None:
        """Tokens before any work; None until the first prompt was weighed, and where the first reply was not seen."""
        opening = None if self.opening.pending else self.opening.sums()
        if opening is None or self.first_context is None or not self.first_is_known:
            return None
        return max(self.first_context - opening.content, 0)
