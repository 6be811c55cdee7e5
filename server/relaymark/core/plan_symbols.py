"""The outline of a plan: headings, phases and items in one another, for outlines of editors and for searches."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct, field

from relaymark.core.markdown import one_line
from relaymark.core.plan import Item, Phase, Plan, Span

_LINK = re.compile(r"(?P<code>`[^`]+`)|!?\[(?P<words>[^\[\]]+)\]\([^()\s]*(?:\s\"[^\"]*\")?\)")
_MARKS = re.compile(r"[*`]+|~~")
_LONGEST = 100
_UNNAMED = "(no name)"


class Entry(Struct):
    """One line of an outline.

    Attributes:
        name: What it is called, on one line; never empty.
        detail: How far a phase is; empty for the rest.
        kind: What it is; a heading that is no phase is a `section`.
        span: All that it stands over, with what is below it.
        own: Its own line or text, inside of `span`.
        done: Ticked, or all of it is.
        dropped: Struck through.
        children: What stands below it, in the order of the text.
    """

    name: str
    detail: str
    kind: Literal["section", "phase", "item"]
    span: Span
    own: Span
    done: bool = False
    dropped: bool = False
    children: list["Entry"] = field(default_factory=list)


class Match(Struct, frozen=True):
    """What a search found in a plan: an entry, and the phase that it stands in (empty for none)."""

    entry: Entry
    phase: str
    rank: int


def outline(plan: Plan) -> tuple[Entry, ...]:
    """Return what stands at the top of a plan, each with what is below it; children lie inside of their parents."""
    top: list[Entry] = []
    around: list[Entry] = []
    for entry in sorted(_entries(plan), key=lambda each: (each.span.start, -each.span.end)):
        while around and around[-1].span.end <= entry.span.start:
            around.pop()
        if around:
            entry.span = Span(entry.span.start, max(min(entry.span.end, around[-1].span.end), entry.span.start))
            entry.own = Span(entry.own.start, max(min(entry.own.end, entry.span.end), entry.own.start))
        (around[-1].children if around else top).append(entry)
        around.append(entry)
    return tuple(top)


def search(plan: Plan, query: str) -> Iterator[Match]:
    """Yield the phases and items that a query means: all its words stand in one, or its letters in their order.

    The best have the lowest rank. Without a query only the phases are given.
    """
    words = query.casefold().split()
    letters = re.compile(".*?".join(map(re.escape, "".join(words))), re.DOTALL) if words else None
    for phase in plan.phases:
        # A phase without a name is the plan itself, and goes by the plan's title.
        named = phase_name(phase) if phase.name or phase.title else plan_name(plan)
        entry = _phase_entry(phase)
        entry.name = named or entry.name
        # Phases first, then open items: what somebody jumps to.
        for each in (*((entry,) if named else ()), *(map(_item_entry, phase.items) if words else ())):
            if (rank := _rank(each, words, letters)) is not None:
                yield Match(each, "" if each is entry else named, rank)
    if words:
        inside = {item.span.start for phase in plan.phases for item in phase.items}
        for entry in map(_item_entry, (item for item in plan.items if item.span.start not in inside)):
            if (rank := _rank(entry, words, letters)) is not None:
                yield Match(entry, "", rank)


def plan_name(plan: Plan) -> str:
    """Return a plan's title as plain text, a status word that is all of it too (`# TODO`); empty for none."""
    return plain(plan.title) or (plain(plan.sections[0].title) if plan.sections else "")


def phase_name(phase: Phase) -> str:
    """Return a phase's name and title as one line of plain text."""
    name, title = plain(phase.name), plain(phase.title)
    between = ": " if phase.kind else " " if "." in name else ". "
    return between.join(part for part in (name, title) if part) or _UNNAMED


def plain(text: str, most: int = _LONGEST) -> str:
    """Return inline markdown as a line of plain text: no stars and backticks, and of links what they say."""
    return one_line(_MARKS.sub("", _LINK.sub(lambda found: found["code"] or found["words"], text)), most)


def _rank(entry: Entry, words: Sequence[str], letters: re.Pattern[str] | None) -> int | None:
    name = entry.name.casefold()
    first = 0 if entry.kind == "phase" else 1 if not entry.done else 2
    if all(word in name for word in words):
        return first
    return first + 3 if letters and letters.search(name) else None


def _entries(plan: Plan) -> Iterator[Entry]:
    phases = {phase.heading_span.start: phase for phase in plan.phases}
    boxes = {item.span.start for item in plan.items}
    headings = {section.heading_span.start for section in plan.sections}
    for section in plan.sections:
        phase = phases.get(section.heading_span.start)
        if phase:
            entry = _phase_entry(phase)
            entry.name = plain(section.title) or entry.name
            entry.span = section.span
        else:
            entry = Entry(plain(section.title) or _UNNAMED, "", "section", section.span, section.heading_span)
        yield entry
    for start, phase in phases.items():
        # A box that is a phase stands below as the item that it is; a phase without a name is the plan itself.
        if start not in headings and start not in boxes and phase.name:
            yield _phase_entry(phase)
    ends = [item.span.end for item in plan.items]
    for at in range(len(plan.items) - 1, -1, -1):
        parent = plan.items[at].parent
        if parent is not None:
            ends[parent] = max(ends[parent], ends[at])
    for item, end in zip(plan.items, ends, strict=True):
        entry = _item_entry(item)
        entry.span = Span(item.span.start, end)
        yield entry


def _phase_entry(phase: Phase) -> Entry:
    ticked = sum(item.ticked for item in phase.items)
    detail = f"{ticked} of {len(phase.items)} done" if phase.items else (phase.status or "")
    dropped = phase.status == "dropped"
    return Entry(phase_name(phase), detail, "phase", phase.span, phase.heading_span, phase.done, dropped)


def _item_entry(item: Item) -> Entry:
    name = plain(item.text) or _UNNAMED
    sign = "✓" if item.ticked else "✗" if item.struck else "○"
    return Entry(f"{sign} {name}", "", "item", item.span, item.span, item.ticked, item.struck)
