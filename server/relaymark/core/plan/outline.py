"""Chooses which headings are a plan's phases, so that a session is bound to work, not to a detail."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.plan.labels import Named, leading_name, numbered_name, rank
from relaymark.core.plan.mentions import without_comments
from relaymark.core.plan.model import Status
from relaymark.core.plan.status import names_goal, split_status
from relaymark.core.span import Span

PSEUDO_LEVEL = 7
"""The level of a bold line that stands in for a heading: below every real one."""

_BOLD_LINE = re.compile(r"\s*(?P<mark>\*\*\*?|__)(?P<inner>[^*\n]+?)(?P=mark)(?P<rest>[^\n]*)")
_SEPARATOR = " \t\xa0:.)]–—-|_~*：、．。）】"
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()\s]*\)")
_TAG = re.compile(r"</?(?:a|b|i|em|strong|span|img|br|sub|sup)\b[^<>]*>|&nbsp;", re.IGNORECASE)
_OF = re.compile(
    r"(?:\s?/\s?|\s+(?:of|von|de|sur|из)\s+)\d+\b"
    r"|\s?(?:[-–—&+,]|and|to|through)\s?\d+(?:\.\d+)*[a-z]?(?=\s*(?:[:：.)(|–—]|-\s|$))"
)
_ASIDE = re.compile(
    r"\W*+(?:(?:acceptance|success|exit|completion|done)\s+(?:criteria|checks?|metrics|tests?)\b|definition of done"
    r"|done when|self[ -]?(?:review|check)|sign[ -]?off|out of scope|(?:[\w-]++\s++){0,3}checklist\b"
    r"|(?:legend|notes?|risks?|(?:non-?)?goals?|(?:open\s+)?questions|references?|status|progress)"
    r"(?=\s*(?:$|[:(–—/&*-]|and\b)))",
    re.IGNORECASE,
)
"""The head of a section whose boxes are no work of their own: they check it, or speak about it."""
_SHORT = 80
_LONGEST = 500


class Heading(Struct, frozen=True, gc=False):
    """A heading, or what stands in for one.

    Attributes:
        content: As markdown, on one line.
        level: 1 to 7.
        span: Its own line.
        section: What it stands over; of real headings known only when the whole plan is.
        named: The phase's name at its head.
        title: Its content without name and status.
        status: What it says of its state.
        other: Of `Slice 2: ...` the word, which is in no list, and the name; only a series of them means phases.
    """

    content: str
    level: int
    span: Span
    section: Span
    named: Named | None = None
    title: str = ""
    status: Status | None = None
    other: tuple[str, Named] | None = None


class Candidate(Struct, frozen=True, gc=False):
    """A heading that looks like a phase; `live`: it holds boxes, says a status or the goal of one."""

    heading: Heading
    named: Named
    live: bool


def read_heading(content: str, level: int, span: Span, section: Span) -> Heading:
    """Return a heading with what its content says."""
    named = leading_name(content)
    title, status = read_title(content)
    return Heading(content, level, span, section, named, title, status, None if named else numbered_name(content))


def candidates(headings: Sequence[Heading], boxes: Sequence[int]) -> list[Candidate]:
    """Return the headings that look like phases; `boxes` are the sorted offsets of all boxes."""
    found: list[Candidate] = []
    series = Counter((each.other[0], each.level) for each in headings if each.other and _counts(each, boxes))
    for each in headings:
        heading = each
        if each.other and series[each.other[0], each.level] > 1:
            heading = replace(each, named=each.other[1], title=read_title(each.content, other=True)[0])
        if heading.named and len(heading.content) <= _LONGEST:
            live = bool(_held(heading, boxes)) or heading.status is not None or names_goal(heading.content)
            found.append(Candidate(heading, heading.named, live))
    return found


def _held(heading: Heading, boxes: Sequence[int]) -> int:
    return bisect_left(boxes, heading.section.end) - bisect_left(boxes, heading.section.start)


def _counts(heading: Heading, boxes: Sequence[int]) -> bool:
    """Tell whether a heading adds to a series: `D2: ...` may be a decision and does so only over boxes."""
    other = heading.other
    return other is not None and (other[1].label != other[1].name or bool(_held(heading, boxes)))


def choose(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that are phases: none inside another, in the order of the text.

    Words (`Phase 2`) outweigh bare numbers (`2.`), which count only with boxes or a status; bold lines count
    only where no heading names a phase. Of nested ones the outer is the phase, unless the inner is more of
    one (phases in a milestone) or the outer is alone around several (the title of the plan).
    """
    worded = [each for each in found if each.named.kind]
    real = [each for each in worded if each.heading.level < PSEUDO_LEVEL]
    chosen = real or [each for each in worded if each.live] or [each for each in found if each.live]
    return _outermost(chosen)


