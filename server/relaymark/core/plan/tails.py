"""Finds the lines that a sentence names behind a path: `a.py` (88-103), `a.py`, line 7."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from itertools import pairwise

from relaymark.core.plan.model import PathMention

_LINES = r"(?P<first>\d{1,6})(?:[ \t]?(?:[-–—]|to)[ \t]?L?(?P<last>\d{1,6}))?(?![\w.%-]|\s?[-–—]\s?\d)"
_BEHIND = re.compile(
    rf"[`*_\"']{{0,3}}(?::{_LINES.replace('first', 'one').replace('last', 'other')}"
    r"|(?:['’]s\b)?[,:]?(?:[ \t]++`[^`\r\n]{1,60}`)?"
    r"[ \t]*+(?P<open>[(\[]?)(?:[ \t]*+(?:at|around|near|about|approx\.?|from|@|~))*+[ \t]*+"
    rf"(?P<word>lines?\b|L(?=\d)|ll?\.)?[ \t~]*+L?{_LINES})"
)


def with_lines(text: str, end: int, found: list[PathMention]) -> list[PathMention]:
    """Return mentions with the lines that stand behind them in words as their tails, up to the last number.

    Without a word only a range in brackets counts: `(88-103)`. Numbers that fall, as in `(2024-01)`, are no lines.

    Args:
        text: The plan.
        end: Where the stretch ends in which the mentions stand.
        found: In the order of the text.
    """
    ready: list[PathMention] = []
    for mention, following in pairwise([*found, None]):
        if mention is None:
            break
        limit = following.span.start if following and following.span.start > mention.span.end else end
        tail = "" if mention.tail else _tail(text, mention.span.end, limit)
        ready.append(PathMention(mention.path, mention.span, mention.role, tail) if tail else mention)
    return ready


def _tail(text: str, start: int, end: int) -> str:
    found = _BEHIND.match(text, start, end)
    if found is None:
        return ""
    if found["one"]:
        first, last = found["one"], found["other"]
        plain = text[start] == "`"
    else:
        first, last = found["first"], found["last"]
        bracketed = bool(found["open"] and last and text.startswith((")", "]", ",", ";"), found.end()))
        plain = bool(found["word"]) or bracketed
    if not plain or (last and int(last) < int(first)):
        return ""
    return found.group()
