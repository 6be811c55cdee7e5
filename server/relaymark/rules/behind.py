"""Reports plans that work has overtaken, and finished phases whose files are not committed."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.past import Look
from relaymark.core.plan import Phase, Plan
from relaymark.rules.claims import Claim, resolve
from relaymark.rules.facts import PlanFacts

_FEWEST = 2
_SHARE = 0.75
_NAMED = 4


def behind_looks(facts: PlanFacts) -> Iterator[Look]:
    """Yield what has to be known of the files that open phases name."""
    for phase in facts.sheet.plan.phases:
        if phase.items and not phase.done:
            yield from (Look("", path, (), "amended") for path in _files(facts, phase, open_only=True))


def plan_behind(facts: PlanFacts, told: AbstractSet[int]) -> Iterator[Finding]:
    """Yield the open phases whose files were nearly all changed after the plan was, by commits that left it alone.

    A phase with items that other findings call stale (`told`) has been spoken of.
    """
    if not facts.speaks or facts.past.changed is None:
        return
    spoken_of = {facts.sheet.plan.items[at].span.start for at in told}
    for at, phase in enumerate(facts.sheet.plan.phases):
        if not phase.items or phase.done or any(item.span.start in spoken_of for item in phase.items):
            continue
        files = _files(facts, phase, open_only=True)
        touched = {
            path: commits
            for path in files
            if (seen := facts.past.seen.get(("", path, "amended")))
            and (commits := [each for each in seen.touched if each])
        }
        if len(touched) >= _FEWEST and len(touched) >= _SHARE * len(files):
            changing = {commit for each in touched.values() for commit in each}
            count = f"{len(changing)} commits" if len(changing) > 1 else "One commit"
            yield Finding(
                code="plan-behind",
                path=facts.sheet.path,
                span=phase.heading_span,
                severity="information",
                message=f"{count} changed {len(touched)} of the {len(files)} files that this phase's open items name, "
                "and the plan was not amended since.",
                phase=at,
            )


def phase_uncommitted(facts: PlanFacts) -> Iterator[Finding]:
    """Yield the phases that are done, with files of theirs that differ from the last commit."""
    dirty = facts.past.dirty
    if not facts.speaks or not dirty:
        return
    plan = facts.sheet.plan
    going_on = {path for phase in plan.phases if not phase.done for path in _files(facts, phase)}
    for at, phase in enumerate(plan.phases):
        if not phase.items or not phase.done:
            continue
        left = [path for path in _files(facts, phase) if path in dirty and path not in going_on and path != facts.path]
        if left:
            named = ", ".join(f"`{one_line(path)}`" for path in left[:_NAMED])
            more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            yield Finding(
                code="phase-uncommitted",
                path=facts.sheet.path,
                span=phase.heading_span,
                severity="information",
                message=f"All its boxes are ticked, but not committed: {named}{more}.",
                phase=at,
            )


def without_path(facts: PlanFacts, claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the open phases with items that name neither a file nor a name of code, where the rest of the plan does."""
    plan = facts.sheet.plan
    if not facts.speaks or not _names_files(plan):
        return
    places = {claim.item: claim for claim in claims}
    for at, phase in enumerate(plan.phases):
        if phase.done or phase.paths or any(item.paths for item in phase.items):
            continue
        bare = tuple(
            n
            for n, item in enumerate(plan.items)
            if phase.span.start <= item.span.start < phase.span.end
            and not (item.ticked or item.struck or places[n].names)
            and places[n].proves
        )
        if bare:
            count = f"{len(bare)} open items name" if len(bare) > 1 else "The open item names"
            yield Finding(
                code="item-without-path",
                path=facts.sheet.path,
                span=phase.heading_span,
                severity="hint",
                message=f"{count} no file: a fresh session would have to search for where to begin.",
                phase=at,
                items=bare,
            )


def _names_files(plan: Plan) -> bool:
    """Tell whether most phases of a plan name files, so that one that does not is an exception."""
    told = [bool(phase.paths or any(item.paths for item in phase.items)) for phase in plan.phases]
    return sum(told) * 2 > len(told)


def _files(facts: PlanFacts, phase: Phase, *, open_only: bool = False) -> list[str]:
    mentions = [mention for item in phase.items if not (open_only and item.ticked) for mention in item.paths]
    found: dict[str, None] = {}
    loose = [] if open_only else [mention for mention in phase.paths if not mention.drawn]
    for mention in (*mentions, *loose):
        files = resolve(facts.index, mention.path, facts.path)
        if len(files) == 1 and not files[0].endswith("/"):
            found[files[0]] = None
    return list(found)
