"""Pi: what a call of a tool and its result tell of files and commands.

Facts: the schemas of the tools in Pi's public source (`packages/coding-agent/src/core/tools`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import joined, listing, mapping, text, whole
from relaymark.core import events as ev

_SHELL = "bash"
_EXITED = re.compile(r"Command exited with code (-?\d{1,10})\s*$")


def tool_called(block: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a block of type `toolCall` tells."""
    call, name = text(block.get("id")) or "", text(block.get("name")) or "unknown"
    given = mapping(block.get("arguments"))
    path = _path(given.get("path"))
    match name:
        case "read" if path:
            return [ev.FileRead(call, path, whole(given.get("offset")) or 0, whole(given.get("limit")) or 0)]
        case "write" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "edit" if path:
            edits = [mapping(edit) for edit in listing(given.get("edits"))] or [given]
            return [
                ev.FileEdit(call, path, text(edit.get("newText")) or "", text(edit.get("oldText")) or "")
                for edit in edits
            ]
        case "bash" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]


def tool_returned(message: Mapping[str, Any]) -> ev.Event:
    """Return what a message of role `toolResult` tells; only a command that failed tells its exit code."""
    said, failed = joined(message.get("content")), message.get("isError")
    ok = not failed if isinstance(failed, bool) else None
    told = _EXITED.search(said[-200:]) if failed is True and message.get("toolName") == _SHELL else None
    return ev.Returned(text(message.get("toolCallId")) or "", ok, int(told[1]) if told else None, said)


def _path(recorded: Any) -> str | None:
    """Return a path as a call names it; None for one below `~`, which only the program knows."""
    plain = (text(recorded) or "").removeprefix("@")
    return None if plain.startswith("~") else plain or None
