"""A look at the session of a hook, apart from the hook itself: what to tell its agent, and when to look again."""

import os

from relaymark.agents.claude_code import AGENT as CLAUDE
from relaymark.agents.codex import AGENT as CODEX
from relaymark.core.crossing import Crossing, below, crossed
from relaymark.core.hooks_say import crossing_text
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.relay.facts import PhaseItem, PhaseWork
from relaymark.core.relay.work import under_way
from relaymark.engine.catalog import listed
from relaymark.engine.hook_notes import note_of, view_of
from relaymark.engine.machine import Machine
from relaymark.engine.relay_facts import Ground
from relaymark.rules.context import base_heavy
from relaymark.sources import crossings
from relaymark.sources import hook_state as state
from relaymark.sources.git import place_of
from relaymark.sources.stores import store_for

_BYTES_PER_TOKEN = 3
"""A token that is new in the context left at least so many bytes in a transcript, which holds texts more than once."""
_STEP = 4 * 1024
_NOTHING_NEAR = 256 * 1024
"""Bytes that a transcript grows by before the next look: at least, and where no line is left to cross."""
_OF_AGENTS = "agent-"
"""Crossings are told to an agent apart from being told to its user."""


def look(agent: str, session: str, path: str, cwd: str) -> None:
    """Look at one session; for `claude-code` leave what its next hook is to say, for `codex` write the note itself.

    Raises:
        OSError: Its transcript or the state folder is out of reach.
    """
    try:
        place = place_of(os.path.realpath(cwd))
        if agent == CLAUDE.name:
            _look_at_claude(session, path, place)
        elif agent == CODEX.name:
            _look_at_codex(session, place)
        state.tidy()
    finally:
        state.end_look(session)


def _look_at_claude(session: str, path: str, place: Place) -> None:
    machine, store = Machine(agents=(CLAUDE,)), store_for(CLAUDE, path) or CLAUDE.stores[0]
    size = os.stat(path).st_size
    shown = view_of(machine, CLAUDE, store, path, session, place)
    if shown is None:
        state.set_due(session, size, size + _STEP)
        return
    crossing = _claimed(shown)
    if crossing:
        phase, item = _at_work(place, shown)
        state.to_say(session, crossing_text(shown, crossing, phase, item))
    state.set_due(session, size, size + _room(shown))


def _look_at_codex(session: str, place: Place) -> None:
    machine = Machine(agents=(CODEX,))
    path = next((item.path for item in listed(machine)[0] if item.path.endswith(f"{session}.jsonl")), None)
    store = store_for(CODEX, path) if path else None
    if path is None or store is None or place.worktree is None:
        return
    shown = view_of(machine, CODEX, store, path, session, place)
    # Codex hears nothing from its notify program: there is only the note to write, while its history is whole.
    if shown is not None and _claimed(shown) == "reset":
        note_of(machine, place, shown)


def _claimed(shown: View) -> Crossing | None:
    """Return the line whose crossing is to be told now, to nobody else and not again until the context falls."""
    name = f"{_OF_AGENTS}{shown.session.id}"
    for line in below(shown):
        crossings.rearm(name, line)
    crossing = crossed(shown)
    if crossing is None or base_heavy(shown):
        return None
    if crossing == "reset":
        crossings.tell_once(name, "ceiling")  # past both at once: the worse is told
    return crossing if crossings.tell_once(name, crossing) else None


def _at_work(place: Place, shown: View) -> tuple[PhaseWork | None, PhaseItem | None]:
    """Return the phase that a session works on and the item under way, else the next open one."""
    ground = Ground.of(place, [shown])
    bound = ground.bound(shown.session)
    if bound is None:
        return None, None
    edited = ground.edited(shown.session)
    phase = ground.work(bound.plan, bound.phase, edited)
    begun = under_way(phase, ground.uncommitted or (), edited)
    return phase, begun[0] if begun else next(iter(phase.open_items), None)


def _room(shown: View) -> int:
    """Return by how many bytes the transcript may grow before a line can be crossed."""
    held, gauge = shown.session.context.tokens, shown.gauge
    if held is None:
        return _STEP
    ahead = [line.tokens - held for line in (gauge.ceiling, gauge.reset) if line.tokens > held]
    return max(min(ahead) * _BYTES_PER_TOKEN, _STEP) if ahead else _NOTHING_NEAR
