"""What sessions spent on items, kept in the cache beyond the time that they are read: one small file per session."""

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from relaymark.core.ledger import Entry
from relaymark.core.place import Place
from relaymark.sources.files import write_atomically
from relaymark.sources.folders import cache_folder

_MOST = 500
"""Sessions per repository: what the oldest ones spent is forgotten."""


def kept(place: Place) -> tuple[Entry, ...]:
    """Return what is kept of a workspace's repository, the oldest session first; a file that is damaged is left out."""
    found: list[tuple[Entry, ...]] = []
    for path in _files(_folder(place)):
        try:
            found.append(msgspec.json.decode(path.read_bytes(), type=tuple[Entry, ...]))
        except (OSError, ValueError, RecursionError):
            continue
    found.sort(key=lambda entries: entries[0].spent.at or 0.0 if entries else 0.0)
    return tuple(entry for entries in found for entry in entries)


def keep(place: Place, agent: str, session: str, entries: tuple[Entry, ...]) -> None:
    """Keep what one session spent, in place of what was kept of it.

    Raises:
        OSError: The cache cannot be written.
    """
    folder = _folder(place)
    path = folder / f"{_digest(chr(0).join((agent, session)))}.json"
    if not entries:
        path.unlink(missing_ok=True)
        return
    write_atomically(path, msgspec.json.encode(entries))
    found = _files(folder)
    if len(found) > _MOST:
        found.sort(key=lambda each: each.stat().st_mtime)
        for each in found[: len(found) - _MOST]:
            each.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [folder / name for name in os.listdir(folder) if name.endswith(".json") and not name.startswith(".")]
    return []


def _folder(place: Place) -> Path:
    # Git lists the main work tree first: all of a repository share what was spent in one of them.
    repository = place.worktrees[0].path if place.worktrees else place.folder
    return cache_folder() / "spent" / _digest(repository)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
