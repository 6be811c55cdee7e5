"""Gemini CLI: the log of a chat, replayed: what was said in all, without what was taken back.

A message that changes is written again under its id. `$rewindTo` takes messages back. `$set.messages` replaces the
whole history: by a summary and copies (compression), by fewer messages (a turn that was stopped or failed is taken
back), or by the same ones with their parts filled in (resume), where a call and its response share one id. What a
summary replaced was said all the same. Facts: observed in files of 0.30.1 and 0.61.0; rewinds, turns that are taken
back and copies that come as messages after `packages/core/src/services/chatRecordingService.ts`, `core/geminiChat.ts`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from relaymark.agents.fields import instant, listing, mapping, text
from relaymark.agents.gemini_cli.parts import spoken

Kind = Literal["said", "copied", "summary", "dropped", "undone"]
_Key = tuple[str, str]

_SUMMARY = "<state_snapshot>"
_BEGINNINGS = (_SUMMARY, "<scratchpad>")
_UNDERSTOOD = "Got it. Thanks for the additional context!"
_TALK = ("user", "gemini")


class Entry(Struct):
    """Something that happened in a chat.

    Attributes:
        kind: `said`: a message; `copied`: one that was put into a new history, not said again; `summary`: the message
            that stands for all before it; `dropped`: the history lost the newest reply; `undone`: a turn was taken
            back.
        message: The message in its newest state, empty for the last two kinds.
    """

    kind: Kind
    message: Mapping[str, Any]


class Log:
    """Replays records in their order.

    Args:
        records: The parsed lines of a chat, or the one object of an old one.
    """

    def __init__(self, records: Iterable[Any]) -> None:
        self.entries: list[Entry] = []
        """All that was said and not taken back, in the order in which it came."""
        self.about: dict[str, Any] = {}
        """What the chat says of itself, the newest word of each kind; of its start the first."""
        self.updated: float | None = None
        """Its newest activity, in seconds since the epoch."""
        self.bad = 0
        """Records that are no objects, and messages that are none."""
        self._live: dict[_Key, Entry] = {}
        self._copying = False
        for record in records:
            if isinstance(record, dict):
                self._take(record)
            else:
                self.bad += 1

    def _take(self, record: Mapping[str, Any]) -> None:
        if back := text(record.get("$rewindTo")):
            self._rewind(back)
        elif text(record.get("id")):
            self._message(record)
        elif isinstance(changed := record.get("$set"), dict):
            self._about(changed)
            if isinstance(messages := changed.get("messages"), list):
                self._replace(messages)
        elif text(record.get("sessionId")):
            self._about(record)
            for message in listing(record.get("messages")):
                if text(mapping(message).get("id")):
                    self._message(message)
                else:
                    self.bad += 1

    def _about(self, told: Mapping[str, Any]) -> None:
        started = self.about.get("startTime")
        self.about |= {name: value for name, value in told.items() if name != "messages" and value is not None}
        if started is not None:
            self.about["startTime"] = started
        moment = instant(told.get("lastUpdated"))
        if moment is not None:
            self.updated = max(moment, self.updated or moment)

    def _message(self, message: Mapping[str, Any]) -> None:
        key = _key(message)
        if known := self._live.get(key):
            known.message = message
            return
        if key[1] == "gemini" and message.get("tokens"):
            self._copying = False  # a reply: nobody puts that into a history
        if not self._copying and _is_summary(message, alone=True):
            # What follows it, up to the new history, are copies of what it did not replace.
            self._copying = True
            entry = Entry("summary", message)
        else:
            entry = Entry("copied" if self._copying and key[1] in _TALK else "said", message)
        self._live[key] = entry
        self.entries.append(entry)

    def _replace(self, messages: list[Any]) -> None:
        there = [message for message in messages if text(mapping(message).get("id"))]
        self.bad += len(messages) - len(there)
        fresh = [message for message in there if _key(message) not in self._live]
        keys = {_key(message) for message in there}
        gone = [key for key in self._live if key not in keys and key[1] in _TALK]
        summary = None if self._copying else _summary(fresh)
        # Copies have no tokens: a list with new ones tells what was said and not recorded before.
        kind: Kind = "said" if any(message.get("tokens") for message in fresh) else "copied"
        if summary is not None:
            self.entries.append(Entry("summary", summary))
        elif gone and not self._copying:
            self._lose(gone, keys, fresh=bool(fresh))
        self._copying = False
        live: dict[_Key, Entry] = {}
        for message in there:
            key = _key(message)
            if entry := live.get(key) or self._live.get(key):
                entry.message = message
            else:
                entry = Entry(kind, message)
                if message is not summary:
                    self.entries.append(entry)
            live[key] = entry
        self._live = live

    def _lose(self, gone: list[_Key], kept: set[_Key], *, fresh: bool) -> None:
        """Take note of messages that a new history leaves out without a summary."""
        talk = [key for key in self._live if key[1] in _TALK]
        newest = next((key for key in reversed(talk) if self._live[key].message.get("tokens")), None)
        end = not fresh and not kept.intersection(talk[talk.index(gone[0]) :])
        if end and gone[0][1] == "user":
            at = _index(self.entries, self._live[gone[0]])
            self._remove([self._live[key] for key in gone])
            self.entries.insert(at, Entry("undone", {}))
        elif newest in gone:
            self.entries.append(Entry("dropped", {}))

    def _rewind(self, to: str) -> None:
        """Take back a message and all after it; an unknown one takes back all, as the program's own loader does."""
        keys = list(self._live)
        first = next((at for at, key in enumerate(keys) if key[0] == to), 0)
        removed = [self._live.pop(key) for key in keys[first:]]
        if not removed:
            return
        at = _index(self.entries, removed[0])
        notices = [entry for entry in self.entries[at:] if entry.message.get("type") not in _TALK]
        self._remove([*removed, *(entry for entry in notices if entry.kind == "said")])

    def _remove(self, entries: list[Entry]) -> None:
        ids = {id(entry) for entry in entries}
        self.entries = [entry for entry in self.entries if id(entry) not in ids]


def _key(message: Mapping[str, Any]) -> _Key:
    return text(message.get("id")) or "", text(message.get("type")) or ""


def _is_summary(message: Mapping[str, Any], *, alone: bool = False) -> bool:
    """Tell whether a message is a summary; one that stands `alone`, and not in a new history, might quote one."""
    said = spoken(message.get("content")) if message.get("type") == "user" else ""
    return said.lstrip().startswith(_BEGINNINGS) if alone else _SUMMARY in said


def _summary(fresh: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the message among new ones that is a summary of what came before."""
    for at, message in enumerate(fresh):
        answer = fresh[at + 1] if at + 1 < len(fresh) else {}
        understood = message.get("type") == "user" and spoken(answer.get("content")) == _UNDERSTOOD
        if understood or _is_summary(message):
            return message
    return None


def _index(entries: list[Entry], entry: Entry) -> int:
    return next((at for at, one in enumerate(entries) if one is entry), len(entries))
