"""Copilot CLI: what a call of a tool and its result tell of files and commands."""

import re
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_SHELLS = ("bash", "powershell")
_EXITED = re.compile(r"<[^<>\n]*\b(?:completed|exited) with exit code (-?\d{1,10})>\s*$")
_MARKER_LENGTH = 200


def tool_called(data: Any) -> list[ev.Event]:
    """Return what a `tool.execution_start` tells."""
    call, name = text(data.get("toolCallId")) or "", text(data.get("toolName")) or "unknown"
    arguments = data.get("arguments")
    given = mapping(arguments)
    path = text(given.get("path"))
    match name:
        case "view" if path:
            return [ev.FileRead(call, path, *_lines(given.get("view_range")))]
        case "edit" | "str_replace" if path:
            return [ev.FileEdit(call, path, text(given.get("new_str")) or "", text(given.get("old_str")) or "")]
        case "insert" if path:
            return [ev.FileEdit(call, path, text(given.get("new_str")) or "")]
        case "create" if path:
            return [ev.FileEdit(call, path, text(given.get("file_text")) or "", whole=True)]
        case "apply_patch" if patch := text(arguments) or text(given.get("input")) or text(given.get("patch")):
            done = changes(patch)
            return [ev.FileEdit(call, one.path, one.added, one.removed, one.whole) for one in done]
    if name in _SHELLS and (command := text(given.get("command"))):
        return [ev.Command(call, command), ev.Said(command)]
    said = ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))
    return [ev.Called(call, name), said, *([ev.Waiting()] if name == "ask_user" else [])]


def _lines(view_range: Any) -> tuple[int, int]:
    """Return first line and number of lines of a range `[first, last]`; a last one of -1 is the end of the file."""
    match view_range:
        case [first, last]:
            start, end = whole(first) or 0, whole(last) or 0
            return start, end - start + 1 if start and end >= start else 0
    return 0, 0


def tool_returned(data: Any) -> list[ev.Event]:
    """Return what a `tool.execution_complete` tells."""
    call = text(data.get("toolCallId")) or ""
    result = mapping(data.get("result"))
    said = text(result.get("content")) or text(mapping(data.get("error")).get("message")) or ""
    success, code = data.get("success"), _exit_code(data, result)
    ok = False if code else success if isinstance(success, bool) else None
    if code is None and (found := _EXITED.search(said[-_MARKER_LENGTH:])):
        # Versions before 1.0.102 tell it in the text only, as a file that was viewed could, too.
        code = int(found[1])
    edited = [path for edit in listing(data.get("fileEdits")) if (path := text(mapping(edit).get("path")))]
    return [*(ev.FileEdit(call, path) for path in edited), ev.Returned(call, ok, code, said)]


def _exit_code(data: Any, result: Any) -> int | None:
    told = [mapping(data.get("shellExecution")), *map(mapping, listing(result.get("contents")))]
    codes = [one.get("exitCode") for one in told]
    return next((code for code in codes if isinstance(code, int) and not isinstance(code, bool)), None)
