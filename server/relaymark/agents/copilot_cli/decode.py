"""Copilot CLI: what one line of a session's `events.jsonl` tells of the session, or of a subagent of it.

Facts: observed in files of 1.0.102 with a provider of the user's own; `abort`, `permission.*`, `session.truncation`
and the further fields of messages are in the public schema of the SDK (`github/copilot-sdk`, `session-events.ts`).
Each event names the one written before it, whoever wrote that: the chain is no tree, and records stay a list. A rewind
leaves no event: it cuts the file. What subagents do stands in the same file, marked with their id; before there was
one, with the id of the call that started them (`parentToolCallId` of the schema, deprecated). Which subagent started
another is not recorded: each stands under the session.
"""

from typing import Any

from relaymark.agents.copilot_cli.tools import tool_called, tool_returned
from relaymark.agents.copilot_cli.usage import model_of, usage
from relaymark.agents.fields import instant, listing, mapping, text, whole
from relaymark.core import events as ev

SKIPPED = (
    b'{"type":"system.message"',
    b'{"type":"model.',
    b'{"type":"hook.',
    b'{"type":"session.binary_asset"',
)
"""How lines begin that tell nothing of a session and are large: the vendor's prompt, snapshots, images."""

_NOT_TYPED = ("agent-", "skill-")
_SUBAGENT_MARKS = ("subagent.started", "subagent.completed", "subagent.failed")


def decode(record: Any, session_id: str | None = None) -> ev.Record:
    """Return what one parsed line tells; a line of no known type tells nothing.

    Args:
        record: The parsed JSON of the line.
        session_id: The id that the file's path gives; None: the recorded one counts.
    """
    line = mapping(record)
    if not line:
        return ev.Record(bad="not an object")
    kind, data = line.get("type"), mapping(line.get("data"))
    time = instant(line.get("timestamp"))
    subagent = _subagent(line, kind, data, session_id)
    if subagent == "":
        return ev.Record(time=time, bad="a subagent without an id")
    bad = ""
    found: list[ev.Event] = [ev.Started(session=subagent, parent=session_id)] if subagent else []
    match kind:
        case "session.start" if not subagent:
            found = _start(data, session_id)
        case "session.usage_record":
            told, bad = usage(data, text(line.get("id")) or "", subagent=bool(subagent))
            found += told
        case _ if subagent and (of_it := _only_subagent(kind, data)) is not None:
            found += of_it
        case _:
            found += [*_session(line, kind, data, session_id), *_turn(kind, data)]
    return ev.Record(tuple(found), time=time, bad=bad, of=subagent)


def _subagent(line: Any, kind: Any, data: Any, session_id: str | None) -> str | None:
    """Return the id of the subagent that a line tells of, None for the session itself, empty for one that is no id."""
    if own := line.get("agentId"):
        return (own if own != session_id else None) if isinstance(own, str) else ""
    begun = data.get("toolCallId") if kind in _SUBAGENT_MARKS else None
    return text(data.get("parentToolCallId")) or text(begun)


def _only_subagent(kind: Any, data: Any) -> list[ev.Event] | None:
    """Return what lines tell that mean something else, or nothing, in the session itself; None for all others."""
    match kind:
        case "user.message":
            # Nobody but the session writes to it: what it says first is the task.
            return [ev.Prompt(text(data.get("content")) or "")]
        case "subagent.started" | "subagent.configured":
            return model_of(data.get("model"))
        case "subagent.completed":
            return [ev.TurnStarted(), ev.TurnEnded()]
        case "subagent.failed":
            return [ev.Failed()]
    return None


def _start(data: Any, session_id: str | None) -> list[ev.Event]:
    context = mapping(data.get("context"))
    recorded = text(data.get("sessionId"))
    return [
        ev.Started(
            session=session_id or recorded,
            # A run of the program's own that goes on with another session's context.
            parent=text(data.get("detachedFromSpawningParentSessionId")),
            forked_from=recorded if session_id and recorded != session_id else None,
            version=text(data.get("copilotVersion")),
            cwd=text(context.get("cwd")),
            branch=text(context.get("branch")),
            at=instant(data.get("startTime")),
            repository=text(context.get("repository")),
            commit=text(context.get("headCommit")),
        ),
        ev.CwdChanged(text(context.get("cwd")), text(context.get("branch"))),
        *model_of(data.get("selectedModel")),
    ]


def _session(line: Any, kind: Any, data: Any, session_id: str | None) -> list[ev.Event]:
    match kind:
        case "session.resume":
            context = mapping(data.get("context"))
            return [
                ev.Started(session=session_id),
                ev.CwdChanged(text(context.get("cwd")), text(context.get("branch"))),
                *model_of(data.get("selectedModel")),
            ]
        case "session.context_changed":
            return [ev.CwdChanged(text(data.get("cwd")), text(data.get("branch")))]
        case "session.model_change":
            return model_of(data.get("newModel"))
        case "session.shutdown":
            # It comes after every run and a resume may follow: no end of the session, and none of its turn.
            return model_of(data.get("currentModel"))
        case "session.compaction_complete":
            return _compaction(data)
        case "session.truncation" if whole(data.get("messagesRemovedDuringTruncation")) == 0:
            return []
        case "session.truncation" | "session.context_cleared":
            return [ev.Reply(text(line.get("id")) or "", None)]
        case "session.error":
            return [ev.Failed()]
    return []


def _compaction(data: Any) -> list[ev.Event]:
    if data.get("success") is not True or data.get("outcome") not in (None, "applied"):
        return []
    # Its figures are the program's own estimates on another scale: the context is unknown until the next reply.
    summary, trigger = text(data.get("summaryContent")), text(data.get("trigger"))
    return [*model_of(data.get("behaviorModelId")), ev.Compacted(summary or "", trigger or "")]


def _turn(kind: Any, data: Any) -> list[ev.Event]:
    match kind:
        case "user.message":
            return _user(data)
        case "system.notification" if said := text(data.get("content")):
            return [ev.Fed(said)]
        case "assistant.turn_start":
            return [ev.TurnStarted()]
        case "assistant.message":
            parts = [text(data.get(part)) for part in ("reasoningText", "content")]
            return [*model_of(data.get("model")), *(ev.Said(part) for part in parts if part)]
        case "assistant.turn_end":
            # Its start comes again, for a reader that begins here: this format has marks.
            return [ev.TurnStarted(), ev.TurnEnded()]
        case "abort":
            return [ev.TurnStarted(), ev.Interrupted()]
        case "permission.requested":
            return [ev.Waiting()]
        case "permission.completed" if str(mapping(data.get("result")).get("kind")).startswith("approved"):
            return [ev.TurnStarted()]
        case "tool.execution_start":
            return tool_called(data)
        case "tool.execution_complete":
            return tool_returned(data)
    return []


def _user(data: Any) -> list[ev.Event]:
    said, source = text(data.get("content")) or "", data.get("source")
    hidden = isinstance(source, str) and source.startswith(_NOT_TYPED)
    if hidden or data.get("isAutopilotContinuation") is True:
        return [ev.Fed(said)]
    return [ev.Prompt(said), *_attached(data.get("attachments"))]


def _attached(attachments: Any) -> list[ev.Event]:
    found: list[ev.Event] = []
    for one in map(mapping, listing(attachments)):
        match one.get("type"):
            case "file" if path := text(one.get("path")):
                found.append(ev.Mentioned(path))
            case "selection" if path := text(one.get("filePath")):
                found.append(ev.Mentioned(path, text(one.get("text")) or ""))
    return found
