"""Edits of a text, as small as they can be, and the fixes that consist of them: for editors and `check --fix` alike."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.plan.parse import common_prefix, common_suffix
from relaymark.core.span import Span

_JOINER = "\u200d"

Kind = Literal["quickfix", "refactor"]


class Edit(Struct, frozen=True, gc=False, order=True):
    """Text that takes the place of a stretch; an empty stretch is a place to insert at."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """The stretch that is replaced."""
        return Span(self.start, self.end)


class Fix(Struct, frozen=True, kw_only=True):
    """Something that can be done about a finding.

    Attributes:
        title: What it does, as an offer: `Write src/read/parser.py`.
        path: The file that it edits, absolute.
        edits: In the order of the text; they do not overlap.
        kind: `quickfix` puts right what the finding says; `refactor` rearranges.
        certain: It needs nobody's judgement, so that `relaymark check --fix` may do it. Never a tick.
        creates: The file is not there yet.
    """

    title: str
    path: str
    edits: tuple[Edit, ...]
    kind: Kind = "quickfix"
    certain: bool = False
    creates: bool = False


def least(text: str, span: Span, new: str) -> Edit:
    """Return the edit of the fewest characters in a row that makes `new` of a stretch of `text`.

    A sign that consists of several characters (a variation selector, a pair of line ends) is never cut.
    """
    old = span.of(text)
    first = common_prefix(old, new)
    while first and _joins(old[first - 1 : first + 1], new[first - 1 : first + 1]):
        first -= 1
    rest = common_suffix(old, new, min(len(old), len(new)) - first)
    while rest and _joins(old[-rest - 1 : len(old) - rest + 1], new[-rest - 1 : len(new) - rest + 1]):
        rest -= 1
    return Edit(span.start + first, span.end - rest, new[first : len(new) - rest])


def _joins(*pairs: str) -> bool:
    """Tell whether what stands at a cut belongs together."""
    return any(pair == "\r\n" or _attached(pair) for pair in pairs if len(pair) == 2)


def _attached(pair: str) -> bool:
    return pair[0] == _JOINER or (
        not pair[1].isascii() and unicodedata.category(pair[1]) in {"Mn", "Me", "Mc", "Cf", "Sk"}
    )


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with some edits.

    Raises:
        ValueError: They overlap, or reach beyond the text.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        if not at <= edit.start <= edit.end <= len(text):
            raise ValueError("edits overlap or reach beyond the text")
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


def merged(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits in the order of the text, equal ones once; of two that meet the first one stays."""
    kept: list[Edit] = []
    for edit in sorted(set(edits)):
        last = kept[-1] if kept else None
        if last is None or edit.start > last.end or (edit.start == last.end and edit.start < edit.end > last.start):
            kept.append(edit)
    return tuple(kept)


def together(title: str, fixes: Sequence[Fix]) -> Fix:
    """Return several fixes of one file as one; it is certain if all of them are."""
    edits = merged(edit for fix in fixes for edit in fix.edits)
    certain = all(fix.certain for fix in fixes)
    return Fix(title=title, path=fixes[0].path, edits=edits, kind=fixes[0].kind, certain=certain)