def plain_sections(headings: Sequence[Heading], boxes: Sequence[int]) -> list[Heading]:
    """Return the sections that are the phases of a plan in which no heading names one (`## Backend`, `## Docs`).

    They are of one level: the highest with at least two sections over boxes that are not just a check of the work. It
    counts only if more than half of all boxes stand in them.
    """
    over: dict[int, list[tuple[Heading, int]]] = {}
    for heading in headings:
        held = _held(heading, boxes)
        if held and heading.level < PSEUDO_LEVEL and not _ASIDE.match(heading.content):
            over.setdefault(heading.level, []).append((heading, held))
    for level in sorted(over):
        if len(over[level]) > 1:
            held = sum(count for _, count in over[level])
            return [heading for heading, _ in over[level]] if 2 * held > len(boxes) else []
    return []


def read_title(content: str, *, other: bool = False) -> tuple[str, Status | None]:
    """Return a heading's title without the name of its phase (`other`: or `Slice 2` and its like), and its status."""
    content = content[:_LONGEST]
    if "](" in content:
        content = _LINK.sub(r"\1", content)
    if "<" in content or "&" in content:
        content = _TAG.sub(" ", without_comments(content))
    text, status = split_status(content)
    series = numbered_name(text) if other else None
    if named := leading_name(text) or (series[1] if series else None):
        of = _OF.match(text, named.end)
        text = text[of.end() if of else named.end :].lstrip(_SEPARATOR)
    text = text.replace("**", "").strip(" \t\xa0*_~:–—")
    if text.startswith("(") and text.find(")") == len(text) - 1:
        text = text[1:-1]
    return " ".join(text.split()), status


def bold_line(content: str) -> str | None:
    """Return a paragraph that is one bold line as a heading's content.

    Behind it may stand a status, or, if only a name is bold (`**Task 1:** Set up`), a few words that are no sentence.
    """
    found = _BOLD_LINE.fullmatch(content)
    if found is None:
        return None
    inner, behind = found["inner"].rstrip(": "), found["rest"].strip()
    named = leading_name(inner)
    if named and named.kind and named.end == len(inner) and behind:
        if len(behind) <= _SHORT and behind[-1] not in ".;,:":
            return f"{inner}: {behind.lstrip(': –—-')}"
        return None
    rest, _ = split_status(found["rest"])
    return None if rest.strip(" \t:") else f"{inner}{found['rest'].lstrip(':')}"


def _outermost(found: Sequence[Candidate]) -> list[Candidate]:
    chosen: list[Candidate] = []
    groups = _groups(found)
    for outer, inner in groups:
        better = [each for each in inner if rank(each.named.kind) < rank(outer.named.kind)]
        if len(groups) == 1 and len(inner) > 1:
            better = inner
        chosen += _outermost(better) if better else [outer]
    return chosen


def _groups(found: Sequence[Candidate]) -> list[tuple[Candidate, list[Candidate]]]:
    groups: list[tuple[Candidate, list[Candidate]]] = []
    for each in found:
        if groups and each.heading.section.start < groups[-1][0].heading.section.end:
            groups[-1][1].append(each)
        else:
            groups.append((each, []))
    return groups
