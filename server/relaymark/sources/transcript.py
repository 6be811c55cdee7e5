"""A transcript on disk: its end at once, its history after, then only what is appended."""

import os
from typing import BinaryIO

from relaymark.core.agent import Agent
from relaymark.core.fold import SessionFold
from relaymark.core.session import Session
from relaymark.core.store import Lines
from relaymark.sources.lines import LineCutter
from relaymark.sources.passing import Pass
from relaymark.sources.regular import check_regular

TAIL = 64 * 1024
"""Bytes that are read first from the end of a transcript."""
_GROW = 4
_CHUNK = 1024 * 1024
_HEAD = 1024 * 1024
_MARK = 1024


class Transcript:
    """Reads one transcript; every call may touch the disk and is made from one thread at a time.

    Args:
        agent: Whose it is.
        path: Absolute.
        store: How it is kept; None for the agent's one store of lines.
    """

    def __init__(self, agent: Agent, path: str, store: Lines | None = None) -> None:
        self.agent, self.path = agent, path
        self.store = store or next(each for each in agent.stores if isinstance(each, Lines))
        self.size = 0
        """Bytes of the file when it was last looked at."""
        self.modified = 0.0
        """Its modification time then, in seconds since the epoch."""
        self.partial = False
        self.reads = 0
        """Grows whenever something new was read."""
        self._inode: tuple[int, int] | None = None
        self._now: Pass | None = None
        self._history: Pass | None = None
        self._last_bytes = b""

    @property
    def offset(self) -> int:
        """How far the file was read."""
        return self._now.cutter.offset if self._now else 0

    @property
    def first_bad(self) -> tuple[int, str] | None:
        """The offset of the first unreadable record and why it was, for the log."""
        return self._now.first_bad if self._now else None

    def refresh(self) -> Session:
        """Read what is new: at first the end, later what was appended; a shrunk or exchanged file is read anew.

        Raises:
            OSError: The file cannot be read; the last good state stays.
        """
        check_regular(self.path)
        with open(self.path, "rb", buffering=0) as file:
            state = os.fstat(file.fileno())
            inode, before = (state.st_dev, state.st_ino), self.offset
            if self._now is None or inode != self._inode or state.st_size < self.offset or self._rewritten(file):
                before = -1
                self._now, self._history = self._read_tail(file, state.st_size), None
                self._inode = inode
            else:
                self._read_on(file, self._now)
                if self.partial and self._now.fold.unsure:
                    self._now, self._history = self._read_tail(file, state.st_size), None
            self.reads += self.offset != before
            self.size, self.modified = max(state.st_size, self.offset), state.st_mtime
            self._remember(file)
        return self.session()

    def read_all(self) -> Session:
        """Read the whole file at once.

        Raises:
            OSError: The file cannot be read.
        """
        self.refresh()
        while self.partial and not self.read_history(1 << 30):
            pass
        return self.session()

    def read_history(self, most: int = _CHUNK) -> bool:
        """Read about `most` more bytes of what lies before the end; True when nothing is missing any more.

        Raises:
            OSError: The file cannot be read.
        """
        if not self.partial or self._now is None:
            return True
        if self._history is None:
            self._history = self._pass(0)
        history = self._history
        with open(self.path, "rb", buffering=0) as file:
            state = os.fstat(file.fileno())
            inode = (state.st_dev, state.st_ino)
            if inode != self._inode or state.st_size < self.offset or self._rewritten(file):
                exchanged = True
            else:
                exchanged = False
                self._catch_up(file, history, most)
        if exchanged:
            self.refresh()
        return not self.partial

    def _catch_up(self, file: BinaryIO, history: Pass, most: int) -> None:
        file.seek(history.cutter.offset)
        end = history.cutter.offset + most
        while history.cutter.offset < min(end, self.offset) and (data := file.read(_CHUNK)):
            history.take(data)
        if history.cutter.offset < self.offset:
            return
        self._read_on(file, history)
        self._now, self._history, self.partial = history, None, False
        self._remember(file)

    def session(self) -> Session:
        """Return the session as far as it was read."""
        assert self._now is not None, "refresh() comes first"
        return self._now.fold.session(self.path, partial=self.partial)

    def sessions(self) -> tuple[Session, ...]:
        """Return its own session and those of the subagents that stand in it, as far as they were read."""
        own = self.session()
        return (own, *(self._now.parts_of(own, self.path, partial=self.partial) if self._now else ()))

    def fold(self, session: str) -> SessionFold | None:
        """Return the fold of one session, for weighing."""
        return self._now.parts.get(session, self._now.fold) if self._now else None

    def concerns(self, path: str) -> bool:
        """Tell whether another path tells something of its session."""
        beside, (folder, name) = self.store.neighbours, os.path.split(path)
        if beside is None or folder != os.path.dirname(self.path):
            return False
        return name == beside.named or beside.holder(name) is not None

    def _pass(self, offset: int) -> Pass:
        name = self.path.replace("\\", "/").rsplit("/", 1)[-1]
        return Pass(self.agent, self.store, self.path, name.rsplit(".", 1)[0], offset)

    def _read_tail(self, file: BinaryIO, size: int) -> Pass:
        length = TAIL
        while True:
            start = max(size - length, 0)
            found = self._pass(start)
            if start:
                if self.store.head:
                    self._read_head(file, found)
                found.cutter = self._at_line_start(file, start)
            self._read_on(file, found)
            self.partial = start > 0
            if not self.partial or (found.fold.settled and (found.fold.has_window or not self.store.records_window)):
                return found
            length *= _GROW

    def _read_head(self, file: BinaryIO, found: Pass) -> None:
        file.seek(0)
        head = file.read(_HEAD)
        end = head.find(b"\n")
        if end > 0:
            found.add(0, head[:end])

    def _at_line_start(self, file: BinaryIO, start: int) -> LineCutter:
        file.seek(start - 1)
        cutter = LineCutter(start)
        data = file.read(1)
        if data == b"\n":
            return cutter
        at = start
        while data := file.read(_CHUNK):
            end = data.find(b"\n")
            if end >= 0:
                return LineCutter(at + end + 1)
            at += len(data)
        return LineCutter(at)

    def _read_on(self, file: BinaryIO, found: Pass) -> None:
        file.seek(found.cutter.offset)
        while data := file.read(_CHUNK):
            found.take(data)

    def _remember(self, file: BinaryIO) -> None:
        length = min(_MARK, self.offset)
        file.seek(self.offset - length)
        self._last_bytes = file.read(length)

    def _rewritten(self, file: BinaryIO) -> bool:
        """Tell whether other bytes stand where the last ones were read: a file that was emptied and has grown again."""
        file.seek(self.offset - len(self._last_bytes))
        return file.read(len(self._last_bytes)) != self._last_bytes
