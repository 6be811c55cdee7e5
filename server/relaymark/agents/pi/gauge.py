"""Pi: the context after each entry of a session, as the program's own display counts it.

That is the usage of the last good reply on the branch, and for each message after it a fourth of its characters. So
an entry continues the figure of its parent, which is kept here: no line tells it by itself. Facts: Pi's public source
(`packages/coding-agent/src/core/compaction/compaction.ts`, `getContextUsage` in `core/agent-session.ts`).
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_BUCKETS = ("input", "output", "cacheRead", "cacheWrite")
_IMAGE = 4_800
"""Characters that an image counts for."""
_NOT_GOOD = ("aborted", "error")
_BEFORE = ""
"""Stands for the entry before in files of version 1, whose entries have no ids."""


class Gauge:
    """Follows the figures through one file; lines are told in the order in which they stand there."""

    def __init__(self) -> None:
        self._held: dict[str, int | None] = {}
        self._told = 0

    def measured(self, key: str | None, parent: str | None, usage: Mapping[str, Any]) -> tuple[ev.Reply | None, str]:
        """Return what the usage of a reply tells, and why that is bad if it is; all zeros tell nothing."""
        figures = [whole(usage.get(bucket, 0)) for bucket in _BUCKETS]
        total = whole(usage.get("totalTokens", 0))
        known = [figure for figure in figures if figure is not None]
        if total is None or len(known) < len(figures):
            return self._hold(key, None), "usage that is no number"
        tokens = total or sum(known)
        if not tokens:
            self.carry(key, parent)
            return None, ""
        return self._hold(key, tokens, output=min(known[1], tokens)), ""

    def unreadable(self, key: str | None) -> ev.Reply:
        """Return that nothing is known after a reply."""
        return self._hold(key, None)

    def compacted(self, key: str | None) -> None:
        """Take a compaction: until the next good reply nothing is known."""
        self._held[key or _BEFORE] = None

    def carry(self, key: str | None, parent: str | None) -> None:
        """Take an entry that adds nothing."""
        self._held[key or _BEFORE] = self._of(key, parent)

    def followed(self, key: str | None, parent: str | None, tokens: int) -> tuple[ev.Reply, ...]:
        """Return what a message of about `tokens` tells that came after the last good reply."""
        before = self._of(key, parent)
        if before is None or not tokens:
            self.carry(key, parent)
            return ()
        return (self._hold(key, before + tokens, source="estimated"),)

    def _of(self, key: str | None, parent: str | None) -> int | None:
        return self._held.get((parent or "\0") if key else _BEFORE)

    def _hold(
        self, key: str | None, tokens: int | None, source: ev.ContextSource = "measured", output: int = 0
    ) -> ev.Reply:
        self._held[key or _BEFORE] = tokens
        self._told += 1
        return ev.Reply(key or f"reply {self._told}", tokens, source, output)


def good(message: Mapping[str, Any]) -> bool:
    """Tell whether the usage of an assistant's message counts: those of aborted and failed replies do not."""
    return message.get("stopReason") not in _NOT_GOOD


def about(message: Mapping[str, Any]) -> int:
    """Return a message's tokens as Pi estimates them: a fourth of its characters, rounded up."""
    match message.get("role"):
        case "user":
            found = _blocks(message.get("content"), image=0)
        case "assistant":
            found = sum(_made(mapping(block)) for block in listing(message.get("content")))
        case "toolResult" | "custom" | "hookMessage":
            found = _blocks(message.get("content"), image=_IMAGE)
        case "bashExecution":
            found = _length(message.get("command")) + _length(message.get("output"))
        case "branchSummary" | "compactionSummary":
            found = _length(message.get("summary"))
        case _:
            found = 0
    return -(-found // 4)


def _blocks(content: Any, *, image: int) -> int:
    if isinstance(content, str):
        return _length(content)
    blocks = map(mapping, listing(content))
    return sum(image if block.get("type") == "image" else _length(block.get("text")) for block in blocks)


def _made(block: Mapping[str, Any]) -> int:
    match block.get("type"):
        case "text":
            return _length(block.get("text"))
        case "thinking":
            return _length(block.get("thinking"))
        case "toolCall":
            return _length(block.get("name")) + _written(block.get("arguments"))
    return 0


def _written(value: Any) -> int:
    try:
        return _length(msgspec.json.encode(value).decode())
    except (TypeError, ValueError, RecursionError):
        return 0


def _length(value: Any) -> int:
    """Return how long JavaScript finds a text: in units of UTF-16."""
    known = text(value) or ""
    return len(known) if known.isascii() else len(known.encode("utf-16-le", "surrogatepass")) // 2
