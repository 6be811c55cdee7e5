"""Cline's core: what the messages of a conversation tell, one after the other.

Facts: observed in files of 3.0.65 with a provider that speaks like OpenAI's; the marks of messages that nobody typed
(`metadata.displayRole`, `metadata.kind`, `<mode_notice>`) are in the public source.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from relaymark.agents.cline.tools import tool_called, tool_returned
from relaymark.agents.fields import listing, mapping, milliseconds, text, whole
from relaymark.core import events as ev

_NOTICES = ("mode_notice", "environment_notice")
_WRAPPING = re.compile(r"</?(?:user_input|user_command)\b[^<>]*>")
_SLASH = re.compile(r'<user_command\b[^<>]*\bslash="([^"<>]+)"')
_TYPED = "<user_"
_SUMMARY = "compaction_summary"
_CACHED = ("cacheReadTokens", "cacheWriteTokens")


class Conversation:
    """Turns messages into records; it knows the calls that are under way."""

    def __init__(self) -> None:
        self._calls: dict[str, int] = {}
        self.turn: Literal["open", "ended", "failed"] = "ended"
        """How the newest message leaves the turn: a prompt, a call and a result leave it open."""

    def record(self, message: Any, at: int) -> ev.Record:
        """Return what a message tells; `at` is its place in the list."""
        fields = mapping(message)
        time = milliseconds(fields.get("ts"))
        match fields.get("role"):
            case "user":
                return ev.Record(tuple(self._user(fields)), time=time)
            case "assistant":
                found, bad = self._assistant(fields, text(fields.get("id")) or f"message {at}")
                return ev.Record(tuple(found), time=time, bad=bad)
            case "error":
                self.turn = "failed"
                return ev.Record((ev.Failed(),), time=time)
        return ev.Record(time=time, bad="" if fields else "not an object")

    def _user(self, message: Mapping[str, Any]) -> list[ev.Event]:
        marks = mapping(message.get("metadata"))
        blocks = _blocks(message)
        if marks.get("kind") == _SUMMARY:
            return [ev.Compacted(_text_of(blocks))]
        results = any(block.get("type") == "tool_result" for block in blocks)
        fed = results or bool(marks.get("kind")) or marks.get("displayRole") == "system"
        found: list[ev.Event] = []
        for block in blocks:
            match block.get("type"):
                case "tool_result":
                    call = text(block.get("tool_use_id")) or ""
                    found += tool_returned(call, self._calls.pop(call, 1), block)
                case "file" if path := text(block.get("path")):
                    found.append(ev.Mentioned(path, text(block.get("content")) or ""))
        if said := _text_of(blocks):
            words = typed(said)
            typed_here = bool(words) and (not fed or _TYPED in said)
            found.insert(0, ev.Prompt(words) if typed_here else ev.Fed(said))
        if results or any(isinstance(event, ev.Prompt) for event in found):
            self.turn = "open"
        return found

    def _assistant(self, message: Mapping[str, Any], key: str) -> tuple[list[ev.Event], str]:
        info = mapping(message.get("modelInfo"))
        found: list[ev.Event] = []
        if model := text(info.get("id")):
            found.append(ev.ModelChanged(model, provider=text(info.get("provider"))))
        told, bad = _reply(message.get("metrics"), key)
        found += told
        calls = False
        for block in _blocks(message):
            match block.get("type"):
                case "text" if said := text(block.get("text")):
                    found.append(ev.Said(said))
                case "tool_use":
                    calls = True
                    call = text(block.get("id")) or ""
                    events = tool_called(call, text(block.get("name")) or "unknown", block.get("input"))
                    self._calls[call] = len({event.call for event in events if isinstance(event, _CALLS)}) or 1
                    found += events
        self.turn = "open" if calls else "ended"
        return found, bad


_CALLS = (ev.FileRead, ev.FileEdit, ev.Command, ev.Called)


def typed(said: str) -> str:
    """Return what the user typed of a message's text: without the tags around it and the program's notices."""
    slash = _SLASH.search(said)
    for notice in _NOTICES:
        said = _without(said, notice)
    words = _WRAPPING.sub("", said).strip()
    return f"/{slash[1]} {words}".rstrip() if slash else words


def _without(said: str, tag: str) -> str:
    """Return a text without the elements of a tag; one that is not closed stays."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    kept, rest = "", said
    while True:
        before, found, after = rest.partition(opening)
        _, closed, behind = after.partition(closing)
        if not found or not closed:
            return kept + rest
        kept, rest = kept + before, behind


def _blocks(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [mapping(block) for block in listing(content)]


def _text_of(blocks: list[Mapping[str, Any]]) -> str:
    texts = [text(block.get("text")) for block in blocks if block.get("type") == "text"]
    return "\n".join(said for said in texts if said)


def _reply(metrics: Any, key: str) -> tuple[list[ev.Event], str]:
    """Return the reply that the metrics of a message tell, and why they are bad if they are.

    The program's own display shows `inputTokens`, the cached tokens in it. Where the cached ones alone are more, they
    cannot be in it: then the prompt is the sum.
    """
    if metrics is None:
        return [], ""
    told = mapping(metrics)
    tokens = whole(told.get("inputTokens"))
    cached = [whole(told.get(name)) if told.get(name) is not None else 0 for name in _CACHED]
    if tokens is None or None in cached:
        return [ev.Reply(key, None)], "usage that is no number"
    apart = sum(filter(None, cached))
    tokens += apart if apart > tokens else 0
    # All zeros: the provider told no usage.
    return ([ev.Reply(key, tokens)] if tokens else []), ""
