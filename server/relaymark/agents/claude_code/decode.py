"""Claude Code: what one line of a transcript tells.

Facts: observed in files of 1.0.100, 2.0.30, 2.1.197 and 2.1.329. Lines are chosen by `type`, never by having a
`message`; a reply stands on one line per content block, all with one `message.id`.
"""

import re
from typing import Any

from relaymark.agents.claude_code.tools import tool_called, tool_returned
from relaymark.agents.fields import instant, joined, listing, mapping, text, whole
from relaymark.core import events as ev

SKIPPED = (b'{"type":"api-request', b'{"type":"file-history', b'{"type":"tools-used', b'{"type":"mode"')
"""How lines begin that tell nothing of a session and make up most of a file's bytes since 2.1.329."""

_USAGE = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_NOT_TYPED = (
    "<command-name>",
    "<command-message>",
    "<local-command-stdout>",
    "<local-command-stderr>",
    "<local-command-caveat>",
    "<bash-input>",
    "<bash-stdout>",
    "<bash-stderr>",
    "<task-notification>",
    "<system-reminder>",
)
_EDITOR = re.compile(r"\s*<(ide_opened_file|ide_selection)>.*?</\1>\s*", re.DOTALL)
_INTERRUPTED = "[Request interrupted by user"
_ENDS = ("end_turn", "stop_sequence", "max_tokens", "refusal")


def decode(record: Any, session_id: str | None = None, *, subagent: bool = False) -> ev.Record:
    """Return what one parsed line tells; a line of no known type tells nothing.

    Args:
        record: The parsed JSON of the line.
        session_id: The id that the file's name gives; None: the recorded one counts.
        subagent: The line stands in a subagent's file. In a main session's file the lines of subagents (1.0.100
            writes them inline) are left out.
    """
    line = mapping(record)
    if not line:
        return ev.Record(bad="not an object")
    kind = line.get("type")
    time = instant(line.get("timestamp"))
    if kind not in ("user", "assistant", "system", "attachment"):
        return _other(line, kind, time, subagent=subagent)
    if line.get("isSidechain") is True and not subagent:
        return ev.Record(time=time)
    own = text(line.get("sessionId"))
    asked = text(line.get("requestSessionId"))
    started = ev.Started(
        session=session_id or own,
        parent=own if subagent else None,
        forked_from=asked if asked != own else None,
        version=text(line.get("version")),
        entry=text(line.get("entrypoint")),
        at=time,
    )
    return _chained(line, str(kind), time, started)


def _other(line: Any, kind: Any, time: float | None, *, subagent: bool) -> ev.Record:
    """Return what a line of another type tells; one in the chain links what stands around it."""
    told, link = _side(line, kind), text(line.get("uuid"))
    if told or link is None or (line.get("isSidechain") is True and not subagent):
        return ev.Record(told, time=time)
    return ev.Record(id=link, parent=text(line.get("parentUuid")), kind="step", time=time)


def _side(line: Any, kind: Any) -> tuple[ev.Event, ...]:
    if kind == "custom-title" and (title := text(line.get("customTitle"))):
        return (ev.Titled(title, rank=4),)
    if kind == "ai-title" and (title := text(line.get("aiTitle"))):
        return (ev.Titled(title, rank=3),)
    if kind == "summary" and (title := text(line.get("summary"))):
        # It may name another conversation of the folder: the one that its leaf stands in.
        return (ev.Titled(title, rank=2, about=text(line.get("leafUuid"))),)
    return ()


def _chained(line: Any, kind: str, time: float | None, started: ev.Started) -> ev.Record:
    found: list[ev.Event] = [started]
    cwd, branch = text(line.get("cwd")), text(line.get("gitBranch"))
    if cwd or branch:
        found.append(ev.CwdChanged(cwd, branch))
    message = mapping(line.get("message"))
    bad, opens = "", line.get("subtype") == "compact_boundary"
    match kind:
        case "assistant":
            made, bad = _assistant(line, message)
            found += made
        case "user":
            made, opens = _user(line, message)
            found += made
        case "attachment":
            found += _attachment(mapping(line.get("attachment")))
        case _:
            found += _system(line)
    parent = text(line.get("parentUuid")) or text(line.get("logicalParentUuid"))
    record_id = text(line.get("uuid"))
    tree: ev.Kind = "turn" if opens else "step"
    return ev.Record(tuple(found), record_id, parent, tree if record_id else "side", time, bad)


