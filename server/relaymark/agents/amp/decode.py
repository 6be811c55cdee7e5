"""Amp: what the file of a thread tells.

The program is closed; the facts are those that public readers of its files agree on (`noamsto/houston`,
`docs/AMP_AGENT_SUPPORT.md`, and the readers of ccusage and tokscale). The file is written whole, with each message. The
program's large record of its own last request (`~debug`) and its ledger of costs are not looked at.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.amp.tools import tool_called, tool_returned
from relaymark.agents.fields import instant, listing, mapping, milliseconds, text, whole
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record
from relaymark.core.store import Told

_BUCKETS = ("inputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
_BRANCH = "refs/heads/"
_STOPPED = ("cancelled", "canceled")
_GOES_ON = ("tool_use", "pause_turn")


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the one session of a file.

    Args:
        path: The file, absolute.
        contents: The parsed file under its name.
    """
    file = paths.name(path)
    thread = mapping(contents.get(file))
    if not thread:
        return ()
    known = text(thread.get("id")) or file.removesuffix(".json")
    messages = thread.get("messages")
    bad = "" if isinstance(messages, list) else "messages that are no list"
    records = [Record(tuple(_about(known, thread)), bad=bad)]
    records += [_record(mapping(message), f"{at}") for at, message in enumerate(listing(messages))]
    return (Told(known, tuple(records)),)


def _about(known: str, thread: Mapping[str, Any]) -> list[ev.Event]:
    first = mapping(mapping(thread.get("env")).get("initial"))
    tree = next(map(mapping, listing(first.get("trees"))), {})
    place, ref = text(tree.get("uri")), text(mapping(tree.get("repository")).get("ref")) or ""
    found: list[ev.Event] = [
        ev.Started(
            session=known,
            version=text(mapping(first.get("platform")).get("clientVersion")),
            cwd=paths.from_uri(place) if place else None,
            branch=ref.removeprefix(_BRANCH) if ref.startswith(_BRANCH) else None,
            at=milliseconds(thread.get("created")),
        )
    ]
    title = text(thread.get("title"))
    return [*found, ev.Titled(title)] if title else found


def _record(message: Mapping[str, Any], key: str) -> Record:
    match message.get("role"):
        case "user":
            return Record(tuple(_user(message)), time=milliseconds(mapping(message.get("meta")).get("sentAt")))
        case "assistant":
            found, bad = _assistant(message, key)
            return Record(tuple(found), time=instant(mapping(message.get("usage")).get("timestamp")), bad=bad)
    return Record() if message else Record(bad="a message that is no object")


def _user(message: Mapping[str, Any]) -> list[ev.Event]:
    found: list[ev.Event] = []
    said: list[str] = []
    for block in map(mapping, listing(message.get("content"))):
        match block.get("type"):
            case "tool_result":
                found += tool_returned(block)
            case "text" if part := text(block.get("text")):
                said.append(part)
    if said:
        found.append(ev.Prompt("\n".join(said)))
    return [*found, *_mentioned(message.get("fileMentions"))]


def _mentioned(told: Any) -> list[ev.Event]:
    """Return the files that the user named; what is only visible in the editor (`userState`) is not attached."""
    found: list[ev.Event] = []
    for one in listing(mapping(told).get("files")) or listing(told):
        file = mapping(one)
        named = text(one) or text(file.get("uri")) or text(file.get("path"))
        path = (paths.from_uri(named) or "") if named and "://" in named else named
        if path:
            found.append(ev.Mentioned(path, text(file.get("content")) or ""))
    return found


def _assistant(message: Mapping[str, Any], key: str) -> tuple[list[ev.Event], str]:
    found, bad = _usage(message.get("usage"), key)
    calls = answered = False
    for block in map(mapping, listing(message.get("content"))):
        match block.get("type"):
            case "thinking" if said := text(block.get("thinking")):
                found.append(ev.Said(said))
            case "text" if said := text(block.get("text")):
                answered = True
                found.append(ev.Said(said))
            case "tool_use":
                calls = True
                found += tool_called(block)
    state = mapping(message.get("state"))
    kind, reason = state.get("type"), state.get("stopReason")
    if kind in _STOPPED:
        found.append(ev.Interrupted())
    elif kind == "error":
        found.append(ev.Failed())
    elif kind == "complete" and reason not in _GOES_ON and not calls:
        found.append(ev.TurnEnded())
    elif not state and answered and not calls:
        found.append(ev.TurnEnded(certain=False))
    return found, bad


def _usage(usage: Any, key: str) -> tuple[list[ev.Event], str]:
    """Return what the usage of a reply tells, and why it is bad if it is.

    The context is what the request sent, cached tokens included: `totalInputTokens`. A file without it has it in three
    buckets; where those of the cache are missing, nothing is known. A reply that runs or failed has no usage.
    """
    if usage is None or usage == {}:
        return [], ""
    if not isinstance(usage, dict):
        return [ev.Reply(key, None)], "usage that is no object"
    found: list[ev.Event] = []
    if model := text(usage.get("model")):
        found.append(ev.ModelChanged(model))
    if window := whole(usage.get("maxInputTokens")):
        found.append(ev.WindowSeen(window))
    tokens = whole(usage.get("totalInputTokens"))
    if "totalInputTokens" not in usage or usage["totalInputTokens"] is None:
        figures = [0 if usage.get(bucket) is None else whole(usage[bucket]) for bucket in _BUCKETS]
        if any(bucket not in usage for bucket in _BUCKETS):
            return [*found, ev.Reply(key, None)], ""
        known = [figure for figure in figures if figure is not None]
        tokens = sum(known) if len(known) == len(figures) else None
    if tokens is None:
        return [*found, ev.Reply(key, None)], "usage that is no number"
    return [*found, ev.Reply(key, tokens)] if tokens else found, ""
