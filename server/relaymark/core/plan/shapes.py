"""Tells by its shape alone whether a word, or several, in a plan are a path."""

import re
from typing import Literal

from relaymark.core.plan.known import DOTFILES, NAMES, PRODUCTS, ROOTS, SUFFIXES

_SEGMENT = r"(?:[\w.@+~*{},%=&!$-]++|\([\w.-]++\)|(?>\[[\w.\[\]-]+\]))++"
PATH = re.compile(rf"(?:[A-Za-z]:)?/?{_SEGMENT}(?:/{_SEGMENT})*+/?")
"""Of the signs that paths are made of."""
SUFFIX = re.compile(r"[\w)\]}*-]\.([A-Za-z]\w{0,9})$")
"""The suffix at the end of a path, without its dot."""
_WORDS = re.compile(r"(?!-)[\w.@&+()\[\]/-]+(?: (?!-)[\w.@&+()\[\]/-]+)+")
_PROGRAM = re.compile(r"\.{1,2}/|(?:.*/)?(?:s?bin|scripts?|node_modules)/|[^/]*$|.*\.\w+$")
_BRACES = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_HOST = re.compile(r"(?:www\.|localhost\b|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|app)/)", re.IGNORECASE)
_WRAPPED = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t>]*\w")
_MOST_BRACES = 64
_FEW_WORDS = 5

Place = Literal["code", "command", "prose"]
"""Where a word stands: alone in backticks or a link, among others in backticks, in running text."""


def is_path(path: str, place: Place) -> bool:
    """Tell whether one word is a path: in running text it needs a known suffix, or a folder's `/` at its end."""
    base = path.rstrip("/").rpartition("/")[2]
    found = SUFFIX.search(base)
    suffix = found[1] if found else ""
    if "://" in path or _HOST.match(path) or "..." in path or "$" in path or PRODUCTS.fullmatch(path):
        return False
    if "/" not in path:
        known = bool(SUFFIXES.fullmatch(suffix) and not path.startswith("."))
        named = bool(NAMES.fullmatch(path)) or bool(DOTFILES.fullmatch(path))
        return "*" not in path and place != "command" and (known or (named and place == "code"))
    folders = [part for part in path.split("/")[:-1] if part not in {"", ".", ".."}]
    if all("*" in part for part in folders) and "*" in path:
        return False
    if suffix and not path.endswith("/"):
        return place != "prose" or bool(SUFFIXES.fullmatch(suffix) and not PRODUCTS.fullmatch(base))
    if path.startswith("/") or place == "command":
        return False
    if path.endswith("/"):
        return any(char.isalpha() for char in path)
    if place == "prose":
        return False
    return path.startswith(("./", "../", "~/")) or bool(
        ROOTS.fullmatch(path.partition("/")[0]) or NAMES.fullmatch(base)
    )


def is_spaced(words: str) -> bool:
    """Tell whether several words in backticks are one path with spaces (`docs/My Plan.md`), not a command."""
    found = SUFFIX.search(words)
    if found is None or not _WORDS.fullmatch(words) or not SUFFIXES.fullmatch(found[1]):
        return False
    first, *others = words.split(" ")
    if "/" not in words:
        return len(others) < _FEW_WORDS and all(word[:1].isupper() for word in (first, *others)) and "." not in first
    # Another path in it, or a program before it, make it a command.
    paths = any(ROOTS.fullmatch(word.partition("/")[0]) and "/" in word for word in others)
    return not paths and not _PROGRAM.match(first) and not any(SUFFIX.search(word) for word in others[:-1])


def is_quoted(words: str) -> bool:
    """Tell whether several words in double quotes are one path with spaces, not a sentence that names one."""
    folder, _, rest = words.partition("/")
    if rest[:1] in {"", " "} or " " in folder or words.count(" ") >= _FEW_WORDS or not is_spaced(words):
        return False
    return bool(ROOTS.fullmatch(folder)) or all(not word[:1].islower() for word in rest.rpartition("/")[2].split(" "))


def is_wrapped(text: str, path: str, end: int) -> bool:
    """Tell whether what looks like a folder is a list of words (`one/two/`) that goes on in the next line."""
    first, _, more = path.partition("/")
    return bool(
        more and path.endswith("/") and _WRAPPED.match(text, end) and first.isalnum() and not ROOTS.fullmatch(first)
    )  # fmt: skip


def expanded(path: str) -> list[str]:
    """Return the paths of a list in braces (`a/{b,c}.py`); one with too many of them stays as it is."""
    done: list[str] = []
    left = [path]
    while left and len(done) + len(left) <= _MOST_BRACES:
        each = left.pop(0)
        braces = _BRACES.search(each)
        if braces is None:
            done.append(each)
        else:
            left.extend(each[: braces.start()] + part.strip() + each[braces.end() :] for part in braces[1].split(","))
    return done or [path]
