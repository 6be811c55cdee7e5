"""Puts a plan together: which boxes and paths belong to which phase, and the state of the whole."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from msgspec.structs import replace

from relaymark.core.plan.model import Item, PathMention, Phase, Plan, Section, State
from relaymark.core.plan.outline import PSEUDO_LEVEL, Candidate, Heading, candidates, choose, plain_sections
from relaymark.core.plan.pieces import Piece
from relaymark.core.plan.status import stated_state
from relaymark.core.plan.told import Told, row_phases
from relaymark.core.span import Span

_YAML_TITLE = re.compile(r"^title:[ \t]*[\"']?([^\r\n\"']+)", re.MULTILINE)
_END = re.compile(r"[\r\n]")
_INTRO_PARTS = 40
_PLAIN_KINDS = frozenset({"", "task", "step"})
_STEP = re.compile(r"\W*(?:task|step)\s", re.IGNORECASE)
_BLOCK = 1_000

T = TypeVar("T")


def assemble(text: str, front_matter: str, pieces: Sequence[Piece]) -> Plan:
    """Return the plan that consists of `pieces`, which together cover `text`."""
    items = tuple(chain.from_iterable([piece.items for piece in pieces]))
    loose = tuple(chain.from_iterable([piece.loose for piece in pieces]))
    marks = [item.mark_span.start for item in items]
    places = [mention.span.start for mention in loose]
    headings = [*_with_sections(pieces, text), *_box_headings(pieces, items, marks)]
    headings.sort(key=lambda heading: heading.span.start)
    rows = tuple(chain.from_iterable([piece.rows for piece in pieces]))
    told = Told(
        rows, tuple(chain.from_iterable([piece.said for piece in pieces])), [each.span.start for each in headings]
    )
    found = candidates(headings, marks)
    phases = tuple(
        told.completed(
            _phase(each, _within(items, marks, each.heading.section), _within(loose, places, each.heading.section))
        )
        for each in choose(found)
    )
    if not any(each.live for each in found):
        in_rows = row_phases(rows, loose)
        # A table of tasks may sum up what the sections hold.
        phased = any(row.kind not in _PLAIN_KINDS for row in in_rows)
        plain = () if phased else plain_sections(headings, marks)
        if plain:
            phases = tuple(
                _section_phase(each, _within(items, marks, each.section), _within(loose, places, each.section))
                for each in plain
            )
        elif len(in_rows) > len(phases):
            phases = in_rows
    head = next((heading for heading in headings if heading.level < PSEUDO_LEVEL), None)
    if head and any(phase.heading_span == head.span for phase in phases):
        head = None
    title, said = (head.title, head.status) if head else (_yaml_title(front_matter), None)
    if head and head.named:
        title = head.content.strip(" *")
    if items and not phases:
        line = head.span if head else Span(0, _line_end(text))
        phases = (Phase("", title, Span(0, len(text)), line, items=items, paths=loose),)
    stated = stated_state(_intro(pieces), front_matter)
    if head and said == "dropped" and stated is None:
        stated = "archived" if "archived" in head.content.casefold() else "superseded"
    elif said == "done" and stated is None:
        stated = "done"
    sections = tuple(
        [
            Section(each.content, each.level, each.span, each.section)
            for each in headings
            if each.level < PSEUDO_LEVEL or each.named
        ]
    )
    return Plan(title, phases, items, _state(stated, phases, items), sections, rows)


def _intro(pieces: Iterable[Piece]) -> list[str]:
    """Return the first paragraphs, up to the second heading or the first that names a phase."""
    found: list[str] = []
    titled = False
    for piece in pieces:
        headings = iter(piece.headings)
        for note in piece.notes:
            if note is not None:
                found.append(note)
            elif next(headings).named or titled:
                return found
            else:
                titled = True
            if len(found) == _INTRO_PARTS:
                return found
    return found


def _with_sections(pieces: Sequence[Piece], text: str) -> list[Heading]:
    """Return the headings with their sections, each up to the next heading of its level or above."""
    ready: list[Heading] = []
    limits: list[tuple[int, int]] = []
    for heading in chain.from_iterable([reversed(piece.headings) for piece in reversed(pieces)]):
        while limits and limits[-1][0] > heading.level:
            limits.pop()
        end = _content_end(text, heading.span.end, limits[-1][1] if limits else len(text))
        ready.append(replace(heading, section=Span(heading.span.start, end)))
        limits.append((heading.level, heading.span.start))
    return ready


def _box_headings(pieces: Sequence[Piece], items: Sequence[Item], marks: Sequence[int]) -> list[Heading]:
    """Return the boxes that are phases themselves, if that is what most of the outer boxes are."""
    found = list(chain.from_iterable([piece.boxed for piece in pieces]))
    outer = sum(piece.outer for piece in pieces)
    worded = [each for each in found if each.named and each.named.kind not in _PLAIN_KINDS]
    if worded and 2 * len(worded) >= outer:
        return worded
    plain = [each for each in found if each.named and each.named.kind in _PLAIN_KINDS]
    return _with_parts(plain, pieces, items, marks) if len(plain) > 1 else []


def _with_parts(
    found: Sequence[Heading], pieces: Sequence[Piece], items: Sequence[Item], marks: Sequence[int]
) -> list[Heading]:
    """Return the boxes `1.`, `2.` with what belongs to them: boxes below, and `1.1`, `1.2` behind them.

    They are phases only if each number stands once, most outer boxes have one, and two of them have parts.
    """
    outer = [item for item in items if item.parent is None]
    numbered = sum(bool(item.ids) or _STEP.match(item.text) is not None for item in outer)
    labels = {each.named.label for each in found if each.named}
    if len(labels) < len(found) or 2 * numbered < len(outer):
        return []
    ends = [each.span.start for piece in pieces for each in piece.headings]
    ends = sorted([*ends, *(each.span.start for each in found)])
    ready: list[Heading] = []
    last = max(item.span.end for item in items)
    for each in found:
        following = bisect_right(ends, each.span.start)
        limit = ends[following] if following < len(ends) else last
        behind = bisect_left(marks, limit)
        end = max([each.span.end, *(item.span.end for item in items[bisect_left(marks, each.span.start) : behind])])
        ready.append(replace(each, section=Span(each.section.start, end)))
    return ready if sum(len(_within(marks, marks, each.section)) > 1 for each in ready) > 1 else []


def _content_end(text: str, start: int, end: int) -> int:
    """Return where `text[start:end]` ends without the whitespace behind it; a block at a time, as it may be long."""
    while end > start:
        block = text[max(start, end - _BLOCK) : end]
        if content := block.rstrip():
            return end - len(block) + len(content)
        end -= len(block)
    return end


def _line_end(text: str) -> int:
    found = _END.search(text)
    return found.start() if found else len(text)


def _within(values: Sequence[T], places: Sequence[int], section: Span) -> tuple[T, ...]:
    return tuple(values[bisect_left(places, section.start) : bisect_left(places, section.end)])


def _phase(found: Candidate, items: tuple[Item, ...], paths: tuple[PathMention, ...]) -> Phase:
    return Phase(
        label=found.named.label,
        title=found.heading.title,
        span=found.heading.section,
        heading_span=found.heading.span,
        status=found.heading.status,
        items=items,
        kind=found.named.kind,
        name=found.named.name,
        paths=paths,
        status_span=found.heading.span if found.heading.status else None,
    )


def _section_phase(heading: Heading, items: tuple[Item, ...], paths: tuple[PathMention, ...]) -> Phase:
    status = heading.status
    return Phase(
        label="",
        title=heading.title,
        span=heading.section,
        heading_span=heading.span,
        status=status,
        items=items,
        kind="section",
        paths=paths,
        status_span=heading.span if status else None,
    )


def _yaml_title(front_matter: str) -> str:
    found = _YAML_TITLE.search(front_matter)
    return found[1].strip() if found else ""


def _state(stated: State | None, phases: Sequence[Phase], items: Sequence[Item]) -> State:
    if stated in {"superseded", "archived"}:
        return stated
    if items:
        done = all(item.ticked or item.struck for item in items)
    else:
        said = any(phase.status for phase in phases)
        done = all(phase.done for phase in phases) if said else stated == "done"
    return "done" if done else "open"
