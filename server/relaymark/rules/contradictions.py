"""Reports where a plan disagrees with itself: a tick with what stands above, beside or behind it."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.plan import Item
from relaymark.core.plan.labels import label_key
from relaymark.core.plan.status import stated_state, status_line
from relaymark.rules.checks import checks_only
from relaymark.rules.facts import PlanFacts
from relaymark.rules.intent import put_off
from relaymark.rules.proof import may_be_done
from relaymark.rules.sayings import GOAL, MARK, says_done, says_open

_PLAIN = re.compile(r"[*_`~\s]+")
_ID = re.compile(r"^(?:[A-Z]{1,4}-?\d+[a-z]?|\d+(?:\.\d+)*)[.:)]?\s+")
_REST = re.compile(r"\s+[–—-]{1,2}\s+.*$")
_TELLING = re.compile(r"`[^`]+`|#\d+|\b\w+[/_.]\w+|\b[A-Z]\w+[A-Z]\w*")
_DECORATED = re.compile(r"[#\s*]*(?:✅|✔|✓|☑)")
_SHORTEST = 16
_STATUS_LINES = 30
_QUESTION = re.compile(r"\w\s*[?？][\s*_`)\]✅✔✓☑\ufe0f]*$")
_EVERY = 3
"""Boxes: a list of so many that all wear one sign is decorated."""


def contradictions(facts: PlanFacts) -> Iterator[Finding]:
    """Yield the contradictions of a plan; an item is named by one of them at most."""
    if not facts.speaks:
        return
    told: set[int] = set()
    rules = (_own_words, _parents, _headings, _lines, _rows, _twins, _whole)
    for rule in rules:
        for finding in rule(facts):
            left = tuple(at for at in finding.concerned if at not in told)
            if left:
                told.update(left)
                yield finding


def _own_words(facts: PlanFacts) -> Iterator[Finding]:
    items = facts.sheet.plan.items
    open_ones: dict[tuple[int | None, int], list[int]] = {}
    for at, item in enumerate(items):
        if item.struck:
            continue
        if may_be_done(item) and says_done(item.text):
            open_ones.setdefault(_list_of(facts, at), []).append(at)
        elif item.ticked and says_open(item.text):
            yield _finding(facts, (at,), "The box is ticked, but its text says that it is not done.")
    lists = Counter(_list_of(facts, at) for at in range(len(items))) if open_ones else Counter()
    for which, found in open_ones.items():
        if len(found) >= _EVERY and len(found) == lists[which]:
            continue  # a sign that a whole list wears tells its boxes apart from nothing
        if len(found) > 1:
            yield _finding(facts, tuple(found), f"{len(found)} boxes are open, but their texts say that they are done.")
        else:
            yield _finding(facts, tuple(found), "The box is open, but its text says that it is done.")


def _list_of(facts: PlanFacts, at: int) -> tuple[int | None, int]:
    """Return what the boxes of one list have in common: the box that they stand below, and the heading above."""
    plan = facts.sheet.plan
    item = plan.items[at]
    return item.parent, bisect_right(plan.sections, item.span.start, key=lambda each: each.heading_span.start)


def _parents(facts: PlanFacts) -> Iterator[Finding]:
    items = facts.sheet.plan.items
    below: dict[int, list[int]] = {}
    for at, item in enumerate(items):
        if item.parent is not None and not item.struck:
            below.setdefault(item.parent, []).append(at)
    for parent, children in below.items():
        still = _still_open(facts, children)
        if items[parent].ticked and still:
            count = f"{len(still)} of {len(children)} boxes" if len(children) > 1 else "the box"
            verb = "are" if len(still) > 1 else "is"
            yield _finding(facts, still, f"`{_title(items[parent])}` is ticked, but {count} below it {verb} open.")
        elif may_be_done(items[parent]) and len(children) > 1 and all(items[at].ticked for at in children):
            yield _finding(facts, (parent,), f"All {len(children)} boxes below it are ticked, but this one is open.")


def _headings(facts: PlanFacts) -> Iterator[Finding]:
    plan = facts.sheet.plan
    places = {item.span.start: at for at, item in enumerate(plan.items)}
    for phase in plan.phases:
        if phase.status != "done":
            continue
        inside = [places[item.span.start] for item in phase.items]
        heading = phase.heading_span.of(facts.sheet.text)
        if any(GOAL.search(heading, 0, mark.start()) for mark in MARK.finditer(heading)):
            continue
        if _QUESTION.search(heading.rstrip()):
            continue  # `Phase 1 complete?` is a gate: its boxes are the answer
        decorated = _DECORATED.match(heading)
        # A mark before the title may be an ornament: a box of the phase has to say so too.
        if decorated and not any(plan.items[at].ticked for at in inside):
            continue
        still = _still_open(facts, inside)
        if still:
            yield _finding(facts, still, f"The heading says that the phase is done, but {_count(still, inside)}.")


def _lines(facts: PlanFacts) -> Iterator[Finding]:
    """Report phases that a `Status:` line below their heading calls done, with open boxes."""
    plan = facts.sheet.plan
    places = {item.span.start: at for at, item in enumerate(plan.items)}
    starts = [section.heading_span.start for section in plan.sections]
    for phase in plan.phases:
        if not phase.name or not phase.items:
            continue
        below = phase.heading_span.end
        behind = next((start for start in starts if start >= below), phase.span.end)
        said = status_line(facts.sheet.text, below, min(behind, phase.items[0].span.start))
        inside = [places[item.span.start] for item in phase.items]
        if said and said[0] == "done" and (still := _still_open(facts, inside)):
            line = facts.sheet.lines.line_at(said[1]) + 1
            yield _finding(facts, still, f"Line {line} says that the phase is done, but {_count(still, inside)}.")


def _rows(facts: PlanFacts) -> Iterator[Finding]:
    """Report phases that a table calls done, with open boxes; where the table and the headings have the same names."""
    plan = facts.sheet.plan
    places = {item.span.start: at for at, item in enumerate(plan.items)}
    said = {(row.kind, label_key(row.label)): row for row in plan.rows if row.label}
    for phase in plan.phases:
        row = said.get((phase.kind, label_key(phase.label))) if phase.label else None
        if (
            row is None
            or row.status != "done"
            or phase.status == "done"
            or row.span.start >= phase.span.start < row.span.end
        ):
            continue
        inside = [places[item.span.start] for item in phase.items]
        if still := _still_open(facts, inside):
            line = facts.sheet.lines.line_at(row.span.start) + 1
            yield _finding(
                facts, still, f"The table in line {line} says that the phase is done, but {_count(still, inside)}."
            )


def _twins(facts: PlanFacts) -> Iterator[Finding]:
    """Report an open item that stands ticked elsewhere in the plan, word for word up to its explanation."""
    plan = facts.sheet.plan
    same: dict[str, list[int]] = {}
    for at, item in enumerate(plan.items):
        if item.struck:
            continue
        for key in _twin_keys(item.text):
            same.setdefault(key, []).append(at)
    for found in same.values():
        # Steps that every phase repeats are not one item told twice.
        if len(found) == 2 and plan.items[found[0]].ticked != plan.items[found[1]].ticked:
            ticked, still = sorted(found, key=lambda at: not plan.items[at].ticked)
            if (
                may_be_done(plan.items[still])
                and plan.items[still].parent != ticked
                and plan.items[ticked].parent != still
            ):
                line = facts.sheet.lines.line_at(plan.items[ticked].span.start) + 1
                yield _finding(facts, (still,), f"Open here, but ticked in line {line}.")


@lru_cache(maxsize=16_384)
def _twin_keys(words: str) -> tuple[str, ...]:
    """Return the texts by which an item is known again, with and without its explanation; none for everyday steps."""
    text = _ID.sub("", words)
    if checks_only(words) or not _TELLING.search(text):
        return ()
    return tuple(key for key in {_plain(text), _plain(_REST.sub("", text))} if len(key) >= _SHORTEST)


def _whole(facts: PlanFacts) -> Iterator[Finding]:
    """Report a plan that says of itself that it is done, with open boxes."""
    plan, text = facts.sheet.plan, facts.sheet.text
    # Below the title's own lines a status is that of a version or a section.
    below = [section.heading_span.start for section in plan.sections[1:2]]
    end = min([facts.sheet.lines.end(_STATUS_LINES), *below])
    first = min([end, *(item.span.start for item in plan.items), *(phase.span.start for phase in plan.phases[:1])])
    if len(plan.phases) == 1 and not plan.phases[0].name:
        first = min([end, *(item.span.start for item in plan.items)])
    if stated_state(text[:first].splitlines(), "") != "done":
        return
    inside = list(range(len(plan.items)))
    if still := _still_open(facts, inside):
        yield _finding(facts, still, f"The plan says that it is done, but {_count(still, inside)}.")


def _still_open(facts: PlanFacts, items: Sequence[int]) -> tuple[int, ...]:
    every = facts.sheet.plan.items
    return tuple(at for at in items if may_be_done(every[at]) and not put_off(every[at].text))


def _count(still: Sequence[int], inside: Sequence[int]) -> str:
    if len(inside) == 1:
        return "its box is open"
    return f"{len(still)} of its {len(inside)} boxes {'are' if len(still) > 1 else 'is'} open"


def _title(item: Item) -> str:
    words = one_line(item.text.replace("`", "'"))
    return words if len(words) <= 60 else f"{words[:59]}…"


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text).strip(" .:;").casefold()


def _finding(facts: PlanFacts, items: tuple[int, ...], message: str) -> Finding:
    first = facts.sheet.plan.items[items[0]]
    return Finding(
        code="tick-contradicted",
        path=facts.sheet.path,
        span=first.mark_span,
        severity="warning",
        message=message,
        item=items[0],
        items=items if len(items) > 1 else (),
    )
