"""The newest handover note of each phase, read again only when a note came or went."""

import os
from collections.abc import Mapping
from itertools import islice
from threading import Lock

from msgspec import Struct

from relaymark.core.note import read_header
from relaymark.sources import handovers, places

_MOST = 300


class PhaseNote(Struct, frozen=True):
    """A note of a phase.

    Attributes:
        path: From the top of the work tree.
        date: As its front matter says it, ISO 8601 in UTC; empty if it does not.
    """

    path: str
    date: str


class PhaseNotes:
    """Keeps what the notes of work trees say of themselves. Worker threads may share one."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[str, tuple[float, Mapping[str, PhaseNote]]] = {}
        self._lock = Lock()

    def newest(self, top: str) -> Mapping[str, PhaseNote]:
        """Return the newest note by what it says of its phase (`PLAN.md: Phase 2`); reads files."""
        stamp = notes_stamp(top)
        with self._lock:
            known = self._kept.get(top)
        if known and known[0] == stamp:
            return known[1]
        found: dict[str, PhaseNote] = {}
        for path, text in islice(handovers.notes(top), _MOST):
            header = read_header(text)
            if header and header.phase:
                found.setdefault(header.phase, PhaseNote(path, header.date or ""))
        with self._lock:
            self._kept[top] = (stamp, found)
        return found


def notes_stamp(top: str) -> float:
    """Return what changes when a note comes or goes."""
    try:
        return os.stat(os.path.join(top, places.NOTES)).st_mtime
    except OSError:
        return 0.0


def is_note(top: str, path: str) -> bool:
    """Tell whether a path from the top is a note that lies in the work tree."""
    folder, _, name = path.rpartition("/")
    if folder != places.NOTES or not name.endswith(".md"):
        return False
    whole = os.path.join(top, path)
    return os.path.isfile(whole) and os.path.realpath(whole) == os.path.join(os.path.realpath(top), path)
