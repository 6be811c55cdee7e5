"""Reads a list item as a checkbox: which marks count, what is a legend, and what its head calls it."""

# ruff: noqa: RUF001 - the brackets that people write plans with

import re

from relaymark.core.plan.mentions import inline_parts, without_comments

_DONE_MARKS = frozenset("xX✓✔✅☑")
_DONE_WORDS = frozenset({"completed", "complete", "done"})
_OTHER_WORDS = "in[ _-]progress|wip|pending|todo|blocked|skipped|cancell?ed|deferred"
BOX = re.compile(
    r"\[(?P<mark>[ \t\xa0xXS~/<>!?-]|[ \t]?[xX][ \t]?|[✓✔✅☑☐⬜🔲⏳🔄🚧❌✗✘]\ufe0f?"
    rf"|(?i:{'|'.join(sorted(_DONE_WORDS, reverse=True))}|{_OTHER_WORDS}))\]\*?(?=[\s（【「]|$)"
)
"""A box at the head of a list item; the star behind it is Kiro's sign of an optional task.

A bracket of full width, before which Chinese and Japanese put no blank, begins the text; a plain one would be a link's.
"""

_GLUED = re.compile(r"(?<=[\w.!?:;)…`*])[-*+] (?=\[[ xX✓✔✅~/-]\ufe0f?\][ \t]+\S)")
"""A bullet with a box in the middle of a line: the line end before it was lost."""

_LEGEND_HEAD = re.compile(
    r"\W*(?:(?:status|box|checkbox|mark(?:er)?|task|item)s?\s+)?(?:legend|key|notation|symbols?|markers?|meanings?)\W*$"
    r"|\W*legend\b",
    re.IGNORECASE,
)
_LEGEND_TEXT = re.compile(r"\s*(?:[=→]|means\b)", re.IGNORECASE)
_ID = re.compile(
    r"[A-Z]{1,4}-?\d{1,5}[a-z]?(?=[\s:.)\]]|\*\*|$)|\d+(?:\.\d+)+[a-z]?(?=[\s:.)]|\*\*|$)|\d+[a-z]?(?=[.):](?:\s|\*\*))"
)
_TAG = re.compile(r"\[(P|(?:US\d+)(?:\s*[+,]\s*US\d+)*)\]")
_STRUCK = re.compile(r"~~\S")


def is_ticked(mark: str) -> bool:
    """Return whether what stands between the brackets says that the item is done."""
    return mark.strip(" \t\ufe0f") in _DONE_MARKS or mark.casefold() in _DONE_WORDS


def leads_legend(lead: str) -> bool:
    """Return whether the boxes below a text explain marks."""
    return _LEGEND_HEAD.match(lead) is not None


def is_legend(rest: str) -> bool:
    """Return whether a box explains its mark, by what stands behind it."""
    return _LEGEND_TEXT.match(rest) is not None


def may_hold_glued(text: str) -> bool:
    """Tell at a glance whether `glued_boxes` may find any."""
    return _GLUED.search(text) is not None


def glued_boxes(text: str, start: int, end: int) -> list[int]:
    """Return the offsets of bullets with boxes that stand right behind a word or a sentence in `text[start:end]`.

    Where a line end was lost (`... the packages.- [x] Next`), the box is one; behind a space, a bracket or a quote it
    is spoken of, and in code spans and comments it is none.
    """
    found: list[int] = []
    for kind, first, last in inline_parts(text, start, end):
        for hit in _GLUED.finditer(text, first, last) if kind == "text" else ():
            at = hit.start()
            before = text[at - 1]
            # A code span or strong words may end there; a single mark opens something instead.
            if (before == "`" and at != first) or (before == "*" and not text.startswith("**", at - 2)):
                continue
            if at > start and not is_legend(text[text.index("]", at) + 1 : end]):
                found.append(at)
    return found


def item_text(content: str) -> str:
    """Return the paragraph behind a box on one line, without comments."""
    return " ".join(without_comments(content).split())


def is_struck(text: str) -> bool:
    """Return whether an item's text starts struck through, its id aside."""
    for found in (_ID.match(text), None):
        start = found.end() if found else 0
        if _STRUCK.match(text[start:].lstrip(" .:)*")):
            return True
    return False


def item_ids(text: str) -> tuple[str, ...]:
    """Return the ids at the head of an item: `T012`, `1.2`, `3` of `3. ...`, the stories of `[US1+US2]`."""
    ids: list[str] = []
    at = 0
    numbered = False
    while True:
        while at < len(text) and text[at] in " *_~.:)":
            at += 1
        if not numbered and (found := _ID.match(text, at)):
            ids.append(found.group())
            numbered = True
        elif found := _TAG.match(text, at):
            ids.extend(part.strip() for part in re.split(r"[+,]", found[1]) if part.strip() != "P")
        else:
            return tuple(ids)
        at = found.end()
