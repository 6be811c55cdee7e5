"""Reads the drawing of a folder tree (`├── config/`) into the paths of its files, joined from the folders above."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from relaymark.core.plan.known import DOTFILES, NAMES, PRODUCTS, ROOTS
from relaymark.core.plan.model import PathMention
from relaymark.core.span import Span

LANGUAGES = frozenset(
    (
        "",
        "text",
        "txt",
        "plain",
        "plaintext",
        "tree",
        "files",
        "bash",
        "sh",
        "shell",
        "console",
        "ascii",
        "md",
        "markdown",
    )
)
"""The languages of fences that may hold a drawing."""

_LINE = re.compile(r"[^\r\n]*")
_ICON = r"(?:[^\w\s.@/(\[{<`*~'\"-]++\s++)?"
_NAME = (
    r"[\w.@+~(\[{<*$][\w.@+~()\[\]{}<>*=&%$-]*+(?:,[\w.@+~()\[\]{}<>*=&%$-]++)*+"
    r"(?:/[\w.@+~()\[\]{}<>*,=&%$-]++)*+/?+"
)
_MARKS = r"(?:[`*]*+|[`*]*(?=\*`*+(?![`*])))"
"""What sets a name off, all of it; where no name is behind it, its last star is one."""
_BEHIND = r"(?P<behind>[ \t\xa0]*$|[ \t\xa0]{2,}|[ \t\xa0]+(?=[^\w\s]))?"
_ENTRY = re.compile(
    r"[ \t\xa0│┃║|]*(?P<joint>[├└╰┣┗┝][─━╌-]{0,4}|[|+`\\]-{1,4}(?=[ \t]))[ \t\xa0]*"
    rf"{_ICON}`?(?P<names>{_NAME}(?:,[ \t]+{_NAME})*)`?[:,]?{_BEHIND}"
)
_JOINT = re.compile(r"[ \t\xa0│┃║|]*(?:[├└╰┣┗┝]|[|+`\\]-{1,4}[ \t])")
_BARS = re.compile(r"[ \t\xa0│┃║|]*")
_ROOT = re.compile(
    rf"[ \t>]*+(?:\$\s*+(?:tree|ls)\s++)?{_ICON}{_MARKS}(?P<path>/|\.{{1,2}}/?|{_NAME})[`*]*+:?"
    r"(?:\s*$|\s+(?=#|//|←|<-|\(|[—–]|- ))"
)
_ONE = re.compile(_NAME)
_BRACES = re.compile(r"(?P<head>[^{}]*)\{(?P<list>[^{}]*,[^{}]*)\}(?P<tail>[^{}]*)")
_FILE = re.compile(r"[\w)\]}-]\.\w{1,12}|\.\w[\w.-]*")
_VAGUE = re.compile(r"\.{3}|[$%*<>=]|\{[^,{}]*\}")
_TOP = re.compile(
    r"\.git(?:hub|ignore)?/?|\.(?:claude|codex|cursor|vscode|opencode|kiro)/?|license(?:\.\w+)?|(?:agents|claude)\.md"
    r"|docker-compose\.ya?ml|pnpm-workspace\.yaml|turbo\.json",
    re.IGNORECASE,
)
"""What lies at the top of a repository: the folder that holds it is the repository's own."""


class _Entry(Struct):
    """A line of a drawing: the column of its joint, its names with their places, whether lines stand below it."""

    column: int
    names: list[tuple[str, Span]]
    holds: bool = False


def tree_paths(text: str, start: int, end: int) -> list[PathMention]:
    """Return the files, and the folders without anything in them, that trees in `text[start:end]` draw.

    A drawing counts if most of its lines name files or folders. The folder on the line above the first joint is the
    top, unless what it holds shows that it is the repository itself. Names with spaces and placeholders are none.
    """
    found: list[PathMention] = []
    entries: list[_Entry] = []
    root: str | None = ""
    for line in _LINE.finditer(text, start, end):
        content = line.group()
        if _JOINT.match(content):
            entries.append(_entry(text, line.start(), line.end()))
        elif content.strip() and not (entries and _BARS.fullmatch(content)):
            found.extend(_paths(root, entries))
            entries = []
            root = _root(content)
    found.extend(_paths(root, entries))
    return found


def is_drawn(text: str, at: int) -> bool:
    """Tell whether an offset stands on a line of a drawing."""
    return _JOINT.match(text, max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1) is not None


def may_hold_tree(text: str, start: int, end: int) -> bool:
    """Tell at a glance whether a stretch may hold a drawing."""
    return any(text.find(joint, start, end) >= 0 for joint in ("├", "└", "╰", "┣", "┗", "|-- ", "+-- ", "`-- "))


def _entry(text: str, start: int, end: int) -> _Entry:
    found = _ENTRY.match(text, start, end)
    if found is None or found["behind"] is None:
        joint = _JOINT.match(text, start, end)
        return _Entry(joint.end() - start if joint else 0, [])
    names = [
        (each.group(), Span(each.start(), each.end())) for each in _ONE.finditer(text, *found.span("names"))
    ]  # fmt: skip
    return _Entry(found.start("joint") + 1 - start, names)


def _root(line: str) -> str | None:
    """Return the folder that a line names, empty for none; None for one that is not known."""
    found = _ROOT.match(line)
    if found is None:
        return ""
    path = found["path"]
    if _VAGUE.search(path):
        return None
    # A bare word is a heading, or the name of the repository.
    known = "/" in path or ROOTS.fullmatch(path)
    return f"{path.rstrip('/')}/" if known and path not in {"/", "./"} else ""


def _paths(root: str | None, entries: list[_Entry]) -> Iterator[PathMention]:
    for entry, following in pairwise(entries):
        entry.holds = following.column > entry.column
    plain = [entry for entry in entries if entry.names and all(_is_plain(entry, name) for name, _ in entry.names)]
    vague = [entry for entry in entries if entry.names and all(_VAGUE.search(name) for name, _ in entry.names)]
    if root is None or not plain or 2 * len(plain) < len(entries) - len(vague):
        return
    first = min(entry.column for entry in entries)
    top = [name for entry in entries if entry.column == first for name, _ in entry.names]
    if "/" not in root.rstrip("/") and not ROOTS.fullmatch(root.rstrip("/")) and any(map(_TOP.fullmatch, top)):
        root = ""
    stack: list[tuple[int, str | None]] = []
    for entry in entries:
        while stack and stack[-1][0] >= entry.column:
            stack.pop()
        above = stack[-1][1] if stack else root
        folder: str | None = None
        for name, span in entry.names:
            if above is None or _VAGUE.search(name):
                continue
            folder = f"{above}{name.rstrip('/')}/"
            if not entry.holds and _is_plain(entry, name):
                yield from (PathMention(f"{above}{each}", span, drawn=True) for each in _expanded(name))
        stack.append((entry.column, folder))


def _is_plain(entry: _Entry, name: str) -> bool:
    """Tell whether a name is one of a file or folder."""
    if name.endswith("/") or entry.holds:
        return True
    base = name.rpartition("/")[2]
    return not PRODUCTS.fullmatch(base) and bool(
        _FILE.search(base) or NAMES.fullmatch(base) or DOTFILES.fullmatch(base)
    )


def _expanded(name: str) -> list[str]:
    listed = _BRACES.fullmatch(name)
    return [f"{listed['head']}{part}{listed['tail']}" for part in listed["list"].split(",")] if listed else [name]
