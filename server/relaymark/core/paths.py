"""Paths as text: those of this machine and of others (Windows, macOS, containers), compared without a disk."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/*([A-Za-z]):(?=[\\/]|$)")
_SHARE = re.compile(r"^//[^/]")


def normal(path: str) -> str:
    """Return `path` with `/` between its parts, without `.`, `..` and doubled slashes; a drive letter is lower case."""
    windows = bool(_DRIVE.match(path)) or path.startswith("\\\\")
    text = path.replace("\\", "/") if windows else path
    drive = ""
    if found := _DRIVE.match(text):
        drive = found[1].lower() + ":"
        text = text[found.end() :] or "/"
    lead = "//" if _SHARE.match(text) and not drive else "/" if text.startswith("/") else ""
    parts: list[str] = []
    for part in text.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and (lead or (parts and parts[-1] != "..")):
            if parts:
                parts.pop()
            continue
        parts.append(part)
    if lead == "//" and not parts:
        lead = "/"
    made = drive + lead + "/".join(parts) or "."
    if drive or not (_DRIVE.match(made) or made.startswith("\\\\")):
        return made
    return normal(made) if lead else f"./{made}"


def absolute(path: str) -> bool:
    """Tell whether `path` starts at a root: `/`, a drive (`C:/`) or a UNC share."""
    return path.startswith(("/", "\\\\")) or bool(_DRIVE.match(path))


def join(base: str | None, path: str) -> str:
    """Return `path` as seen from the folder `base`, in normal form; unchanged but normal if it is absolute."""
    if path.startswith("file://"):
        path = from_uri(path) or path
    if absolute(path) or not base:
        return normal(path)
    return normal(f"{base.rstrip('/')}/{path}")


def _fold(path: str) -> str:
    # Windows compares without case; its paths are known by their drive.
    path = normal(path)
    return path.casefold() if _DRIVE.match(path) else path


def same(one: str, other: str) -> bool:
    """Tell whether two paths name one place, going by their text alone."""
    return _fold(one) == _fold(other)


def inside(path: str, folder: str) -> bool:
    """Tell whether `path` is `folder` or lies below it."""
    child, parent = _fold(path), _fold(folder)
    return child == parent or child.startswith(parent.rstrip("/") + "/")


def relative(path: str, folder: str | None) -> str:
    """Return `path` as seen from `folder` when it lies below it, else `path` in normal form."""
    path = normal(path)
    if not folder or not inside(path, folder):
        return path
    return path[len(normal(folder).rstrip("/")) :].lstrip("/") or "."


def name(path: str) -> str:
    """Return the last part of a path."""
    return normal(path).rsplit("/", 1)[-1]


def from_uri(uri: str) -> str | None:
    """Return the path that a URI names: `file:`, `vscode-remote:` and their like; None for one that names none.

    A path without a scheme is given back as it is.
    """
    if "://" not in uri:
        return uri if absolute(uri) else None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if not path:
        return None
    if found := _DRIVE.match(path):
        return found[1].lower() + ":" + path[found.end() :]
    if parts.scheme == "file" and parts.netloc not in ("", "localhost"):
        return f"//{unquote(parts.netloc)}{path}"
    return path


def to_uri(path: str) -> str:
    """Return the `file:` URI of an absolute path."""
    path = normal(path)
    if path.startswith("//"):
        return "file:" + quote(path)
    return "file://" + quote(path if path.startswith("/") else f"/{path}")


def mapped(path: str, path_map: Mapping[str, str]) -> str:
    """Return `path` with the longest matching prefix of `path_map` (recorded folder -> folder here) exchanged."""
    best = max((old for old in path_map if inside(path, old)), key=len, default=None)
    if best is None:
        return path
    rest = relative(path, best)
    return normal(path_map[best]) if rest == "." else join(path_map[best], rest)
