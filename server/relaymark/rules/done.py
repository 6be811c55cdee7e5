"""Reports open items whose work is done, and as one finding the plan whose boxes nobody uses."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.past import Past
from relaymark.core.plan import Plan
from relaymark.rules.claims import Claim
from relaymark.rules.commits import commit_proofs
from relaymark.rules.facts import PlanFacts
from relaymark.rules.proof import Proof
from relaymark.rules.tasks import Task, task_proofs
from relaymark.rules.work import proofs, together

_FEWEST = 3
_ONE_IN = 10
_SHARE = 0.2
_NAMED = 3
_AT_ONCE = 6
_ANY_TIME = frozenset({"commit", "lines"})


def done_items(
    facts: PlanFacts, claims: Sequence[Claim], proven: Mapping[int, Proof], told: AbstractSet[int]
) -> Iterator[Finding]:
    """Yield what is done and not ticked: item by item, or once for a plan that was never ticked.

    Args:
        facts: The plan.
        claims: What its items want.
        proven: Which items are done, and why.
        told: Items that other findings call stale already.
    """
    plan = facts.sheet.plan
    if not facts.speaks or not proven:
        return
    left = {at: proof for at, proof in proven.items() if at not in told}
    if (
        left
        and never_ticked(plan, facts.past)
        and len(proven) >= _FEWEST
        and len(proven) >= _SHARE * _provable(claims, plan)
    ):
        yield _for_plan(facts, {**together(claims, plan, facts.past, proven), **proven})
        return
    for phase, found in _by_phase(plan, left).items():
        if phase is not None and len(found) >= _AT_ONCE:
            yield _for_phase(facts, phase, found)
        else:
            yield from (_for_item(facts, proof) for proof in found)


def all_proofs(facts: PlanFacts, claims: Sequence[Claim], tasks: Sequence[Task]) -> dict[int, Proof]:
    """Return why open items are done, the strongest reason of each."""
    plan, past = facts.sheet.plan, facts.past
    if not past.items:
        return {}
    own = proofs(claims, plan, facts.index, past)
    return commit_proofs(claims, plan, past) | task_proofs(tasks, plan, past) | own


def never_ticked(plan: Plan, past: Past) -> bool:
    """Tell whether nobody uses a plan's boxes: none, or hardly one, is ticked, and history never saw a tick change."""
    ticked = sum(item.ticked for item in plan.items)
    changed = any(known.ticked is not None for known in past.items.values())
    return ticked == 0 or (ticked <= max(1, len(plan.items) // _ONE_IN) and not changed)


def _provable(claims: Sequence[Claim], plan: Plan) -> int:
    return sum(
        bool(claim.proves and (claim.files or claim.lacking or claim.names)) and not plan.items[claim.item].struck
        for claim in claims
    )


def _by_phase(plan: Plan, proven: Mapping[int, Proof]) -> dict[int | None, list[Proof]]:
    found: dict[int | None, list[Proof]] = {}
    for at, proof in sorted(proven.items()):
        start = plan.items[at].span.start
        owner = next((n for n, phase in enumerate(plan.phases) if phase.span.start <= start < phase.span.end), None)
        found.setdefault(owner, []).append(proof)
    return found


def _for_item(facts: PlanFacts, proof: Proof) -> Finding:
    # A plan may be committed when its work is: quotations tell of work before it too.
    since = "" if proof.kind in _ANY_TIME else " since it was written"
    item = facts.sheet.plan.items[proof.item]
    return Finding(
        code="done-unticked",
        path=facts.sheet.path,
        span=item.mark_span,
        severity="information",
        message=f"Open, but done{since}: {said(proof)}. Tick it if that is all of it.",
        item=proof.item,
    )


def _for_phase(facts: PlanFacts, phase: int, found: Sequence[Proof]) -> Finding:
    told = "are done" if any(proof.kind in _ANY_TIME for proof in found) else "were done since they were written"
    return Finding(
        code="done-unticked",
        path=facts.sheet.path,
        span=facts.sheet.plan.phases[phase].heading_span,
        severity="information",
        message=f"{len(found)} open items here {told}: {_examples(found)}.",
        phase=phase,
        items=tuple(proof.item for proof in found),
    )


def _for_plan(facts: PlanFacts, proven: Mapping[int, Proof]) -> Finding:
    plan = facts.sheet.plan
    found = [proof for _, proof in sorted(proven.items())]
    first = plan.items[found[0].item]
    at = first.span.start
    few = "Hardly a" if any(item.ticked for item in plan.items) else "No"
    heading = next(
        (phase.heading_span for phase in plan.phases if phase.span.start <= at < phase.span.end), first.mark_span
    )
    return Finding(
        code="plan-never-ticked",
        path=facts.sheet.path,
        span=heading,
        severity="information",
        message=f"{few} box of this plan is ticked, but {len(found)} of its {len(plan.items)} items are done: "
        f"{_examples(found)}.",
        items=tuple(proof.item for proof in found),
    )


def _examples(found: Sequence[Proof]) -> str:
    told = dict.fromkeys(said(proof) for proof in found if proof.kind != "together")
    named = "; ".join([*told][:_NAMED])
    return named + (" and others" if len(told) > _NAMED else "")


def said(proof: Proof) -> str:
    """Return the evidence for people."""
    what = one_line(proof.what)
    match proof.kind:
        case "created":
            text = f"`{what}` was created"
        case "removed":
            text = f"`{what}` is gone"
        case "moved":
            text = f"its file is `{what}`"
        case "gone again":
            text = f"`{what}` was created and removed again"
        case "commit":
            text = f"the commit `{what}` names it"
        case "lines":
            text = f"lines that it quotes are in `{what}`"
        case "together":
            return f"`{what}` changed with them"
        case _:
            text = f"`{what}`"
    if proof.commits:
        text += f" ({proof.commits[-1][:9] or 'not committed'})"
    return text
