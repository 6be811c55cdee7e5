"""Zed: what a call of a tool and its result tell of files and commands.

Paths begin with the name of one of the project's folders. Facts: Zed's public source (`crates/agent/src/tools`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core import paths

_CANCELED = "Tool canceled by user"
_SHELL = "terminal"
_WHOLE = ("create", "overwrite", "write")
_RAN = ("Command executed successfully.", "```\n")
_NUMBER = re.compile(r"-?\d{1,10}(?=\.)")


class Tools:
    """Reads the tool calls of one thread.

    Args:
        folders: The folders of its project, absolute.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._roots = {paths.name(folder): folder for folder in reversed(folders)}

    def called(self, use: Mapping[str, Any], result: Any) -> list[ev.Event]:
        """Return what a call tells, and its result if there is one."""
        call, name = text(use.get("id")) or "", text(use.get("name")) or "unknown"
        given = mapping(use.get("input"))
        if given.get("type") == "json" and "value" in given:  # newer versions tell of which kind the input is
            given = mapping(given["value"])
        found = self._call(call, name, given)
        return [*found, *_returned(call, name, given, mapping(result))] if isinstance(result, dict) else found

    def _call(self, call: str, name: str, given: Mapping[str, Any]) -> list[ev.Event]:
        path = self._path(text(given.get("path")))
        content = text(given.get("content")) or ""
        match name:
            case "read_file" if path:
                first, last = whole(given.get("start_line")) or 0, whole(given.get("end_line")) or 0
                return [ev.FileRead(call, path, first, last - max(first, 1) + 1 if last >= max(first, 1) else 0)]
            case "write_file" if path:
                return [ev.FileEdit(call, path, content, whole=True)]
            case "edit_file" if path and given.get("mode") in _WHOLE:
                # In older versions another model writes the file: what it wrote does not stand in the call.
                return [ev.FileEdit(call, path, content, whole=bool(content))]
            case "edit_file" if path:
                edits = [mapping(edit) for edit in listing(given.get("edits"))] or [{}]
                return [
                    ev.FileEdit(call, path, text(edit.get("new_text")) or "", text(edit.get("old_text")) or "")
                    for edit in edits
                ]
            case "terminal" if command := text(given.get("command")):
                return [ev.Command(call, command), ev.Said(command)]
        return [ev.Called(call, name), ev.Said("\n".join(value for value in given.values() if isinstance(value, str)))]

    def _path(self, recorded: str | None) -> str | None:
        """Return the absolute path of one that begins with a folder's name; None for one below `~`."""
        if recorded is None or recorded.startswith("~"):
            return None
        if paths.absolute(recorded):
            return recorded
        root, _, rest = recorded.replace("\\", "/").partition("/")
        return paths.join(self._roots[root], rest) if root in self._roots and rest else recorded


def _returned(call: str, name: str, given: Mapping[str, Any], result: Mapping[str, Any]) -> list[ev.Event]:
    said = _said(result.get("content"))
    failed = result.get("is_error")
    code = _exit_code(said, text(given.get("command")) or "") if name == _SHELL and failed is False else None
    ok = not failed and not code if isinstance(failed, bool) else None
    found: list[ev.Event] = [ev.Returned(call, ok, code, said)]
    return [*found, ev.Interrupted()] if said == _CANCELED else found


def _exit_code(said: str, command: str) -> int | None:
    if said.startswith(_RAN):
        return 0
    told = f'Command "{command}" failed with exit code '
    found = _NUMBER.match(said, len(told)) if said.startswith(told) else None
    return int(found[0]) if found else None


def _said(content: Any) -> str:
    """Return the text of a result: a text, an object with one, or a list of such."""
    return "\n".join(filter(None, map(_part, content if isinstance(content, list) else [content])))


def _part(content: Any) -> str:
    part = mapping(content)
    return text(content) or text(part.get("Text")) or text(part.get("text")) or ""
