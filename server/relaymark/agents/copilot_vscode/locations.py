"""Copilot Chat: how its records name files, and the folder that a window's `workspace.json` names.

A file stands as a path, as the text of a URI, as the parts of one (`scheme`, `authority`, `path`, `fsPath`), or as a
place in it (`uri` and `range`).
"""

import re
from typing import Any
from urllib.parse import unquote

import msgspec

from relaymark.agents.fields import listing, mapping, text
from relaymark.core import paths

_SCHEMES = ("file", "vscode-remote", "vscode-notebook-cell")
_LINK = re.compile(r"\]\(((?:file|vscode-remote)://[^\s)]+)\)")
_LONGEST = 1024 * 1024
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', re.DOTALL)
WORKSPACE_FILE = (".code-workspace", "/workspace.json")
"""How the names of files end that list the folders of a workspace."""


def path_of(value: Any) -> str | None:
    """Return the path of the file that a value names, None for what is no file."""
    named = mapping(value).get("uri", value)
    if isinstance(named, str):
        known = paths.absolute(named) or named.split("://")[0] in _SCHEMES
        return paths.from_uri(named) if known else None
    parts = mapping(named)
    path = text(parts.get("path")) or text(parts.get("fsPath"))
    if parts.get("scheme", "file") not in _SCHEMES or path is None or not paths.absolute(path):
        return None
    host = text(parts.get("authority")) if parts.get("scheme") == "file" else None
    return paths.normal(f"//{host}{path}" if host and path.startswith("/") else path)


def linked(message: Any) -> str | None:
    """Return the file that a tool's message links to: `Read [](file:///home/dev/a.ts#1-1)`."""
    said = text(message) or text(mapping(message).get("value")) or ""
    found = _LINK.search(said)
    return paths.from_uri(found[1].split("#")[0].split("?")[0]) if found else None


def workspace_file(window: Any) -> str | None:
    """Return the file that lists the folders of a window with several, None for a window of one folder or none."""
    told = mapping(window)
    named = told.get("workspace") or told.get("configuration")
    path = path_of(mapping(named).get("configPath") or named)
    return path if path and path.endswith(WORKSPACE_FILE) else None


def folder(window: Any, listed: Any) -> str | None:
    """Return the folder of a window: its own, else the first of those that its workspace file lists.

    Args:
        window: The parsed `workspace.json`.
        listed: The workspace file, parsed or as text; None if it is not there.
    """
    if own := mapping(window).get("folder"):
        return path_of(own)
    file = workspace_file(window)
    if file is None:
        return None
    inside = paths.join(file, "..")
    if isinstance(listed, str):
        listed = _lenient(listed)
    for one in map(mapping, listing(mapping(listed).get("folders"))):
        if uri := path_of(one.get("uri") or ""):
            return uri
        if path := text(one.get("path")):
            return paths.join(inside, unquote(path) if path.startswith("file:") else path)
    return inside


def _lenient(jsonc: str) -> Any:
    """Return the value of JSON with comments and commas before an end, None if it is none."""
    if len(jsonc) > _LONGEST:
        return None
    for noise in (_COMMENT, _LAST_COMMA):
        jsonc = noise.sub(lambda found: found[1] or "", jsonc)
    try:
        return msgspec.json.decode(jsonc.encode())
    except (ValueError, RecursionError):
        return None
