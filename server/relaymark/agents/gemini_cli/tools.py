"""Gemini CLI: what a call of a tool and its result tell of files, commands and subagents.

A call is recorded when it is over, with its result. A command's exit code stands in the text of its result unless it
is 0 (`packages/core/src/tools/shell.ts`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.agents.gemini_cli.parts import spoken, under
from relaymark.core import events as ev

FINISH = "complete_task"
"""The tool with which a subagent hands in its work and ends."""

CANCELLED = "cancelled"
_OK: Mapping[str | None, bool] = {"success": True, "error": False, CANCELLED: False}
_SHELL, _MANY = "run_shell_command", "read_many_files"
_EXIT = re.compile(
    r"^Exit Code: (-?\d{1,10})(?:\n|\Z)(?:(?:Signal|Background PIDs|Process Group PGID): [^\n]*(?:\n|\Z))*"
    r"(?:</untrusted_context>)?\s*\Z",
    re.MULTILINE,
)
_HEADING = re.compile(r"^--- (?!End of content)(\S.*) ---$", re.MULTILINE)
_LISTED = re.compile(r"^- `(.+)`$", re.MULTILINE)
_MORE = re.compile(r"^- \.\.\.and \d+ more\.$", re.MULTILINE)
_WILD = frozenset("*?[{!")


def called(call: str, name: str, given: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a call of the tool `name` tells; `given` are its arguments."""
    path = text(given.get("file_path")) or text(given.get("absolute_path"))
    match name:
        case "read_file" if path:
            return [ev.FileRead(call, path, *_lines(given))]
        case "write_file" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "replace" if path:
            return [ev.FileEdit(call, path, text(given.get("new_string")) or "", text(given.get("old_string")) or "")]
        case "run_shell_command" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(one for one in given.values() if isinstance(one, str)))]


def _lines(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return first line and number of lines; older versions count from 0 and give a limit."""
    first, last = whole(given.get("start_line")) or 0, whole(given.get("end_line")) or 0
    if first or last:
        return first, last - max(first, 1) + 1 if last >= max(first, 1) else 0
    skipped = whole(given.get("offset")) or 0
    return skipped + 1 if skipped else 0, whole(given.get("limit")) or 0


def returned(call: str, name: str, given: Mapping[str, Any], record: Mapping[str, Any]) -> list[ev.Event]:
    """Return what the result in a record of a tool call tells; nothing while there is none."""
    ok, result = _OK.get(text(record.get("status"))), record.get("result")
    if ok is None and result is None:
        return []
    said = output(call, result)
    code = None
    if name == _SHELL and (own := _EXIT.search(said)):
        code = int(own[1])
        ok = False if code else ok
    found: list[ev.Event] = []
    if name == _MANY and ok:
        found += [ev.FileRead(call, path) for path in _many(given, said, record.get("resultDisplay"))]
    if agent := text(record.get("agentId")):
        found.append(ev.SubagentStarted(agent))
    return [*found, ev.Returned(call, ok, code, said)]


def output(call: str, result: Any) -> str:
    """Return the text that a result gives to the model; of several calls' results that of `call`."""
    responses = under(result, "functionResponse")
    own = [one for one in responses if one.get("id") == call] or responses
    if not own:
        return spoken(result)
    given = [mapping(one.get("response")) for one in own]
    return "\n".join(value for one in given for value in one.values() if isinstance(value, str))


def _many(given: Mapping[str, Any], said: str, display: Any) -> dict[str, None]:
    """Return the files that were read at once: as the display lists them, else the result, else as they were asked for.

    The display lists ten at most.
    """
    shown = text(display) or ""
    if (found := _LISTED.findall(shown)) and not _MORE.search(shown):
        return dict.fromkeys(found)
    if found := _HEADING.findall(said):
        return dict.fromkeys(found)
    asked = [*listing(given.get("include")), *listing(given.get("paths"))]
    return dict.fromkeys(one for one in asked if isinstance(one, str) and one and not _WILD.intersection(one))
