"""The fold: records in, one session out, at the cost of what was appended.

Invariant: any split of a transcript into appends gives the same session as reading it at once. Events of the live
branch are applied as they come; only when the user rewinds is the session drawn anew from the kept events.
"""

from msgspec.structs import replace

from relaymark.core import events as ev
from relaymark.core.branch import Branch
from relaymark.core.lean import lean
from relaymark.core.picture import Entry, Picture
from relaymark.core.session import Session
from relaymark.core.spending import UnderWay
from relaymark.core.weights import Counts

_WARM_UP = "Warmup"


class SessionFold:
    """Folds one transcript's records into its session.

    Args:
        agent: The agent's name.
        session_id: The id to use until a record tells one.
        known: Counts of records that an earlier fold of the same session took, by their offsets; shared with it.
    """

    def __init__(self, agent: str, session_id: str, known: dict[int, Counts] | None = None) -> None:
        self._agent, self._id = agent, session_id
        self._tree = Branch()
        self._entries: list[Entry] = []
        self.known: dict[int, Counts] = {} if known is None else known
        self._picture = Picture(self.known, forked=False)
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
        kept = tuple(lean(event) for event in record.events if self._tells(event, moved=moved))
        if not kept and not moved:
            return
        entry = Entry(offset, turn, kept, record.id, record.time, record.kind == "side")
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
            self._picture.cwd = event.cwd or self._picture.cwd
            self._picture.branch = event.branch or self._picture.branch
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

    def _counts(self, entry: Entry) -> bool:
        return entry.side or entry.turn in self._tree.live

    def _take_back(self, turns: int) -> None:
        starts = [at for at, entry in enumerate(self._entries) if any(isinstance(e, ev.Prompt) for e in entry.events)]
        cut = starts[-turns] if turns <= len(starts) else 0
        kept = (ev.Titled, ev.CwdChanged, ev.ModelChanged, ev.WindowSeen)
        for at in range(cut, len(self._entries)):
            entry = self._entries[at]
            left = tuple(event for event in entry.events if isinstance(event, kept))
            self._entries[at] = replace(entry, events=left)

    def _now(self) -> Picture:
        """Return the picture of the live branch; after rewinds it is drawn anew, once for any number of them."""
        if self._drawn:
            return self._picture
        self._drawn = True
        started = self._started or ev.Started()
        self._picture = Picture(self.known, forked=started.forked_from is not None)
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
        unknown = partial or started.figures_only
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
            repository=started.repository,
            commit=started.commit,
            title=self._title(),
            model=picture.model.model,
            requested=picture.model.requested,
            provider=picture.model.provider or started.provider,
            window=picture.window,
            context=picture.context,
            first_context=None if partial else picture.first_context,
            base=None if partial else picture.base,
            compactions=None if unknown else picture.compactions,
            auto_compactions=picture.auto_compactions,
            prompts=tuple(picture.prompts),
            prompt_count=None if unknown else picture.prompt_count,
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
            spent=() if partial else tuple(picture.spending.spent),
            under_way=UnderWay() if partial else picture.spending.under_way,
            sums=None if partial else picture.weights.sums(),
            partial=partial,
            figures_only=started.figures_only,
            bad_records=self.bad,
            warm_up=first == _WARM_UP and started.parent is not None,
        )
