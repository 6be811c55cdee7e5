"""Says what has to be known of history to tell which open items are done, and how such a proof looks."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.lookup import FileIndex
from relaymark.core.naming import DOCUMENT, is_code
from relaymark.core.past import Asked, Look, Past
from relaymark.core.paths import normal
from relaymark.core.plan import Item, Plan
from relaymark.core.symbols import BESIDE, DEFINED
from relaymark.rules.claims import Claim

_STANDING = re.compile(
    r"(?:check-?\s?list\w*|liste de contrôle|lista de verifica\w+|чек-?лист\w*)[^\n]*?"
    r"\b(?:when(?:ever)?|(?:before|on) (?:each|every|any)|each time|every time|khi|wenn|bei jede[mnr]?|quand|lorsque"
    r"|à chaque|cuando|cada vez|quando|при|когда)\b"
    r"|(?:[时時]|とき|たび|[할날] ?때|마다)[^\n]{0,12}(?:[检檢][查核][清列][单單表]|チェックリスト|체크리스트)",
    re.IGNORECASE,
)
_ONE_IN = 10
_RARE = 12
"""A name in more files than this is an everyday word."""

Kind = Literal["created", "removed", "names", "moved", "gone again", "text", "commit", "together", "lines"]


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
    unused = hardly_ticked(plan)
    for claim in claims:
        item = plan.items[claim.item]
        if item.ticked or item.struck or not claim.key:
            continue
        words = (*asked_words(claim), *(claim.says.about if unused else ()))
        for path in claim.files:
            yield Look(claim.key, path, (*words, *claim.says.phrases) if DOCUMENT.search(path) else words)
        for written in claim.leaving:
            yield Look(claim.key, plain_path(past, written))
        for written in claim.lacking:
            if (known := past.paths.get(written)) is not None:
                yield Look(claim.key, known.path)
            for path in elsewhere(index, written):
                yield Look(claim.key, path)
        if not claim.files:
            for word, files in rare_names(claim, past).items():
                yield from (Look(claim.key, path, (word, f"{DEFINED}{word}")) for path in files)


def hardly_ticked(plan: Plan) -> bool:
    """Tell whether no box of a plan is ticked, or hardly one."""
    return sum(item.ticked for item in plan.items) <= max(1, len(plan.items) // _ONE_IN)


def standing(plan: Plan) -> frozenset[int]:
    """Return the items of checklists that are gone through again and again, which no work ends."""
    starts = [section.heading_span.start for section in plan.sections]
    lasting = {at for at, section in enumerate(plan.sections) if _STANDING.search(section.title)}
    if not lasting:
        return frozenset()
    places = ((at, bisect_right(starts, item.span.start) - 1) for at, item in enumerate(plan.items))
    return frozenset(at for at, section in places if section in lasting)


def may_be_done(item: Item) -> bool:
    """Tell whether an item is open, and nothing at its box says otherwise."""
    return not (item.ticked or item.struck or item.optional or item.mark.strip(" \t\xa0☐⬜🔲"))


def first_named(claims: Sequence[Claim]) -> dict[str, int]:
    """Return the item that names each file, and each name of code, first."""
    first: dict[str, int] = {}
    for claim in claims:
        for each in (*claim.files, *(symbol.word for symbol in claim.names)):
            first.setdefault(each, claim.item)
    return first


def asked_words(claim: Claim) -> tuple[str, ...]:
    """Return the names to look for in an item's files."""
    return (*(symbol.word for symbol in (*claim.names, *claim.says.away)), *claim.says.plain)


def rare_names(claim: Claim, past: Past) -> dict[str, tuple[str, ...]]:
    """Return the names that the code holds in a few places, with these."""
    found = {}
    for symbol in claim.names:
        files = [path for path in past.found.get(symbol.word, ()) if is_code(path)]
        if symbol.distinct and 0 < len(files) <= _RARE:
            found[symbol.word] = tuple(files)
    return found


def plain_path(past: Past, written: str) -> str:
    """Return an absent path as it was called from the top of the tree."""
    known = past.paths.get(written)
    return known.path if known else normal(written)


def elsewhere(index: FileIndex, written: str) -> tuple[str, ...]:
    """Return the only file that carries the name of an absent one, if they share most of its folders."""
    bare = written.rstrip("/")
    if "*" in bare or written.endswith("/") or "/" not in bare:
        return ()
    folders = set(bare.split("/")[:-1])
    found = index.ending(bare.rpartition("/")[2])
    near = [path for path in found if 2 * len(folders.intersection(path.split("/")[:-1])) > len(folders)]
    return tuple(near) if len(found) == 1 else ()
