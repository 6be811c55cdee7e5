"""The opencode family: what a call of a tool tells of files, commands and subagents.

A call and its result are one part, rewritten while the tool runs. Facts: observed in opencode 1.1.65, 1.18.33 and
Kilo 7.7.9; `multiedit`, `apply_patch`, `question` and `plan_exit` after their public source, where each tool has its
file (`packages/opencode/src/tool`).
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_SHELLS = ("bash", "shell")
_ASKS = ("question", "plan_exit")
_DIRECTORY = "<type>directory</type>"
_HEADING = 4_096
_REFUSED = ("The user rejected permission to use this specific tool call.", "The user dismissed this question")
"""Errors after which the program stops: the user refused, and said nothing for the model to go on with."""


def tool_events(part: Mapping[str, Any], call: str) -> list[ev.Event]:
    """Return what a part of type `tool` tells.

    Args:
        part: The part.
        call: An id for the call. The recorded `callID` comes from the provider, some of which count from zero anew.
    """
    name, state = text(part.get("tool")) or "unknown", mapping(part.get("state"))
    given, told = mapping(state.get("input")), mapping(state.get("metadata"))
    found = _called(name, call, given, text(state.get("output")) or "")
    if name == "task" and (session := text(told.get("sessionId"))):
        found.append(ev.SubagentStarted(session))
    match state.get("status"):
        case "completed":
            code = _exit_code(name, told)
            ok = None if name in _SHELLS and code is None else not code
            found.append(ev.Returned(call, ok, code, _output(state)))
        case "error":
            found.append(ev.Returned(call, ok=False, exit=_exit_code(name, told), text=text(state.get("error")) or ""))
        case "running" if name in _ASKS:
            found.append(ev.Waiting())
    return found


def refused(part: Mapping[str, Any]) -> bool:
    """Tell whether the user refused a call in a way that ends the turn."""
    error = mapping(part.get("state")).get("error")
    return isinstance(error, str) and error.removeprefix("Error: ") in _REFUSED


def _called(name: str, call: str, given: Mapping[str, Any], output: str) -> list[ev.Event]:
    path = text(given.get("filePath"))
    match name:
        case "read" if path and _DIRECTORY not in output[:_HEADING].split("\n")[:2]:
            return [ev.FileRead(call, path, whole(given.get("offset")) or 0, whole(given.get("limit")) or 0)]
        case "write" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "edit" if path:
            return [_edit(call, path, given)]
        case "multiedit" if path:
            return [_edit(call, text(edit.get("filePath")) or path, edit) for edit in _edits(given)]
        case "apply_patch" | "patch" if patch := text(given.get("patchText")):
            return [ev.FileEdit(call, one.path, one.added, one.removed, one.whole) for one in changes(patch)]
    if name in _SHELLS and (command := text(given.get("command"))):
        return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]


def _edits(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(edit) for edit in listing(given.get("edits"))]


def _edit(call: str, path: str, given: Mapping[str, Any]) -> ev.FileEdit:
    return ev.FileEdit(call, path, text(given.get("newString")) or "", text(given.get("oldString")) or "")


def _exit_code(name: str, told: Mapping[str, Any]) -> int | None:
    code = told.get("exit") if name in _SHELLS else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _output(state: Mapping[str, Any]) -> str:
    # What was pruned stays on disk, but the model no longer gets it.
    return "" if mapping(state.get("time")).get("compacted") else text(state.get("output")) or ""
