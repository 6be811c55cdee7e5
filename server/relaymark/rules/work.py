"""Tells which open items are done, by what came into the tree since each was written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.lookup import FileIndex
from relaymark.core.past import Asked, Look, Past, Seen
from relaymark.core.paths import normal
from relaymark.core.plan import Plan
from relaymark.core.symbols import BESIDE, is_distinct
from relaymark.rules.claims import Alternatives, Claim

_DOCUMENT = re.compile(r"\.(?:md|mdx|rst|adoc|txt)$", re.IGNORECASE)
_ENOUGH = 0.7
"""The share of an item's names that its files hold when it is done: test names and the like are often other ones."""
_RARE = 12
"""A name in more files than this is an everyday word."""

Kind = Literal["created", "removed", "names", "moved", "gone again", "text", "together"]


class Proof(Struct, frozen=True, gc=False):
    """Why an item is done.

    Attributes:
        item: Its index in the plan.
        kind: What was seen.
        what: The file or name, as people know it.
        commits: Those that may have done it, the newest first; empty text: uncommitted changes.
    """

    item: int
    kind: Kind
    what: str
    commits: tuple[str, ...] = ()


def first_questions(claims: Sequence[Claim], plan: Plan) -> Asked:
    """Return what has to be known before files are looked at: the fate of absent paths, and where names are."""
    absent = [path for claim in claims for path in (*claim.lacking, *claim.vanished, *claim.leaving)]
    words = [
        symbol.word
        for claim in claims
        if claim.key and claim.proves and not plan.items[claim.item].ticked and not claim.files
        for symbol in claim.names
        if symbol.distinct and BESIDE not in symbol.word
    ]
    return Asked(tuple(dict.fromkeys(absent)), (), tuple(dict.fromkeys(words)))


def second_questions(claims: Sequence[Claim], plan: Plan, index: FileIndex, past: Past) -> Iterator[Look]:
    """Yield the files to look at, then and now."""
    for claim in claims:
        item = plan.items[claim.item]
        if item.ticked or item.struck or not claim.key:
            continue
        words = _words(claim)
        for path in claim.files:
            yield Look(claim.key, path, (*words, *claim.phrases) if _DOCUMENT.search(path) else words)
        for written in claim.leaving:
            yield Look(claim.key, _plain(past, written))
        for written in claim.lacking:
            if (known := past.paths.get(written)) is not None:
                yield Look(claim.key, known.path)
            for path in _elsewhere(index, written):
                yield Look(claim.key, path)
        if not claim.files:
            for word, files in _rare(claim, past).items():
                yield from (Look(claim.key, path, (word,)) for path in files)


def proofs(claims: Sequence[Claim], plan: Plan, index: FileIndex, past: Past) -> dict[int, Proof]:
    """Return why open items are done, by item: only what one item's own files show."""
    found: dict[int, Proof] = {}
    for claim in claims:
        item = plan.items[claim.item]
        if item.ticked or item.struck or item.mark.strip(" \t\xa0☐⬜🔲") or not claim.key or not claim.proves:
            continue
        known = past.items.get(claim.key)
        if known is None or known.written is None:
            continue
        if proof := _proof(claim, index, past):
            found[claim.item] = proof
    return found


def together(
    claims: Sequence[Claim], plan: Plan, past: Past, proven: Mapping[int, Proof], index: FileIndex
) -> dict[int, Proof]:
    """Return which further items the commits that did the proven ones did as well: all their files changed with them."""
    doing = {
        commit
        for proof in proven.values()
        if proof.kind in {"created", "names", "moved"}
        for commit in proof.commits[-2:]
    }
    found: dict[int, Proof] = {}
    for claim in claims:
        item = plan.items[claim.item]
        if claim.item in proven or item.ticked or item.struck or not claim.key or not claim.proves or not claim.files:
            continue
        if claim.lacking or claim.vanished or claim.leaving or item.mark.strip(" \t\xa0☐⬜🔲"):
            continue
        groups = (*claim.created, *claim.worked_on)
        seen = [[past.seen.get((claim.key, path, "written")) for path in group] for group in groups]
        if not all(any(_done_with(each, doing) for each in group) for group in seen):
            continue
        words = [symbol.word for symbol in claim.names]
        held = {word for group in seen for each in group if each and each.now for word in each.now}
        if words and len(held.intersection(words)) < _ENOUGH * len(words):
            continue
        found[claim.item] = Proof(claim.item, "together", groups[0][0], ())
    return found


def _done_with(seen: Seen | None, doing: set[str]) -> bool:
    return seen is not None and seen.now is not None and bool(doing.intersection(seen.touched))


def _proof(claim: Claim, index: FileIndex, past: Past) -> Proof | None:
    created = [_first(claim, group, past) for group in claim.created]
    moved = [_moved(claim, written, index, past) for written in claim.lacking]
    if any(each is None for each in (*created, *moved)):
        return None
    names = _names(claim, past)
    if created or moved:
        if names is False:
            return None
        path, seen, kind = next(each for each in (*created, *moved) if each is not None)
        return Proof(claim.item, kind, path, seen.touched)
    if claim.leaving:
        left = [_left(claim, written, index, past) for written in claim.leaving]
        return left[0] if all(left) else None
    if names:
        return names
    if claim.away and not claim.names:
        return _away(claim, past)
    return _text(claim, past)


