"""Fixes that take back what a heading, a `Status:` line or a table says of a phase whose boxes are still open."""

import re
from collections.abc import Iterator

from relaymark.core.edits import Edit, Fix
from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.plan import Phase, Plan
from relaymark.core.plan.labels import label_key
from relaymark.core.plan.status import split_status, status_line
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.rereading import with_edits

_SAYS = "says that the phase is done"
_LEAD = re.compile(r"(?:[ \t>]*+#{1,6}+[ \t]++)?+")
_CLOSE = re.compile(r"(?<![ \t])[ \t]++#++$")
_BEFORE = re.compile(r"[*_~`]+")
_BEHIND = re.compile(r"(?<![*_~])[*_~]++$")
_SIGN = re.compile(r"[^\w\s*_~|.,:;()\[\]-]+\ufe0f?")
_UNDER_WAY = "In progress"
_SIGN_UNDER_WAY = "🚧"


def taken_back(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the heading without its status, or the line or cell that says that the phase is under way."""
    items = facts.sheet.plan.items
    if _SAYS not in finding.message or not finding.concerned or finding.concerned[-1] >= len(items):
        return
    places = [items[at].span.start for at in finding.concerned]
    for at, phase in enumerate(facts.sheet.plan.phases):
        if all(phase.span.start <= place < phase.span.end for place in places):
            yield from _of_phase(facts, at, phase)
            return


def _of_phase(facts: PlanFacts, at: int, phase: Phase) -> Iterator[Fix]:
    sheet = facts.sheet
    if phase.status == "done":
        for edit in _without_status(sheet, phase.heading_span):
            if _is_said(sheet.plan, with_edits(sheet, [edit]), at):
                yield _fix(sheet, edit, "Take the status out of the heading")
                return
        return
    stretch = _stated(sheet, phase)
    if stretch is None:
        return
    new = _under_way(sheet, phase, stretch.of(sheet.text))
    edit = Edit(stretch.start, stretch.end, new)
    if _says_less(sheet, with_edits(sheet, [edit]), edit):
        yield _fix(sheet, edit, f"Write “{one_line(new)}” in line {sheet.lines.line_at(stretch.start) + 1}")


def _without_status(sheet: Sheet, heading: Span) -> Iterator[Edit]:
    """Yield the ways to cut the status of a heading's line: behind its title, else before it."""
    line = heading.of(sheet.text)
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    title = _CLOSE.sub("", line[start:].rstrip(" \t"))
    start += heading.start
    rest, _ = split_status(title)
    first = title.find(rest) if rest else -1
    if first < 0:
        return
    behind = title[first + len(rest) :]
    # What closes an emphasis around the title stays, and so does what closes one around title and status.
    opened = _BEFORE.match(behind)
    closed = _BEHIND.search(behind)
    end = start + len(title)
    for kept, left in ((opened.end() if opened else 0, 0), (0, len(closed[0]) if closed else 0), (0, 0)):
        cut = Edit(start + first + len(rest) + kept, end - left, "")
        if cut.start < cut.end:
            yield cut
    if first:
        yield Edit(start, start + first, "")


def _stated(sheet: Sheet, phase: Phase) -> Span | None:
    """Return where a `Status:` line below the heading, or else a row of a table, says that a phase is done."""
    plan = sheet.plan
    below = phase.heading_span.end
    following = (section.heading_span.start for section in plan.sections)
    end = next((start for start in following if start >= below), phase.span.end)
    said = status_line(sheet.text, below, min([end, *(item.span.start for item in phase.items[:1])]))
    if said and said[0] == "done":
        value = sheet.text[said[1] : said[2]]
        return Span(said[1], said[1] + len(value.rstrip()))
    key = (phase.kind, label_key(phase.label))
    rows = [row for row in plan.rows if row.label and (row.kind, label_key(row.label)) == key]
    return rows[-1].status_span if rows and rows[-1].status == "done" else None


def _under_way(sheet: Sheet, phase: Phase, said: str) -> str:
    """Return what to say in place of `done`: as another row says it, else in words or by a sign, as it was said."""
    begun = any(item.ticked for item in phase.items)
    for row in sheet.plan.rows:
        if row.status == ("active" if begun else "open"):
            return row.status_span.of(sheet.text)
    sign = _SIGN.match(said.strip())
    if sign is None:
        return _UNDER_WAY
    return _SIGN_UNDER_WAY if sign.end() == len(said.strip()) else f"{_SIGN_UNDER_WAY} {_UNDER_WAY}"


def _is_said(old: Plan, new: Plan, at: int) -> bool:
    """Tell whether a plan is as it was, but for the status of one phase, which is not done any more."""
    if len(new.phases) != len(old.phases) or [item.text for item in new.items] != [item.text for item in old.items]:
        return False
    for n, (one, other) in enumerate(zip(old.phases, new.phases, strict=True)):
        same = (one.kind, one.label, one.name, one.title) == (other.kind, other.label, other.name, other.title)
        if not same or (other.status == "done" if n == at else one.status != other.status):
            return False
    return [item.ticked for item in new.items] == [item.ticked for item in old.items]


def _says_less(sheet: Sheet, new: Plan, edit: Edit) -> bool:
    """Tell whether a plan is as it was, but for what a line or a cell says, which is not that it is done."""
    old = sheet.plan
    if any(row.status == "done" and row.status_span.start == edit.start for row in new.rows):
        return False
    kept = [(item.text, item.ticked) for item in new.items] == [(item.text, item.ticked) for item in old.items]
    names = [(phase.kind, phase.label, phase.title) for phase in new.phases]
    return kept and names == [(phase.kind, phase.label, phase.title) for phase in old.phases]


def _fix(sheet: Sheet, edit: Edit, title: str) -> Fix:
    return Fix(title=title, path=sheet.path, edits=(edit,))
