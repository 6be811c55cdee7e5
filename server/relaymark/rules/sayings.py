"""Reads in an item's text whether it says that it is done, or that it is not."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from functools import lru_cache

MARK = re.compile(r"[✅✔✓☑]")
"""A sign that something is done."""
GOAL = re.compile(r"(?:→|->|=>|➜)\s*$")
"""Before a sign or a word: it is what shall be."""

_DONE_BEHIND = re.compile(
    r"(?:[✅✔✓☑]\ufe0f?|(?:^|[\s(*\[–—:-])(?:DONE|COMPLETED?|SHIPPED|MERGED)[)*\]]*)(?:\s*[(]?\d{4}-\d\d-\d\d[)]?)?[\s.)*]*$"
)
_DONE_BEFORE = re.compile(r"\W*(?:✅|✔|☑|\*\*(?:DONE|COMPLETED?|SHIPPED)\*\*|(?:DONE|COMPLETED?|SHIPPED)\s*[:–—-])")
_OPEN_BEHIND = re.compile(
    r"(?:[(\[*–—-]\s*)(?:not (?:yet )?(?:done|implemented|started)|todo|tbd|pending"
    r"|deferred(?: to [^)\]*]{1,40})?|incomplete)"
    r"[)\]*.\s]*$",
    re.IGNORECASE,
)
_VALUES = re.compile(r"\b[A-Z][A-Z_]{2,}[`'\"]?\s*(?:,|/|\||\bor\b|\band\b|,\s*and\b|,\s*or\b)\s*[`'\"]?$")
_CONDITION = re.compile(
    r"\b(?:cannot|can['’]t|must|until|unless|if|when|without|only|status|state|as|to|is|are|be)\b(?:(?!\s-+\s)[^.;:()–—]){0,40}\s$",
    re.IGNORECASE,
)
"""Before a word in capitals: that is what something else has to be (`set it to DONE`)."""
_REMAINDER = re.compile(
    r"\b(?:remains?|(?:is|are) left|except(?: for)?|other than|apart from)\b[^.;]{0,60}$", re.IGNORECASE
)


@lru_cache(maxsize=16_384)
def says_done(text: str) -> bool:
    """Tell whether a text begins or ends by saying that it is done."""
    return _done_behind(text) or _DONE_BEFORE.match(text) is not None


@lru_cache(maxsize=16_384)
def says_open(text: str) -> bool:
    """Tell whether a text ends by saying that it is not done; `only x is left (deferred)` speaks of the rest."""
    found = _OPEN_BEHIND.search(text)
    return found is not None and not _REMAINDER.search(text, 0, found.start())


def _done_behind(text: str) -> bool:
    """Tell whether the end of a text says that it is done.

    What ends an aside, a list of values or a condition speaks of that.
    """
    found = _DONE_BEHIND.search(text)
    if not found or _VALUES.search(text, 0, found.start() + 1):
        return False
    mark = MARK.search(found.group())
    if not mark:
        return not _CONDITION.search(text, 0, found.start() + 1)
    at = found.start() + mark.start()
    return not (
        len(MARK.findall(text)) > 1
        or text.count("(", 0, at) > text.count(")", 0, at) + text[:at].rstrip().endswith("(")
        or GOAL.search(text, 0, at)
    )
