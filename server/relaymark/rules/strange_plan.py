"""Tells at once of many files of a plan that were never in the work tree: it may be about another repository."""

from collections.abc import Iterator, Sequence

from relaymark.core.finding import Finding
from relaymark.core.lookup import Found, look_up
from relaymark.core.markdown import one_line
from relaymark.core.paths import normal
from relaymark.core.plan import Item, PathMention
from relaymark.rules.facts import PlanFacts

Named = Sequence[tuple[Item, PathMention]]
"""Ticked items, each with a path that it names, in the order of the text."""

_FEWEST = 10
_SHARE = 2 / 3
_FEWEST_BELOW = 5


def strangers(facts: PlanFacts, never: Named) -> Iterator[tuple[Finding, Named]]:
    """Yield findings with the paths that each stands for: most files of a plan, or those below a folder of no tree.

    Args:
        facts: The plan.
        never: What neither the tree holds nor history knows.
    """
    # Before history was read, and where it is cut off, "never" cannot be told.
    if not facts.past.items or facts.past.unjudged:
        return
    if whole := _of_plan(facts, never):
        yield whole, never
        return
    below: dict[str, list[tuple[Item, PathMention]]] = {}
    for item, mention in never:
        first, inner, _ = normal(mention.path).partition("/")
        if inner:
            below.setdefault(first, []).append((item, mention))
    for folder, named in below.items():
        count = len({mention.path for _, mention in named})
        if count >= _FEWEST_BELOW and not facts.index.ending(f"{folder}/"):
            message = f"None of the {count} files below `{one_line(folder)}/` that ticked items name was ever here"
            yield _told(facts, named, f"{message}: is that work in another repository?"), named


def _of_plan(facts: PlanFacts, never: Named) -> Finding | None:
    """Return one finding for a plan most of whose files were never here."""
    strange = {mention.path for _, mention in never}
    if len(strange) < _FEWEST:
        return None
    items = facts.sheet.plan.items
    known = {
        mention.path
        for item in items
        if item.ticked and not item.struck
        for mention in item.paths
        if mention.path in facts.past.paths or isinstance(look_up(facts.index, mention.path, facts.path), Found)
    }
    count = len(strange | known)
    if len(strange) < _SHARE * count:
        return None
    many = f"{len(strange)} of the {count}" if count > len(strange) else f"None of the {count}"
    verb = "were never" if count > len(strange) else "was ever"
    message = f"{many} files that ticked items name {verb} here: is this the plan of another repository?"
    return _told(facts, never, message)


def _told(facts: PlanFacts, never: Named, message: str) -> Finding:
    places = {item.span: at for at, item in enumerate(facts.sheet.plan.items)}
    concerned = tuple(dict.fromkeys(places[item.span] for item, _ in never))
    return Finding(
        code="path-missing",
        path=facts.sheet.path,
        span=never[0][1].span,
        severity="information",
        message=message,
        item=concerned[0],
        items=concerned if len(concerned) > 1 else (),
    )
