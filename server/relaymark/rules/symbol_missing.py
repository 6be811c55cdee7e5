"""Reports ticked items whose names of code left the files that they name, and where they are now."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.naming import DOCUMENT
from relaymark.core.past import Asked, Look, Past
from relaymark.core.plan import Plan, Span
from relaymark.core.symbols import BESIDE, DEFINED, Symbol
from relaymark.rules.claims import Claim
from relaymark.rules.facts import PlanFacts

_FEW = 3
_MOST = 8
"""Files: a name that more of them hold is looked at in none."""
_CUT = 20
"""Files: git's answer is cut there, so that what a longer one lacks is not known."""
_DATA = re.compile(r"\.(?:ya?ml|json[5c]?|toml|lock|csv|tsv|xml|snap|ini|cfg|conf|properties|po)$", re.IGNORECASE)


class _Gone(Struct, frozen=True):
    """A name that left the files of a ticked item.

    Attributes:
        claim: What the item wants.
        symbol: The name.
        homes: The files of code that gained it since, those that define it first.
        named: Whether any file of code holds it now; None: there are too many files to tell.
    """

    claim: Claim
    symbol: Symbol
    homes: tuple[str, ...]
    named: bool | None


def symbol_questions(claims: Sequence[Claim], plan: Plan) -> Asked:
    """Return what has to be known of the names in ticked items: in their files, then and now, and anywhere now."""
    looks: list[Look] = []
    words: list[str] = []
    for claim, names in _asked(claims, plan):
        found = tuple(symbol.word for symbol in names)
        words += found
        looks += [Look(claim.key, path, found, "ticked") for path in claim.files]
    return Asked((), tuple(looks), tuple(dict.fromkeys(words)))


def symbol_looks(claims: Sequence[Claim], plan: Plan, past: Past) -> Iterator[Look]:
    """Yield what has to be known of the files that hold a name now which an item's own files seem to lack."""
    for claim, names in _asked(claims, plan):
        for symbol in names:
            held = past.found.get(symbol.word, ())
            if len(held) < _CUT and not set(held).intersection(claim.files):
                code = _code(held, claim)
                for path in code if len(code) <= _MOST else ():
                    yield Look(claim.key, path, (symbol.word, f"{DEFINED}{symbol.word}"), "ticked")


def missing_symbols(facts: PlanFacts, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the names that stood in an item's files when it was ticked and do not any more.

    Those that went to the same place are told at once, and so are those of which no place can be told.
    """
    groups: dict[tuple[object, ...], list[_Gone]] = {}
    for gone in _gone(facts, claims) if facts.speaks else ():
        groups.setdefault(gone.homes or (gone.named is False,), []).append(gone)
    for together in groups.values():
        yield _finding(facts, together)


def homes_of(past: Past, key: str, word: str) -> tuple[str, ...]:
    """Return the files of code that gained a name since an item was ticked, those that define it first."""
    gained = []
    for path in past.found.get(word, ()):
        seen = past.seen.get((key, path, "ticked"))
        if seen and seen.now and word in seen.now and word not in (seen.then or ()):
            gained.append((f"{DEFINED}{word}" not in seen.now, path))
    return tuple(path for _, path in sorted(gained))


def _gone(facts: PlanFacts, claims: Sequence[Claim]) -> Iterator[_Gone]:
    past = facts.past
    for claim, names in _asked(claims, facts.sheet.plan):
        looks = [past.seen.get((claim.key, path, "ticked")) for path in claim.files]
        seen = [look for look in looks if look and look.then is not None and look.now is not None]
        if len(seen) != len(looks):
            continue
        for symbol in names:
            was = any(symbol.word in (look.then or ()) for look in seen)
            still = any(symbol.word in (look.now or ()) for look in seen)
            if was and not still and symbol.word in past.found:
                held = past.found[symbol.word]
                named = bool(_code(held, claim)) or (None if len(held) >= _CUT else False)
                yield _Gone(claim, symbol, homes_of(past, claim.key, symbol.word), named)


def _asked(claims: Sequence[Claim], plan: Plan) -> Iterator[tuple[Claim, list[Symbol]]]:
    for claim in claims:
        item = plan.items[claim.item]
        if not item.ticked or item.struck or not claim.key or not claim.files:
            continue
        names = [symbol for symbol in claim.names if symbol.distinct and symbol.sole and BESIDE not in symbol.word]
        if names:
            yield claim, names


def _code(files: Sequence[str], claim: Claim) -> list[str]:
    """Return the files in which a name may live: no documents, and lists of data only where the item names such."""
    own = {path.rpartition(".")[2] for path in claim.files}
    return [
        path
        for path in files
        if not DOCUMENT.search(path) and (not _DATA.search(path) or path.rpartition(".")[2] in own)
    ]


def _finding(facts: PlanFacts, together: Sequence[_Gone]) -> Finding:
    first = together[0]
    words = list(dict.fromkeys(one_line(gone.symbol.word) for gone in together))
    items = tuple(dict.fromkeys(gone.claim.item for gone in together))
    several = len(words) > 1
    names = _listed(words)
    lead = f"{names} left the files that {'these items name' if len(items) > 1 else 'this item names'}"
    if first.homes:
        message = f"{lead}: {'they are' if several else 'it is'} now in {_listed(first.homes)}."
    elif first.named is False:
        be = "were" if several else "was"
        message = f"{names} {be} there when this was ticked, and {'are' if several else 'is'} in no code now."
    else:
        message = f"{lead}."
    return Finding(
        code="symbol-missing",
        path=facts.sheet.path,
        span=Span(first.claim.start + first.symbol.span.start, first.claim.start + first.symbol.span.end),
        severity="information" if 0 < len(first.homes) <= _FEW else "hint",
        message=message,
        item=first.claim.item,
        items=items if len(items) > 1 else (),
    )


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(f"`{one_line(name)}`" for name in names[:_FEW])
    return f"{told} and {len(names) - _FEW} more" if len(names) > _FEW else told
