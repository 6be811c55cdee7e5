"""goose: what a call of a tool and its result tell of files and commands.

Names are those of the extension `developer`, in its form as a server of its own (`developer__text_editor`) and as a
part of the program (`edit`, `write`, `shell`). Facts: goose's public source (`crates/goose/src/conversation`,
`crates/goose/src/agents/platform_extensions/developer`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_EXITED = re.compile(r"Command exited with code (-?\d{1,10})\s*$")


def tool_called(block: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a block of type `toolRequest` tells."""
    call, request = text(block.get("id")) or "", mapping(mapping(block.get("toolCall")).get("value"))
    name, given = text(request.get("name")) or "unknown", mapping(request.get("arguments"))
    path = text(given.get("path"))
    path = None if path is None or path.startswith("~") else path
    match name.rpartition("__")[2]:
        case "text_editor" if path:
            return _editor(call, name, path, given)
        case "write" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "edit" if path:
            return [ev.FileEdit(call, path, text(given.get("after")) or "", text(given.get("before")) or "")]
        case "shell" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]


def _editor(call: str, name: str, path: str, given: Mapping[str, Any]) -> list[ev.Event]:
    new, old = text(given.get("new_str")) or "", text(given.get("old_str")) or ""
    match given.get("command"):
        case "view":
            return [ev.FileRead(call, path, *_lines(given.get("view_range")))]
        case "write":
            return [ev.FileEdit(call, path, text(given.get("file_text")) or "", whole=True)]
        case "str_replace":
            return [ev.FileEdit(call, path, new or text(given.get("diff")) or "", old)]
        case "insert" | "edit_file":
            return [ev.FileEdit(call, path, new or text(given.get("code_edit")) or "")]
        case "undo_edit":
            return [ev.FileEdit(call, path)]
    return [ev.Called(call, name)]


def tool_returned(block: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a block of type `toolResponse` tells; only a command that failed tells its exit code."""
    if block.get("type") != "toolResponse":
        return []
    result = mapping(block.get("toolResult"))
    value = result.get("value")
    content = listing(value) or listing(mapping(value).get("content"))
    said = text(result.get("error")) or "\n".join(filter(None, map(_seen, content)))
    status, failed = result.get("status"), mapping(value).get("isError")
    ok = status == "success" and failed is not True if isinstance(status, str) else None
    told = _EXITED.search(said[-200:]) if failed is True else None
    return [ev.Returned(text(block.get("id")) or "", ok, int(told[1]) if told else None, said)]


def _seen(block: Any) -> str:
    """Return the text of a block of output that the model sees: some are for the user alone."""
    one = mapping(block)
    audience = mapping(one.get("annotations")).get("audience")
    if isinstance(audience, list) and "assistant" not in audience:
        return ""
    return text(one.get("text")) or text(mapping(one.get("resource")).get("text")) or ""


def _lines(view_range: Any) -> tuple[int, int]:
    """Return first line and number of lines of a range `[first, last]`; a last one of -1 is the end of the file."""
    match listing(view_range):
        case [first, last]:
            start, end = whole(first) or 0, whole(last) or 0
            return start, end - start + 1 if start and end >= start else 0
    return 0, 0
