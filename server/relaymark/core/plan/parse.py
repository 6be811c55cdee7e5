"""Puts a plan together: which boxes and paths belong to which phase, and the state of the whole."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from relaymark.core.plan.labels import leading_name
from relaymark.core.plan.model import Item, PathMention, Phase, Plan, Span, State
from relaymark.core.plan.outline import PSEUDO_LEVEL, Candidate, Heading, candidates, choose, read_title
from relaymark.core.plan.status import stated_state
from relaymark.core.plan.walk import Walk

_YAML_TITLE = re.compile(r"^title:[ \t]*[\"']?([^\r\n\"']+)", re.MULTILINE)
_BOLD_HEAD = re.compile(r"\*\*([^*]+)\*\*")

T = TypeVar("T")


def parse_plan(text: str) -> Plan:
    """Return the plan that `text`, a markdown file, holds; any text is one, and nothing is raised.

    Boxes in fences, indented code, block quotes, comments and legends are none; neither are headings there. A
    plan with boxes but without phases has one phase without a name.
    """
    walk = Walk(text)
    items = tuple(box.item(text) for box in walk.boxes)
    marks = [item.mark_span.start for item in items]
    headings = [*_with_sections(walk.headings, text), *_box_headings(walk)]
    headings.sort(key=lambda heading: heading.span.start)
    chosen = choose(candidates(headings, marks))
    places = [mention.span.start for mention in walk.loose]
    phases = tuple(
        _phase(
            each,
            _within(items, marks, each.heading.section),
            _within(walk.loose, places, each.heading.section),
        )
        for each in chosen
    )
    head = next((heading for heading in headings if heading.level < PSEUDO_LEVEL), None)
    if head and any(phase.heading_span == head.span for phase in phases):
        head = None
    title, said = read_title(head.content) if head else (_yaml_title(walk.front_matter), None)
    if head and leading_name(head.content):
        title = head.content.strip(" *")
    if items and not phases:
        line = head.span if head else Span(0, walk.table.end(0))
        phases = (Phase("", title, Span(0, len(text)), line, items=items, paths=tuple(walk.loose)),)
    stated = stated_state(walk.intro, walk.front_matter)
    if head and said == "dropped" and stated is None:
        stated = "archived" if "archived" in head.content.casefold() else "superseded"
    elif said == "done" and stated is None:
        stated = "done"
    return Plan(title, phases, items, _state(stated, phases, items))


def _with_sections(headings: Sequence[Heading], text: str) -> list[Heading]:
    """Return the headings with their sections, each up to the next heading of its level or above."""
    ready: list[Heading] = []
    limits: list[tuple[int, int]] = []
    for heading in reversed(headings):
        while limits and limits[-1][0] > heading.level:
            limits.pop()
        end = limits[-1][1] if limits else len(text)
        end -= len(text[heading.span.end : end]) - len(text[heading.span.end : end].rstrip())
        ready.append(replace(heading, section=Span(heading.span.start, end)))
        limits.append((heading.level, heading.span.start))
    return ready


def _box_headings(walk: Walk) -> list[Heading]:
    """Return the boxes that are phases themselves, if that is what most of the outer boxes are."""
    found: list[Heading] = []
    outer = [box for box in walk.boxes if box.parent is None]
    for box in outer:
        content = box.content.strip()
        bold = _BOLD_HEAD.match(content)
        content = bold[1] if bold else content.partition("\n")[0]
        named = leading_name(content)
        if named and named.kind not in {"", "task", "step"} and _separated(content, named.end):
            span = Span(box.start, walk.table.end(walk.table.line_at(box.mark_span.start)))
            found.append(Heading(content, PSEUDO_LEVEL, span, Span(box.start, box.extent)))
    return found if 2 * len(found) >= len(outer) else []


def _separated(content: str, at: int) -> bool:
    behind = content[at:].lstrip()
    return not behind or behind[0] in ":–—-.)|("


def _within(values: Sequence[T], places: Sequence[int], section: Span) -> tuple[T, ...]:
    return tuple(values[bisect_left(places, section.start) : bisect_left(places, section.end)])


def _phase(found: Candidate, items: tuple[Item, ...], paths: tuple[PathMention, ...]) -> Phase:
    return Phase(
        label=found.named.label,
        title=found.title,
        span=found.heading.section,
        heading_span=found.heading.span,
        status=found.status,
        items=items,
        kind=found.named.kind,
        name=found.named.name,
        paths=paths,
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
        done = all(phase.done for phase in phases) if phases else stated == "done"
    return "done" if done else "open"
