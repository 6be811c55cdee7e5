"""What history says about a plan, as frozen values: the questions that the rules ask, and the answers to them."""

# ruff: noqa: RUF001 - the brackets that people write plans with

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from relaymark.core.markdown import outside_comments
from relaymark.core.plan.items import is_ticked

_BOX = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]+\[([^\]\n]{1,12})\]\*?(?:[ \t]+|(?=[（【「]))(\S.*)")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_DECORATION = re.compile(r"[*_~`\s✅✓✔☑\ufe0f]+")
_END = re.compile(r"\r\n?|\n")

When = Literal["written", "ticked", "amended"]
"""Since when: the item was written, its tick changed last, the plan changed last."""


class ItemPast(Struct, frozen=True, gc=False):
    """What history says of one box. Commits are full names.

    Attributes:
        written: The commit that brought its wording; None: it is not committed yet.
        ticked: The commit that changed its tick last, empty for a change that is not committed; None: it stands as it
            was written.
        was_ticked: Before that change it was ticked; now it is not.
    """

    written: str | None = None
    ticked: str | None = None
    was_ticked: bool = False


class PathPast(Struct, frozen=True, gc=False):
    """What history says of a path that the work tree lacks.

    Attributes:
        path: As it was called from the top of the tree; of one that never was, where `moved_to` is.
        moved_to: Where git knows it to be now, or the same name with another suffix of its family (`x.ts` of `x.js`).
        gone_in: The commit that deleted it (or what it was renamed to).
        sure: Git itself says where it is; not of another suffix.
    """

    path: str
    moved_to: str | None = None
    gone_in: str | None = None
    sure: bool = True


class Made(Struct, frozen=True, gc=False):
    """A commit since the plan was begun: its name, its subject line, and whether it touched more than documents."""

    commit: str
    subject: str
    code: bool


class Look(Struct, frozen=True, gc=False):
    """A question about one file: which of some words did it hold at that time, which does it hold now.

    Attributes:
        item: The item's key; empty for a question about the plan.
        path: The file or folder, from the top of the tree.
        words: As `core.symbols` writes them.
        when: Since when.
    """

    item: str
    path: str
    words: tuple[str, ...] = ()
    when: When = "written"


class Seen(Struct, frozen=True, gc=False):
    """The answer to a look; None instead of words: the file was not there.

    Attributes:
        then: What it held.
        now: What it holds, uncommitted changes included.
        touched: The commits since then that changed it, the newest first; empty text: uncommitted changes.
        together: It came in the very commit that the item came in.
    """

    then: frozenset[str] | None
    now: frozenset[str] | None
    touched: tuple[str, ...] = ()
    together: bool = False


class Asked(Struct, frozen=True):
    """What the rules ask about one plan.

    Attributes:
        absent: Paths that it names and the tree lacks, as written.
        looks: Files to look at.
        words: Words to look for in the whole tree, as it is now.
    """

    absent: tuple[str, ...] = ()
    looks: tuple[Look, ...] = ()
    words: tuple[str, ...] = ()


class Past(Struct, frozen=True):
    """What history answers about one plan.

    Attributes:
        items: By key.
        paths: By the path as the plan writes it; only those that history knows.
        seen: By item, path and time.
        found: By word, the files that hold it now; the word is missing where that was not looked for.
        dirty: The files that differ from the last commit, None where git does not tell.
        changed: The commit that changed the plan last, None: it is not committed.
        age: How many commits are newer than that one, -1: it is not committed, None: that is not known.
        made: The commits since the plan was begun and 300 before, the newest first; at most 3,000.
        named: By item, the commit that names it: its name, and what it says.
        unjudged: Why something could not be judged, for people.
    """

    items: Mapping[str, ItemPast] = {}
    paths: Mapping[str, PathPast] = {}
    seen: Mapping[tuple[str, str, When], Seen] = {}
    found: Mapping[str, tuple[str, ...]] = {}
    dirty: frozenset[str] | None = None
    changed: str | None = None
    age: int | None = None
    made: tuple[Made, ...] = ()
    named: Mapping[str, tuple[str, str]] = {}
    unjudged: tuple[str, ...] = ()


NOTHING = Past()
"""What is known before history was read, and outside of git."""


def boxes_in(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the boxes of a plan's text without parsing it: offset of the line, key, ticked.

    Made for the many versions of a plan in its history, which share most of their lines; a box in a quotation counts,
    one in a fence does not.
    """
    counts: dict[str, int] = {}
    fence = ""
    for at, line in _lines(text):
        if not ("[" in line or "```" in line or "~~~" in line):
            continue
        words, ticked, opened = _read(line)
        if opened:
            if not fence or opened.startswith(fence):
                fence = "" if fence else opened
        elif words is not None and not fence:
            counts[words] = number = counts.get(words, 0) + 1
            yield at, words if number == 1 else f"{words}\0{number}", ticked


@lru_cache(maxsize=8_192)
def _read(line: str) -> tuple[str | None, bool, str]:
    """Return the words of the box that a line is, whether it is ticked, and the marks of the fence that it is."""
    if opened := _FENCE.match(line):
        return None, False, opened[1]
    if box := _BOX.match(line):
        return _DECORATION.sub(" ", "".join(outside_comments(box[2]))).strip().casefold(), is_ticked(box[1]), ""
    return None, False, ""


def item_keys(text: str, marks: Sequence[int]) -> list[str]:
    """Return the keys of a plan's items, by the offsets of their marks; empty for one that history cannot follow."""
    starts = [(at, key) for at, key, _ in boxes_in(text)]
    keys: list[str] = []
    position = 0
    for mark in marks:
        while position + 1 < len(starts) and starts[position + 1][0] <= mark:
            position += 1
        fits = position < len(starts) and starts[position][0] <= mark and "\n" not in text[starts[position][0] : mark]
        keys.append(starts[position][1] if fits else "")
    return keys


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, without their ends, behind their offsets."""
    at = 0
    if "\r" not in text:
        for line in text.split("\n"):
            yield at, line
            at += len(line) + 1
        return
    for end in _END.finditer(text):
        yield at, text[at : end.start()]
        at = end.end()
    yield at, text[at:]
