"""Is anyone at work in a session: from its agent's registry, else from its newest turn, else from its age."""

from typing import Literal

from msgspec import Struct

from relaymark.core.session import Session

State = Literal["working", "waiting", "idle", "closed"]
StateSource = Literal["registry", "turn", "age"]

SILENT = 15 * 60.0
"""Seconds after which an open turn without a live signal counts as idle."""
_SETTLING = 60.0
_BETWEEN_LINES = 5.0
CLOSED_AFTER = 12 * 3600.0
"""Seconds after which a session without a live signal counts as closed."""
OPEN_FOR = 8 * 3600.0
"""Seconds of silence after which a session is no longer shown as open."""


class Process(Struct, frozen=True):
    """What an agent's registry and the machine say of a session's process.

    Attributes:
        alive: The registered process runs, with the start time that was registered; None: that cannot be told.
        listed: The registry has an entry for the session.
        complete: The registry would list the session if it ran.
        status: `busy`, `waiting` or `idle`, None where the agent does not tell.
        pid: The registered process.
    """

    alive: bool | None = None
    listed: bool = False
    complete: bool = False
    status: str | None = None
    pid: int | None = None


class Liveness(Struct, frozen=True):
    """The state of a session and where it is known from."""

    state: State
    source: StateSource


def liveness(session: Session, process: Process, age: float) -> Liveness:
    """Tell a session's state.

    Args:
        session: The session.
        process: What is known of its process.
        age: Seconds since its newest activity.
    """
    if session.ended:
        return Liveness("closed", "turn")
    if process.alive:
        return _live(session, process)
    if process.listed and process.alive is False:
        # Killed: its entry outlived it. Nothing works on, but the session can be taken up again.
        return Liveness("idle" if age < CLOSED_AFTER else "closed", "registry")
    if process.complete and not process.listed and age >= _SETTLING:
        return Liveness("closed", "registry")
    if age >= CLOSED_AFTER:
        return Liveness("closed", "age")
    between_lines = session.turn == "ended" and not session.turn_sure and age < _BETWEEN_LINES
    if session.turn == "open" or between_lines:
        if age >= SILENT:
            return Liveness("idle", "age")
        return Liveness("waiting" if session.waiting else "working", "turn")
    return Liveness("idle", "age" if session.turn == "none" else "turn")


def _live(session: Session, process: Process) -> Liveness:
    match process.status:
        case "busy":
            return Liveness("working", "registry")
        case "waiting":
            return Liveness("waiting", "registry")
        case "idle":
            return Liveness("idle", "registry")
    if session.turn == "open":
        return Liveness("waiting" if session.waiting else "working", "registry")
    return Liveness("idle", "registry")


def is_open(state: State, age: float) -> bool:
    """Tell whether a session is open: not closed, and active in the last 8 hours."""
    return state != "closed" and age < OPEN_FOR