def _assistant(line: Any, message: Any) -> tuple[list[ev.Event], str]:
    model = text(message.get("model"))
    if line.get("isApiErrorMessage") is True:
        return [ev.Failed()], ""
    if model == "<synthetic>":
        return [], ""
    found: list[ev.Event] = []
    if model:
        found.append(ev.ModelChanged(model, text(line.get("requestedModel")), _provider(model, message.get("id"))))
    reply, bad = _reply(line, message)
    if reply:
        found.append(reply)
    calls = False
    for block in map(mapping, listing(message.get("content"))):
        match block.get("type"):
            case "text" if said := text(block.get("text")):
                found.append(ev.Said(said))
            case "thinking" if said := text(block.get("thinking")):
                found.append(ev.Said(said))
            case "tool_use" if call := text(block.get("id")):
                calls = True
                found += tool_called(call, str(block.get("name")), mapping(block.get("input")))
    reason = message.get("stop_reason")
    if reason in _ENDS:
        found.append(ev.TurnEnded())
    elif reason is None and not calls and any(isinstance(event, ev.Said) for event in found):
        found.append(ev.TurnEnded(certain=False))
    return found, bad


def _provider(model: str, message_id: Any) -> str | None:
    # Bedrock and Vertex show in the names that they give to models and messages; Anthropic's own API leaves no trace.
    head = message_id if isinstance(message_id, str) else ""
    if "anthropic." in model or head.startswith("msg_bdrk_"):
        return "aws"
    if "@" in model or head.startswith("msg_vrtx_"):
        return "google"
    return None


def _reply(line: Any, message: Any) -> tuple[ev.Reply | None, str]:
    usage = message.get("usage")
    if usage is None:
        return None, "a reply without usage" if "usage" in message else ""
    key = text(message.get("id")) or text(line.get("requestId")) or text(line.get("uuid")) or ""
    parts = [mapping(usage).get(name, 0 if isinstance(usage, dict) and usage else None) for name in _USAGE]
    counts = [0 if part is None and isinstance(usage, dict) else whole(part) for part in parts]
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return ev.Reply(key, None), "usage that is no number"
    if not sum(known):
        return None, ""  # a running request, an error, or a fork whose kept replies were zeroed
    return ev.Reply(key, sum(known)), ""


def _user(line: Any, message: Any) -> tuple[list[ev.Event], bool]:
    content = message.get("content")
    results = [block for block in map(mapping, listing(content)) if block.get("type") == "tool_result"]
    if results:
        return [tool_returned(block, line.get("toolUseResult")) for block in results], False
    said = joined(content)
    while found := _EDITOR.match(said):  # the VS Code extension puts what is open there before the prompt
        said = said[found.end() :]
    if line.get("isCompactSummary") is True:
        return [ev.Summary(said)], True
    if said.startswith(_INTERRUPTED):
        return [ev.Fed(said), ev.Interrupted()], True
    source = line.get("promptSource")
    typed = source in ("typed", "sdk") if isinstance(source, str) else not said.startswith(_NOT_TYPED)
    if not said and not listing(content):
        return [], True
    if line.get("isMeta") is True or not typed or said.startswith(_NOT_TYPED[:2]):
        return [ev.Fed(said)], True
    return [ev.Prompt(said)], True


def _attachment(attachment: Any) -> list[ev.Event]:
    path = text(attachment.get("filename"))
    match attachment.get("type"):
        case "file" | "edited_text_file" if path:
            return [ev.Mentioned(path, _attached(attachment.get("content")))]
        case "already_read_file" if path:
            return [ev.Mentioned(path, again=True)]
        case "nested_memory" if path := text(attachment.get("path")) or path:
            return [ev.Mentioned(path, _attached(attachment.get("content")))]
    return []


def _attached(content: Any) -> str:
    if isinstance(content, str):
        return content
    file = mapping(mapping(content).get("file"))
    return text(file.get("content")) or text(mapping(content).get("content")) or ""


def _system(line: Any) -> list[ev.Event]:
    match line.get("subtype"):
        case "compact_boundary":
            trigger = text(mapping(line.get("compactMetadata")).get("trigger"))
            return [ev.Compacted(trigger=trigger or "")]
        case "turn_duration" | "stop_hook_summary":
            return [ev.TurnEnded()]
        case "api_error":
            tried, most = whole(line.get("retryAttempt")), whole(line.get("maxRetries"))
            return [] if tried is not None and most is not None and tried < most else [ev.Failed()]
    return []
