"""Finds one session by its id and reads it whole, however old it is: for who judges or hands over what has ended."""

from msgspec import Struct

from relaymark.core.config import Config
from relaymark.core.observed import Observed
from relaymark.core.session import Session
from relaymark.core.store import Lines
from relaymark.engine.catalog import Listed, listed
from relaymark.engine.machine import Machine
from relaymark.engine.reader import Reader
from relaymark.engine.wanted import Wanted

LARGEST = 64 * 1024 * 1024
"""Bytes of a store that is still read for a note's sake."""


class Recorded(Struct, frozen=True):
    """What was found of a session: itself, or that its record is too large to be read for this."""

    session: Session | None = None
    too_large: bool = False


def holding(machine: Machine, session_id: str, agent: str | None = None) -> tuple[Listed, ...]:
    """Return the stores that may hold a session; only the name of a file of lines tells without opening it."""
    found, _ = listed(machine)
    return tuple(
        item
        for item in found
        if session_id
        and (agent is None or item.agent.name == agent)
        and (not isinstance(item.store, Lines) or (item.store.session_id(item.path) or "").startswith(session_id))
    )


def recorded(machine: Machine, session_id: str, agent: str | None = None) -> Recorded:
    """Return the session of an id, read whole and nothing counted."""
    stores = holding(machine, session_id, agent)
    small = [item for item in stores if item.size <= LARGEST]
    observed = _read(machine, small)
    found = next((item.session for item in observed if item.session.id == session_id), None)
    return Recorded(found, too_large=found is None and len(small) < len(stores))


def _read(machine: Machine, stores: list[Listed]) -> tuple[Observed, ...]:
    reader = Reader(machine, Wanted.by(Config(), everything=True))
    for item in stores:
        try:
            reader.look_at_file(item.agent, item.store, item.path)
        except OSError:
            continue
    while reader.history_step():
        pass
    return reader.observed()
