"""Crossings that were told on this machine, and snoozes: small files made exclusively, so that servers agree."""

import os
import re
from pathlib import Path
from typing import Literal

from relaymark.sources.folders import state_folder

Crossing = Literal["ceiling", "reset"]
_LEVELS = ("near", "over", "reset")
_ROUNDING = 0.0005
"""Seconds: transcripts count in thousandths, files a little coarser than they are told."""
_SAFE = re.compile(r"[^A-Za-z0-9._-]")


def _file(kind: str, session: str, what: str) -> Path:
    return state_folder() / kind / f"{_SAFE.sub('_', session)[:120]}.{what}"


def tell_once(session: str, crossing: Crossing, at: float) -> bool:
    """Claim the telling of a crossing; True for exactly one caller on this machine until it is re-armed.

    Where the state folder cannot be written nobody is told: rather silent than told by every window.

    Args:
        session: The session's id.
        crossing: The line.
        at: The activity of the session that crossed it, in seconds since the epoch.
    """
    path = _file("crossings", session, crossing)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.utime(path, (at, at))
    except OSError:
        return False
    return True


def rearm(session: str, crossing: Crossing, at: float) -> None:
    """Have a crossing told anew the next time: the context fell below its line by what the session did at a time.

    A server that is behind still sees the context from before the crossing: what it says of it does not count.
    """
    path = _file("crossings", session, crossing)
    try:
        if at > path.stat().st_mtime + _ROUNDING:
            path.unlink(missing_ok=True)
    except OSError:
        return


def snooze(session: str, level: str) -> None:
    """Keep that a session's user wants to hear nothing more of it at this level.

    Raises:
        OSError: The state folder cannot be written.
    """
    for old in _snoozes(session):
        old.unlink(missing_ok=True)
    path = _file("snoozes", session, level)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)


def wake(session: str, level: str) -> None:
    """End a snooze whose next level is reached."""
    for path in _snoozes(session):
        if level in _LEVELS and _LEVELS.index(level) > _LEVELS.index(path.suffix.removeprefix(".")):
            path.unlink(missing_ok=True)


def snoozed(session: str) -> str | None:
    """Return the level at which a session was snoozed, None if it was not."""
    return next((path.suffix.removeprefix(".") for path in _snoozes(session)), None)


def _snoozes(session: str) -> list[Path]:
    folder = state_folder() / "snoozes"
    try:
        there = set(os.listdir(folder))  # one look for all levels: it is asked for each session, again and again
    except OSError:
        return []
    names = (f"{_SAFE.sub('_', session)[:120]}.{level}" for level in _LEVELS)
    return [folder / name for name in names if name in there]
