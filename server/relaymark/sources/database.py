"""Sessions in a SQLite database that its program writes meanwhile: read-only, with its WAL, in short transactions."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.agent import Agent
from relaymark.core.events import CwdChanged, Record
from relaymark.core.fold import SessionFold
from relaymark.core.lean import lean
from relaymark.core.session import Session
from relaymark.core.store import Database, RowDecoder
from relaymark.core.weights import Counts
from relaymark.sources.keyed import Keyed, key_of, keyed
from relaymark.sources.sqlite import Rows, reading, state_of

_TICK = 0.5
"""Seconds: a file that was written so lately may be written again without a later time or another size."""


class SessionRow(Struct, frozen=True):
    """What a database's list tells of one session.

    Attributes:
        id: The session's id.
        stamp: Differs when the session changed; None: its rows have to be looked at.
        cwd: Its directory, None where the database does not tell.
        updated: Seconds since the epoch, None if unknown.
    """

    id: str
    stamp: str | None
    cwd: str | None
    updated: float | None


class _Kept:
    """One session of the database as it was last read."""

    def __init__(self, fold: SessionFold) -> None:
        self.fold = fold
        self.stamp: str | None = None
        self.cwd: str | None = None
        self.rows: dict[tuple[str, str], tuple[str, tuple[Keyed, ...]]] = {}


class OpenDatabase:
    """One database; every call may touch the disk and is made from one thread at a time.

    Args:
        agent: Whose it is.
        path: Absolute.
        store: How it is kept.
        wants: Tells of a session in the list whether it is read at all.
        folders: Gives folders of sessions, for databases that do not hold them.
    """

    partial = False

    def __init__(
        self,
        agent: Agent,
        path: str,
        store: Database,
        wants: Callable[[SessionRow], bool] = lambda _row: True,
        folders: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.agent, self.path, self.store = agent, path, store
        self.size = 0
        """Bytes of the database and its WAL when they were last read."""
        self.modified = 0.0
        """Their newest modification time then, in seconds since the epoch."""
        self.reads = 0
        """Grows whenever something new was read."""
        self.first_bad: tuple[int, str] | None = None
        self._wants, self._folders = wants, folders
        self._decode: RowDecoder = store.decoder(path)
        self._kept: dict[str, _Kept] = {}
        self._settled: tuple[int, float] | None = None
        self._every: list[SessionRow] = []
        self._listed: list[SessionRow] = []

    def refresh(self) -> None:
        """Read the sessions that changed.

        Raises:
            OSError: It cannot be read now; the last good state stays.
        """
        state, now = state_of(self.path), time.time()
        if state == self._settled and self._chosen(self._every) == self._listed:
            return  # opening a database that nobody has open makes a WAL and removes it: an event that tells nothing
        with reading(self.path) as rows:
            every = [row for row in map(_session_row, rows(self.store.sessions)) if row]
            listed = self._chosen(every)
            kept = {row.id: found for row in listed if (found := self._session(row, rows))}
        self.reads += kept.keys() != self._kept.keys()
        self._kept, self._every, self._listed = kept, every, listed
        self.size, self.modified = state
        self._settled = state if now - self.modified > _TICK else None

    def sessions(self) -> tuple[Session, ...]:
        """Return its sessions as they were last read."""
        return tuple(kept.fold.session(self.path) for kept in self._kept.values())

    def fold(self, session: str) -> SessionFold | None:
        """Return the fold of one session, for weighing."""
        kept = self._kept.get(session)
        return kept.fold if kept else None

    def records(self, session: str, wanted: frozenset[int] | None = None) -> tuple[Keyed, ...]:
        """Return the records of a session under their keys, read from disk; with `wanted`, those of some keys only.

        Raises:
            OSError: It cannot be read now.
        """
        with reading(self.path) as rows:
            listed = [_row_key(row) for row in rows(self.store.rows, session=session)]
            if wanted is not None:
                by_stamp = [row for row in listed if row and key_of(*row) in wanted]
                found = [pair for row in by_stamp for pair in self._row(rows, *row)]
                if {key for key, _ in found} >= wanted:
                    return tuple(found)
            return tuple(pair for row in listed if row for pair in self._row(rows, *row))

    def concerns(self, path: str) -> bool:
        """Tell whether a path belongs to it: its WAL does."""
        return path == f"{self.path}-wal"

    def read_history(self, _most: int = 0) -> bool:
        """Tell that nothing is missing: a session is always read whole."""
        return True

    def _chosen(self, every: list[SessionRow]) -> list[SessionRow]:
        """Return the wanted ones of the listed sessions, with the folders that other databases tell."""
        listed = [row for row in every if self._wants(row)]
        if any(row.cwd is None for row in listed) and (known := self._folders()):
            listed = [replace(row, cwd=known.get(row.id)) if row.cwd is None else row for row in listed]
        return listed

    def _session(self, row: SessionRow, rows: Rows) -> _Kept | None:
        kept = self._kept.get(row.id)
        if kept and row.stamp is not None and (kept.stamp, kept.cwd) == (row.stamp, row.cwd):
            return kept
        now: dict[tuple[str, str], tuple[str, tuple[Keyed, ...]]] = {}
        old = kept.rows if kept else {}
        for listed in rows(self.store.rows, session=row.id):
            if (key := _row_key(listed)) is None:
                continue
            kind, name, stamp = key
            known = old.get((kind, name))
            if known and known[0] == stamp:
                now[kind, name] = known
            else:
                now[kind, name] = (stamp, tuple((each, _leaned(record)) for each, record in self._row(rows, *key)))
        if kept is None or kept.cwd != row.cwd or not _grown(old, now):
            counts: dict[int, Counts] = kept.fold.known if kept else {}
            kept = _Kept(SessionFold(self.agent.name, row.id, counts))
            if row.cwd:
                kept.fold.add(0, Record((CwdChanged(row.cwd),)))
            old = {}
        if len(now) > len(old) or not now:
            self.reads += 1
        for place, (_, records) in list(now.items())[len(old) :]:
            for key_of_record, record in records:
                kept.fold.add(key_of_record, record)
                if record.bad and self.first_bad is None:
                    self.first_bad = (0, f"{place[0]} {place[1]}: {record.bad}")
        kept.rows, kept.stamp, kept.cwd = now, row.stamp, row.cwd
        return kept

    def _row(self, rows: Rows, kind: str, name: str, stamp: str) -> Iterator[Keyed]:
        query = self.store.fetch.get(kind)
        if query is None:
            return
        for columns in rows(query, id=name):
            records = self._decode(kind, columns)
            if len(records) == 1:
                yield key_of(kind, name, stamp), records[0]
            else:
                yield from keyed(records)
            return


def _session_row(row: Mapping[str, Any]) -> SessionRow | None:
    name, updated, stamp, cwd = (row.get(key) for key in ("id", "updated", "stamp", "cwd"))
    if not isinstance(name, str) or not name:
        return None
    seconds = float(updated) if isinstance(updated, int | float) else None
    folder = cwd if isinstance(cwd, str) and cwd else None
    return SessionRow(name, None if stamp is None else str(stamp), folder, seconds)


def _row_key(row: Mapping[str, Any]) -> tuple[str, str, str] | None:
    kind, name = row.get("kind"), row.get("id")
    if not isinstance(kind, str) or name is None:
        return None
    return kind, str(name), str(row.get("stamp"))


def _leaned(record: Record) -> Record:
    return replace(record, events=tuple(lean(event) for event in record.events))


def _grown(
    old: Mapping[tuple[str, str], tuple[str, object]], now: Mapping[tuple[str, str], tuple[str, object]]
) -> bool:
    """Tell whether `now` begins with all of `old`, unchanged: then only what follows is new."""
    return len(old) <= len(now) and all(
        one == other and old[one][0] == now[other][0] for one, other in zip(old, now, strict=False)
    )
