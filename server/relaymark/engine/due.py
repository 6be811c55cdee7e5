"""The sessions that are past their reset line and have no note: listed until they are handed over or dismissed."""

from collections.abc import Sequence
from typing import Any

from relaymark.core.config import Config
from relaymark.core.observed import View, view
from relaymark.core.place import Place, belongs
from relaymark.core.status import iso
from relaymark.engine.archive import Filed
from relaymark.engine.machine import Machine
from relaymark.engine.reader import Reader
from relaymark.engine.wanted import Wanted
from relaymark.sources.let_go import is_let_go

LISTED_FOR = 30 * 86_400.0
"""Seconds since its newest activity that a session is listed: what is older nobody goes on with."""
_MOST = 100


def due_sessions(machine: Machine, place: Place, config: Config, notes: Sequence[Filed]) -> tuple[View, ...]:
    """Return the main sessions of a work tree, open or not, that should have been handed over, the newest first.

    Reads the end of every transcript of the last 30 days, so it belongs off the loop.
    """
    now = machine.now()
    reader = Reader(machine, Wanted.by(config, (place,)))
    reader.read_running()
    for item in reader.scan(newest_since=now - LISTED_FOR):
        reader.take(item)
    found: list[View] = []
    for observed in reader.observed():
        session = observed.session
        where, tree = belongs(session.cwd, place, config.path_map)
        if where in ("no", "worktree") or session.parent is not None or session.warm_up:
            continue
        shown = view(observed, config, now, tree or place.worktree)
        if is_due(shown, notes) and not is_let_go(session.id):
            found.append(shown)
    found.sort(key=lambda each: -each.observed.active_at)
    return tuple(found[:_MOST])


def is_due(shown: View, notes: Sequence[Filed]) -> bool:
    """Tell whether a session is past its reset line and no note was written there: one from before does not count."""
    if shown.gauge.level != "reset":
        return False
    own = [each.header.tokens for each in notes if each.header.session == shown.session.id]
    return not any(tokens is None or tokens >= shown.gauge.reset.tokens for tokens in own)


def due_payload(shown: View) -> dict[str, Any]:
    """Return what the protocol says of a session that is to be handed over."""
    session = shown.session
    told = {
        "id": session.id,
        "agent": session.agent,
        "title": session.title,
        "state": shown.life.state,
        "tokens": session.context.tokens,
        "reset": shown.gauge.reset.tokens,
        "updatedAt": iso(shown.observed.active_at),
        "path": session.path,
    }
    return {key: value for key, value in told.items() if value is not None}
