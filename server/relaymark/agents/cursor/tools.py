"""Cursor: what a call of a tool and its result tell of files and commands, in its database and in its transcripts.

Tools go by names of their own in each place (`read_file_v2`, `Read`) and name their arguments differently from version
to version. Source: public readers of both stores; the program is closed.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from relaymark.agents.codex.shell import changes
from relaymark.agents.copilot_vscode.locations import path_of
from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_READS = ("readfile", "read")
_EDITS = ("editfile", "edit", "searchreplace", "strreplace", "multiedit", "write", "writefile", "createfile",
          "editnotebook", "reapply", "delete", "deletefile")  # fmt: skip
_WHOLE = ("write", "writefile", "createfile")
_SHELLS = ("runterminalcmd", "runterminalcommand", "shell", "bash")
_PATHS = ("target_file", "targetFile", "file_path", "filePath", "path", "effectiveUri", "relativeWorkspacePath",
          "target_notebook", "uri")  # fmt: skip
_ADDED = ("new_string", "newString", "contents", "content", "code_edit", "codeEdit", "streamingContent", "file_text")
_REMOVED = ("old_string", "oldString")
_DONE = ("completed", "complete", "success", "done", "accepted")
_FAILED = ("error", "failed", "rejected", "cancelled", "canceled", "aborted")
_EXITS = ("exitCode", "exitCodeV2", "exit_code")
_OUTPUTS = ("output", "contents", "content", "text")


def parsed(value: Any) -> Any:
    """Return what stands as JSON in a text, else the value as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return msgspec.json.decode(value.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return value


def file_of(value: Any) -> str | None:
    """Return the path that a value names, which may be relative to the workspace."""
    named = text(value)
    return path_of(value) or (named if named and "://" not in named else None)


def called(key: str, name: Any, arguments: Any) -> list[ev.Event]:
    """Return what a call tells.

    Args:
        key: The call's id.
        name: The tool's.
        arguments: An object, or a patch as it is.
    """
    tool = text(name) or "unknown"
    plain = tool.lower().removesuffix("_v2").replace("_", "")
    given = mapping(arguments)
    path = next((path for field in _PATHS if (path := file_of(given.get(field)))), None)
    if plain == "applypatch" and (patch := text(arguments) or _first(given, ("patch", "input"))):
        return [ev.FileEdit(key, one.path, one.added, one.removed, one.whole) for one in changes(patch)]
    if plain in _READS and path:
        return [ev.FileRead(key, path, *_lines(given))]
    if plain in (*_EDITS, "applypatch") and path:
        added, removed = _first(given, _ADDED), _first(given, _REMOVED)
        return [ev.FileEdit(key, path, added, removed, whole=plain in _WHOLE and bool(added))]
    if plain in _SHELLS and (command := text(given.get("command"))):
        return [ev.Command(key, command), ev.Said(command)]
    said = "\n".join(value for value in given.values() if isinstance(value, str))
    return [ev.Called(key, tool), *([ev.Said(said)] if said else [])]


def _first(given: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    return next((found for field in fields if (found := text(given.get(field)))), "")


def _lines(given: Mapping[str, Any]) -> tuple[int, int]:
    first, last = (whole(given.get(f"{edge}_line_one_indexed{end}")) for edge, end in _EDGES)
    if first and last and last >= first and given.get("should_read_entire_file") is not True:
        return first, last - first + 1
    return whole(given.get("offset")) or 0, whole(given.get("limit")) or 0


_EDGES = (("start", ""), ("end", "_inclusive"))


def returned(key: str, status: Any, result: Any, additional: Any) -> list[ev.Event]:
    """Return how a call came back, nothing while it runs.

    No single field tells whether it succeeded: a refused command is `completed`, and says so in its result.

    Args:
        key: The call's id.
        status: The call's own.
        result: What the tool gave, parsed.
        additional: What the program noted beside it.
    """
    told = mapping(result)
    states = (status, mapping(additional).get("status"))
    code = next((told[name] for name in _EXITS if isinstance(told.get(name), int)), None)
    code = None if isinstance(code, bool) else code
    failed = any(state in _FAILED for state in states) or told.get("rejected") is True or bool(code)
    if not failed and status not in _DONE and result in (None, ""):
        return []
    ok = False if failed else True if status in _DONE else None
    return [ev.Returned(key, ok, code, text(result) or _first(told, _OUTPUTS))]


def waits(status: Any) -> bool:
    """Tell whether a call's status says that it is not over."""
    return isinstance(status, str) and status not in (*_DONE, *_FAILED, "", "none")


def attached(context: Any) -> list[str]:
    """Return the files of a list of selections: `fileSelections` or `selections` of a context."""
    return [path for one in map(mapping, listing(context)) if (path := file_of(one.get("uri")) or file_of(one))]
