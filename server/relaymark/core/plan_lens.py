"""What stands above the heading of a phase: how its files fit under the ceiling, and what can be done with it."""

from collections.abc import Collection, Mapping, Sequence
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
    if left < total:
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


def phase_noted(plan: Plan, path: str, said: str) -> int | None:
    """Return the phase that a note's front matter names (`PLAN.md: Phase 2`), None if it is none of this plan."""
    lead, _, name = said.partition(": ")
    if lead != path or not name:
        return None
    wanted = _flat(name)
    for index, phase in enumerate(plan.phases):
        if wanted in {_flat(phase_name(phase)), _flat(phase.name), _flat(phase.title)}:
            return index
    named = leading_name(f"{name}: ")
    for index, phase in enumerate(plan.phases if named else ()):
        same = named and phase.label and label_key(phase.label) == label_key(named.label)
        if same and named and phase.kind == named.kind:
            return index
    return None


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
