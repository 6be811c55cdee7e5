"""Reports ticked items whose names of code left the files that they name, and where they are now."""

from collections.abc import Iterator, Sequence

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.past import Asked, Look, Past
from relaymark.core.plan import Plan, Span
from relaymark.core.symbols import BESIDE, Symbol
from relaymark.rules.claims import Claim
from relaymark.rules.facts import PlanFacts

_FEW = 3


def symbol_questions(claims: Sequence[Claim], plan: Plan) -> Asked:
    """Return what has to be known of the names in ticked items: in their files, then and now, and anywhere now."""
    looks: list[Look] = []
    words: list[str] = []
    for claim, names in _asked(claims, plan):
        found = tuple(symbol.word for symbol in names)
        words += found
        looks += [Look(claim.key, path, found, "ticked") for path in claim.files]
    return Asked((), tuple(looks), tuple(dict.fromkeys(words)))


def missing_symbols(facts: PlanFacts, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the names that stood in an item's files when it was ticked and do not any more."""
    if not facts.speaks:
        return
    plan = facts.sheet.plan
    for claim, names in _asked(claims, plan):
        looks = [facts.past.seen.get((claim.key, path, "ticked")) for path in claim.files]
        seen = [look for look in looks if look and look.then is not None and look.now is not None]
        if len(seen) != len(looks):
            continue
        for symbol in names:
            was = any(symbol.word in (look.then or ()) for look in seen)
            still = any(symbol.word in (look.now or ()) for look in seen)
            if was and not still and symbol.word in facts.past.found:
                yield _finding(facts, claim, symbol, facts.past)


def _asked(claims: Sequence[Claim], plan: Plan) -> Iterator[tuple[Claim, list[Symbol]]]:
    for claim in claims:
        item = plan.items[claim.item]
        if not item.ticked or item.struck or not claim.key or not claim.files:
            continue
        names = [symbol for symbol in claim.names if symbol.distinct and symbol.sole and BESIDE not in symbol.word]
        if names:
            yield claim, names


def _finding(facts: PlanFacts, claim: Claim, symbol: Symbol, past: Past) -> Finding:
    word = one_line(symbol.word)
    # The plan itself and other documents speak of it; that is not where it lives.
    files = [path for path in past.found[symbol.word] if not path.endswith((".md", ".mdx", ".rst", ".txt"))]
    if files:
        there = ", ".join(f"`{one_line(path)}`" for path in files[:_FEW]) + (" and others" if len(files) > _FEW else "")
        message = f"`{word}` left the files that this item names: it is now in {there}."
    else:
        message = f"`{word}` was there when this was ticked, and is nowhere in this work tree now."
    return Finding(
        code="symbol-missing",
        path=facts.sheet.path,
        span=Span(claim.start + symbol.span.start, claim.start + symbol.span.end),
        severity="information" if 0 < len(files) <= _FEW else "hint",
        message=message,
        item=claim.item,
    )
