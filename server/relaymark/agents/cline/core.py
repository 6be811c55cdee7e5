"""Cline's core: a session folder's manifest, messages and compaction make one session.

Facts: observed in files of 3.0.65; statuses and the sidecar of a compaction are in the public source. The messages stay
complete for ever: what the model gets after a compaction are the sidecar's messages and those that came after.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from relaymark.agents.cline.messages import Conversation
from relaymark.agents.fields import instant, listing, mapping, milliseconds, text, whole
from relaymark.core import events as ev
from relaymark.core.paths import normal
from relaymark.core.store import Told

MESSAGES = ".messages.json"
_COMPACTION = ".compaction.json"
_PLAIN = re.compile(r"[\w-][\w.-]*")
_OVER: dict[str | None, ev.Event] = {
    "completed": ev.TurnEnded(),
    "failed": ev.Failed(),
    "cancelled": ev.Interrupted(),
}
"""Statuses of a run that is over, and how it left a turn whose end stands in no message."""


def owns(path: str) -> bool:
    """Tell whether a path is the messages file of a session or of one of its subagents: `sessions/<id>/<name>`."""
    match path.split("/")[-3:]:
        case ["sessions", session, file]:
            return not session.startswith(".") and _stem(file) != ""
    return False


def recognises(value: Any) -> bool:
    """Tell whether a parsed file looks like the messages of a session."""
    return isinstance(mapping(value).get("messages"), list) and mapping(value).keys() >= {"sessionId", "agent"}


def beside(name: str, read: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the further files: the manifest (a subagent's is its parent's) and the compaction."""
    stem = _stem(name)
    root = _root(mapping(read.get(name)), stem)
    # The name comes from the file: nothing but a plain one may be opened by it.
    return tuple(dict.fromkeys([f"{stem}.json", f"{stem}{_COMPACTION}", *([f"{root}.json"] if _plain(root) else [])]))


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the session of a messages file, none if it holds no message."""
    *_, folder, name = ["", *normal(path).split("/")]
    stem = _stem(name)
    document = mapping(contents.get(name))
    messages = listing(document.get("messages"))
    if not messages:
        return ()
    root, own = _root(document, stem), mapping(contents.get(f"{stem}.json"))
    parent = _parent(document, stem)
    session = text(document.get("sessionId")) or (f"{folder}__{stem}" if parent else stem)
    manifest = own or mapping(contents.get(f"{root}.json"))
    compaction = mapping(contents.get(f"{stem}{_COMPACTION}"))
    conversation = Conversation()
    records = [_started(session, parent, document, manifest, own)]
    records += _conversation(conversation, messages, compaction)
    updated = instant(document.get("updated_at"))
    ended = _ending(own, conversation.turn, updated or records[-1].time)
    return (Told(session, (*records, ev.Record(ended, time=updated))),)


def _stem(name: str) -> str:
    stem = name.removesuffix(MESSAGES)
    return stem if stem != name and _plain(stem) else ""


def _plain(name: str) -> bool:
    return bool(_PLAIN.fullmatch(name)) and len(name) < 200


def _parent(document: Mapping[str, Any], stem: str) -> str | None:
    told = text(mapping(document.get("origin")).get("parentThreadId"))
    session = text(document.get("sessionId")) or stem
    if told or "__" in session:
        return told or session.partition("__")[0]
    return None


def _root(document: Mapping[str, Any], stem: str) -> str:
    """Return the id of the session in whose folder a file lies: ids of subagents begin with it."""
    return (text(document.get("sessionId")) or _parent(document, stem) or stem).partition("__")[0]


def _started(
    session: str, parent: str | None, document: Mapping[str, Any], manifest: Mapping[str, Any], own: Mapping[str, Any]
) -> ev.Record:
    origin, more = mapping(document.get("origin")), mapping(manifest.get("metadata"))
    history = mapping(more.get("sessionHistoryOrigin"))
    at = instant(own.get("started_at"))
    started = ev.Started(
        session=session,
        parent=parent,
        forked_from=text(mapping(mapping(own.get("metadata")).get("fork")).get("forkedFromSessionId")),
        version=text(origin.get("version")) or text(history.get("version")),
        entry=text(manifest.get("source")) or text(origin.get("source")),
        cwd=text(manifest.get("cwd")) or text(manifest.get("workspace_root")),
        branch=text(mapping(more.get("git")).get("branch")),
        provider=text(manifest.get("provider")),
        at=at,
    )
    found: list[ev.Event] = [started]
    if model := text(manifest.get("model")):
        found.append(ev.ModelChanged(model, provider=text(manifest.get("provider"))))
    if title := text(mapping(own.get("metadata")).get("title")) or text(own.get("prompt")):
        found.append(ev.Titled(title))
    return ev.Record(tuple(found), time=at)


def _conversation(
    conversation: Conversation, messages: list[Any], compaction: Mapping[str, Any]
) -> Iterator[ev.Record]:
    # One that knows of more messages than there are belongs to a history that was taken back.
    cut = whole(compaction.get("source_message_count")) if compaction else None
    for at, message in enumerate(messages):
        if at == cut:
            yield from _compacted(compaction)
        yield conversation.record(message, at)
    if cut == len(messages):
        yield from _compacted(compaction)


def _compacted(compaction: Mapping[str, Any]) -> Iterator[ev.Record]:
    """Yield the compaction, and what of the old messages is still in the context: told once more, as content alone."""
    kept = listing(compaction.get("messages"))
    marks = mapping(mapping(kept[0]).get("metadata")) if kept else {}
    time = milliseconds(marks.get("generatedAt")) or instant(compaction.get("updated_at"))
    yield ev.Record((ev.Compacted(text(marks.get("summary")) or ""),), time=time)
    again = Conversation()
    for at, message in enumerate(kept):
        if content := tuple(
            _content(event) for event in again.record(message, at).events if not isinstance(event, _ONCE)
        ):
            yield ev.Record(content)


_ONCE = (ev.Compacted, ev.Reply, ev.ModelChanged, ev.Waiting, ev.Failed)


def _content(event: ev.Event) -> ev.Event:
    match event:
        case ev.Prompt():
            return ev.Fed(event.text)
        case ev.Command():
            return ev.Called(event.call, "run_commands")
    return event


def _ending(own: Mapping[str, Any], turn: str, newest: float | None) -> tuple[ev.Event, ...]:
    """Return how the turn stands and whether the run is over.

    Args:
        own: The session's manifest; a subagent has none.
        turn: How the newest message leaves the turn: `open`, `ended` or `failed`.
        newest: When the newest message came.
    """
    status, ended_at = text(own.get("status")), instant(own.get("ended_at"))
    found: list[ev.Event] = []
    if turn == "ended":
        found.append(ev.TurnEnded(certain=status in (*_OVER, "idle")))
    elif turn == "open" and status in _OVER and "terminal_marker" not in mapping(own.get("metadata")):
        # With the marker the process was found dead later: nobody saw the end of the turn.
        found.append(_OVER[status])
    if status in _OVER and ended_at is not None and (newest is None or ended_at >= newest):
        found.append(ev.Ended())
    return tuple(found)
