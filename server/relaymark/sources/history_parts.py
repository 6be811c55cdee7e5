"""Runs a long `git log` in parts, side by side: comparing trees is what it spends its time with, on one core each."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Self

PART = 25_000
"""Commits per part: a history that is shorter costs the further parts one walk without comparing."""

_MOST_PARTS = 4
_CHUNK = 1 << 20
BETWEEN = b"\0\0\x01"
"""What stands before each commit for a format that begins with `%x00%x01`: no path and no subject holds it."""


class Parts:
    """A log that is being read; leaving the context ends what still runs.

    Args:
        command: The log without its commit, with `-z` and a format that begins with `%x00%x01`.
        head: The commit.
        top: The folder.
        env: The environment.
        most: How many commits are read.
    """

    def __init__(self, command: Sequence[str], head: str, top: str, env: Mapping[str, str], most: int) -> None:
        self._command, self._head, self._top, self._env, self._most = command, head, top, env, most
        self._parts: list[_Part] = []
        self._told: SimpleQueue[tuple[int, list[bytes]]] = SimpleQueue()
        self.size = PART
        self.fine = False

    def __enter__(self) -> Self:
        """Start git; OSError if it cannot be started."""
        count = max(1, min(_MOST_PARTS, os.cpu_count() or 1))
        try:
            for at in range(count):
                most = self._most - at * self.size if at + 1 == count else self.size
                command = [*self._command, f"--skip={at * self.size}", f"--max-count={most}", self._head, "--"]
                self._parts.append(_Part(at, command, self._top, self._env, self._told))
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs."""
        for part in self._parts:
            part.process.kill()
            part.ended()

    def entries(self) -> Iterator[tuple[int, list[bytes]]]:
        """Yield what git tells of commits, by their part, as it comes: within a part the newest first.

        `fine` tells afterwards whether that is all.
        """
        left = len(self._parts)
        while left:
            at, entries = self._told.get()
            if entries:
                yield at, entries
            else:
                left -= 1
        ended = [part.ended() for part in self._parts]
        self.fine = all(ended)


class _Part:
    """A git that writes, and a thread that takes it: a full pipe would hold git up."""

    def __init__(
        self, at: int, command: Sequence[str], top: str, env: Mapping[str, str],
        told: "SimpleQueue[tuple[int, list[bytes]]]",
    ) -> None:  # fmt: skip
        self.process = subprocess.Popen(  # noqa: S603  (git, by fixed words)
            command, cwd=top, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._at, self._told = at, told
        self._reader = Thread(target=self._take, daemon=True)
        self._reader.start()

    def _take(self) -> None:
        assert self.process.stdout
        rest = b"\0"
        try:
            while block := self.process.stdout.read(_CHUNK):
                *whole, rest = (rest + block).split(BETWEEN)
                if whole:
                    self._told.put((self._at, whole))
            self._told.put((self._at, [rest]))
        finally:
            self._told.put((self._at, []))

    def ended(self) -> bool:
        """Wait for git, and tell whether all went well."""
        self._reader.join()
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.wait() == 0