def _first(claim: Claim, group: Alternatives, past: Past) -> tuple[str, Seen, Kind] | None:
    """Return the file of some alternatives that came since the item was written."""
    for path in group:
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is None and seen.now is not None:
            return path, seen, "created"
    return None


def _moved(claim: Claim, written: str, index: FileIndex, past: Past) -> tuple[str, Seen, Kind] | None:
    """Return where a file that was to come is, if it is elsewhere or was there and is gone."""
    for path in _elsewhere(index, written):
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is None and seen.now is not None:
            return path, seen, "moved"
    known = past.paths.get(written)
    seen = past.seen.get((claim.key, known.path, "written")) if known else None
    if known and seen and seen.then is None and seen.touched:
        return (known.moved_to, seen, "moved") if known.moved_to else (written, seen, "gone again")
    return None


def _left(claim: Claim, written: str, index: FileIndex, past: Past) -> Proof | None:
    path = _plain(past, written)
    seen = past.seen.get((claim.key, path, "written"))
    if seen is None or seen.then is None or seen.now is not None or index.ending(normal(written)):
        return None
    return Proof(claim.item, "removed", written, seen.touched)


def _names(claim: Claim, past: Past) -> Proof | None | Literal[False]:
    """Return why an item's names show that it is done; False if its files lack them, None if they say nothing."""
    words = [symbol.word for symbol in claim.names]
    if not words:
        return None
    if not claim.files:
        return _names_anywhere(claim, past)
    looks = [(path, seen) for path in claim.files if (seen := past.seen.get((claim.key, path, "written")))]
    then = {word for _, seen in looks for word in seen.then or ()}
    now = {word for _, seen in looks for word in seen.now or ()}
    if len(now.intersection(words)) < _ENOUGH * len(words):
        return False
    fresh = [word for word in words if word in now and word not in then]
    if not fresh or not any(_tells(word) for word in fresh):
        return None
    path, seen = next((path, seen) for path, seen in looks if seen.now and fresh[0] in seen.now)
    return Proof(claim.item, "names", f"{_shown(fresh[0])}` is in `{path}", seen.touched)


def _names_anywhere(claim: Claim, past: Past) -> Proof | None:
    """Return why names without a file show that the item is done: all came into the tree since it was written."""
    words = [symbol.word for symbol in claim.names if symbol.distinct]
    rare = _rare(claim, past)
    if len(rare) < max(1, _ENOUGH * len(words)):
        return None
    fresh: list[tuple[str, str, Seen]] = []
    for word, files in rare.items():
        looks = [(path, seen) for path in files if (seen := past.seen.get((claim.key, path, "written")))]
        if not looks or any(seen.then and word in seen.then for _, seen in looks):
            return None
        path, seen = looks[0]
        fresh.append((word, path, seen))
    word, path, seen = fresh[0]
    return Proof(claim.item, "names", f"{_shown(word)}` is in `{path}", seen.touched)


def _away(claim: Claim, past: Past) -> Proof | None:
    looks = [seen for path in claim.files if (seen := past.seen.get((claim.key, path, "written")))]
    words = [symbol.word for symbol in claim.away]
    then = {word for seen in looks for word in seen.then or ()}
    now = {word for seen in looks for word in seen.now or ()}
    if not looks or any(seen.now is None for seen in looks) or not then.issuperset(words) or now.intersection(words):
        return None
    return Proof(claim.item, "removed", _shown(words[0]), looks[0].touched)


def _text(claim: Claim, past: Past) -> Proof | None:
    for path in claim.files:
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is not None and seen.now and _DOCUMENT.search(path):
            fresh = [phrase for phrase in claim.phrases if phrase in seen.now and phrase not in seen.then]
            if fresh:
                return Proof(claim.item, "text", f"{fresh[0]}` is in `{path}", seen.touched)
    return None


def _words(claim: Claim) -> tuple[str, ...]:
    return tuple(symbol.word for symbol in (*claim.names, *claim.away))


def _rare(claim: Claim, past: Past) -> dict[str, tuple[str, ...]]:
    """Return the names that the code holds in a few places, with these."""
    found = {}
    for symbol in claim.names:
        files = [path for path in past.found.get(symbol.word, ()) if not _DOCUMENT.search(path)]
        if symbol.distinct and 0 < len(files) <= _RARE:
            found[symbol.word] = tuple(files)
    return found


def _tells(word: str) -> bool:
    return BESIDE in word or is_distinct(word) or len(word) > 3


def _plain(past: Past, written: str) -> str:
    known = past.paths.get(written)
    return known.path if known else normal(written)


def _elsewhere(index: FileIndex, written: str) -> tuple[str, ...]:
    """Return the only file that carries the name of an absent one, if they share a folder's name."""
    bare = written.rstrip("/")
    if "*" in bare or written.endswith("/") or "/" not in bare:
        return ()
    folders = set(bare.split("/")[:-1])
    found = index.ending(bare.rpartition("/")[2])
    return tuple(path for path in found if folders.intersection(path.split("/")[:-1])) if len(found) == 1 else ()


def _shown(word: str) -> str:
    name, _, value = word.partition(BESIDE)
    return f"{name}` with `{value}" if value else name
