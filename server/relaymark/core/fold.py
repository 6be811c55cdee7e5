"""The fold: records in, one session out, at the cost of what was appended.

Invariant: any split of a transcript into appends gives the same session as reading it at once. Events of the live
branch are applied as they come; only when the user rewinds is the session folded anew from the kept events.
"""

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.branch import Branch
from relaymark.core.events import weighs
from relaymark.core.session import Context, Ran, Session, TurnState, Typed
from relaymark.core.weights import Counts, Weights

_PROMPTS_KEPT = 200
_WARM_UP = "Warmup"


class _Entry(Struct, frozen=True):
    offset: int
    turn: int
    events: tuple[ev.Event, ...]
    id: str | None
    time: float | None
    side: bool


class _Call(Struct):
    reads: dict[str, ev.FileRead]
    edits: list[tuple[int, int, str, bool]]
    command: int | None = None
    failed: bool = False


class _Picture:
    """What the live events add up to."""

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

    def apply(self, entry: _Entry) -> None:
        index = 0
        for event in entry.events:
            self._apply(event, entry, index)
            index += weighs(event)

    def _apply(  # noqa: PLR0915  (one flat table of what each event does)
        self, event: ev.Event, entry: _Entry, index: int
    ) -> None:
        early = self.first_context is None
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

    def _mention(self, event: ev.Mentioned, entry: _Entry, index: int, *, early: bool) -> None:
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
        self.reply_key = event.key
        self.first_is_known &= event.tokens is not None or self.first_context is not None
        if self.turn == "failed":
            self.turn = "open"
        if event.tokens is None:
            self.context = Context()
            return
        self.context = Context(event.tokens, event.source)
        if self.first_context is None:
            self.first_context = event.tokens - event.output
            self.first_is_known &= event.source == "measured" and not self.compactions
        self.waiting = False

    def _call(self, event: ev.FileRead | ev.FileEdit | ev.Command | ev.Called, entry: _Entry, index: int) -> None:
        if self.turn != "open" and not self.marked:
            self.turn = "open"
        call = self.calls.get(event.call)
        if call is None:
            call = self.calls[event.call] = _Call({}, [])
        match event:
            case ev.FileRead():
                call.reads[paths.join(self.cwd, event.path)] = event
            case ev.FileEdit():
                call.edits.append((entry.offset, index, paths.join(self.cwd, event.path), event.whole))
                self.weights.announce(entry.offset, index, "replies")
            case ev.Command():
                if call.command is None:
                    call.command = len(self.commands)
                    self.commands.append(Ran(event.command))

    def _returned(self, event: ev.Returned, entry: _Entry, index: int) -> None:
        self.waiting = False
        if self.turn != "open" and not self.marked:
            self.turn = "open"
        call = self.calls.get(event.call) or _Call({}, [])
        call.failed |= event.ok is False
        if not call.failed:
            for path in call.reads:
                self.read.setdefault(path)
            for offset, place, path, whole in call.edits:
                self.edited.setdefault(path)
                self.weights.announce_edit(offset, place, path, whole=whole)
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

    def _compacted(self, entry: _Entry, index: int) -> None:
        self.compactions += 1
        self.compacted_key = self.reply_key or None
        self.weights.clear()
        self.context = Context()
        self.weights.announce(entry.offset, index, "replies")

    @property
    def base(self) -> int | None:
        """Tokens before any work; None until the first prompt was weighed, and where the first reply was not seen."""
        opening = None if self.opening.pending else self.opening.sums()
        if opening is None or self.first_context is None or not self.first_is_known:
            return None
        return max(self.first_context - opening.content, 0)


