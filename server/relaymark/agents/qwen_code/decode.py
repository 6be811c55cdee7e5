"""Qwen Code: what one line of a transcript tells, in the versions 0.15 and 0.24.

Lines are a tree by `uuid` and `parentUuid`; those that tell nothing still link what stands around them. Facts: observed
in files of 0.15.10 and 0.24.4; rewinds, turn results, forks and messages typed while a tool ran after its public source
(`packages/core/src/services/chatRecordingService.ts`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import instant, listing, mapping, text, whole
from relaymark.agents.qwen_code.tools import tool_called, tool_returned
from relaymark.agents.qwen_code.usage import compressed, failure, reply
from relaymark.core import events as ev

_ATTACHED = "\n--- Content from referenced files ---"
_WHILE_A_TOOL_RAN = "\n[User message received during tool execution]: "
_FILE = re.compile(r"\n?Content from @?(.+?):\n*")
_ENDS: Mapping[str, ev.Event] = {
    "completed": ev.TurnEnded(),
    "cancelled": ev.Interrupted(),
    "error": ev.Failed(),
}


def decode(record: Any, session_id: str | None = None, *, subagent: bool = False) -> ev.Record:
    """Return what one parsed line tells; a line of no known type tells nothing.

    Args:
        record: The parsed JSON of the line.
        session_id: The id that the file's name gives; None: the recorded one counts.
        subagent: The line stands in a subagent's file; the session that it records is then the parent.
    """
    line = mapping(record)
    if not line:
        return ev.Record(bad="not an object")
    own = text(line.get("sessionId"))
    time = instant(line.get("timestamp"))
    link, parent = text(line.get("uuid")), text(line.get("parentUuid"))
    if line.get("isSidechain") is True and not subagent:
        return ev.Record(id=link, parent=parent, kind="step" if link else "side", time=time)
    found: list[ev.Event] = [
        ev.Started(
            session=session_id or own,
            parent=own if subagent else None,
            forked_from=text(mapping(line.get("forkedFrom")).get("sessionId")),
            version=text(line.get("version")),
            at=time,
        )
    ]
    cwd, branch = text(line.get("cwd")), text(line.get("gitBranch"))
    if cwd or branch:
        found.append(ev.CwdChanged(cwd, branch))
    told, bad, opens = _told(line)
    kind: ev.Kind = "turn" if opens else "step"
    return ev.Record((*found, *told), link, parent, kind if link else "side", time, bad)


def _told(line: Mapping[str, Any]) -> tuple[list[ev.Event], str, bool]:
    """Return what a line tells, why a part of it is bad, and whether it opens a turn of the tree."""
    match line.get("type"):
        case "assistant":
            return *_assistant(line), False
        case "tool_result":
            result = mapping(line.get("toolCallResult"))
            responses = [mapping(part.get("functionResponse")) for part in _parts(line)]
            return [event for one in responses if one for event in tool_returned(one, result)], "", False
        case "user":
            told, opens = _user(line)
            return told, "", opens
        case "system":
            payload = mapping(line.get("systemPayload"))
            # A rewind follows the record that the session went back to: all that came after it is dead at once.
            return _system(line, payload), "", line.get("subtype") == "rewind"
    return [], "", False


def _parts(line: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(part) for part in listing(mapping(line.get("message")).get("parts"))]


def _assistant(line: Mapping[str, Any]) -> tuple[list[ev.Event], str]:
    found: list[ev.Event] = []
    if model := text(line.get("model")):
        found.append(ev.ModelChanged(model))
    if window := whole(line.get("contextWindowSize")):
        found.append(ev.WindowSeen(window))
    told, bad = reply(line)
    found += told
    calls = answered = False
    for part in _parts(line):
        if isinstance(part.get("functionCall"), dict):
            calls = True
            called = mapping(part["functionCall"])
            if call := text(called.get("id")):
                found += tool_called(call, str(called.get("name")), mapping(called.get("args")))
        elif said := text(part.get("text")):
            answered |= part.get("thought") is not True
            found.append(ev.Said(said))
    if answered and not calls:
        found.append(ev.TurnEnded(certain=False))
    return found, bad


def _user(line: Mapping[str, Any]) -> tuple[list[ev.Event], bool]:
    said = [told for part in _parts(line) if (told := text(part.get("text")))]
    subtype, source = line.get("subtype"), line.get("provenance")
    if source not in (None, "real_user") or subtype not in (None, "mid_turn_user_message"):
        return [ev.Fed("\n".join(said))], False
    until = said.index(_ATTACHED) if _ATTACHED in said else len(said)
    shown = text(mapping(line.get("systemPayload")).get("displayText"))
    typed = shown or "\n".join(said[:until]).removeprefix(_WHILE_A_TOOL_RAN)
    if not typed and not _parts(line):
        return [], True
    return [ev.Prompt(typed), *_attached(said[until + 1 :])], subtype is None


def _attached(said: list[str]) -> list[ev.Event]:
    """Return the files that a prompt named, each with its content: the texts that follow its heading."""
    paths: list[str] = []
    contents: list[list[str]] = []
    for told in said:
        if heading := _FILE.fullmatch(told):
            paths.append(heading[1])
            contents.append([])
        elif contents and not told.startswith("\n--- End of content"):
            contents[-1].append(told)
    return [ev.Mentioned(path, "\n".join(content)) for path, content in zip(paths, contents, strict=True)]


def _system(line: Mapping[str, Any], payload: Mapping[str, Any]) -> list[ev.Event]:
    match line.get("subtype"):
        case "custom_title" if title := text(payload.get("customTitle")):
            return [ev.Titled(title)]
        case "chat_compression":
            return compressed(line, payload)
        case "ui_telemetry":
            return failure(payload)
        case "turn_result" if end := _ENDS.get(str(payload.get("state"))):
            return [end]
    return []
