"""Tells which open items are done, by what came into the tree since each was written."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from relaymark.core.lookup import FileIndex
from relaymark.core.naming import DOCUMENT
from relaymark.core.past import Past, Seen
from relaymark.core.paths import normal
from relaymark.core.plan import Plan
from relaymark.core.symbols import BESIDE, DEFINED, is_distinct
from relaymark.rules.claims import Alternatives, Claim
from relaymark.rules.proof import Kind, Proof, elsewhere, first_named, may_be_done, plain_path, rare_names

ANY_WORK = re.compile(
    r"(?:^|/)(?:README|CHANGELOG|HISTORY|NEWS|Makefile|Dockerfile|package\.json|go\.mod|Cargo\.toml|pyproject\.toml|\.gitignore"
    r"|\.env\.example|pubspec\.yaml|requirements\.txt|AGENTS\.md|CLAUDE\.md)[^/]*$",
    re.IGNORECASE,
)
"""Files that work of any kind changes."""
_TEST_FILE = re.compile(r"(?:^|[/_.-])(?:[Tt]ests?|[Ss]pecs?|e2e)(?=[/_.-])|(?:Tests?|Spec)\.|\.rs$")
"""Files that hold tests; Rust has them beside what they test."""
ENOUGH = 0.7
"""The share of an item's names that its files hold when it is done: test names and the like are often other ones."""


def proofs(claims: Sequence[Claim], plan: Plan, index: FileIndex, past: Past) -> dict[int, Proof]:
    """Return why open items are done, by item: only what one item's own files show."""
    found: dict[int, Proof] = {}
    first = first_named(claims)
    for claim in claims:
        item = plan.items[claim.item]
        if not may_be_done(item) or not claim.key or not claim.proves:
            continue
        known = past.items.get(claim.key)
        if known is None or known.written is None:
            continue
        if proof := _proof(claim, index, past, first):
            found[claim.item] = proof
    return found


def _proof(claim: Claim, index: FileIndex, past: Past, first: Mapping[str, int]) -> Proof | None:
    # A bare name that several files carry shows nothing, whichever of them is new.
    made = [group for group in claim.created if len(group) == 1]
    created = [_first(claim, group, past) or _brought(claim, group[0], past, first) for group in made]
    moved = [_moved(claim, written, index, past) for written in claim.lacking]
    if None in moved:
        return None
    names = _names(claim, past, first)
    if None in created:
        return names or None  # the file was there: what the item makes of it shows by the names that came since
    if created or moved:
        path, seen, kind = next(each for each in (*created, *moved) if each is not None)
        if names is False and kind != "gone again":
            return None
        return Proof(claim.item, kind, path, seen.touched)
    if claim.leaving:
        left = [_left(claim, written, index, past) for written in claim.leaving]
        return left[0] if all(left) else None
    if names and not (claim.says.away and claim.says.removes):
        return names
    if names is None and claim.says.makes and (proof := _first_named(claim, past, first)):
        return proof
    if claim.says.away and (claim.says.removes or not claim.names):
        return _away(claim, past)
    return _text(claim, past)


def _first_named(claim: Claim, past: Past, first: Mapping[str, int]) -> Proof | None:
    """Return why an item is done that names a file before any other item does, as the file came since then."""
    for group in claim.worked_on:
        new = _first(claim, group, past) if len(group) == 1 and not group[0].endswith("/") else None
        # That a file of this kind came says nothing of what an item was to change in it.
        if new and first.get(new[0]) == claim.item and not ANY_WORK.search(new[0]):
            return Proof(claim.item, "created", new[0], new[1].touched)
    return None


def _first(claim: Claim, group: Alternatives, past: Past) -> tuple[str, Seen, Kind] | None:
    """Return the file of some alternatives that came since the item was written."""
    for path in group:
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is None and seen.now is not None:
            return path, seen, "created"
    return None


def _brought(claim: Claim, path: str, past: Past, first: Mapping[str, int]) -> tuple[str, Seen, Kind] | None:
    """Return the file that came in the very commit that brought the item, which is the first to name it.

    That commit may have made a part only: what works on other files too, names what they lack, or is a document, is not
    judged by it.
    """
    seen = past.seen.get((claim.key, path, "written"))
    written = past.items[claim.key].written
    if seen is None or written is None or not seen.together or seen.now is None:
        return None
    if path.endswith("/") or DOCUMENT.search(path) or first.get(path) != claim.item:
        return None
    if any(not group[0].endswith("/") for group in claim.worked_on):
        return None
    words = [symbol.word for symbol in claim.names] or [*claim.says.plain]
    looks = (past.seen.get((claim.key, each, "written")) for each in claim.files)
    held = {word for look in looks for word in (look.now if look else None) or ()}
    if len(held.intersection(words)) < ENOUGH * len(words):
        return None
    return path, replace(seen, touched=(written,)), "created"


def _moved(claim: Claim, written: str, index: FileIndex, past: Past) -> tuple[str, Seen, Kind] | None:
    """Return where a file that was to come is, if it is elsewhere or was there and is gone."""
    for path in elsewhere(index, written):
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is None and seen.now is not None:
            return path, seen, "moved"
    known = past.paths.get(written)
    seen = past.seen.get((claim.key, known.path, "written")) if known else None
    if known and seen and seen.then is None and seen.touched:
        return (known.moved_to, seen, "moved") if known.moved_to else (written, seen, "gone again")
    return None


