"""Fixes that tick and untick boxes: offered to a person, never certain."""

from collections.abc import Iterator, Sequence

from relaymark.core.edits import Edit, Fix
from relaymark.core.finding import Finding
from relaymark.core.plan import Item
from relaymark.rules.facts import PlanFacts
from relaymark.rules.intent import intent_of


def done(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the ticks of open items whose work is done, and whose files are still there: a tick would claim them."""
    items = [item for item in _items(finding, facts) if not item.ticked and not _gone(item, facts)]
    if items:
        yield _turned(facts, "Tick this item" if len(items) == 1 else f"Tick these {len(items)} items", items)


def lost(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the ticks that were lost."""
    items = [item for item in _items(finding, facts) if not item.ticked]
    if items:
        title = "Restore the lost tick" if len(items) == 1 else f"Restore the {len(items)} lost ticks"
        yield _turned(facts, title, items)


def contradicted(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield both ways to make a plan agree with itself: its boxes turned, or the box that they stand below."""
    items = _items(finding, facts)
    still = [item for item in items if not item.ticked]
    ticked = [item for item in items if item.ticked]
    if still and not ticked:
        yield _turned(facts, "Tick this item" if len(still) == 1 else f"Tick these {len(still)} items", still)
        above = {item.parent for item in still}
        parent = above.pop() if len(above) == 1 else None
        if parent is not None and facts.sheet.plan.items[parent].ticked:
            yield _turned(facts, "Untick the item above", [facts.sheet.plan.items[parent]])
    elif ticked and not still:
        yield _turned(facts, "Untick this item" if len(ticked) == 1 else f"Untick these {len(ticked)} items", ticked)


def _gone(item: Item, facts: PlanFacts) -> bool:
    """Tell whether a file that an item is to make was deleted."""
    wanted = [path for path, wish in intent_of(item, facts.sheet.text).paths if wish == "new"]
    fates = [facts.past.paths[path] for path in wanted if path in facts.past.paths]
    return any(fate.gone_in and not fate.moved_to for fate in fates)


def _items(finding: Finding, facts: PlanFacts) -> list[Item]:
    every = facts.sheet.plan.items
    return [every[at] for at in finding.concerned if at < len(every) and not every[at].struck]


def _turned(facts: PlanFacts, title: str, items: Sequence[Item]) -> Fix:
    edits = tuple(Edit(item.mark_span.start, item.mark_span.end, item.turned) for item in items)
    return Fix(title=title, path=facts.sheet.path, edits=tuple(sorted(edits)))
