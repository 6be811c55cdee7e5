"""Qwen Code: what a call of a tool and its result tell of files, commands and subagents."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import mapping, text, whole
from relaymark.core import events as ev

_SHELL = "run_shell_command"
_EXIT = re.compile(r"^Exit Code: (.*)$", re.MULTILINE)
_NUMBER = re.compile(r"-?\d{1,10}")
_UNCHANGED = re.compile(r"\[File (.+?) unchanged since last read in this session")
_ASKS = ("ask_user_question", "exit_plan_mode")


def spoken(given: Any) -> str:
    """Return the texts among the values of a tool's input or output."""
    return "\n".join(value for value in mapping(given).values() if isinstance(value, str))


def tool_called(call: str, name: str, given: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a `functionCall` of the tool `name` tells; `given` are its arguments."""
    path = text(given.get("file_path")) or text(given.get("absolute_path"))
    match name:
        case "read_file" if path:
            skipped, count = whole(given.get("offset")) or 0, whole(given.get("limit")) or 0
            return [ev.FileRead(call, path, skipped + 1 if skipped else 0, count)]
        case "write_file" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "edit" | "replace" if path:
            return [ev.FileEdit(call, path, text(given.get("new_string")) or "", text(given.get("old_string")) or "")]
        case "run_shell_command" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    found: list[ev.Event] = [ev.Called(call, name), ev.Said(spoken(given))]
    return [*found, ev.Waiting()] if name in _ASKS else found


def tool_returned(response: Mapping[str, Any], result: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a `functionResponse` tells; `result` is the `toolCallResult` beside it."""
    call = text(response.get("id")) or text(result.get("callId"))
    if call is None:
        return []
    given = mapping(response.get("response"))
    said = spoken(given)
    status = result.get("status")
    ok = status == "success" if isinstance(status, str) else "error" not in given if given else None
    unchanged = _UNCHANGED.match(said)
    if response.get("name") == "read_file" and unchanged:
        # The content came in before and still stands there; what is new is this notice alone.
        again = [ev.Mentioned(unchanged[1], again=True), ev.Returned("", text=said)]
        return [ev.Returned(call, ok, text=None), *again]
    display = mapping(result.get("resultDisplay"))
    code = _exit_code(display, said) if response.get("name") == _SHELL else None
    found: list[ev.Event] = [ev.Returned(call, ok and not code if ok else ok, code, said)]
    agent = text(display.get("subagentName"))
    if display.get("type") == "task_execution" and display.get("subagentSessionReady") is True and agent:
        found.append(ev.SubagentStarted(f"{agent}-{call}"))
    if status == "cancelled":
        found.append(ev.Interrupted())
    return found


def _exit_code(display: Mapping[str, Any], said: str) -> int | None:
    if display.get("type") == "shell_result":
        code = display.get("exitCode")
        return code if isinstance(code, int) and not isinstance(code, bool) else None
    # The program's own line is the last of its kind: the command's output stands before it.
    lines = _EXIT.findall(said)
    return int(lines[-1]) if lines and _NUMBER.fullmatch(lines[-1]) else None
