"""Cline's core: what a call of a tool and its result tell of files and commands.

One call may read several files or run several commands, and its result has an entry for each: they become calls of
their own. Facts: `read_files`, `apply_patch`, `run_commands` as observed in 3.0.65; the further forms of their inputs
and `editor`, which models other than GPT get, are in the public source (`extensions/tools/schemas.ts`).
"""

import shlex
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.fields import inner, joined, listing, mapping, text, whole
from relaymark.core import events as ev

_FILES = ("files", "file_paths", "paths")
_COMMANDS = ("commands", "command", "cmd")


def tool_called(call: str, name: str, given: Any) -> list[ev.Event]:
    """Return what a `tool_use` block tells; the calls in it are named by `part`."""
    fields = mapping(given)
    match name:
        case "read_files" if files := _read(call, given):
            return files
        case "run_commands" if commands := _commands(given):
            return [event for at, one in enumerate(commands) for event in _command(part(call, at), one)]
        case "apply_patch" if patch := text(given) or text(fields.get("input")):
            return [ev.FileEdit(part(call, 0), one.path, one.added, one.removed, one.whole) for one in changes(patch)]
        case "editor" if path := text(fields.get("path")):
            old, new = text(fields.get("old_text")), text(fields.get("new_text"))
            whole_file = old is None and fields.get("insert_line") is None
            return [ev.FileEdit(part(call, 0), path, new or "", old or "", whole_file)]
    said = "\n".join(value for value in fields.values() if isinstance(value, str))
    asks = [ev.Waiting()] if name.startswith("ask_") else []
    return [ev.Called(part(call, 0), name), ev.Said(said), *asks]


def part(call: str, at: int) -> str:
    """Return the name of one of the calls in a call; the first has the name of the whole."""
    return f"{call}/{at}" if at else call


def tool_returned(call: str, parts: int, block: Any) -> list[ev.Event]:
    """Return what a `tool_result` block tells.

    Args:
        call: The call's id.
        parts: How many calls are in it.
        block: The block; its content is a list of entries with `success`, one of them as a text of JSON, or plain.
    """
    content = block.get("content")
    told = inner(content) if isinstance(content, str) else content
    entries = [told] if isinstance(told, dict) else listing(told)
    failed = block.get("is_error") is True
    if not any("success" in mapping(entry) for entry in entries):
        return [ev.Returned(part(call, at), False if failed else None, text=_plain(content, at)) for at in range(parts)]
    if len(entries) != parts:
        ok = not failed and all(mapping(entry).get("success") is True for entry in entries)
        said = "\n".join(_result(entry) for entry in entries)
        return [ev.Returned(part(call, at), ok, text="" if at else said) for at in range(parts)]
    return [
        ev.Returned(part(call, at), not failed and mapping(entry).get("success") is True, text=_result(entry))
        for at, entry in enumerate(entries)
    ]


def _plain(content: Any, at: int) -> str:
    return "" if at else joined(content)


def _result(entry: Any) -> str:
    fields = mapping(entry)
    return joined(fields.get("result")) or text(fields.get("error")) or ""


def _read(call: str, given: Any) -> list[ev.Event]:
    asked = given
    if isinstance(given, dict):
        asked = next((given[name] for name in _FILES if name in given), given)
    found: list[ev.Event] = []
    for one in asked if isinstance(asked, list) else [asked]:
        if path := text(one) or text(mapping(one).get("path")):
            first, last = (whole(mapping(one).get(name)) or 0 for name in ("start_line", "end_line"))
            count = last - max(first, 1) + 1 if last >= first and last else 0
            found.append(ev.FileRead(part(call, len(found)), path, first, count))
    return found


def _commands(given: Any) -> list[str]:
    asked = given
    if isinstance(given, dict) and "args" not in given:
        asked = next((given[name] for name in _COMMANDS if name in given), None)
    found = [_written(one) for one in (asked if isinstance(asked, list) else [asked])]
    return [command for command in found if command]


def _written(one: Any) -> str:
    """Return a command as one would type it: it is a text, or a program with its arguments."""
    if isinstance(one, str):
        return one
    words = [mapping(one).get("command"), *listing(mapping(one).get("args"))]
    if not text(words[0]) or not all(isinstance(word, str) for word in words):
        return ""
    return shlex.join(words) if len(words) > 1 else str(words[0])


def _command(call: str, command: str) -> list[ev.Event]:
    return [ev.Command(call, command), ev.Said(command)]
