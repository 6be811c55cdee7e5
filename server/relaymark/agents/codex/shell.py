"""Codex has no tool to read a file: which file a shell command plainly shows, and which files a patch changes."""

import re
import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

_SHELLS = ("bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "/usr/bin/bash", "/usr/bin/zsh")
_SHOWS = ("cat", "bat", "nl", "head", "tail", "less", "more")
_SED_PRINTS = re.compile(r"\d+(,(\d+|\$))?p")
_PLAIN = re.compile(r"[;&|<>`$(){}*?\[\]!\n]")
_QUOTED = re.compile(r"'[^']*'")
_HEAD = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.+?)\s*$")
_MOVED = re.compile(r"^\*\*\* Move to: (.+?)\s*$")


def command_text(given: object) -> str | None:
    """Return a command as the user would type it: a text, or the script of `bash -lc SCRIPT`, or the joined words."""
    if isinstance(given, str):
        return given or None
    if not isinstance(given, list) or not given or not all(isinstance(word, str) for word in given):
        return None
    words: list[str] = given
    if len(words) == 3 and words[0] in _SHELLS and words[1] in ("-c", "-lc"):
        return words[2]
    return shlex.join(words)


def shown_file(command: str) -> str | None:
    """Return the one file that a command shows and does nothing else with; None for anything less plain."""
    if _PLAIN.search(_QUOTED.sub("", command)):
        return None
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if not words:
        return None
    name, *rest = words
    if name == "sed":
        return _sed_file(rest)
    if name not in _SHOWS:
        return None
    files = _operands(name, rest)
    return files[0] if len(files) == 1 else None


def _sed_file(words: Sequence[str]) -> str | None:
    if len(words) == 3 and words[0] == "-n" and _SED_PRINTS.fullmatch(words[1]):
        return words[2]
    return None


def _operands(name: str, words: Sequence[str]) -> list[str]:
    takes_number = name in ("head", "tail")
    found, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif takes_number and word in ("-n", "-c"):
            skip = True
        elif not word.startswith("-") or word == "-":
            found.append(word)
    return [] if "-" in found else found


class Change(Struct, frozen=True):
    """What a patch does to one file; `path` is where the file lies afterwards."""

    path: str
    added: str
    removed: str
    whole: bool


def changes(patch: str) -> Iterator[Change]:
    """Yield the changes of a patch in Codex's own format (`*** Update File: path`), in order."""
    path: str | None = None
    whole = False
    added: list[str] = []
    removed: list[str] = []
    for line in [*patch.split("\n"), "*** End Patch"]:
        head = _HEAD.match(line)
        if moved := _MOVED.match(line):
            path = moved[1]
        elif head or line.startswith("*** End Patch"):
            if path is not None:
                yield Change(path, "\n".join(added), "\n".join(removed), whole)
            path, whole = (head[2], head[1] == "Add") if head else (None, False)
            added, removed = [], []
        elif line.startswith("+"):
            added.append(line[1:])
        elif line.startswith("-"):
            removed.append(line[1:])
