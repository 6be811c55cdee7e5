"""Chooses which headings are a plan's phases, so that a session is bound to work, not to a detail."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from bisect import bisect_left
from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.plan.labels import Named, leading_name, rank
from relaymark.core.plan.mentions import without_comments
from relaymark.core.plan.model import Status
from relaymark.core.plan.status import split_status
from relaymark.core.span import Span

PSEUDO_LEVEL = 7
"""The level of a bold line that stands in for a heading: below every real one."""

_BOLD_LINE = re.compile(r"\s*\*\*(?P<inner>[^*\n]+)\*\*(?P<rest>[^\n]*)")
_SEPARATOR = " \t\xa0:.)]–—-|_~*"
_LONGEST = 500


class Heading(Struct, frozen=True):
    """A heading, or what stands in for one.

    Attributes:
        content: As markdown, on one line.
        level: 1 to 7.
        span: Its own line.
        section: What it stands over; of real headings known only when the whole plan is.
        named: The phase's name at its head.
        title: Its content without name and status.
        status: What it says of its state.
    """

    content: str
    level: int
    span: Span
    section: Span
    named: Named | None = None
    title: str = ""
    status: Status | None = None


class Candidate(Struct, frozen=True):
    """A heading that looks like a phase; `live`: it holds boxes or says a status."""

    heading: Heading
    named: Named
    live: bool


def read_heading(content: str, level: int, span: Span, section: Span) -> Heading:
    """Return a heading with what its content says."""
    return Heading(content, level, span, section, leading_name(content), *read_title(content))


def candidates(headings: Sequence[Heading], boxes: Sequence[int]) -> list[Candidate]:
    """Return the headings that look like phases; `boxes` are the sorted offsets of all boxes."""
    found: list[Candidate] = []
    for heading in headings:
        if heading.named and len(heading.content) <= _LONGEST:
            inside = bisect_left(boxes, heading.section.start) < bisect_left(boxes, heading.section.end)
            found.append(Candidate(heading, heading.named, inside or heading.status is not None))
    return found


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


def read_title(content: str) -> tuple[str, Status | None]:
    """Return a heading's title without the name of its phase, and its status."""
    text, status = split_status(without_comments(content[:_LONGEST]))
    if named := leading_name(text):
        text = text[named.end :].lstrip(_SEPARATOR)
    text = text.replace("**", "").strip(" \t\xa0*_~:–—")
    if text.startswith("(") and text.find(")") == len(text) - 1:
        text = text[1:-1]
    return " ".join(text.split()), status


def bold_line(content: str) -> str | None:
    """Return a paragraph that is one bold line, at most with a status behind it, as a heading's content."""
    found = _BOLD_LINE.fullmatch(content)
    if found is None:
        return None
    rest, _ = split_status(found["rest"])
    return None if rest.strip(" \t:") else f"{found['inner'].rstrip(': ')}{found['rest'].lstrip(':')}"


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
