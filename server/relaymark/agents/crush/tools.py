"""Crush: what a call of a tool and its result tell of files and commands.

Facts: Crush's public source (`internal/agent/tools`); the old opencode has the tools `patch` and `ls` besides.
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.fields import inner, listing, mapping, text, whole
from relaymark.core import events as ev

_SHELL = "bash"
_EXITED = re.compile(r"(?:^|\n)Exit code (-?\d{1,10})\s*(?:<cwd>[^<]*</cwd>\s*)?$")
_TAIL = 4_000
"""Characters at the end of a command's output in which its exit code stands, before its directory."""


def tool_called(part: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a part of type `tool_call` tells; its input is JSON in a text, and half of one while it comes in."""
    call, name = text(part.get("id")) or "", text(part.get("name")) or "unknown"
    given = _object(part.get("input"))
    path = text(given.get("file_path"))
    match name:
        case "view" if path:
            offset = whole(given.get("offset")) or 0
            return [ev.FileRead(call, path, offset + 1 if offset else 0, whole(given.get("limit")) or 0)]
        case "write" if path:
            return [ev.FileEdit(call, path, text(given.get("content")) or "", whole=True)]
        case "edit" | "multiedit" if path:
            edits = [mapping(edit) for edit in listing(given.get("edits"))] or [given]
            return [
                ev.FileEdit(call, path, text(edit.get("new_string")) or "", text(edit.get("old_string")) or "")
                for edit in edits
            ]
        case "patch" if patch := text(given.get("patch_text")):
            done = changes(patch)
            return [ev.FileEdit(call, one.path, one.added, one.removed, one.whole) for one in done]
        case "bash" if command := text(given.get("command")):
            return [ev.Command(call, command), ev.Said(command)]
    return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]


def tool_returned(part: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a part of type `tool_result` tells; only a command that failed tells its exit code."""
    said, failed = text(part.get("content")) or "", part.get("is_error")
    told = _EXITED.search(said[-_TAIL:]) if part.get("name") == _SHELL else None
    code = int(told[1]) if told else None
    ok = not failed and not code if isinstance(failed, bool) else None
    return [ev.Returned(text(part.get("tool_call_id")) or "", ok, code, said)]


def _object(data: Any) -> Mapping[str, Any]:
    return mapping(inner(data) if isinstance(data, str) else data)
