"""Claude Code: what a call of a tool and its result tell of files and commands."""

import re
from typing import Any

from relaymark.agents.fields import joined, listing, mapping, text, whole
from relaymark.core import events as ev

_EXIT = re.compile(r"\s*(?:Error:\s*)?Exit code (\d{1,3})\b")


def tool_called(call: str, name: str, given: Any) -> list[ev.Event]:
    """Return what a `tool_use` block of the tool `name` tells; `given` is its input."""
    path = text(given.get("file_path")) or text(given.get("notebook_path"))
    match name:
        case "Read" | "NotebookRead" if path:
            return [ev.FileRead(call, path, whole(given.get("offset")) or 0, whole(given.get("limit")) or 0)]
        case "Write" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "Edit" if path:
            return [ev.FileEdit(call, path, text(given.get("new_string")) or "", text(given.get("old_string")) or "")]
        case "MultiEdit" if path:
            edits = [mapping(edit) for edit in listing(given.get("edits"))]
            added = "\n".join(text(edit.get("new_string")) or "" for edit in edits)
            removed = "\n".join(text(edit.get("old_string")) or "" for edit in edits)
            return [ev.FileEdit(call, path, added, removed)]
        case "NotebookEdit" if path:
            return [ev.FileEdit(call, path, text(given.get("new_source")) or "")]
        case "Bash" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
        case "AskUserQuestion" | "ExitPlanMode":
            return [ev.Called(call, name), ev.Said(_spoken(given)), ev.Waiting()]
    return [ev.Called(call, name), ev.Said(_spoken(given))]


def _spoken(given: Any) -> str:
    return "\n".join(value for value in mapping(given).values() if isinstance(value, str))


def tool_returned(block: Any, outcome: Any) -> ev.Event:
    """Return what a `tool_result` block tells; `outcome` is the `toolUseResult` beside it, a text on errors."""
    said = joined(block.get("content"))
    failed = block.get("is_error") is True
    found = _EXIT.match(said) if failed else None
    return ev.Returned(
        text(block.get("tool_use_id")) or "",
        ok=not failed and not (isinstance(outcome, str) and outcome.startswith("Error:")),
        exit=int(found[1]) if found else None,
        text=said,
    )
