"""What hooks remember between two calls of a session: small files, read and written without any heavy import."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

from relaymark.sources.hook_programs import detached
from relaymark.sources.places import state

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
_LONGEST_ID = 128
_LOOK_TAKES = 60.0
"""Seconds after which a look that never ended is taken for dead."""
_KEPT = 30 * 86_400
_MOST_KEPT = 20_000
_BYTES_PER_TOKEN = 3
"""A token that is new in the context left at least so many bytes in a transcript, which holds texts more than once."""
STEP = 4 * 1024
STALE = 32 * 1024
"""Bytes after which the session may be at another item, and is looked at again."""
FAR = 256 * 1024
"""Bytes that a transcript grows by before the context is read again: at least and at most."""


def is_session(text: object) -> bool:
    """Tell whether a value can be a session's id, and so a part of a file name."""
    return isinstance(text, str) and 0 < len(text) <= _LONGEST_ID and set(text) <= _SAFE and set(text) != {"."}


def folder() -> str:
    """Return where it lies."""
    return os.path.join(state(), "hooks")


def _file(session: str, what: str) -> str:
    return os.path.join(folder(), f"{session}.{what}")


class Kept(NamedTuple):
    """What the last look at a session found.

    Attributes:
        looked: Bytes of the transcript then.
        due: Bytes from which on a line may have been crossed, so that the context has to be read again.
        model: The model that the lines are those of.
        lines: Crossing to the tokens from which on it is told and to what is told then, with `HELD` for the context.
    """

    looked: int
    due: int
    model: str
    lines: dict[str, tuple[int, str]]


HELD = "{held}"


def kept(session: str) -> Kept | None:
    """Return what the last look found; None without one, or where it cannot be read."""
    try:
        with open(_file(session, "json"), encoding="utf-8") as file:
            looked, due, model, lines = json.loads(file.read(_MOST_KEPT))
        return Kept(
            int(looked), int(due), str(model), {name: (int(at), str(text)) for name, (at, text) in lines.items()}
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def keep(session: str, found: Kept) -> None:
    """Keep what a look found.

    Raises:
        OSError: The state folder cannot be written.
    """
    _put(_file(session, "json"), json.dumps(found))


def room(context: int, lines: Sequence[int]) -> int:
    """Return by how many bytes a transcript may grow before the context can have reached the next of some lines."""
    ahead = [line - context for line in lines if line > context]
    return min(max(min(ahead) * _BYTES_PER_TOKEN, STEP), FAR) if ahead else FAR


def forget(session: str) -> None:
    """Forget when to look, and what was to be said: the session begins anew."""
    for what in ("json", "say"):
        with contextlib.suppress(OSError):
            os.unlink(_file(session, what))


def begin_look(session: str) -> bool:
    """Claim the next look at a session; True for one caller until `end_look`, or until the look must be dead.

    While another look is under way it is asked to look once more at its end.
    """
    path = _file(session, "look")
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if time.time() - os.stat(path).st_mtime > _LOOK_TAKES:
                os.unlink(path)
        if _made(path):
            return True
        _made(_file(session, "again"))
        return _made(path)  # the other one may have ended before it could see that
    except OSError:
        return False


def end_look(session: str) -> bool:
    """Give the claim back; True if another look was asked for meanwhile and is claimed now."""
    with contextlib.suppress(OSError):
        os.unlink(_file(session, "look"))
    try:
        os.unlink(_file(session, "again"))
    except OSError:
        return False
    return begin_look(session)


def to_say(session: str, text: str) -> None:
    """Leave what the session's next hook is to say.

    Raises:
        OSError: The state folder cannot be written.
    """
    _put(_file(session, "say"), text)


def say(session: str) -> str:
    """Take what is to be said; for one of several callers, and empty for the others."""
    path = _file(session, "say")
    if not os.path.exists(path):
        return ""
    own = f"{path}.{os.urandom(8).hex()}"
    try:
        os.rename(path, own)
        with open(own, encoding="utf-8") as file:
            text = file.read(20_000)
        os.unlink(own)
    except (OSError, ValueError):
        return ""
    return text


def tidy() -> None:
    """Remove what belongs to sessions of more than thirty days ago."""
    try:
        with os.scandir(folder()) as entries:
            old = [entry.path for entry in entries if time.time() - entry.stat().st_mtime > _KEPT]
    except OSError:
        return
    for path in old:
        with contextlib.suppress(OSError):
            os.unlink(path)


def start(*words: str) -> None:
    """Start `relaymark hook` with some words, for which nobody waits.

    Raises:
        OSError: It cannot be started.
    """
    detached([sys.executable, "-m", "relaymark", "hook", *words])


def _made(path: str) -> bool:
    """Make an empty file; False if it is there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def _put(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    own = f"{path}.{os.urandom(8).hex()}"
    with open(own, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    os.replace(own, path)
