"""Sessions in files that are rewritten whole: read anew when one changed, the last good state kept meanwhile."""

import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.agent import Agent
from relaymark.core.events import Record
from relaymark.core.fold import SessionFold
from relaymark.core.session import Session
from relaymark.core.store import Files, Told
from relaymark.core.weights import Counts
from relaymark.sources.keyed import Keyed, keyed
from relaymark.sources.lines import parsed
from relaymark.sources.patterns import expanded, fits
from relaymark.sources.regular import check_regular

LARGEST = 256 * 1024 * 1024
"""Bytes; a larger file is not read, so that one file cannot take the memory of the machine."""
SETTLED = 2.0
"""Seconds after which a file that cannot be read is no longer taken for one that is being written."""
_MOST_FILES = 50_000
_KEPT = 64 * 1024


class _State(Struct, frozen=True):
    inode: tuple[int, int]
    size: int
    modified: int


class _File(Struct, frozen=True):
    state: _State
    value: Any
    bad: tuple[str, ...] = ()


class NotReadableError(OSError):
    """The files of a unit make no state: one of them is half-written, empty, too large or no JSON."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.strerror = reason
        self.filename = path


class Whole:
    """One unit of files; every call may touch the disk and is made from one thread at a time.

    Args:
        agent: Whose it is.
        path: The file that the unit is named by, absolute.
        store: How it is kept.
    """

    partial = False

    def __init__(self, agent: Agent, path: str, store: Files) -> None:
        self.agent, self.path, self.store = agent, path, store
        self.size = 0
        """Bytes of the unit's own file when it was last read."""
        self.modified = 0.0
        """The newest modification time of its files then, in seconds since the epoch."""
        self.reads = 0
        """Grows whenever something new was read."""
        self.first_bad: tuple[int, str] | None = None
        self._folder = os.path.dirname(path)
        self._broken: list[str] = []
        self._seen: dict[str, _State] = {}
        self._small: dict[str, _File] = {}
        self._patterns: frozenset[str] = frozenset()
        self._folds: dict[str, SessionFold] = {}
        self._counts: dict[str, dict[int, Counts]] = {}

    def refresh(self) -> None:
        """Read the unit anew if one of its files changed.

        Raises:
            OSError: It cannot be read now; the last good state stays.
        """
        if self._seen and self._unchanged():
            return
        found = self._read()
        told = self.store.decode(self.path, {name: file.value for name, file in found.items()})
        self._take(found, told)

    def sessions(self) -> tuple[Session, ...]:
        """Return its sessions as they were last read."""
        found = tuple(fold.session(self.path) for fold in self._folds.values())
        return found if self.store.weighs else tuple(map(_unweighed, found))

    def fold(self, session: str) -> SessionFold | None:
        """Return the fold of one session, for weighing."""
        return self._folds.get(session)

    def records(self) -> dict[str, tuple[Keyed, ...]]:
        """Return the records of each session under their keys, read from disk.

        Raises:
            OSError: The unit cannot be read now.
        """
        values = {name: file.value for name, file in self._read().items()}
        return {told.session: tuple(keyed(told.records)) for told in self.store.decode(self.path, values)}

    def concerns(self, path: str) -> bool:
        """Tell whether a path is one of its files, or could be."""
        inner = self._inner(path)
        return inner in self._seen or any(fits(inner, pattern) for pattern in self._patterns)

    def read_history(self, _most: int = 0) -> bool:
        """Tell that nothing is missing: it is always read whole."""
        return True

    def _inner(self, path: str) -> str:
        return os.path.relpath(path, self._folder).replace(os.sep, "/")

    def _unchanged(self) -> bool:
        names = {os.path.basename(self.path), *self._names(self._patterns)}
        if names != self._seen.keys():
            return False
        return all(self._state(name) == state for name, state in self._seen.items())

    def _state(self, name: str) -> _State | None:
        try:
            found = os.stat(os.path.join(self._folder, name))
        except OSError:
            return None
        return _State((found.st_dev, found.st_ino), found.st_size, found.st_mtime_ns)

    def _read(self) -> dict[str, _File]:
        own = os.path.basename(self.path)
        found = {own: self._file(own)}
        self._broken = []
        patterns: frozenset[str] = frozenset()
        while True:
            asked = frozenset(self.store.beside(own, {name: file.value for name, file in found.items()}))
            if asked <= patterns:
                break
            for name in self._names(asked - patterns):
                if name not in found and len(found) < _MOST_FILES:
                    try:
                        found[name] = self._file(name)
                    except FileNotFoundError:
                        continue
                    except OSError as error:
                        if isinstance(error, NotReadableError) and _young(error.filename):
                            raise
                        self._broken.append(f"{name}: {error.strerror}")  # for good: the rest still tells something
            patterns |= asked
        self._patterns = patterns
        return found

    def _names(self, patterns: frozenset[str]) -> Iterator[str]:
        """Yield the names of files that are there, for names and patterns."""
        for pattern in patterns:
            if "*" in pattern:
                yield from expanded(self._folder, pattern)
            elif os.path.isfile(os.path.join(self._folder, pattern)):
                yield pattern

    def _file(self, name: str) -> _File:
        path = os.path.join(self._folder, name)
        check_regular(path)
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            state = _State((status.st_dev, status.st_ino), status.st_size, status.st_mtime_ns)
            known = self._small.get(name)
            if known and known.state == state:
                return known
            if status.st_size > LARGEST:
                raise NotReadableError(path, f"larger than {LARGEST // 1024 // 1024} MB, not read")
            data = file.read()
        made = _made(path, data, state)
        if status.st_size <= _KEPT:
            self._small[name] = made
        return made

    def _take(self, found: Mapping[str, _File], told: tuple[Told, ...]) -> None:
        self._seen = {name: file.state for name, file in found.items()}
        self._small = {name: file for name, file in self._small.items() if name in found}
        self.size = self._seen[os.path.basename(self.path)].size
        own = [state.modified for name, state in self._seen.items() if name not in self.store.shared]
        self.modified = max(own) / 1e9
        bad = [*(reason for file in found.values() for reason in file.bad), *self._broken]
        self.first_bad = (0, bad[0]) if bad else None
        folds: dict[str, SessionFold] = {}
        for one in told:
            counts = self._counts.setdefault(one.session, {})
            fold = folds[one.session] = SessionFold(self.agent.name, one.session, counts)
            for key, record in keyed(one.records):
                fold.add(key, record)
                if record.bad and self.first_bad is None:
                    self.first_bad = (0, record.bad)
        for fold in (*folds.values(),)[:1]:
            for reason in bad:
                fold.add(0, Record(bad=reason))  # what no decoder got to see; it counts for the session of the unit
        self._folds = folds
        self._counts = {session: counts for session, counts in self._counts.items() if session in folds}
        self.reads += 1


def _unweighed(session: Session) -> Session:
    held = tuple(replace(file, tokens=None) for file in session.attachments)
    return replace(session, sums=None, attachments=held)


def _young(path: str) -> bool:
    """Tell whether a file may still be being written; so may one that is gone by now."""
    try:
        return time.time() - os.stat(path).st_mtime < SETTLED
    except OSError:
        return True


def _made(path: str, data: bytes, state: _State) -> _File:
    if path.endswith(".json"):
        try:
            return _File(state, parsed(data))
        except ValueError as error:
            reason = f"half-written or no JSON: {error}" if data.strip() else "empty"
            raise NotReadableError(path, reason) from error
    if path.endswith(".jsonl"):
        return _lines(data, state)
    return _File(state, data.decode("utf-8", "replace"))


def _lines(data: bytes, state: _State) -> _File:
    values, bad = [], []
    end = data.rfind(b"\n") + 1  # a last line without its end is still being written
    for line in data[:end].split(b"\n"):
        if not line.strip():
            continue
        try:
            values.append(parsed(line))
        except ValueError as error:
            bad.append(str(error))
    return _File(state, values, tuple(bad))
