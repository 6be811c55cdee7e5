"""Reports open items whose work is done, and as one finding the plan whose boxes nobody uses."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.past import Past
from relaymark.core.plan import Plan
from relaymark.rules.alongside import together
from relaymark.rules.claims import Claim
from relaymark.rules.commits import commit_proofs
from relaymark.rules.facts import PlanFacts
from relaymark.rules.proof import Proof, hardly_ticked, standing
from relaymark.rules.tasks import Task, task_proofs
from relaymark.rules.work import proofs

_FEWEST = 3
_SHARE = 0.2
_NAMED = 3
_AT_ONCE = 6
_ANY_TIME = frozenset({"commit", "lines"})
"""A plan may be committed when its work is: quotations and the names of commits tell of work before it too."""


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
    undone = [proof for at, proof in sorted(proven.items()) if proof.kind == "gone again" and at not in told]
    left = {at: proof for at, proof in proven.items() if at not in told and proof.kind != "gone again"}
    if undone:
        yield _for_undone(facts, undone)
    since = _since(claims, proven, facts.past)
    if (
        left
        and never_ticked(plan, facts.past)
        and len(proven) >= _FEWEST
        and len(proven) >= _SHARE * _provable(claims, plan)
    ):
        further = together(claims, plan, facts.past, proven)
        sure = {at: proof for at, proof in proven.items() if proof.kind != "gone again"}
        yield _for_plan(facts, {**further, **sure})
        return
    for phase, found in _by_phase(plan, left).items():
        if phase is not None and len(found) >= _AT_ONCE:
            yield _for_phase(facts, phase, found, since)
        else:
            yield from (_for_items(facts, phase, same, since) for same in _alike(found))


def all_proofs(facts: PlanFacts, claims: Sequence[Claim], tasks: Sequence[Task]) -> dict[int, Proof]:
    """Return why open items are done, the strongest reason of each."""
    plan, past = facts.sheet.plan, facts.past
    if not past.items:
        return {}
    own = proofs(claims, plan, facts.index, past)
    every = commit_proofs(claims, plan, past) | task_proofs(tasks, plan, past) | own
    lasting = standing(plan) if every else frozenset()
    return {at: proof for at, proof in every.items() if at not in lasting}


def never_ticked(plan: Plan, past: Past) -> bool:
    """Tell whether nobody uses a plan's boxes: none, or hardly one, is ticked, and history never saw a tick change."""
    ticked = sum(item.ticked for item in plan.items)
    changed = any(known.ticked is not None for known in past.items.values())
    return ticked == 0 or (hardly_ticked(plan) and not changed)


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


def _alike(found: Sequence[Proof]) -> list[list[Proof]]:
    """Return the proofs of one phase, those together that speak of the same file and commit."""
    groups: dict[tuple[str, tuple[str, ...]], list[Proof]] = {}
    for proof in found:
        groups.setdefault((proof.what.rpartition("`")[2], proof.commits[-1:]), []).append(proof)
    return [*groups.values()]


def _since(claims: Sequence[Claim], proven: Mapping[int, Proof], past: Past) -> frozenset[int]:
    """Return the items whose work came later than they did: not by the commit that brought the plan, or before it."""
    written = {claim.item: known.written for claim in claims if (known := past.items.get(claim.key)) is not None}
    return frozenset(
        at
        for at, proof in proven.items()
        if proof.kind not in _ANY_TIME and (not proof.commits or proof.commits[-1] != written.get(at))
    )


def _for_items(facts: PlanFacts, phase: int | None, found: Sequence[Proof], since: AbstractSet[int]) -> Finding:
    """Return the finding for one item, or for several of one phase that one thing shows to be done."""
    first, late = found[0], all(proof.item in since for proof in found)
    moved = " and name that file" if first.kind == "moved" else ""
    if len(found) == 1:
        told = f"Open, but done{' since it was written' if late else ''}"
        advice = f"Tick it{moved} if that is all of it"
    else:
        more = f"{len(found) - 1} more open items" if len(found) > 2 else "one more open item"
        told = f"This and {more} are done{', since they were written' if late else ''}"
        advice = f"Tick them{moved} if that is all of them"
    return Finding(
        code="done-unticked",
        path=facts.sheet.path,
        span=facts.sheet.plan.items[first.item].mark_span,
        severity="information",
        message=f"{told}: {_examples(found)}. {advice}.",
        phase=phase if len(found) > 1 else None,
        item=first.item if len(found) == 1 else None,
        items=tuple(proof.item for proof in found) if len(found) > 1 else (),
    )


def _for_undone(facts: PlanFacts, found: Sequence[Proof]) -> Finding:
    """Return the finding for items whose files came and went: ticked, they would name files that are missing."""
    one = len(found) == 1
    count = "Open, but" if one else f"The files of {len(found)} open items came and went since they were written:"
    return Finding(
        code="done-unticked",
        path=facts.sheet.path,
        span=facts.sheet.plan.items[found[0].item].mark_span,
        severity="information",
        message=f"{count} {_examples(found)}. Strike {'it' if one else 'them'} through if nobody wants "
        f"{'it' if one else 'them'} any more.",
        item=found[0].item if one else None,
        items=() if one else tuple(proof.item for proof in found),
    )


def _for_phase(facts: PlanFacts, phase: int, found: Sequence[Proof], since: AbstractSet[int]) -> Finding:
    late = all(proof.item in since for proof in found)
    told = "were done since they were written" if late else "are done"
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
