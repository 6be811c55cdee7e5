"""Reports boxes that were ticked once and are open again."""

from collections.abc import Iterator

from relaymark.core.finding import Finding, Severity
from relaymark.core.past import item_keys
from relaymark.rules.facts import PlanFacts


def lost_ticks(facts: PlanFacts) -> Iterator[Finding]:
    """Yield one finding per commit that opened boxes again (or for uncommitted changes).

    A single box may have been opened on purpose: that is a hint.
    """
    if not facts.speaks or not facts.past.items:
        return
    plan = facts.sheet.plan
    keys = item_keys(facts.sheet.text, [item.mark_span.start for item in plan.items])
    lost: dict[str, list[int]] = {}
    for at, (item, key) in enumerate(zip(plan.items, keys, strict=True)):
        known = facts.past.items.get(key) if key else None
        if known and known.was_ticked and not item.ticked and not item.struck:
            lost.setdefault(known.ticked or "", []).append(at)
    for commit, items in lost.items():
        severity: Severity = "warning" if len(items) > 1 else "hint"
        boxes = f"{len(items)} boxes that were ticked are" if len(items) > 1 else "This box was ticked and is"
        by = f" since {commit[:9]}" if commit else ", not committed"
        yield Finding(
            code="tick-lost",
            path=facts.sheet.path,
            span=plan.items[items[0]].mark_span,
            severity=severity,
            message=f"{boxes} open again{by}.",
            item=items[0],
            items=tuple(items) if len(items) > 1 else (),
        )
