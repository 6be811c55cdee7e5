"""The table of fixes: which are offered for a finding, and one that does the same for all findings of a rule."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from relaymark.core.edits import Edit, Fix, together
from relaymark.core.finding import Finding
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes import mentions, paths, statuses, ticks
from relaymark.rules.fixes.relay import with_protocol
from relaymark.rules.fixes.split import split

Offer = Callable[[Finding, PlanFacts], Iterator[Fix]]

_OFFERS: Mapping[str, tuple[Offer, ...]] = {
    "path-moved": (paths.moved_path,),
    "path-missing": (paths.likely_path,),
    "symbol-missing": (paths.new_place,),
    "done-unticked": (ticks.done,),
    "plan-never-ticked": (ticks.done,),
    "tick-lost": (ticks.lost,),
    "tick-contradicted": (ticks.contradicted, statuses.taken_back),
    "item-without-path": (mentions.with_path,),
    "attachment-unplanned": (lambda finding, facts: mentions.planned(finding, facts.sheet, facts.root),),
    "phase-too-big": (lambda finding, facts: split(finding, facts.sheet),),
}
_ONE_BY_ONE = frozenset({"item-without-path", "attachment-unplanned", "phase-too-big", "plan-never-ticked"})

_EVERYWHERE = frozenset({"path-moved", "path-missing"})
"""The rules whose fixes mend other places too."""

FIXABLE = frozenset(_OFFERS)
"""The rules whose findings have fixes that depend on the plan."""


CERTAIN = frozenset({"path-moved"})
"""Those of them whose fixes can be certain."""


def fixes_of(finding: Finding, facts: PlanFacts) -> tuple[Fix, ...]:
    """Return what can be done about a finding in a plan, the best first."""
    return tuple(fix for offer in _OFFERS.get(finding.code, ()) for fix in offer(finding, facts))


def rules_fixes(finding: Finding, facts: PlanFacts, plans: Sequence[str]) -> tuple[Fix, ...]:
    """Return what can be done about a finding in a rules file.

    Args:
        finding: What was found.
        facts: The rules file, as if it were a plan.
        plans: The plans of the work tree, from its top; the first one is the one to work by.
    """
    match finding.code:
        case "rules-without-relay" if plans:
            return tuple(with_protocol(facts.sheet, plans[0]))
        case "rules-path-missing":
            return tuple(paths.likely_in_rules(finding, facts))
    return ()


def fix_of_kind(code: str, findings: Sequence[Finding], facts: PlanFacts) -> Fix | None:
    """Return the best fix of each of a rule's findings in one plan, as one; None for fewer than two."""
    if code in _ONE_BY_ONE:
        return None
    best: list[Fix] = []
    count = 0
    for finding in findings:
        if finding.code != code:
            continue
        if code in _EVERYWHERE and any(is_mended(finding, fix.edits) for fix in best):
            count += 1
        elif fixes := fixes_of(finding, facts):
            best.append(fixes[0])
            count += 1
    if count <= 1:
        return None
    return together(_TITLES.get(code, "Fix all {count} findings of {code}").format(count=count, code=code), best)


def is_mended(finding: Finding, edits: Iterable[Edit]) -> bool:
    """Tell whether some edits change the place of a finding, and nothing around it."""
    span = finding.span
    return span is not None and any(span.start <= edit.start and edit.end <= span.end for edit in edits)


_TITLES = {
    "path-moved": "Write all {count} new paths",
    "path-missing": "Write all {count} likely paths",
    "done-unticked": "Tick everything that {count} findings call done",
    "tick-lost": "Restore the ticks of all {count} commits",
    "tick-contradicted": "Settle all {count} contradictions by the first offer",
}
