"""Tells which open items commits name: by their subject lines, or as the plan itself names them."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.past import Made, Past
from relaymark.core.plain_words import PLAIN_WORDS
from relaymark.core.plan import Phase, Plan
from relaymark.core.plan.labels import label_key, names_in
from relaymark.core.plan.says import item_commit
from relaymark.rules.claims import Claim
from relaymark.rules.proof import Proof, may_be_done
from relaymark.rules.quoted import plain_subject, quoted_messages

_ASIDE = re.compile(r"\([^()]*\)|https?://\S+|\.[a-z]{1,4}\b")
_PARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\W]+")
_FEWEST = 3
_SHARE = 0.8
_SHARE_IN_PHASE = 0.6
_COMMON = PLAIN_WORDS | frozenset(
    [
        "added",
        "adds",
        "an",
        "as",
        "at",
        "be",
        "build",
        "by",
        "chore",
        "created",
        "creates",
        "docs",
        "feat",
        "fix",
        "implemented",
        "implements",
        "in",
        "is",
        "it",
        "no",
        "of",
        "on",
        "or",
        "refactor",
        "to",
        "up",
        "updates",
        "writes",
    ]
)
_LOG = re.compile(r"(?:^|/)(?:CHANGELOG|HISTORY|NEWS|RELEASES?)[^/]*$", re.IGNORECASE)
_ABOUT = 0.4
"""Of a subject line's words the share that an item has to have, for the commit to be about it."""
_ELSE = re.compile(
    r"^(?:fix|chore|docs?|style|test|ci|build|revert|release)\b"
    r"|\b(?:plan|plans|spec|specs|prd|roadmap|todo|proposal|design doc|rfc|revert)\b",
    re.IGNORECASE,
)


def commit_proofs(claims: Sequence[Claim], plan: Plan, past: Past) -> dict[int, Proof]:
    """Return the open items that a commit since they were written names, by item."""
    found: dict[int, Proof] = {}
    for claim in claims:
        named = past.named.get(claim.key) if claim.key else None
        if named and may_be_done(plan.items[claim.item]):
            found[claim.item] = Proof(claim.item, "commit", named[1], (named[0],))
    return found


def named_by_commits(claims: Sequence[Claim], plan: Plan, past: Past) -> dict[str, tuple[str, str]]:
    """Return the open items that a commit since they were written names, by key; reads all subject lines."""
    found: dict[str, tuple[str, str]] = {}
    subjects = _subjects(past.made)
    place, told, labels, holding = subjects.place, subjects.words, subjects.labels, subjects.holding
    for claim in claims:
        item = plan.items[claim.item]
        known = past.items.get(claim.key) if claim.key else None
        if known is None or known.written is None or not may_be_done(item):
            continue
        newer = place.get(known.written, len(past.made))
        if (sha := item_commit(item)) and (
            made := next((one for one in past.made[:newer] if one.commit.startswith(sha)), None)
        ):
            found[claim.key] = (made.commit, sha)
            continue
        if not claim.proves or claim.lacking or claim.vanished:
            continue
        wanted = _wanted(item.text)
        phase = _phase_of(plan, item.span.start)
        label = label_key(phase.label) if phase and phase.label else None
        # Most of the words have to be there, so one of the few rarest is.
        missing = len(wanted) - max(math.ceil(_SHARE * len(wanted)), 1)
        rarest = sorted(wanted, key=lambda word: len(holding.get(word, ())))[: missing + 1]
        near = {at for word in rarest for at in holding.get(word, ())}
        near |= subjects.labelled.get(label, set()) if label else set()
        making = claim.says.makes
        for at in sorted(near):
            if at >= newer:
                break
            made, words = past.made[at], told[at]
            kinds = {kind for kind, key in labels.get(at, ()) if key == label}
            named = bool(kinds)
            both = len(wanted & words)
            if named and phase and _same_phase(phase, words):
                worded = both >= max(_SHARE_IN_PHASE * len(wanted), _FEWEST - 1)
            else:
                worded = making and both >= max(_SHARE * len(wanted), _FEWEST) and both >= _ABOUT * len(words)
            if worded or (phase and phase.kind in kinds and _touches(made.commit, claim, past)):
                found[claim.key] = (made.commit, one_line(made.subject.replace("`", "'"), 60))
                break
    return found


