"""Finds phases that are too big for one session: by the files that they name, and by how sessions on them ended."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from msgspec import Struct

from relaymark.core.binding import Binding
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.plan import Phase
from relaymark.core.tokens import exact
from relaymark.rules.claims import resolve
from relaymark.rules.facts import PlanFacts

CEILING = 60_000
"""Tokens: the ceiling of a window of 200,000, where no session tells another one."""
_MOST_OF_ONE = 25_000
"""Tokens: agents read longer files in parts."""
_TWICE = 2
_SEVERAL = 3
"""Phases of one plan that are told one by one."""


class Load(Struct, frozen=True):
    """What sessions here hold besides the files of their phase.

    Attributes:
        ceiling: Of the newest session, in tokens.
        base: What it held before any work.
        growth: What prompts, replies and tool output of sessions on phases came to; the median.
    """

    ceiling: int = CEILING
    base: int = 0
    growth: int = 0


def load_of(views: Sequence[View], bound: Mapping[str, Binding]) -> Load:
    """Return what sessions here hold besides files, as far as it is known.

    Args:
        views: The open main sessions of this work tree, the newest first.
        bound: Session id to the phase that it works on.
    """
    newest = next((view for view in views if view.session.base is not None and view.window.sure), None)
    if newest is None:
        return Load()
    grown = [
        max((view.session.context.tokens or 0) - view.session.base - _held(view), 0)
        for view in views
        if view.session.id in bound and view.session.base is not None and not view.session.compactions
    ]
    return Load(newest.gauge.ceiling.tokens, newest.session.base or 0, int(median(grown)) if grown else 0)


def too_big(
    facts: PlanFacts,
    tokens: Mapping[str, int],
    views: Sequence[View],
    bound: Mapping[str, Binding],
    told: Sequence[Finding] = (),
) -> Iterator[Finding]:
    """Yield the open phases that do not fit under the ceiling, or in which two sessions passed their reset line.

    Args:
        facts: The plan.
        tokens: What the files of its phases take, as `phase_tokens` gives it.
        views: The open main sessions of this work tree, the newest first.
        bound: Session id to the phase that it works on.
        told: What is told of the plan already: work that is done is not split.
    """
    if not facts.speaks:
        return
    history = any(finding.code == "plan-never-ticked" for finding in told)
    finished = {at for finding in told if finding.code == "done-unticked" for at in finding.concerned}
    items = facts.sheet.plan.items
    done = frozenset(items[at].span.start for at in finished if at < len(items))
    big: list[tuple[int, int]] = []
    load = load_of(views, bound)
    past = Counter(
        on.phase for view in views if view.gauge.level == "reset" and (on := _on(view, facts.path, bound)) is not None
    )
    for at, phase in enumerate(facts.sheet.plan.phases):
        if phase.done or phase.status == "dropped":
            continue
        held = 0 if history or _is_finished(phase, done) else tokens.get(_key(phase), 0)
        if past[at] >= _TWICE:
            yield _finding(facts, at, f"{past[at]} sessions on this phase passed their reset line: split it.")
        elif held and load.base + held + load.growth > load.ceiling:
            big.append((at, held))
    for at, held in big if len(big) <= _SEVERAL else big[:1]:
        others = f" {len(big) - 1} more phases are too big as well." if len(big) > _SEVERAL else ""
        yield _finding(facts, at, _message(held, load) + others)


def files_of(facts: PlanFacts, phase: Phase) -> tuple[str, ...]:
    """Return the files of the tree that the open items of a phase, and its other lines, name; drawings name none."""
    items = [item for item in phase.items if not (item.ticked or item.struck)]
    loose = [each for each in phase.paths if not each.drawn]
    mentions = [*loose, *(each for item in items for each in item.paths)]
    found = [resolve(facts.index, each.path, facts.path) for each in mentions if "*" not in each.path]
    return tuple(dict.fromkeys(one[0] for one in found if len(one) == 1 and not one[0].endswith("/")))


def phase_files(facts: PlanFacts) -> dict[str, tuple[str, ...]]:
    """Return the files of each open phase, by what `phase_tokens` calls it; too slow for each keystroke."""
    phases = [phase for phase in facts.sheet.plan.phases if not phase.done] if facts.speaks else []
    return {_key(phase): files_of(facts, phase) for phase in phases}


def phase_tokens(files: Mapping[str, tuple[str, ...]], sizes: Mapping[str, int]) -> dict[str, int]:
    """Return what the files of phases take, given the tokens of each file."""
    return {key: sum(min(sizes.get(file, 0), _MOST_OF_ONE) for file in named) for key, named in files.items()}


def _key(phase: Phase) -> str:
    return f"{phase.name}\0{phase.title}"


def _is_finished(phase: Phase, done: frozenset[int]) -> bool:
    """Tell whether all open items of a phase are known to be done."""
    left = [item.span.start for item in phase.items if not (item.ticked or item.struck)]
    return bool(left) and done.issuperset(left)


def _on(view: View, plan: str, bound: Mapping[str, Binding]) -> Binding | None:
    on = bound.get(view.session.id)
    return on if on and on.plan == plan else None


def _message(tokens: int, load: Load) -> str:
    beside = [
        f"{exact(count)} {what}"
        for count, what in ((load.base, "that a session begins with"), (load.growth, "that work adds"))
        if count
    ]
    also = f" With {' and '.join(beside)} that is" if beside else " That is"
    return (
        f"Its files are about {exact(tokens)} tokens.{also} more than the ceiling of {exact(load.ceiling)}: split it."
    )


def _held(view: View) -> int:
    return sum(file.tokens or 0 for file in view.session.attachments)


def _finding(facts: PlanFacts, phase: int, message: str) -> Finding:
    return Finding(
        code="phase-too-big",
        path=facts.sheet.path,
        span=facts.sheet.plan.phases[phase].heading_span,
        severity="information",
        message=message,
        phase=phase,
    )
