"""Finds files that open phases list as their work (`Modify: a.py`) and that went since the list was written."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex, Missing, look_up
from relaymark.core.naming import is_generated
from relaymark.core.past import Look, Past
from relaymark.core.paths import normal
from relaymark.core.plan import PathMention, Phase, Plan
from relaymark.core.plan.wording import wording
from relaymark.rules.claims import Claim
from relaymark.rules.facts import PlanFacts
from relaymark.rules.intent import creates
from relaymark.rules.path_missing import gone
from relaymark.rules.proof import Proof, may_be_done

_WORKED_ON = frozenset({"modify", "test"})
_FILES = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+)?[*_]*files(?: (?:touched|changed|modified|affected|to (?:modify|change|edit)))?"
    r"[*_]*[ \t]*:",
    re.IGNORECASE,
)
_PASSED = re.compile(r"[ \t>]*(?:[-*+][ \t]|[\r\n])")
_END = re.compile(r"(?:\r\n?|\n)[ \t>]*(?:\r\n?|\n)")
_HIGHEST = 40
"""How many lines a list may stand below its `Files:`."""
_SENTENCE = 600
"""How far before and behind a path its words are read, in characters."""
_NEAR = 16


class Listed(Struct, frozen=True, gc=False):
    """A file that an open phase lists as its work and that the tree lacks.

    Attributes:
        phase: The phase's index in the plan.
        items: The open items that the list is for.
        key: The key of the first of them, by which history is asked.
        mention: Where the phase names it first.
    """

    phase: int
    items: tuple[int, ...]
    key: str
    mention: PathMention


def listed_paths(plan: Plan, claims: Sequence[Claim], path: str, text: str, index: FileIndex) -> tuple[Listed, ...]:
    """Return what open phases list as files to work on and the tree lacks, each path of a phase once.

    Left out are paths that its items name too (these are judged there), those that some part of the plan takes away
    or is yet to create, and those of which the words around them say that they are new, or not there.
    """
    starts = [section.heading_span.start for section in plan.sections]
    found: list[Listed] = []
    explained: AbstractSet[str] | None = None
    for at, phase in enumerate(plan.phases):
        lacking = _lacking(phase, path, text, index)
        if not lacking:
            continue
        if explained is None:
            explained = frozenset(_explained(plan, claims))
        workers = _Workers(plan, claims, phase, starts)
        for named, mention in lacking.items():
            items = workers.of(mention) if named not in explained else ()
            if items and _plainly(text, mention):
                found.append(Listed(at, items, claims[items[0]].key, mention))
    return tuple(found)


def listed_looks(listed: Sequence[Listed], past: Past) -> Iterator[Look]:
    """Yield what has to be known of these files."""
    for each in listed:
        if known := past.paths.get(each.mention.path):
            yield Look(each.key, known.path)


def listed_gone(facts: PlanFacts, listed: Sequence[Listed], proven: Mapping[int, Proof]) -> Iterator[Finding]:
    """Yield `path-missing` and `path-moved` of open phases, whose files went since they were written.

    Args:
        facts: The plan.
        listed: What its open phases list and the tree lacks.
        proven: Items that are done: a list that was for them is history.
    """
    for each in listed:
        written = each.mention.path
        known = facts.past.paths.get(written)
        seen = facts.past.seen.get((each.key, known.path, "written")) if known else None
        there = seen is not None and (seen.then is not None or seen.together)
        never = known is not None and known.path == known.moved_to  # what never was there did not go since
        if there and not never and facts.judged.get(written) is False and proven.keys().isdisjoint(each.items):
            yield gone(facts, each.mention, "Since this was written,", phase=each.phase)


class _Workers:
    """The open items of a phase, by the section that they stand in."""

    def __init__(self, plan: Plan, claims: Sequence[Claim], phase: Phase, starts: Sequence[int]) -> None:
        self._starts = starts
        self._open: list[int] = []
        self._in: dict[int, list[int]] = {}
        for at, item in enumerate(plan.items):
            if phase.span.start <= item.span.start < phase.span.end:
                near = self._in.setdefault(bisect_right(starts, item.span.start), [])
                if claims[at].key and may_be_done(item):
                    near.append(at)
                    self._open.append(at)

    def of(self, mention: PathMention) -> tuple[int, ...]:
        """Return the items that a list is for: those of its own section, where that has boxes, else of its phase."""
        return tuple(self._in.get(bisect_right(self._starts, mention.span.start), self._open))


def _lacking(phase: Phase, path: str, text: str, index: FileIndex) -> dict[str, PathMention]:
    if phase.done or phase.status in {"done", "dropped"}:
        return {}
    found: dict[str, PathMention] = {}
    for mention in phase.paths:
        missing = isinstance(look_up(index, mention.path, path), Missing) and not is_generated(mention.path)
        if missing and normal(mention.path) not in found and _is_work(text, mention):
            found[normal(mention.path)] = mention
    own = {normal(mention.path) for item in phase.items for mention in item.paths} if found else set()
    return {named: mention for named, mention in found.items() if named not in own}


def _is_work(text: str, mention: PathMention) -> bool:
    """Tell whether a path stands in a list of files to work on: behind such a word, or behind or below `Files:`."""
    if mention.role or mention.drawn:
        return mention.role in _WORKED_ON
    end = mention.span.start
    for _ in range(_HIGHEST):
        start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        if _FILES.match(text, start, end):
            return True
        if not start or not _PASSED.match(text, start):
            return False
        end = start - 1
    return False


def _explained(plan: Plan, claims: Sequence[Claim]) -> Iterator[str]:
    """Yield the paths that some part of the plan takes away, or is yet to create."""
    for claim in claims:
        yield from map(normal, claim.leaving)
        if not plan.items[claim.item].ticked:
            yield from map(normal, claim.lacking)
    for phase in plan.phases:
        for mention in phase.paths:
            if mention.role == "delete" or (mention.role == "create" and not phase.done):
                yield normal(mention.path)


def _plainly(text: str, mention: PathMention) -> bool:
    """Tell whether a list just names a file: it is not said to be new, to go, or to be gone."""
    at, behind = mention.span.start, mention.span.end
    first, last = max(0, at - _SENTENCE), min(len(text), behind + _SENTENCE)
    line = max(first, text.rfind("\n", first, at) + 1, text.rfind("\r", first, at) + 1)
    end = _END.search(text, behind, last)
    if wording(text, line, end.start() if end else last, at, behind) is not None:
        return False
    return not creates(text[line:at].rstrip("`'\"*"), text[behind : behind + _NEAR])
