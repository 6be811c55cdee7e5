"""Continue: what a session file and the index beside it tell.

Facts: files of the command line 1.5.47 were observed; those of the editor extension are as its public source
(`continuedev/continue`: `core/index.d.ts`, `core/util/history.ts`, `core/util/conversationCompaction.ts`) has them.
Both write `sessions/<id>.json` whole. No record has a time.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.continue_dev.tools import STARTED, call_events
from relaymark.agents.fields import joined, listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record
from relaymark.core.store import Told

INDEX = "sessions.json"
_MOST_MILLISECONDS = 1e14
_GOES_ON = "continue"


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the one session of a file.

    Args:
        path: The file, absolute.
        contents: The parsed file under its name, and the index under its own.
    """
    file = paths.name(path)
    session = mapping(contents.get(file))
    if "history" not in session:
        return ()
    known = text(session.get("sessionId")) or file.removesuffix(".json")
    listed = next((one for one in map(mapping, listing(contents.get(INDEX))) if one.get("sessionId") == known), {})
    records = [_about(known, session, listed)]
    records += _History(session).records()
    return (Told(known, tuple(records)),)


def _about(known: str, session: Mapping[str, Any], listed: Mapping[str, Any]) -> Record:
    place = text(session.get("workspaceDirectory")) or text(listed.get("workspaceDirectory"))
    title = text(session.get("title")) or text(listed.get("title"))
    model = text(session.get("chatModelTitle"))
    found: list[ev.Event] = [
        ev.Started(known, cwd=paths.from_uri(place) if place else None, at=_milliseconds(listed.get("dateCreated")))
    ]
    if title:
        found.append(ev.Titled(title))
    if model:
        found.append(ev.ModelChanged(model))
    bad = "" if isinstance(session.get("history"), list) else "a history that is no list"
    return Record(tuple(found), bad=bad)


def _milliseconds(value: Any) -> float | None:
    """Return a time in seconds from milliseconds since the epoch, which the index keeps as text."""
    try:
        told = float(value) if isinstance(value, str | int) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return None
    return told / 1000 if 0 < told < _MOST_MILLISECONDS else None


class _History:
    """Reads the items of a history in their order."""

    def __init__(self, session: Mapping[str, Any]) -> None:
        self._items = listing(session.get("history"))
        self._extension = "chatModelTitle" in session
        """The editor extension wrote it last: its replies have no usage, so an older figure is not the context."""
        self._own_turn = False
        """An answer came after a compaction without a word of the user."""
        self._after_summary = False
        self._outputs = {
            call
            for item in map(mapping, self._items)
            for state in map(mapping, listing(item.get("toolCallStates")))
            if (call := text(state.get("toolCallId"))) and state.get("output")
        }

    def records(self) -> list[Record]:
        """Return one record for each item."""
        return [self._record(mapping(item), str(at)) for at, item in enumerate(self._items)]

    def _record(self, item: Mapping[str, Any], key: str) -> Record:
        if not item:
            return Record(bad="an item of the history that is no object")
        message = mapping(item.get("message"))
        summary = text(item.get("conversationSummary"))
        said = joined(message.get("content"))
        found: list[ev.Event] = []
        bad = ""
        match message.get("role"):
            case "user":
                found = self._user(said, item)
            case "assistant" if said != summary or item.get("toolCallStates"):
                found, bad = self._assistant(said, message, item, key)
            case "thinking" if said:
                found = [ev.Said(said)]
            case "tool" if said and (call := text(message.get("toolCallId"))) not in self._outputs:
                found = [ev.Returned(call or "", text=said)]
        if summary:
            found.append(ev.Compacted(summary))
            self._after_summary, self._own_turn = True, False
        return Record(tuple(found), bad=bad)

    def _user(self, said: str, item: Mapping[str, Any]) -> list[ev.Event]:
        # After a compaction in the middle of a turn the command line goes on by itself with this word.
        fed = self._own_turn and said == _GOES_ON
        self._after_summary = self._own_turn = False
        found: list[ev.Event] = [ev.Fed(said) if fed else ev.Prompt(said)]
        for one in map(mapping, listing(item.get("contextItems"))):
            uri, content = mapping(one.get("uri")), text(one.get("content")) or ""
            value = text(uri.get("value")) if uri.get("type") == "file" else None
            path = paths.from_uri(value) if value else None
            if path:
                found.append(ev.Mentioned(path, content))
            elif content:
                found.append(ev.Fed(content))
        return found

    def _assistant(
        self, said: str, message: Mapping[str, Any], item: Mapping[str, Any], key: str
    ) -> tuple[list[ev.Event], str]:
        self._own_turn = self._after_summary
        states = [mapping(state) for state in listing(item.get("toolCallStates"))]
        if old := mapping(item.get("toolCallState")):
            states.append(old)  # one call per answer, in older versions of the extension
        found, bad = self._usage(message, item, key, answered=bool(said or states))
        if said:
            found.append(ev.Said(said))
        for at, state in enumerate(states):
            found += call_events(state, f"{key}.{at}")
        statuses = {text(state.get("status")) for state in states}
        if statuses & STARTED:
            if "generated" in statuses:
                found.append(ev.Waiting())  # the call is whole and not yet allowed
        elif "canceled" in statuses:
            found.append(ev.Interrupted())
        elif said and not states:
            found.append(ev.TurnEnded(certain=False))
        return found, bad

    def _usage(
        self, message: Mapping[str, Any], item: Mapping[str, Any], key: str, *, answered: bool
    ) -> tuple[list[ev.Event], str]:
        found: list[ev.Event] = []
        for log in map(mapping, listing(item.get("promptLogs"))[-1:]):
            model, provider = text(log.get("modelTitle")), text(log.get("modelProvider"))
            if model or provider:
                found.append(ev.ModelChanged(model, provider=provider))
        usage = mapping(message.get("usage"))
        if model := text(usage.get("model")):
            found.append(ev.ModelChanged(model))
        if not usage:
            if "usage" in message and message["usage"] is not None:
                return [*found, ev.Reply(key, None)], "usage that is no object"
            return [*found, *([ev.Reply(key, None)] if self._extension and answered else [])], ""
        tokens = whole(usage.get("prompt_tokens", usage.get("promptTokens")))
        if tokens is None:
            return [*found, ev.Reply(key, None)], "usage without a number of prompt tokens"
        # All zeros come from servers that tell no usage.
        return [*found, ev.Reply(key, tokens)] if tokens else found, ""
