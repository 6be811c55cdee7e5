"""Finds where else a plan names an old path, so that mending one place leaves no other behind."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.finding import Finding
from relaymark.core.lookup import Found, look_up
from relaymark.core.plan import Item, PathMention, Phase, Span
from relaymark.core.plan.wording import wording
from relaymark.core.plan_renames import Move, places_concerned
from relaymark.core.sheet import Sheet
from relaymark.rules.facts import PlanFacts
from relaymark.rules.silence import not_silenced

_ALONE = re.compile(r"[ \t>]*(?:\||#{1,6}[ \t])")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*(?![-*+][ \t]|\d+[.)][ \t])")
_SENTENCE = 600
"""How far before and behind a path the words are looked for that tell why it is named, in characters."""


class Moved(Struct, frozen=True):
    """A path that is written anew: as the plan writes it, as it was called from the top, and where it is now."""

    written: str
    old: str
    new: str


def likewise(finding: Finding, facts: PlanFacts, moved: Moved) -> Mapping[Span, tuple[PathMention, ...]]:
    """Return the other places that name an old path and mean nothing else, each with all that it names (a list).

    Left are paths that the tree holds, drawings and code, what a comment silences, and what is named as the old
    path on purpose: to be deleted, or to tell where something came from; so is what is still to be created.
    """
    sheet = facts.sheet
    name = moved.old.rstrip("/").rpartition("/")[2]
    if sheet.text.count(name.partition(".")[0] or name) <= 1:  # a list in braces parts a name from its suffix
        return {}
    starts = [item.span.start for item in sheet.plan.items]
    meant = {
        span: named
        for span, named in places_concerned(sheet, (Move(moved.old.rstrip("/"), ""),)).items()
        if span != finding.span
        and any(_same(each, facts, moved) and _plainly(each, sheet, starts, moved.new) for each in named)
    }
    heard = not_silenced([replace(finding, span=span) for span in meant], {sheet.path: sheet})
    return {each.span: meant[each.span] for each in heard if each.span}


def _same(mention: PathMention, facts: PlanFacts, moved: Moved) -> bool:
    if mention.drawn or isinstance(look_up(facts.index, mention.path, facts.path), Found):
        return False
    known = facts.past.paths.get(mention.path)
    if known is not None:
        return (known.path.rstrip("/"), known.moved_to) == (moved.old.rstrip("/"), moved.new)
    return mention.path.rstrip("/") in {moved.written.rstrip("/"), moved.old.rstrip("/")}


def _plainly(mention: PathMention, sheet: Sheet, starts: Sequence[int], new: str) -> bool:
    """Tell whether a plan just names a path, without a reason to name the old one."""
    at = bisect_right(starts, mention.span.start)
    item = sheet.plan.items[at - 1] if at and mention.span.start <= sheet.plan.items[at - 1].span.end else None
    if item is not None and (item.struck or mention not in item.paths):
        return False
    span = _around(mention, sheet, item)
    line = sheet.lines.line_at(mention.span.start)
    own = span if item else Span(sheet.lines.start(line), sheet.lines.end(line))
    if span is None or own is None or mention.role == "delete" or new.rstrip("/") in own.of(sheet.text):
        return False
    said = wording(sheet.text, span.start, span.end, mention.span.start, mention.span.end)
    coming = said == "coming" or mention.role == "create"
    return said in {None, "coming"} and not (coming and _is_ahead(sheet, mention, item))


def _around(mention: PathMention, sheet: Sheet, item: Item | None) -> Span | None:
    """Return the stretch whose words are about a path, None inside of code."""
    if item is not None:
        return Span(item.mark_span.end + 1, item.span.end)
    line = sheet.lines.line_at(mention.span.start)
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    if _INDENTED.match(sheet.text, start, end):
        return None
    if _ALONE.match(sheet.text, start, end):
        return Span(start, end)
    above = next(_phases_at(sheet, start), None)
    first = above.heading_span.end if above and above.heading_span.end <= start else 0
    return Span(max(first, start - _SENTENCE), min(len(sheet.text), end + _SENTENCE))


def _is_ahead(sheet: Sheet, mention: PathMention, item: Item | None) -> bool:
    if item is not None:
        return not item.ticked
    return not all(phase.done for phase in _phases_at(sheet, mention.span.start))


def _phases_at(sheet: Sheet, at: int) -> Iterator[Phase]:
    return (phase for phase in sheet.plan.phases if phase.span.start <= at < phase.span.end)