def quoted_commits(claims: Sequence[Claim], plan: Plan, text: str, past: Past) -> dict[str, tuple[str, str]]:
    """Return the open items whose section says how the commit that ends them will be called, if one is called so."""
    if not past.items or not past.made:
        return {}
    made = _by_subject(past.made)
    starts = [section.heading_span.start for section in plan.sections]
    places = [item.span.start for item in plan.items]
    found: dict[str, tuple[str, str]] = {}
    done = 0
    for at, subject in quoted_messages(text):
        above = bisect_right(starts, at)
        first = max(bisect_left(places, starts[above - 1] if above else 0), done)
        done = bisect_right(places, at)
        one = made.get(subject)
        for item in range(first, done) if one else ():
            claim = claims[item]
            known = past.items.get(claim.key) if claim.key else None
            if one and known and known.written and may_be_done(plan.items[item]) and not claim.says.put_off:
                found[claim.key] = (one.commit, one_line(one.subject.replace("`", "'"), 60))
    return found


@lru_cache(maxsize=4)
def _by_subject(made: tuple[Made, ...]) -> dict[str, Made]:
    return {plain_subject(one.subject): one for one in reversed(made)}


class _Subjects(Struct, frozen=True):
    """The subject lines of commits: places; of those that may name work the words and phases, and where each is."""

    place: dict[str, int]
    words: dict[int, frozenset[str]]
    labels: dict[int, frozenset[tuple[str, str]]]
    holding: dict[str, set[int]]
    labelled: dict[str, set[int]]


@lru_cache(maxsize=4)
def _subjects(made: tuple[Made, ...]) -> _Subjects:
    words = {at: _stems(one.subject) for at, one in enumerate(made) if one.code and not _ELSE.search(one.subject)}
    named = {at: _labels(made[at].subject) for at in words}
    holding: dict[str, set[int]] = {}
    for at, each in words.items():
        for word in each:
            holding.setdefault(word, set()).add(at)
    labelled: dict[str, set[int]] = {}
    for at, each_named in named.items():
        for _, key in each_named:
            labelled.setdefault(key, set()).add(at)
    return _Subjects(
        {one.commit: at for at, one in enumerate(made)},
        words,
        {at: found for at, found in named.items() if found},
        holding,
        labelled,
    )


@lru_cache(maxsize=20_000)
def _labels(subject: str) -> frozenset[tuple[str, str]]:
    """Return the phases that a subject line names, each as its kind and its label."""
    return frozenset((name.kind, label_key(name.label)) for name in names_in(subject) if name.kind)


def _touches(commit: str, claim: Claim, past: Past) -> bool:
    """Tell whether a commit changed all files that an item names, but for those that any commit changes."""
    named = (*claim.created, *claim.worked_on)
    groups = [group for group in named if not all(_LOG.search(path) for path in group)]
    seen = [[past.seen.get((claim.key, path, "written")) for path in group] for group in groups]
    return bool(groups) and all(any(look and commit in look.touched for look in group) for group in seen)


def _same_phase(phase: Phase, words: frozenset[str]) -> bool:
    title = _stems(phase.title)
    return bool(phase.label) and len(title & words) * 2 >= len(title)


def _phase_of(plan: Plan, at: int) -> Phase | None:
    return next((phase for phase in plan.phases if phase.span.start <= at < phase.span.end), None)


@lru_cache(maxsize=16_384)
def _wanted(text: str) -> frozenset[str]:
    return _stems(_ASIDE.sub(" ", text))


@lru_cache(maxsize=20_000)
def _stems(text: str) -> frozenset[str]:
    """Return the telling words of a text, without the endings that differ between a plan and a commit."""
    words = (word.casefold() for word in _PARTS.split(text))
    return frozenset(_stem(word) for word in words if word not in _COMMON and len(word) > 2 and not word.isdigit())


def _stem(word: str) -> str:
    for end in ("ing", "ers", "er", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word
