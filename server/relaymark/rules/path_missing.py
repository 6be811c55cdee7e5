"""Finds ticked items that name a file which the work tree does not hold."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from relaymark.core.lookup import FileIndex, Missing, look_up
from relaymark.core.paths import normal
from relaymark.core.plan import Item, PathMention, Plan, plan_state
from relaymark.core.plan.wording import Wording, wording


def missing_paths(
    plan: Plan, path: str, index: FileIndex, text: str, *, closed: bool = False
) -> tuple[tuple[Item, PathMention], ...]:
    """Return the ticked items of an open plan with each path that they name and the tree lacks.

    What another item of the plan is still to create, or says is to go, is not missing; neither is anything that
    cannot be judged.

    Args:
        plan: What `text` says.
        path: The plan's path from the top of the tree.
        index: The files of the tree.
        text: The plan's text.
        closed: Look at plans that are done, superseded or archived too.
    """
    if not index or not (closed or plan_state(plan, path) == "open"):
        return ()
    absent = [
        (item, mention)
        for item in plan.items
        if item.ticked and not item.struck
        for mention in item.paths
        if isinstance(look_up(index, mention.path, path), Missing)
    ]
    # Reading sentences costs more than looking paths up: it is done for the few that are not there.
    explained = set(_explained(plan, text, {normal(mention.path) for _, mention in absent})) if absent else set()
    return tuple(
        (item, mention)
        for item, mention in absent
        if normal(mention.path) not in explained and _said(text, item, mention) in {None, "coming"}
    )


def _explained(plan: Plan, text: str, asked: AbstractSet[str]) -> Iterator[str]:
    """Yield those of some paths that an open item or phase is yet to create, and those that any item takes away."""
    for item in plan.items:
        for mention in item.paths:
            if normal(mention.path) not in asked:
                continue
            said = _said(text, item, mention)
            if said == "going" or (said == "coming" and not item.ticked):
                yield normal(mention.path)
    for phase in plan.phases:
        if not phase.done:
            yield from (normal(mention.path) for mention in phase.paths)


def _said(text: str, item: Item, mention: PathMention) -> Wording | None:
    return wording(text, item.mark_span.end + 1, item.span.end, mention.span.start, mention.span.end)
