"""Gemini CLI: a chat and what lies around it, as one session.

Facts: observed in files of 0.30.1 and 0.61.0. The program's own gauge shows the input of the newest reply alone; cached
tokens are in it. There is no mark for the end of a turn: a reply without a call looks like one, and a tool that runs
cannot be seen at all, because calls are recorded with their results.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import instant, listing, mapping, text, whole
from relaymark.agents.gemini_cli import prompts, tools
from relaymark.agents.gemini_cli.log import Entry, Log
from relaymark.agents.gemini_cli.parts import spoken, under
from relaymark.agents.gemini_cli.workspace import directory, named
from relaymark.core import events as ev
from relaymark.core.paths import normal
from relaymark.core.store import Told

_STOPPED = "Request cancelled."
_COMPRESSED = ("Context compressed from ", "IMPORTANT: This conversation exceeded the compress threshold.")


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the session of a chat: none for a file that is no chat.

    Args:
        path: The chat, absolute.
        contents: Its parsed records and what lies around it, by path relative to its folder.
    """
    places = normal(path).split("/")
    own = contents.get(places[-1])
    log = Log(own if isinstance(own, list) else [own])
    session = text(log.about.get("sessionId"))
    if session is None and not log.entries:
        return ()
    # A subagent lies in a folder named after its session: <project>/chats/<session>/<agent>.jsonl
    below = places[-3:-2] == ["chats"] and not places[-1].startswith("session-")
    parent = places[-2] if below else None
    project = places[-4 if parent else -3 : -3 if parent else -2]
    cwd = directory(project[0] if project else "", text(log.about.get("projectHash")), contents, _named(log))
    started = ev.Started(
        session=session or places[-1].rsplit(".", 1)[0],
        parent=parent if parent != session else None,
        cwd=cwd,
        at=instant(log.about.get("startTime")),
    )
    about: list[ev.Event] = [started]
    if title := text(log.about.get("summary")):
        about.append(ev.Titled(title))
    teller = _Teller()
    records = [ev.Record(tuple(about)), *map(teller.record, log.entries), ev.Record(time=log.updated)]
    records += [ev.Record(bad="not an object")] * log.bad
    return (Told(started.session or "", tuple(records)),)


def _named(log: Log) -> list[str]:
    """Return the folders that the chat names itself: in its head, and in the message that opens every history."""
    found = [one for one in listing(log.about.get("directories")) if isinstance(one, str)]
    for entry in log.entries:
        said = spoken(entry.message.get("content")) if entry.message.get("type") == "user" else ""
        if said.lstrip().startswith(prompts.CONTEXT):
            return [*named(said), *found]
    return found


class _Teller:
    """Makes records of the entries of one chat, in their order."""

    def __init__(self) -> None:
        self._open = False
        self._back: set[str] = set()
        self._drops = 0
        self._summarised = False

    def record(self, entry: Entry) -> ev.Record:
        message, bad = entry.message, ""
        found: list[ev.Event] = []
        match entry.kind, message.get("type"):
            case "summary", _:
                self._back.clear()  # copies of results come into the context again
                self._summarised = True
                found = [ev.Compacted(spoken(message.get("content")))]
            case "dropped", _:
                self._drops += 1
                found = [ev.Reply(f"dropped {self._drops}", None)]
            case "undone", _:
                # By an error, unless a notice says that the user stopped it.
                self._open = True
                found = [ev.Failed()]
            case "copied", "user" if responses := under(message.get("content"), "functionResponse"):
                found = [ev.Fed(said) for _, said in self._new(responses) if said]
            case "copied", "user":
                found = prompts.user(message, copied=True)
            case "copied", "gemini":
                found = _copied(message)
            case _, "user":
                found = self._user(message)
            case _, "gemini":
                found, bad = self._model(message)
            case _, "error" if self._open:
                found = [ev.Failed()]
            case _, "info":
                found = self._notice(spoken(message.get("content")))
        return ev.Record(tuple(found), time=instant(message.get("timestamp")), bad=bad)

    def _notice(self, said: str) -> list[ev.Event]:
        if self._open and said == _STOPPED:
            self._open = False
            return [ev.Interrupted()]
        # 0.30 leaves no other trace of it.
        return [ev.Compacted()] if said.startswith(_COMPRESSED) and not self._summarised else []

    def _user(self, message: Mapping[str, Any]) -> list[ev.Event]:
        content = message.get("content")
        responses = under(content, "functionResponse")
        if not responses:
            told = prompts.user(message, copied=False)
            self._open |= any(isinstance(event, ev.Prompt) for event in told)
            return told
        found: list[ev.Event] = []
        for one, said in self._new(responses):
            found.append(ev.Returned(str(one["id"]), "error" not in mapping(one.get("response")), text=said))
        hint = spoken(content)
        return [*found, ev.Fed(hint)] if hint else found

    def _new(self, responses: list[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
        """Return the results that did not come before, with their texts."""
        found = []
        for one in responses:
            call = text(one.get("id"))
            if call and call not in self._back:
                self._back.add(call)
                found.append((one, tools.output(call, [{"functionResponse": one}])))
        return found

    def _model(self, message: Mapping[str, Any]) -> tuple[list[ev.Event], str]:
        found: list[ev.Event] = []
        if model := text(message.get("model")):
            found.append(ev.ModelChanged(model))
        told, bad = _usage(message)
        self._summarised &= not told
        found += told
        said = spoken(message.get("content"))
        if said:
            found.append(ev.Said(said))
        calls, ends = self._calls(message)
        found += calls
        if ends is None and said and not calls:
            ends = ev.TurnEnded(certain=False)
        if ends:
            found.append(ends)
        self._open = ends is None and (self._open or bool(calls))
        return found, bad

    def _calls(self, message: Mapping[str, Any]) -> tuple[list[ev.Event], ev.Event | None]:
        """Return what the calls of a message tell, and how they end the turn if they do."""
        found: list[ev.Event] = []
        records = [mapping(one) for one in listing(message.get("toolCalls"))]
        states = []
        for one in records or under(message.get("content"), "functionCall"):
            call, name = text(one.get("id")) or "", text(one.get("name")) or "unknown"
            given = mapping(one.get("args"))
            found += tools.called(call, name, given)
            if back := tools.returned(call, name, given, one) if records else []:
                self._back.add(call)
                found += back
            states.append((name, one.get("status")))
        if states and all(status == tools.CANCELLED for _, status in states):
            return found, ev.Interrupted()
        if (tools.FINISH, "success") in states:
            return found, ev.TurnEnded()
        return found, None


def _copied(message: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a reply tells that was put into a new history: what it takes of the room there."""
    content = message.get("content")
    inputs = [mapping(call.get("args")) for call in under(content, "functionCall")]
    said = [spoken(content), *(value for one in inputs for value in one.values() if isinstance(value, str))]
    return [ev.Said("\n".join(filter(None, said)))]


def _usage(message: Mapping[str, Any]) -> tuple[list[ev.Event], str]:
    """Return what the tokens of a reply tell, and why they are bad if they are; none, null and zero tell nothing."""
    tokens = message.get("tokens")
    if not tokens and (tokens is None or isinstance(tokens, dict)):
        return [], ""
    key = text(message.get("id")) or ""
    count = whole(mapping(tokens).get("input"))
    if count is None:
        return [ev.Reply(key, None)], "tokens without a number"
    return ([ev.Reply(key, count)] if count else []), ""
