"""Continue: what the state of a tool call tells of files and commands, for the tools of both its programs."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import inner, joined, listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core import paths

STARTED = frozenset({"generating", "generated", "calling"})
"""States of a call that has not come back."""
_FAILED = ("errored", "canceled")
_OLD_NAMES = "builtin_"
_EXITED = re.compile(r"Command failed with exit code (-?\d{1,10})")


def call_events(state: Mapping[str, Any], fallback: str) -> list[ev.Event]:
    """Return what one element of `toolCallStates` tells: the call, and its result if there is one.

    Args:
        state: The element.
        fallback: The call's id where none is recorded.
    """
    function = mapping(mapping(state.get("toolCall")).get("function"))
    call = text(state.get("toolCallId")) or fallback
    name = (text(function.get("name")) or "unknown").removeprefix(_OLD_NAMES)
    found = _called(call, name, _arguments(state, function))
    status = state.get("status")
    if status == "done" or status in _FAILED:
        found.append(_returned(call, state, failed=status in _FAILED))
    elif name == "AskQuestion":
        found.append(ev.Waiting())
    return found


def _arguments(state: Mapping[str, Any], function: Mapping[str, Any]) -> Mapping[str, Any]:
    if parsed := mapping(state.get("parsedArgs")):
        return parsed
    return mapping(inner(function.get("arguments")))


def _called(call: str, name: str, given: Mapping[str, Any]) -> list[ev.Event]:
    path = _path(text(given.get("filepath")) or text(given.get("file_path")))
    match name:
        case "Read" | "read_file" if path:
            return [ev.FileRead(call, path)]
        case "read_file_range" if path:
            first, last = whole(given.get("startLine")) or 0, whole(given.get("endLine")) or 0
            return [ev.FileRead(call, path, first, last - first + 1 if first and last >= first else 0)]
        case "Write" | "create_new_file" if path:
            written = text(given.get("content")) or text(given.get("contents")) or ""
            return [ev.FileEdit(call, path, written, whole=True)]
        case "Edit" | "MultiEdit" | "single_find_and_replace" | "multi_edit" if path:
            edits = [mapping(edit) for edit in listing(given.get("edits"))] or [given]
            return [
                ev.FileEdit(call, path, text(edit.get("new_string")) or "", text(edit.get("old_string")) or "")
                for edit in edits
            ]
        case "edit_existing_file" if path:
            return [ev.FileEdit(call, path, text(given.get("changes")) or "")]
        case "Bash" | "run_terminal_command" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    said = "\n".join(value for value in given.values() if isinstance(value, str))
    return [ev.Called(call, name), ev.Said(said)]


def _path(recorded: str | None) -> str | None:
    """Return a path as a call names it: plain, or as a URI; None for one below `~`, which only the program knows."""
    if recorded is None or recorded.startswith("~"):
        return None
    return paths.from_uri(recorded) if "://" in recorded else recorded


def _returned(call: str, state: Mapping[str, Any], *, failed: bool) -> ev.Returned:
    output = state.get("output")
    parts = [mapping(part) for part in listing(output)]
    said = "\n".join(content for part in parts if (content := text(part.get("content"))))
    # The command line records no exit code; the extension tells it in words beside the output.
    told = next((words for part in parts if (words := text(part.get("status")))), "")
    code = 0 if told == "Command completed" else int(found[1]) if (found := _EXITED.match(told)) else None
    return ev.Returned(call, not failed and not code, code, said or joined(output))
