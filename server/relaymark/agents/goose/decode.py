"""goose: what a row of its database tells.

The context stands in the session's own row and is overwritten with each request; no message has a figure of its own.
Facts: goose's public source (`crates/goose/src/conversation/message.rs`, `context_mgmt/mod.rs`,
`agents/reply_parts.rs`, `model.rs`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import inner, listing, mapping, moment, text, whole
from relaymark.agents.goose.tools import tool_called, tool_returned
from relaymark.core import events as ev
from relaymark.core.events import Record

_UNNAMED = re.compile(r"(?:CLI|ACP) Session|New (?:Chat|Session)(?: \d+)?", re.IGNORECASE)
"""Names that the program gives to a session until it has found one."""
_COMPACTED = "Your context was compacted"
_COPIED = "Continue calling tools as necessary"
"""Part of the word to go on after which the program puts a copy of a prompt that stays visible where it was."""
_ASKS = ("toolConfirmation", "elicitation")


def decode(kind: str, row: Mapping[str, Any]) -> tuple[Record, ...]:
    """Return what a row tells: `session`, `message` or `usage`."""
    match kind:
        case "session":
            return (_session(row),)
        case "message":
            return (_message(row),)
        case "usage":
            reply, bad = _usage(row)
            return (Record((reply,), bad=bad),)
    return ()


def _session(row: Mapping[str, Any]) -> Record:
    subagent = row.get("session_type") == "sub_agent"
    found: list[ev.Event] = [
        ev.Started(
            session=text(row.get("id")),
            parent=text(row.get("parent")) if subagent else None,
            cwd=text(row.get("working_dir")),
            at=moment(row.get("created")),
        )
    ]
    title = (text(row.get("name")) or text(row.get("description")) or "").strip()
    if title and not _UNNAMED.fullmatch(title):
        found.append(ev.Titled(title))
    config = mapping(inner(row.get("model")))
    model, provider = text(config.get("model_name")), text(row.get("provider"))
    if model or provider:
        found.append(ev.ModelChanged(model, provider=provider))
    if window := whole(config.get("context_limit")):
        found.append(ev.WindowSeen(window))
    if row.get("archived"):
        found.append(ev.Ended())
    return Record(tuple(found))


def _usage(row: Mapping[str, Any]) -> tuple[ev.Reply, str]:
    """Return what the session's row tells of the context, and why that is bad if it is.

    After a compaction it holds the summary's size alone, as input and total, with no output: no figure of the context.
    """
    total, given, made = (row.get(f"{name}_tokens") for name in ("total", "input", "output"))
    if not total or (made is None and given == total):
        return ev.Reply("usage", None), ""
    tokens = whole(total)
    if tokens is None:
        return ev.Reply("usage", None), "usage that is no number"
    return ev.Reply("usage", tokens, output=min(whole(made) or 0, tokens)), ""


def _message(row: Mapping[str, Any]) -> Record:
    content = inner(row.get("content"))
    time = moment(row.get("created"))
    if not isinstance(content, list):
        return Record(time=time, bad="a message that cannot be read")
    flags = mapping(inner(row.get("metadata")))
    shown, held = flags.get("userVisible") is not False, flags.get("agentVisible") is not False
    blocks = [mapping(block) for block in content]
    before = _said(inner(row.get("before")))
    match row.get("role"):
        case "user":
            found = _user(blocks, shown=shown, held=held, copied=before.startswith(_COMPACTED) and _COPIED in before)
        case "assistant":
            said = _said(blocks)
            if not shown and said.startswith(_COMPACTED):
                found = [ev.Compacted(before)]
            else:
                found = _assistant(blocks, f"{row.get('id')}", held=held)
        case _:
            found = []
    return Record(tuple(found), time=time)


def _user(blocks: list[Mapping[str, Any]], *, shown: bool, held: bool, copied: bool) -> list[ev.Event]:
    found: list[ev.Event] = [event for block in blocks for event in tool_returned(block)]
    said = _said(blocks)
    if said and shown and not copied:
        found.append(ev.Prompt(said))
    elif said and held:
        found.append(ev.Fed(said))
    return found


def _assistant(blocks: list[Mapping[str, Any]], key: str, *, held: bool) -> list[ev.Event]:
    found: list[ev.Event] = []
    calls = answered = False
    for block in blocks:
        match block.get("type"):
            case "text" | "reasoning" as kind if said := text(block.get("text")):
                answered |= kind == "text"
                found += [ev.Said(said)] if held else []
            case "thinking" if said := text(block.get("thinking")):
                found += [ev.Said(said)] if held else []
            case "toolRequest" | "frontendToolRequest":
                calls = True
                found += tool_called(block)
            case "toolConfirmationRequest":
                found.append(ev.Waiting())
            case "actionRequired" if mapping(block.get("data")).get("actionType") in _ASKS:
                found.append(ev.Waiting())
    if answered or calls:
        found.insert(0, ev.Reply(key, None))  # it had a figure once, which the next one took the place of
    if answered and not calls:
        found.append(ev.TurnEnded(certain=False))
    return found


def _said(blocks: Any) -> str:
    """Return the texts of a message's blocks."""
    found = (mapping(block) for block in listing(blocks))
    return "\n".join(
        said for block in found if block.get("type") == "text" and (said := text(block.get("text"))) is not None
    )
