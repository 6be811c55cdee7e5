"""Opens files that are judged, and says in a few words why that cannot be done: a plan is never passed silently."""

import math
import os
import stat

from msgspec import Struct

from relaymark.core.paths import is_text
from relaymark.sources import encoded
from relaymark.sources.encoded import Decoded, decoded

LARGEST = 4 * 1024 * 1024
"""Bytes; a plan that has more is not read."""

_NOT_UTF8 = "is not UTF-8; what can be read of it is judged"
_NULS = "holds NUL bytes, as UTF-16 without its mark does; what can be read of it is judged"
_MB = 1024 * 1024


class Trouble(Struct, frozen=True):
    """What is the matter with a plan's file.

    Attributes:
        why: For people, behind its path: `has 5 MB; more than 4 MB are not read`.
        read: It is judged all the same, as far as it can be read.
    """

    why: str
    read: bool = False


class UnreadError(Exception):
    """A plan's file cannot be read; its text says why, empty where there is no file at all."""


def look(path: str) -> os.stat_result:
    """Return the state of the file that stands at a path, if it can be read.

    Raises:
        UnreadError: There is none, or none to be read.
    """
    if not is_text(path):
        raise UnreadError("has a name that is not UTF-8")
    try:
        state = os.stat(path)
    except OSError as error:
        raise UnreadError(_why(path, error)) from error
    if stat.S_ISDIR(state.st_mode):
        raise UnreadError("is a folder")
    if not stat.S_ISREG(state.st_mode):
        raise UnreadError("is no regular file")
    if state.st_size > LARGEST:
        # Rounded up: what is too large must not seem to be just as large as is allowed.
        size = math.ceil(state.st_size * 10 / _MB) / 10
        raise UnreadError(f"has {size:,.15g} MB; more than {LARGEST // _MB} MB are not read")
    return state


def read(path: str) -> tuple[Decoded, Trouble | None]:
    """Return the text of a plan's file, and what is the matter with it.

    Raises:
        UnreadError: It cannot be opened.
    """
    try:
        with open(path, "rb") as file:
            found = decoded(file.read(LARGEST))
    except OSError as error:
        raise UnreadError(_why(path, error)) from error
    if found.whole:
        return found, None
    return found, Trouble(_garbled(found), read=True)


def shortcoming(path: str, most: int) -> str:
    """Return what keeps a note or a rules file, of which `most` bytes are read, from being judged whole; else nothing.

    For people, behind its path: `is not UTF-8; what can be read of it is judged`.
    """
    try:
        with open(path, "rb") as file:
            found = encoded.read(file, most)
    except OSError as error:
        return _why(path, error)
    if found.cut:
        return f"has more than {most // 1024:,} kB; the rest is not judged"
    return "" if found.whole else _garbled(found)


def _garbled(found: Decoded) -> str:
    return _NULS if "\0" in found.text else _NOT_UTF8


def _why(path: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "is a link to a file that is not there" if os.path.islink(path) else ""
    return f"cannot be opened: {error.strerror}"
