"""A handover note as text: its front matter, sections, lines and code, with the places that findings stand on."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from relaymark.core.note import Header, read_header
from relaymark.core.span import Span

_HEADING = re.compile(r"^\ufeff?(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)
_FENCE = re.compile(
    r"^[ \t]{0,3}(?P<mark>`{3,}+|~{3,}+)[^\n]*+\n(?:.*?^[ \t]{0,3}(?P=mark)[`~]*[ \t]*\r?$|.*\Z)",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_KEY = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"\S+")


class Part(Struct, frozen=True):
    """A section of level 2: its name in capitals, its heading's line, and what stands below up to the next heading."""

    name: str
    heading: Span
    body: Span


class NoteText(Struct, frozen=True):
    """A note.

    Attributes:
        text: The whole of it.
        header: Its front matter, None without one.
        keys: The names in the front matter.
        start: Where the front matter ends.
        parts: Its sections of level 2, in the order of the text.
        fences: Its code blocks.
        headings: The places of all headings behind the front matter.
    """

    text: str
    header: Header | None
    keys: frozenset[str]
    start: int
    parts: tuple[Part, ...]
    fences: tuple[Span, ...]
    headings: tuple[Span, ...]

    @property
    def words(self) -> int:
        """How many words it has, front matter and headings taken in."""
        return len(self.text.split())

    def word_at(self, number: int) -> Span:
        """Return where a word stands, from 1; of one that it lacks its end."""
        for at, found in enumerate(_WORD.finditer(self.text), 1):
            if at == number:
                return Span(found.start(), found.end())
        return Span(len(self.text), len(self.text))

    def lines(self) -> Iterator[Span]:
        """Yield the lines behind the front matter that are no headings and stand in no code block."""
        covered = sorted((*self.fences, *self.headings), key=lambda span: span.start)
        starts = [span.start for span in covered]
        at = self.start
        while at < len(self.text):
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            if self.text[at:end].strip() and not _is_in(covered, starts, at):
                yield Span(at, end)
            at = end + 1


def read_note(text: str) -> NoteText:
    """Read a note; whatever it is, nothing in it is an error."""
    front = _FRONT.match(text)
    start = front.end() if front else 0
    fences = tuple(Span(found.start(), found.end()) for found in _FENCE.finditer(text, start))
    starts = [span.start for span in fences]
    found_headings = [found for found in _HEADING.finditer(text, start) if not _is_in(fences, starts, found.start())]
    second = [found for found in found_headings if len(found[1]) <= 2]
    parts = tuple(
        Part(
            found[2].strip().upper(),
            Span(found.start(1), found.end()),
            Span(found.end(), second[at + 1].start() if at + 1 < len(second) else len(text)),
        )
        for at, found in enumerate(second)
    )
    return NoteText(
        text,
        read_header(text),
        frozenset(_KEY.findall(front[1])) if front else frozenset(),
        start,
        parts,
        fences,
        tuple(Span(found.start(1), found.end()) for found in found_headings),
    )


def _is_in(spans: Sequence[Span], starts: Sequence[int], at: int) -> bool:
    """Tell whether a place lies in one of some stretches, which come in order and apart, with their starts."""
    before = bisect_right(starts, at)
    return bool(before) and at < spans[before - 1].end


def code_spans(text: str, start: int, end: int) -> Iterator[tuple[Span, str]]:
    """Yield the code spans of a line, each with its place and what stands between its backticks."""
    for found in _CODE.finditer(text, start, end):
        inner = found[2]
        if len(inner) > 1 and inner[0] == inner[-1] == " " and inner.strip():
            inner = inner[1:-1]
        yield Span(found.start(), found.end()), inner
