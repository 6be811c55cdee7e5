"""Counting tokens in a child process, which carries the vocabulary and ends after a minute without work."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.weights import Counts

_log = logging.getLogger(__name__)

LINES_AT_ONCE = 400
_LOOK_AFTER = 5.0


WHOLE_FILE = -1
"""Stands for an offset where not records are asked for but the text of the whole file."""


class Asked(Struct, frozen=True):
    """The records whose texts are to be counted; or a whole file, of no agent.

    Attributes:
        agent: The agent's name.
        path: The transcript or database.
        offsets: Which records: their byte offsets in a file of lines, else their keys.
        session: Whose they are; empty: the file's own session.
        store: Which of the agent's stores it is, by its place in their list.
    """

    agent: str
    path: str
    offsets: tuple[int, ...]
    session: str = ""
    store: int = 0


class Counted(Struct, frozen=True):
    """Counts of records of one session; a record that is gone has no texts. Empty: they could not be counted."""

    path: str
    counts: dict[int, Counts]
    session: str = ""


class TokenCounter:
    """Hands records to the counting process and its answers to `done`, on a thread of its own.

    Args:
        done: Called with each answer, on that thread.
    """

    def __init__(self, done: Callable[[Counted], None]) -> None:
        self._done = done
        self._queue: SimpleQueue[Asked | None] = SimpleQueue()
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="relaymark-counting", daemon=True)
        self._thread.start()

    def ask(self, asked: Asked) -> None:
        """Have records counted, some time."""
        for at in range(0, len(asked.offsets), LINES_AT_ONCE):
            self._queue.put(replace(asked, offsets=asked.offsets[at : at + LINES_AT_ONCE]))

    def close(self) -> None:
        """End the thread and the child."""
        self._queue.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (asked := self._next()) is not None:
            try:
                answer = self._exchange(asked)
            except (OSError, ValueError) as error:
                self._end()
                self._failures += 1
                if self._failures <= 1:
                    _log.warning("tokens are not counted: %s", error)
                nothing: dict[int, Counts] = {WHOLE_FILE: ()} if asked.offsets == (WHOLE_FILE,) else {}
                self._done(Counted(asked.path, nothing, asked.session))
                continue
            self._done(answer)
        self._end()

    def _next(self) -> Asked | None:
        while True:
            try:
                return self._queue.get(timeout=_LOOK_AFTER if self._child else None)
            except Empty:
                if self._child and self._child.poll() is not None:
                    self._end()  # it had nothing to do for a minute

    def _exchange(self, asked: Asked) -> Counted:
        line = msgspec.json.encode(asked) + b"\n"
        for _ in range(2):  # a child that ended for lack of work is followed by a new one
            child = self._started()
            assert child.stdin is not None
            assert child.stdout is not None
            try:
                child.stdin.write(line)
                child.stdin.flush()
            except OSError:
                self._end()
                continue
            if answer := child.stdout.readline():
                return msgspec.json.decode(answer, type=Counted)
            self._end()
        msg = "the counting process ended"
        raise OSError(msg)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "relaymark", "count"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue
        try:
            child.wait(timeout=2)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