def _left(claim: Claim, written: str, index: FileIndex, past: Past) -> Proof | None:
    path = plain_path(past, written)
    seen = past.seen.get((claim.key, path, "written"))
    if seen is None or seen.then is None or seen.now is not None or index.ending(normal(written)):
        return None
    known = past.paths.get(written)
    # Of a folder only its files have commits.
    by = seen.touched or ((known.gone_in,) if known and known.gone_in else ())
    return Proof(claim.item, "removed", written, by) if by else None


def _names(claim: Claim, past: Past, first: Mapping[str, int]) -> Proof | Literal[False] | None:
    """Return why an item's names show that it is done; False if its files lack them, None if they say nothing."""
    words = [symbol.word for symbol in claim.names] or [*claim.says.plain]
    if not words:
        return None
    if not claim.files:
        return _names_anywhere(claim, past, first) if claim.names else None
    looks = [(path, seen) for path in claim.files if (seen := past.seen.get((claim.key, path, "written")))]
    then = {word for _, seen in looks for word in seen.then or ()}
    now = {word for _, seen in looks for word in seen.now or ()}
    if len(now.intersection(words)) < ENOUGH * len(words):
        # Only what is a name for sure tells against it: a word in backticks may be a format or a value.
        sure = [symbol.word for symbol in claim.names if symbol.distinct]
        return False if len(now.intersection(sure)) < ENOUGH * len(sure) else None
    fresh = [word for word in words if word in now and word not in then]
    for word in sorted(fresh, key=lambda word: not _telling(word)):
        for path, seen in looks:
            if seen.now and word in seen.now and _tells(word, path) and _may_hold(claim, word, path):
                if seen.then is None and not _telling(word):
                    return Proof(claim.item, "created", path, seen.touched)
                return Proof(claim.item, "names", f"{_shown(word)}` is in `{path}", seen.touched)
    return None


def _names_anywhere(claim: Claim, past: Past, first: Mapping[str, int]) -> Proof | None:
    """Return why names without a file show that the item is done: all are there, one came since it was written."""
    words = [symbol.word for symbol in claim.names if symbol.distinct]
    rare = rare_names(claim, past)
    if len(rare) < max(1, ENOUGH * len(words)):
        return None
    fresh: list[tuple[str, str, Seen]] = []
    for word, files in rare.items():
        looks = [(path, seen) for path in files if (seen := past.seen.get((claim.key, path, "written")))]
        if not looks:
            return None
        if any(seen.then and word in seen.then for _, seen in looks):
            continue
        fresh += [(word, path, seen) for path, seen in looks if seen.now and word in seen.now]
    # A name that the code only uses may be one of a library, and be used for something else. Of several places the
    # one that came with the item is meant.
    for word, path, seen in sorted(fresh, key=lambda each: not each[2].together):
        if first.get(word) != claim.item or word in claim.says.known:
            continue  # an earlier item brings it, or it was to be there: this one works with it
        defined = seen.now is not None and f"{DEFINED}{word}" in seen.now
        if _may_hold(claim, word, path) and (defined or (word.startswith("--") and _near(path, first))):
            return Proof(claim.item, "names", f"{_shown(word)}` is in `{path}", seen.touched)
    return None


def _may_hold(claim: Claim, word: str, path: str) -> bool:
    """Tell whether a file may hold what an item makes: a test is not shown by what it is to test."""
    return not claim.says.tests or word.casefold().startswith("test") or _TEST_FILE.search(path) is not None


def _near(path: str, first: Mapping[str, int]) -> bool:
    """Tell whether a file lies where files of the plan lie: a flag is no definition, and other programs have it too."""
    top = "/".join(path.split("/")[:2]) if path.count("/") > 1 else path.partition("/")[0]
    files = [named for named in first if "/" in named]
    return not path.startswith(".") and (
        not files or "/" not in path or any(each.startswith(f"{top}/") for each in files)
    )


def _away(claim: Claim, past: Past) -> Proof | None:
    looks = [seen for path in claim.files if (seen := past.seen.get((claim.key, path, "written")))]
    words = [symbol.word for symbol in claim.says.away]
    then = {word for seen in looks for word in seen.then or ()}
    now = {word for seen in looks for word in seen.now or ()}
    if (
        not looks
        or any(seen.now is None or not seen.touched for seen in looks)
        or not then.issuperset(words)
        or now.intersection(words)
    ):
        return None
    return Proof(claim.item, "removed", _shown(words[0]), looks[0].touched)


def _text(claim: Claim, past: Past) -> Proof | None:
    for path in claim.files:
        seen = past.seen.get((claim.key, path, "written"))
        if seen and seen.then is not None and seen.now and DOCUMENT.search(path):
            fresh = [phrase for phrase in claim.says.phrases if phrase in seen.now and phrase not in seen.then]
            if fresh:
                return Proof(claim.item, "text", f"{fresh[0]}` is in `{path}", seen.touched)
    return None


def _tells(word: str, path: str) -> bool:
    """Tell whether a name in a file shows anything: in a document any word may turn up."""
    return _telling(word) or (len(word) > 3 and not DOCUMENT.search(path))


def _telling(word: str) -> bool:
    """Tell whether a name is none that any code may hold."""
    return BESIDE in word or is_distinct(word)


def _shown(word: str) -> str:
    name, _, value = word.partition(BESIDE)
    return f"{name}` with `{value}" if value else name
