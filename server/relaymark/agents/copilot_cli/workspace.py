"""Copilot CLI: what lies beside a session's log: its name in `workspace.yaml`, and the locks of who has it open.

Facts: `workspace.yaml` as observed in files of 1.0.102; its `summary` in those of older versions and the locks after
reports to its makers (`github/copilot-cli`, issues 2609, 3086 and 4805). A lock outlives a crash, and one may be left
in a session that was only asked for.
"""

import re
from collections.abc import Mapping

from relaymark.core.store import Neighbours

_NAMES = ("name", "summary")
_LOCK = re.compile(r"inuse\.(\d{1,10})\.lock")
_NULL = ("", "~", "null", "Null", "NULL")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_MEANING: Mapping[str, str] = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "e": "\x1b", "_": "\xa0"}
_LAST_CHARACTER = 0x10FFFF


def title(text: str) -> str | None:
    """Return the name of the session that the text of a `workspace.yaml` gives, on one line."""
    lines = text.split("\n")
    for key in _NAMES:
        for at, line in enumerate(lines):
            if line.startswith(f"{key}:"):
                found = " ".join(_scalar(line[len(key) + 1 :].strip(), _below(lines[at + 1 :])).split())
                if found:
                    return found
    return None


def holder(name: str) -> int | None:
    """Return the process that a file's name says has the session open."""
    found = _LOCK.fullmatch(name)
    return int(found[1]) if found else None


def _below(lines: list[str]) -> list[str]:
    """Return the lines that still belong to a value: those that are indented, and empty ones between them."""
    end = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith(" ")), len(lines))
    return [line.strip() for line in lines[:end]]


def _scalar(first: str, more: list[str]) -> str:
    """Return the text of a YAML value that begins with `first`: plain, quoted or as a block; line breaks are lost."""
    if first[:1] in ("|", ">"):
        return " ".join(more)
    whole = " ".join([first, *more]).strip()
    match whole[:1]:
        case "'":
            found = re.match(r"'((?:[^']|'')*)'", whole)
            return found[1].replace("''", "'") if found else ""
        case '"':
            # A line that ends with a backslash goes on without a space.
            found = re.match(r'"((?:[^"\\]|\\.)*)"', "".join(_joined([first, *more])), re.DOTALL)
            return _ESCAPE.sub(_meant, found[1]) if found else ""
    plain = whole.split(" #", 1)[0].strip()
    return "" if plain in _NULL else plain


def _joined(lines: list[str]) -> list[str]:
    return [line[:-1] if line.endswith("\\") and not line.endswith("\\\\") else f"{line} " for line in lines]


def _meant(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return _MEANING.get(found[4], found[4])
    number = int(code, 16)
    return chr(number) if number <= _LAST_CHARACTER and not 0xD800 <= number < 0xE000 else ""


NEIGHBOURS = Neighbours(named="workspace.yaml", title=title, holder=holder)
