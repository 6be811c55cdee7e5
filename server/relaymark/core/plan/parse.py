"""Reads a text as a plan; after an edit only the pieces around it are parsed again."""

import re
from bisect import bisect_left, bisect_right

from msgspec import Struct

from relaymark.core.plan.assemble import assemble
from relaymark.core.plan.model import Plan
from relaymark.core.plan.pieces import Piece, pieces
from relaymark.core.plan.walk import Walk

_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER_LINES = 200
_YAML = re.compile(r"""[ \t#}\]]|-(?:[ \t]|$)|["']?[\w.$/-]+["']?[ \t]*:(?:[ \t]|$)""")


class PlanText(Struct, frozen=True):
    """A plan with the text that it was read from.

    Attributes:
        text: The whole file.
        plan: What it says.
        body: Where its markdown starts, behind the front matter.
        pieces: What the plan was put together from, in the order of the text.
    """

    text: str
    plan: Plan
    body: int
    pieces: tuple[Piece, ...]


def parse_plan(text: str) -> Plan:
    """Return the plan that `text`, a markdown file, holds; any text is one, and nothing is raised.

    Boxes in fences, indented code, block quotes, comments and legends are none; neither are headings there. A
    plan with boxes but without phases has one phase without a name.
    """
    return read_plan(text).plan


def read_plan(text: str) -> PlanText:
    """Return the plan that `text` holds, as `parse_plan` does, with what `reread_plan` needs."""
    body = _body(text)
    return _plan_text(text, body, tuple(pieces(Walk(text, body))))


def reread_plan(known: PlanText, text: str) -> PlanText:
    """Return what `read_plan(text)` says, in less time, as `known` was read before the text was edited.

    The pieces that the edit touches are parsed again, with the one before if the edit is in the line where they
    meet. Where what they end with (a fence, a comment) swallows the next piece, it is parsed with them.
    """
    if text == known.text:
        return known
    old, body = known.pieces, _body(text)
    starts = [piece.start for piece in old]
    same = common_prefix(known.text, text)
    rest = common_suffix(known.text, text, min(len(known.text), len(text)) - same)
    first = bisect_right(starts, same) - 1
    if first and same <= _line_end(known.text, starts[first]):
        first -= 1
    last = max(bisect_left(starts, len(known.text) - rest), first + 1)
    if first and body != known.body:
        first, last = 0, len(old)
    step = 1
    while (fresh := _stretch(known, first, last, text, 0 if first else body)) is None:
        last, step = min(last + step, len(old)), 2 * step
    by = len(text) - len(known.text)
    above = sum([len(piece.items) for piece in old[:first]])
    more = sum([len(piece.items) for piece in fresh]) - sum([len(piece.items) for piece in old[first:last]])
    moved = [piece.moved(starts[first], above) for piece in fresh] + [piece.moved(by, more) for piece in old[last:]]
    return _plan_text(text, body, (*old[:first], *moved))


def common_prefix(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def common_suffix(one: str, other: str, most: int) -> int:
    """Return how many characters, at most `most`, two texts have in common at their end."""
    low, high = 0, most
    ends = len(one), len(other)
    if one[ends[0] - high :] == other[ends[1] - high :]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[ends[0] - middle : ends[0] - low] == other[ends[1] - middle : ends[1] - low]:
            low = middle
        else:
            high = middle
    return low


def _plan_text(text: str, body: int, found: tuple[Piece, ...]) -> PlanText:
    return PlanText(text, assemble(text, text[:body], found), body, found)


def _stretch(known: PlanText, first: int, last: int, text: str, body: int) -> list[Piece] | None:
    """Return the new pieces in place of some of the known ones; None if the next one cannot stay as it is."""
    old = known.pieces
    start = old[first].start
    if last == len(old):
        return list(pieces(Walk(text[start:], body, legend=old[first].legend)))
    stop = old[last].start + len(text) - len(known.text)
    if body > stop:
        return None
    walk = Walk(text[start : _line_end(text, stop)], body, stop - start, legend=old[first].legend)
    return list(pieces(walk)) if walk.closed and old[last].legend in {None, walk.legend} else None


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)


def _body(text: str) -> int:
    """Return the offset behind the YAML between two `---` lines at the top, 0 without it.

    Each of its lines starts with a key, a space, a dash or a sign: prose between two rules is none.
    """
    if not text.startswith(("---", "\ufeff---")):
        return 0
    start = 0
    for line in range(_FRONT_MATTER_LINES):
        found = _LINE_END.search(text, start)
        content = text[start : found.start() if found else len(text)]
        behind = found.end() if found else len(text)
        if (content.rstrip() == "---") if line else (content.lstrip("\ufeff").rstrip() != "---"):
            return behind if line else 0
        if not found:
            return 0
        if line and content.strip() and not _YAML.match(content):
            return 0
        start = behind
    return 0
