"""Tells when hardly any file of a plan was ever in the work tree, so that it may be the plan of another repository."""

from collections.abc import Sequence

from relaymark.core.finding import Finding
from relaymark.core.lookup import Found, look_up
from relaymark.core.plan import Item, PathMention
from relaymark.rules.facts import PlanFacts

_FEWEST = 10
_SHARE = 2 / 3


def strangers(facts: PlanFacts, never: Sequence[tuple[Item, PathMention]]) -> Finding | None:
    """Return one finding in place of many, where most files that ticked items name were never here.

    Args:
        facts: The plan.
        never: The ticked items with the paths that neither the tree holds nor history knows, in the order of the text.
    """
    strange = {mention.path for _, mention in never}
    # Before history was read, and where it is cut off, "never" cannot be told.
    if len(strange) < _FEWEST or not facts.past.items or facts.past.unjudged:
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
    places = {item.span: at for at, item in enumerate(items)}
    concerned = tuple(dict.fromkeys(places[item.span] for item, _ in never))
    many = f"{len(strange)} of the {count}" if count > len(strange) else f"None of the {count}"
    verb = "were never" if count > len(strange) else "was ever"
    return Finding(
        code="path-missing",
        path=facts.sheet.path,
        span=never[0][1].span,
        severity="information",
        message=f"{many} files that ticked items name {verb} here: is this the plan of another repository?",
        item=concerned[0],
        items=concerned if len(concerned) > 1 else (),
    )
