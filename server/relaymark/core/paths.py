"""Paths as text: those of this machine and of others (Windows, macOS, containers), compared without a disk."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from itertools import takewhile

_DRIVE = re.compile(r"^/*([A-Za-z]):(?=[\\/]|$)")
_SHARE = re.compile(r"^//[^/]")
_VERBATIM = re.compile(r"^[\\/]{2}\?[\\/](?:(UNC)(?:[\\/]|$)|(?=[A-Za-z]:[\\/]|[A-Za-z]:$))", re.IGNORECASE)
_HOST_IS_DRIVE = re.compile(r"[A-Za-z]:")
_SCHEMES = ("file", "vscode-remote", "vscode-local")
_WSL = ("wsl$", "wsl.localhost")
_WITHOUT_CASE = ("/users/", "/volumes/")


@lru_cache(maxsize=16_384)  # the same few paths are asked about all the time
def normal(path: str) -> str:
    r"""Return `path` with `/` between its parts, without `.`, `..` and doubled slashes; a drive letter is lower case.

    The mark by which Windows takes a path as it is (`\\?\C:\shop`, `\\?\UNC\server\share`) is left out.
    """
    while verbatim := _VERBATIM.match(path):
        path = ("\\\\" if verbatim[1] else "") + path[verbatim.end() :]
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
    if drive or not (_DRIVE.match(made) or _VERBATIM.match(made) or made.startswith("\\\\")):
        return made
    return normal(made) if lead else f"./{made}"


def absolute(path: str) -> bool:
    """Tell whether `path` starts at a root: `/`, a drive (`C:/`) or a UNC share."""
    return path.startswith(("/", "\\\\")) or bool(_DRIVE.match(path))


def join(base: str | None, path: str) -> str:
    """Return `path` as seen from the folder `base`, in normal form; unchanged but normal if it is absolute."""
    if path.startswith(("file:", "vscode-remote:")):
        path = from_uri(path) or path
    if absolute(path) or not base:
        return normal(path)
    return normal(f"{base.rstrip('/')}/{path}")


@lru_cache(maxsize=16_384)
def _fold(path: str) -> str:
    """Return what two texts for one place have in common.

    Windows compares without case, and so does macOS as it is delivered: their paths are known by how they begin. An
    umlaut may be one character or two, as the system that wrote it down likes it.
    """
    path = normal(path)
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    if path.startswith("//"):
        host, *parts = path[2:].split("/")
        if host.casefold() not in _WSL:
            return path.casefold()
        return "/".join(["//wsl.localhost", *(part.casefold() for part in parts[:1]), *parts[1:]])
    caseless = _DRIVE.match(path) or f"{path[:9]}/".casefold().startswith(_WITHOUT_CASE)
    return path.casefold() if caseless else path


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
    # By parts: one name can be longer in the one than in the other.
    depth = normal(folder).rstrip("/").count("/") + 1
    return "/".join(path.split("/")[depth:]).lstrip("/") or "."


def folders_shared(one: str, other: str) -> int:
    """Return how many parts from the top two paths have in common."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def name(path: str) -> str:
    """Return the last part of a path."""
    return normal(path).rsplit("/", 1)[-1]


def from_uri(uri: str) -> str | None:
    """Return the path that a URI of a file names (`file:`, `vscode-remote:`); None for one that names none.

    A path without a scheme is given back as it is. Of a remote place the path there is given.
    """
    if absolute(uri):
        return uri
    if uri.partition(":")[0].lower() not in _SCHEMES:
        return None
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415  (a status line reads no URI, and has 80 ms in all)

    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path, host = unquote(parts.path), unquote(parts.netloc)
    local = parts.scheme == "file"
    if local and _HOST_IS_DRIVE.fullmatch(host):  # written with one slash too few
        path, host = f"/{host}{path}", ""
    if local and host not in ("", "localhost"):
        return f"//{host}{path}"
    if not path.startswith("/"):
        return None
    if found := _DRIVE.match(path):
        return found[1].lower() + ":" + path[found.end() :]
    return path


def to_uri(path: str) -> str:
    """Return the `file:` URI of an absolute path."""
    path = normal(path)
    if path.startswith("//"):
        return "file:" + quoted(path)
    return "file://" + quoted(path if path.startswith("/") else f"/{path}")


def quoted(path: str) -> str:
    """Return a path as a URI writes it; of a name that is no text its bytes."""
    from urllib.parse import quote  # noqa: PLC0415  (as above)

    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # half a sign, from a file that somebody wrote
        return quote(path.encode("utf-8", "replace"))


def is_text(path: str) -> bool:
    """Tell whether a path is text: a name on Linux may be any bytes, which stand in it as lone surrogates."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def mapped(path: str, path_map: Mapping[str, str]) -> str:
    """Return `path` with the longest matching prefix of `path_map` (recorded folder -> folder here) exchanged."""
    best = max((old for old in path_map if inside(path, old)), key=len, default=None)
    if best is None:
        return path
    rest = relative(path, best)
    return normal(path_map[best]) if rest == "." else join(path_map[best], rest)
