"""Amp: what a call of a tool and its result tell of files and commands; the tools' names changed over the years."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.fields import joined, listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core import paths

_WAITS = "blocked-on-user"
_DONE = "done"
_FAILED = ("error", "cancelled", "rejected-by-user")
_TEXTS = ("output", "content", "diff", "text")


def tool_called(block: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a block of type `tool_use` tells."""
    call, name = text(block.get("id")) or "", text(block.get("name")) or "unknown"
    given = mapping(block.get("input"))
    path = _path(text(given.get("path")) or text(given.get("file_path")))
    match name:
        case "Read" | "read_file" if path:
            return [ev.FileRead(call, path, *_lines(given.get("read_range")))]
        case "edit_file" if path:
            return [ev.FileEdit(call, path, text(given.get("new_str")) or "", text(given.get("old_str")) or "")]
        case "create_file" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "apply_patch" if patch := text(given.get("patchText")) or text(given.get("patch")):
            done = changes(patch)
            return [ev.FileEdit(call, one.path, one.added, one.removed, one.whole) for one in done]
        case "Bash" | "shell_command" if command := text(given.get("cmd")) or text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]


def tool_returned(block: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a block of type `tool_result` tells; a run that is under way tells nothing yet."""
    run = mapping(block.get("run"))
    status, call = run.get("status"), text(block.get("toolUseID")) or ""
    if status == _WAITS:
        return [ev.Waiting()]
    if status != _DONE and status not in _FAILED:
        return []
    result = run.get("result")
    code = mapping(result).get("exitCode")
    exit_code = code if isinstance(code, int) and not isinstance(code, bool) else None
    said = text(mapping(run.get("error")).get("message")) or text(run.get("reason")) or _said(result)
    found: list[ev.Event] = [ev.Returned(call, status == _DONE and not exit_code, exit_code, said)]
    return [*found, ev.Interrupted()] if status == "cancelled" else found


def _said(result: Any) -> str:
    if isinstance(result, dict):
        parts = [joined(result.get(part)) for part in _TEXTS]
        return "\n".join(part for part in parts if part)
    return joined(result)


def _lines(read_range: Any) -> tuple[int, int]:
    """Return first line and number of lines of a range `[first, last]`."""
    match listing(read_range):
        case [first, last]:
            start, end = whole(first) or 0, whole(last) or 0
            return start, end - start + 1 if start and end >= start else 0
    return 0, 0


def _path(recorded: str | None) -> str | None:
    """Return a path as a call names it: plain, or as a URI; None for one below `~`, which only the program knows."""
    if recorded is None or recorded.startswith("~"):
        return None
    return paths.from_uri(recorded) if "://" in recorded else recorded
