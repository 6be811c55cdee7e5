"""Crush: what a row of its database tells.

The context stands in the session's own row and is overwritten with each step; no message has a figure of its own.
Facts: Crush's public source (`internal/message/content.go`, `message.go`, `internal/agent/agent.go`).
"""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from relaymark.agents.crush.tools import tool_called, tool_returned
from relaymark.agents.fields import inner, listing, mapping, moment, text, whole
from relaymark.core import events as ev
from relaymark.core.events import Record

_ENDS: Mapping[str, ev.Event] = {
    "end_turn": ev.TurnEnded(),
    "max_tokens": ev.TurnEnded(),
    "canceled": ev.Interrupted(),
    "error": ev.Failed(),
    "content_filter": ev.Failed(),
}
_UNNAMED = ("New Session", "Untitled Session")
"""Names that a session has until the program has found one."""
_GOES_ON = "The previous session was interrupted because it got too long, the initial user request was: `"
"""What the program puts before a prompt that it gives the model again after a compaction within a turn."""


def decode(kind: str, row: Mapping[str, Any], cwd: str | None = None) -> tuple[Record, ...]:
    """Return what a row tells: `session`, `message` or `usage`.

    Args:
        kind: Which it is.
        row: The columns by name.
        cwd: The folder of the project that the database lies in.
    """
    match kind:
        case "session":
            return (_session(row, cwd),)
        case "message":
            return (_message(row),)
        case "usage":
            reply, bad = _usage(row)
            # A failed step writes no figure: that this one is told here is no sign that the session went on.
            failed = [end for end in _ends(_parts(row.get("parts"))) if isinstance(end, ev.Failed)]
            return (Record((reply, *failed), bad=bad),)
    return ()


def _session(row: Mapping[str, Any], cwd: str | None) -> Record:
    title = text(row.get("title"))
    started = ev.Started(
        session=text(row.get("id")), parent=text(row.get("parent")), cwd=cwd, at=moment(row.get("created"))
    )
    return Record((started, ev.Titled(title)) if title and title not in _UNNAMED else (started,))


def _usage(row: Mapping[str, Any]) -> tuple[ev.Reply, str]:
    """Return what the session's row tells of the context, and why that is bad if it is.

    Without prompt tokens it is no figure of the context: before the first step, and after a compaction, when only the
    summary's size stands there.
    """
    prompt, completion = whole(row.get("prompt")), whole(row.get("completion"))
    if prompt is None or completion is None:
        return ev.Reply("usage", None), "usage that is no number"
    return ev.Reply("usage", prompt + completion if prompt else None, output=completion if prompt else 0), ""


def _message(row: Mapping[str, Any]) -> Record:
    parts, time = _parts(row.get("parts")), moment(row.get("created"))
    if parts is None:
        return Record(time=time, bad="a message that cannot be read")
    summary = row.get("is_summary") == 1 or row.get("is_current") == 1
    match row.get("role"):
        case "user":
            return Record(tuple(_user(parts)), time=time)
        case "tool":
            found = [event for kind, part in parts if kind == "tool_result" for event in tool_returned(part)]
            return Record(tuple(found), time=time)
        case "assistant" if summary:
            done = row.get("is_current") == 1 or any(isinstance(end, ev.TurnEnded) for end in _ends(parts))
            return Record((ev.Compacted(_said(parts)), ev.TurnEnded()) if done else (), time=time)
        case "assistant":
            ended = any(kind == "finish" for kind, _ in parts)
            moved = moment(row.get("updated")) if ended else None
            return Record(tuple(_assistant(parts, row)), time=max(time or 0.0, moved or 0.0) or None)
    return Record(time=time)


def _user(parts: list[tuple[str, Mapping[str, Any]]]) -> list[ev.Event]:
    found: list[ev.Event] = []
    said = _said(parts)
    if said.startswith(_GOES_ON):
        found += (ev.TurnStarted(), ev.Fed(said))
    elif said:
        found.append(ev.Prompt(said))
    for kind, part in parts:
        path = text(part.get("Path"))
        if kind == "binary" and path:
            found.append(ev.Mentioned(path, _attached(part)))
        elif kind == "shell_command":
            ran = (text(part.get("command")), text(part.get("output")))
            found.append(ev.Fed("\n".join(each for each in ran if each)))
    return found


def _attached(part: Mapping[str, Any]) -> str:
    """Return the text of an attached file, empty for one that is no text."""
    data = text(part.get("Data"))
    if data is None or not str(part.get("MIMEType")).startswith("text/"):
        return ""
    try:
        return b64decode(data).decode("utf-8", "replace")
    except ValueError:
        return ""


def _assistant(parts: list[tuple[str, Mapping[str, Any]]], row: Mapping[str, Any]) -> list[ev.Event]:
    found: list[ev.Event] = []
    model, provider = text(row.get("model")), text(row.get("provider"))
    if model:
        found.append(ev.ModelChanged(model, provider=provider))
    if any(kind in {"text", "tool_call"} for kind, _ in parts):
        found.append(ev.Reply(f"{row.get('id')}", None))  # its figure is gone: the next one took its place
    for kind, part in parts:
        match kind:
            case "text" if said := text(part.get("text")):
                found.append(ev.Said(said))
            case "reasoning" if said := text(part.get("thinking")):
                found.append(ev.Said(said))
            case "tool_call":
                found += tool_called(part)
    return [*found, *_ends(parts)]


def _ends(parts: list[tuple[str, Mapping[str, Any]]] | None) -> list[ev.Event]:
    reasons = [str(part.get("reason")) for kind, part in parts or () if kind == "finish"]
    return [_ENDS[reason] for reason in reasons[-1:] if reason in _ENDS]


def _said(parts: list[tuple[str, Mapping[str, Any]]]) -> str:
    return "\n".join(said for kind, part in parts if kind == "text" and (said := text(part.get("text"))))


def _parts(data: Any) -> list[tuple[str, Mapping[str, Any]]] | None:
    """Return the parts of a message with their types, None if they cannot be read."""
    held = inner(data)
    if not isinstance(held, list):
        return None
    return [(str(one.get("type")), mapping(one.get("data"))) for one in map(mapping, listing(held))]
