"""The opencode family: what a session, and one message with its parts, tell; the same in the database and in files.

One assistant message is one call of the model. Its row appears with zeros and is rewritten when the call is done.
Facts: observed in opencode 1.1.65 and 1.18.33 and in Kilo 7.7.9; what ends a turn and how a prompt is put again after
an overflow, after their public source (`packages/opencode/src/session/prompt.ts` and `compaction.ts`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import mapping, milliseconds, text
from relaymark.agents.opencode.prompt import user_events
from relaymark.agents.opencode.tools import refused, tool_events
from relaymark.agents.opencode.usage import reply
from relaymark.core import events as ev

Part = tuple[str, Mapping[str, Any]]
"""A part's id and what it holds."""


class Known(Struct, frozen=True, kw_only=True):
    """What the program knows of a session; times in seconds since the epoch."""

    id: str
    parent: str | None = None
    directory: str | None = None
    title: str | None = None
    version: str | None = None
    created: float | None = None
    updated: float | None = None
    archived: bool = False


def session_record(known: Known) -> ev.Record:
    """Return the record of a session, which stands before those of its messages."""
    found: list[ev.Event] = [
        ev.Started(
            session=known.id,
            parent=known.parent,
            version=known.version,
            cwd=known.directory,
            at=known.created,
        )
    ]
    if known.title:
        found.append(ev.Titled(known.title))
    if known.archived:
        found.append(ev.Ended())
    return ev.Record(tuple(found), time=known.updated)


def message_record(
    message: str,
    info: Any,
    parts: Iterable[Part],
    *,
    since: float | None = None,
    touched: float | None = None,
    before: Iterable[Part] = (),
    bad: str = "",
) -> ev.Record:
    """Return the record of a message.

    Args:
        message: Its id.
        info: What it holds.
        parts: Its parts, in order.
        since: When its session was made; a fork begins with copies of messages that are older than it, and the times
            of those are not its own.
        touched: When it or one of its parts was last written, as far as that is known.
        before: Where a summary stands before it, the parts of the message that the user typed before that.
        bad: Why something of it could not be read.
    """
    held = mapping(info)
    times = mapping(held.get("time"))
    begun, ended = milliseconds(times.get("created")), milliseconds(times.get("completed"))
    match held.get("role"):
        case "user":
            found, time = user_events([part for _, part in parts], [part for _, part in before]), begun
        case "assistant":
            found, worse = _assistant(message, held, tuple(parts), done=ended is not None)
            bad = bad or worse
            time = ended or max(filter(None, (begun, touched)), default=None)
        case _:
            return ev.Record(bad=bad or "a message of nobody")
    return ev.Record(tuple(found), time=None if since and time and time < since else time, bad=bad)


def _assistant(
    message: str, info: Mapping[str, Any], parts: tuple[Part, ...], *, done: bool
) -> tuple[list[ev.Event], str]:
    end = _end(info, parts, done=done)
    if info.get("summary") is True:
        return [ev.TurnStarted(), *_summary(info, parts, done=done), *end], ""
    found: list[ev.Event] = [ev.TurnStarted()]
    if model := text(info.get("modelID")):
        found.append(ev.ModelChanged(model, provider=text(info.get("providerID"))))
    told, bad = reply(info, message, done=done and not info.get("error"))
    if told:
        found.append(told)
    for name, part in parts:
        match part.get("type"):
            case "text" | "reasoning" if said := text(part.get("text")):
                found.append(ev.Said(said))
            case "tool":
                found += tool_events(part, name)
    return [*found, *end], bad


def _summary(info: Mapping[str, Any], parts: tuple[Part, ...], *, done: bool) -> list[ev.Event]:
    """Return the compaction that a summary made; until it is written the history stands.

    Its usage is what summarising cost, and its model may be another one: neither says anything of the context.
    """
    if info.get("error") or not (done or text(info.get("finish"))):
        return []
    said = [told for _, part in parts if part.get("type") == "text" and (told := text(part.get("text")))]
    return [ev.Compacted("\n".join(said))]


def _end(info: Mapping[str, Any], parts: tuple[Part, ...], *, done: bool) -> list[ev.Event]:
    if error := info.get("error"):
        return [ev.Interrupted() if mapping(error).get("name") == "MessageAbortedError" else ev.Failed()]
    if not done:
        return []
    tools = [part for _, part in parts if part.get("type") == "tool"]
    if any(map(refused, tools)):
        return [ev.Interrupted()]
    goes_on = info.get("finish") == "tool-calls" or (info.get("finish") == "unknown" and tools)
    return [] if goes_on else [ev.TurnEnded()]