class SessionFold:
    """Folds one transcript's records into its session.

    Args:
        agent: The agent's name.
        session_id: The id to use until a record tells one.
    """

    def __init__(self, agent: str, session_id: str) -> None:
        self._agent, self._id = agent, session_id
        self._tree = Branch()
        self._entries: list[_Entry] = []
        self._known: dict[int, Counts] = {}
        self._picture = _Picture(self._known, forked=False)
        self._drawn = True
        self._started: ev.Started | None = None
        self._first_time: float | None = None
        self._last_time: float | None = None
        self.bad = 0

    def add(self, offset: int, record: ev.Record) -> None:
        """Take the record at byte `offset` of the transcript; a record of a known id replaces the earlier one."""
        if record.bad:
            self.bad += 1
        if record.time is not None:
            self._first_time = record.time if self._first_time is None else min(self._first_time, record.time)
            self._last_time = record.time if self._last_time is None else max(self._last_time, record.time)
        replaced = record.id is not None and record.kind != "side" and self._tree.knows(record.id)
        turn, moved = (self._tree.turn_of(record.id), True) if replaced and record.id else self._tree.place(record)
        kept = tuple(ev.lean(event) for event in record.events if self._tells(event, moved=moved))
        if not kept and not moved:
            return
        entry = _Entry(offset, turn, kept, record.id, record.time, record.kind == "side")
        stands = replaced and any(old.id == entry.id for old in self._entries)
        if stands:
            self._entries = [entry if old.id == entry.id else old for old in self._entries]
        else:
            self._entries.append(entry)
        taken = sum(max(event.turns, 0) for event in kept if isinstance(event, ev.Rewound))
        if taken:
            self._take_back(taken)
        if moved or taken:
            self._drawn = False
        elif self._drawn and self._counts(entry):
            self._picture.apply(entry)

    def _tells(self, event: ev.Event, *, moved: bool) -> bool:
        match event:
            case ev.Started():
                self._start(event)
                return False
            case ev.CwdChanged():
                now = self._picture
                return (
                    moved
                    or not self._drawn
                    or (event.cwd or now.cwd, event.branch or now.branch) != (now.cwd, now.branch)
                )
            case _:
                return True

    def _start(self, event: ev.Started) -> None:
        """Take who the session is: the first word counts, but its program may be replaced while it goes on."""
        if self._started is None:
            self._started = event
            self._picture.cwd, self._picture.branch = event.cwd, event.branch
            self._picture.first_is_known &= event.forked_from is None
            return
        known = self._started
        if (event.version or known.version, event.entry or known.entry) != (known.version, known.entry):
            self._started = replace(known, version=event.version or known.version, entry=event.entry or known.entry)

    def _title(self) -> str | None:
        """Return the newest name of the highest rank; one that is about a record counts only if that stands here."""
        own = [told for told in self._picture.titles if told.about is None or self._tree.knows(told.about)]
        best = max((told.rank for told in own), default=0)
        return next((told.title for told in reversed(own) if told.rank == best), None)

    def _counts(self, entry: _Entry) -> bool:
        return entry.side or entry.turn in self._tree.live

    def _take_back(self, turns: int) -> None:
        starts = [at for at, entry in enumerate(self._entries) if any(isinstance(e, ev.Prompt) for e in entry.events)]
        cut = starts[-turns] if turns <= len(starts) else 0
        kept = (ev.Titled, ev.CwdChanged, ev.ModelChanged, ev.WindowSeen)
        for at in range(cut, len(self._entries)):
            entry = self._entries[at]
            left = tuple(event for event in entry.events if isinstance(event, kept))
            self._entries[at] = replace(entry, events=left)

    def _now(self) -> _Picture:
        """Return the picture of the live branch; after rewinds it is drawn anew, once for any number of them."""
        if self._drawn:
            return self._picture
        self._drawn = True
        started = self._started or ev.Started()
        self._picture = _Picture(self._known, forked=started.forked_from is not None)
        self._picture.cwd, self._picture.branch = started.cwd, started.branch
        for entry in self._entries:
            if self._counts(entry):
                self._picture.apply(entry)
        return self._picture

    @property
    def wanted(self) -> tuple[int, ...]:
        """The offsets of the records whose tokens should be counted."""
        picture = self._now()
        return tuple({*picture.opening.wanted, *picture.weights.wanted})

    def weigh(self, offset: int, counts: Counts) -> None:
        """Take the counts of the record at `offset`."""
        picture = self._now()
        picture.weights.weigh(offset, counts)
        picture.opening.weigh(offset, counts)

    @property
    def settled(self) -> bool:
        """Whether the gauge can be told from what was read: a reply or a compaction, the model, the turn."""
        picture = self._now()
        known = picture.reply_key is not None or picture.compactions > 0
        return known and picture.model.model is not None and picture.turn != "none" and not self._tree.unsure

    @property
    def has_window(self) -> bool:
        """Whether a recorded window was seen."""
        return self._now().window is not None

    @property
    def unsure(self) -> bool:
        """Whether more has to be read before it can be told what the live branch is."""
        return self._tree.unsure

    def session(self, path: str = "", *, partial: bool = False) -> Session:
        """Return the session as it stands; with `partial`, what needs its whole history is left out."""
        picture = self._now()
        started = self._started or ev.Started()
        first = picture.prompts[0].text if picture.prompts else ""
        return Session(
            id=started.session or self._id,
            agent=self._agent,
            path=path,
            parent=started.parent,
            forked_from=started.forked_from,
            version=started.version,
            entry=started.entry,
            cwd=picture.cwd,
            branch=picture.branch,
            title=self._title(),
            model=picture.model.model,
            requested=picture.model.requested,
            provider=picture.model.provider or started.provider,
            window=picture.window,
            context=picture.context,
            first_context=None if partial else picture.first_context,
            base=None if partial else picture.base,
            compactions=None if partial else picture.compactions,
            prompts=tuple(picture.prompts),
            prompt_count=None if partial else picture.prompt_count,
            turn=picture.turn,
            turn_sure=picture.sure,
            waiting=picture.waiting,
            ended=picture.ended,
            started_at=None if partial else min(filter(None, (started.at, self._first_time)), default=None),
            updated_at=self._last_time,
            files_read=() if partial else tuple(picture.read),
            files_edited=() if partial else tuple(picture.edited),
            commands=() if partial else tuple(picture.commands),
            attachments=() if partial else picture.weights.attachments(),
            sums=None if partial else picture.weights.sums(),
            partial=partial,
            bad_records=self.bad,
            warm_up=first == _WARM_UP and started.parent is not None,
        )
