"""Windows that agents told `relaymark statusline`, kept for the server: one small file per session."""

import re
from pathlib import Path

import msgspec
from msgspec import Struct

from relaymark.sources.files import write_atomically
from relaymark.sources.folders import state_folder

_SAFE = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Told(Struct, frozen=True):
    """What an agent said of a session: the window in tokens, and the model that it is true of."""

    session: str
    window: int
    model: str | None = None


def folder() -> Path:
    """Return where the told windows lie."""
    return state_folder() / "windows"


def _file(session: str) -> Path | None:
    return folder() / f"{session}.json" if _SAFE.fullmatch(session) and set(session) != {"."} else None


def remember(told: Told) -> bool:
    """Keep a told window; True if it is new. A session id that cannot be a file name is not kept.

    Raises:
        OSError: The state folder cannot be written.
    """
    path = _file(told.session)
    if path is None or recall(told.session) == told:
        return False
    write_atomically(path, msgspec.json.encode(told))
    return True


def recall(session: str) -> Told | None:
    """Return what was told of a session, None if nothing was."""
    path = _file(session)
    if path is None:
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Told)
    except (OSError, ValueError):
        return None
