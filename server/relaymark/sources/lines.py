"""Lines of an append-only file: cut from whatever bytes arrive, a partial last one waits."""

import os
from collections.abc import Iterator
from typing import Any

import msgspec

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line is skipped, so that one line cannot take the memory of the machine."""

_decoder = msgspec.json.Decoder()


class TooLong:
    """Stands for a line of more than `LONGEST_LINE` bytes."""


TOO_LONG = TooLong()


class LineCutter:
    """Cuts appended bytes into lines.

    Args:
        offset: The byte offset at which the first bytes stand in the file.
    """

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        """Where the next bytes are expected."""
        self._start = offset
        self._parts: list[bytes] = []
        self._held = 0
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes | TooLong]]:
        """Yield the offset and the bytes (no line end) of each line that `data` completes; empty lines are left out."""
        at = 0
        while (end := data.find(b"\n", at)) >= 0:
            line = self._taken(data[at:end])
            start, self._start = self._start, self.offset + end + 1
            at = end + 1
            if line:
                yield start, line
        self._hold(data[at:])
        self.offset += len(data)

    def _taken(self, last: bytes) -> bytes | TooLong:
        if self._skipping or self._held + len(last) > LONGEST_LINE:
            self._drop()
            self._skipping = False
            return TOO_LONG
        line = b"".join((*self._parts, last)) if self._parts else last
        self._drop()
        return line.rstrip(b"\r")

    def _hold(self, rest: bytes) -> None:
        if not rest or self._skipping:
            return
        self._parts.append(rest)
        self._held += len(rest)
        if self._held > LONGEST_LINE:
            self._drop()
            self._skipping = True

    def _drop(self) -> None:
        self._parts, self._held = [], 0


def parsed(line: bytes) -> Any:
    """Return the JSON value of a line.

    Raises:
        ValueError: It is no JSON: cut, doubled, with NULs, with numbers out of range, not UTF-8, nested too deep.
    """
    try:
        return _decoder.decode(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def raw_lines(path: str, offsets: tuple[int, ...]) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of the lines that begin at `offsets`.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb") as file:
        for offset in sorted(offsets):
            file.seek(offset)
            yield offset, file.readline().rstrip(b"\r\n")


def all_lines(path: str, most: int) -> Iterator[bytes | TooLong]:
    """Yield the lines of the last `most` bytes of a file; the first of them may be cut.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb") as file:
        start = max(os.fstat(file.fileno()).st_size - most, 0)
        file.seek(start)
        data = file.read(most)
    yield from (line for _, line in LineCutter(start).feed(data + b"\n"))
