"""aider: a chat history cut into its chats, and each chat into what was typed, what aider said and what the model said.

Facts: files of 0.86.2, and `aider/io.py` in its public source, which writes them. Every line that aider writes itself
(`####` before what was typed, `>` before its own words) stands after an empty line or after another such line, and
ends with two spaces; of a message of several lines only the first may have the mark and only the last the spaces. An
answer of the model is copied as it is between two empty lines, and may hold lines that begin in the same way.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

_STARTED = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)")
_INTERRUPTED = "^C "
_SURELY_OWN = re.compile(
    r"Tokens: [\d.,]+k? sent, |litellm\.\w|\^C |Retrying in \d|Traceback \(most|The LLM did not conform"
)
_SENT = re.compile(r"Tokens: .* received\.")
_WRITTEN = "  "
"""What aider puts at the end of its own lines, the two spaces that break a line in Markdown."""


class Piece(Struct, frozen=True):
    """Lines of a chat that belong together.

    Attributes:
        kind: `typed` by the user (several lines are one input), `own` words of aider (one line), an `answer`.
        text: Without the marks of aider.
    """

    kind: Literal["typed", "own", "answer"]
    text: str


class Chat(Struct):
    """One chat of a history: when it was started, in local time without a zone, and its pieces in order."""

    started: datetime
    pieces: list[Piece]


def begins(text: str) -> bool:
    """Tell whether a text begins as a chat history does."""
    return _STARTED.match(text.lstrip()[:80]) is not None


def chats(text: str) -> list[Chat]:
    """Return the chats of a history, in the order of the file."""
    found: list[Chat] = []
    cutter = _Cutter()
    for line in text.replace("\r\n", "\n").split("\n"):
        if started := cutter.start(line, found[-1].started if found else None):
            if found:
                found[-1].pieces.extend(cutter.rest())
            cutter = _Cutter()
            found.append(Chat(started, []))
        elif found:
            found[-1].pieces.extend(cutter.feed(line))
    if found:
        found[-1].pieces.extend(cutter.rest())
    return found


class _Cutter:
    """Cuts one chat, line by line."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._kind: Literal["typed", "answer"] = "answer"
        self._before: Literal["begin", "empty", "typed", "own", "answer"] = "begin"
        self._fence = ""
        self._cut_off = False
        """The user stopped this answer: its last fence may never be closed."""
        self._head = True
        """Nothing was typed yet, so there is no answer; the command line may hold a message of many lines."""

    def start(self, line: str, newest: datetime | None) -> datetime | None:
        """Return when a chat was started, if a line says so; within a fence only one that is later can be true."""
        found = _STARTED.fullmatch(line) if self._before in ("begin", "empty") else None
        if found is None:
            return None
        try:
            started = datetime.fromisoformat(found[1])
        except ValueError:
            return None
        return None if self._fence and newest is not None and started <= newest else started

    def rest(self) -> Iterator[Piece]:
        """Yield what is not yet told."""
        text = "\n".join(self._open).strip()
        if text:
            yield Piece(self._kind, text)
        self._open = []

    def feed(self, line: str) -> Iterator[Piece]:
        """Yield the pieces that are whole with this line."""
        own = self._own(line)
        if own is not None:
            yield from self.rest()
            self._fence, self._before = "", "own"
            self._cut_off |= own.startswith(_INTERRUPTED)
            yield Piece("own", own)
        elif self._typed(line):
            if self._before != "typed":
                yield from self.rest()
            self._kind, self._before, self._fence = "typed", "typed", ""
            self._cut_off = self._head = False
            self._open.append(line[5:].rstrip())
        elif self._before == "own" and line.strip():
            return  # the second line of a message of aider, which has no mark
        else:
            if self._kind == "typed":
                yield from self.rest()
            self._answer(line)

    def _own(self, line: str) -> str | None:
        """Return aider's own words; an answer never follows them, or an input, without an empty line."""
        if not line.startswith(">") or line[1:2] not in ("", " "):
            return None
        said = line[2:].strip()
        if self._head and line.endswith(_WRITTEN):
            return said
        match self._before:
            case "own" | "typed":
                return said
            case "begin":
                return said or None
            case "empty" if line.endswith(_WRITTEN) or _SENT.fullmatch(said):
                return said if self._may_be_own or _SURELY_OWN.match(said) else None
        return None

    def _typed(self, line: str) -> bool:
        if not line.startswith("#### ") or not line.endswith(_WRITTEN):
            return False
        return self._before == "typed" or (self._before in ("begin", "empty") and self._may_be_own)

    @property
    def _may_be_own(self) -> bool:
        return not self._fence or self._cut_off

    def _answer(self, line: str) -> None:
        if not line.strip():
            self._before = "begin" if self._before == "begin" else "empty"
        else:
            self._before = "answer"
        self._kind = "answer"
        self._open.append(line)
        found = _FENCE.fullmatch(line)
        if found is None:
            return
        mark, info = found[1], found[2]
        if not self._fence:
            self._fence = mark
        elif mark[0] == self._fence[0] and len(mark) >= len(self._fence) and not info.strip():
            self._fence = ""
