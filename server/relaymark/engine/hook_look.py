"""A look at the session of a hook, apart from the hook itself: what to tell its agent, and when to look again."""

import contextlib
import os

from relaymark.agents.claude_code import AGENT as CLAUDE
from relaymark.agents.codex import AGENT as CODEX
from relaymark.core.crossing import Crossing
from relaymark.core.hooks_say import crossing_text
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.relay.facts import PhaseItem, PhaseWork
from relaymark.core.relay.work import under_way
from relaymark.engine.catalog import listed
from relaymark.engine.hook_gauge import crossing_text_now
from relaymark.engine.hook_notes import note_of, view_of
from relaymark.engine.machine import Machine
from relaymark.engine.relay_facts import Ground
from relaymark.sources import hook_state as state
from relaymark.sources.git import place_of
from relaymark.sources.stores import store_for

_GROWN = 0.2
"""A session that began heavy is told nothing before it has grown by this share of its ceiling."""


def look(agent: str, session: str, path: str, cwd: str) -> None:
    """Look at one session; for `claude-code` leave what its next hook is to say, for `codex` write the note itself."""
    again = state.is_session(session)
    while again:
        with contextlib.suppress(Exception):  # a look that failed must not keep the next one from being made
            _look(agent, session, path, place_of(os.path.realpath(cwd)))
        again = state.end_look(session)
    state.tidy()


def _look(agent: str, session: str, path: str, place: Place) -> None:
    if agent == CLAUDE.name:
        _look_at_claude(session, path, place)
    elif agent == CODEX.name:
        _look_at_codex(session, place)


def _look_at_claude(session: str, path: str, place: Place) -> None:
    machine, store = Machine(agents=(CLAUDE,)), store_for(CLAUDE, path) or CLAUDE.stores[0]
    size = os.stat(path).st_size
    shown = view_of(machine, CLAUDE, store, path, session, place)
    if shown is None:
        return
    at, held = _lines(shown), shown.session.context.tokens
    phase, item = _at_work(place, shown) if at else (None, None)
    lines = {line: (tokens, crossing_text(shown, line, phase, item, state.HELD)) for line, tokens in at.items()}
    due = size + (state.STEP if held is None else state.room(held, list(at.values())))
    found = state.Kept(size, due, shown.session.model or "", {str(line): told for line, told in lines.items()})
    state.keep(session, found)
    if text := crossing_text_now(session, held, shown.observed.active_at, found.lines):
        state.to_say(session, text)


def _lines(shown: View) -> dict[Crossing, int]:
    """Return the lines that the agent is to be told of, with the tokens at which; none with a guessed window."""
    if shown.session.parent or not shown.window.sure:
        return {}
    session, ceiling = shown.session, shown.gauge.ceiling.tokens
    first = session.first_context or 0
    heavy = first * 100 >= ceiling * 80 and not session.compactions
    least = int(first + ceiling * _GROWN) if heavy else 0
    return {"ceiling": max(ceiling, least), "reset": max(shown.gauge.reset.tokens, least)}


def _look_at_codex(session: str, place: Place) -> None:
    machine = Machine(agents=(CODEX,))
    path = next((item.path for item in listed(machine)[0] if item.path.endswith(f"{session}.jsonl")), None)
    store = store_for(CODEX, path) if path else None
    if path is None or store is None or place.worktree is None:
        return
    shown = view_of(machine, CODEX, store, path, session, place)
    # Codex hears nothing from its notify program: there is only the note to write, while its history is whole.
    lines = {str(line): (tokens, str(line)) for line, tokens in _lines(shown).items()} if shown else {}
    if shown is None:
        return
    if crossing_text_now(session, shown.session.context.tokens, shown.observed.active_at, lines) == "reset":
        note_of(machine, place, shown)


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
