"""What stands above the heading of a phase: how its files fit under the ceiling, and what can be done with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.observed import View
from relaymark.core.plan import Phase, Plan, plan_state
from relaymark.core.plan.labels import label_key, leading_name
from relaymark.core.relay.work import phase_name
from relaymark.core.tokens import short


class Room(Struct, frozen=True):
    """Tokens below a ceiling: what is left to the session on the phase, or what a `fresh` session would have."""

    tokens: int
    fresh: bool


def lensed(plan: Plan, path: str) -> list[int]:
    """Return the phases that are still to be done, by their indexes; none of a plan that is not open."""
    if plan_state(plan, path) != "open":
        return []
    return [
        index
        for index, phase in enumerate(plan.phases)
        if not phase.done and phase.status != "dropped" and (phase.items or phase.name)
    ]


def size_title(files: Sequence[str], tokens: Mapping[str, int], held: Collection[str], room: Room | None) -> str:
    """Return how large a phase is; empty where none of its files is counted.

    Args:
        files: What it names and the tree holds.
        tokens: Of each as far as they are counted.
        held: Those that the session on it has in its context: they take no more room.
        room: What they have to fit into, None where that is not known.
    """
    known = [file for file in files if file in tokens]
    if not known:
        return ""
    some = "" if len(known) == len(files) else "+"
    total, left = sum(tokens[file] for file in known), sum(tokens[file] for file in known if file not in held)
    parts = [f"{len(files)} file{'s' * (len(files) != 1)}, {short(total)}{some} tokens"]
    if short(left) != short(total):
        parts.append(f"{short(left)}{some} not read yet")
    if room is not None:
        parts.append(_fit(left, room))
    return " · ".join(parts)


def room_of(on_it: Sequence[View], others: Sequence[View]) -> Room | None:
    """Return the room for a phase: what the fullest session on it has left; without one what the newest began with."""
    left = [view.gauge.headroom for view in on_it if view.gauge.headroom is not None]
    if left:
        return Room(max(min(left), 0), fresh=False)
    for view in others:
        if view.session.base is not None and not on_it:
            return Room(max(view.gauge.ceiling.tokens - view.session.base, 0), fresh=True)
    return None


def action(phase: Phase, *, taken: bool) -> Literal["start", "continue"]:
    """Return how a phase goes on: it is continued once a session is on it (`taken`) or anything of it is ticked."""
    return "continue" if taken or any(item.ticked for item in phase.items) else "start"


def started(phases: Sequence[Phase], at: int, *, taken: bool) -> int | None:
    """Return the phase that is begun from one: itself while it is not begun, else the next open one; None for none.

    Args:
        phases: All phases of the plan.
        at: The one that is looked at, by its index.
        taken: A session is on it.
    """
    if not phases[at].done and action(phases[at], taken=taken) == "start":
        return at
    later = range(at + 1, len(phases))
    return next((each for each in later if not phases[each].done and phases[each].status != "dropped"), None)


def phases_noted(plan: Plan, path: str, said: Iterable[str]) -> dict[int, str]:
    """Return for the phases of a plan the first of some front matters' words (`PLAN.md: Phase 2`) that names each."""
    names: dict[str, int] = {}
    labels: dict[tuple[str, str], int] = {}
    for index, phase in enumerate(plan.phases):
        for name in (phase_name(phase), phase.name, phase.title):
            names.setdefault(_flat(name), index)
        if phase.label:
            labels.setdefault((phase.kind, label_key(phase.label)), index)
    found: dict[int, str] = {}
    for words in said:
        lead, _, name = words.partition(": ")
        if lead != path or not name.strip():
            continue
        named = leading_name(f"{name}: ")
        other = labels.get((named.kind, label_key(named.label))) if named else None
        index_of = names.get(_flat(name), other)
        if index_of is not None:
            found.setdefault(index_of, words)
    return found


def _fit(tokens: int, room: Room) -> str:
    if room.fresh:
        held = short(room.tokens)
        return (
            f"fits a fresh session ({held})" if tokens <= room.tokens else f"more than a fresh session holds ({held})"
        )
    if not room.tokens:
        return "nothing is left below the ceiling"
    return (
        f"fits the {short(room.tokens)} left" if tokens <= room.tokens else f"more than the {short(room.tokens)} left"
    )


def _flat(text: str) -> str:
    return " ".join(text.replace("<", "").replace(">", "").split()).casefold()
