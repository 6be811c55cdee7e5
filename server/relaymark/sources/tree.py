"""Lists the files of a work tree: those that git knows or would add, else what a bounded walk finds."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from threading import Lock

from msgspec import Struct

from relaymark.core.lookup import FileIndex
from relaymark.sources.git import environment, told
from relaymark.sources.git_files import names_of, store_of, top_folder

MOST_FILES = 20_000
_SKIPPED = frozenset({".git", "node_modules", ".venv"})
_OLDEST = 3.0
_SOONEST = 0.5
_MOST_ASKED = 500


class _Kept(Struct, frozen=True):
    index: FileIndex
    files: tuple[str, ...]
    stamp: tuple[float, ...]
    at: float


class Trees:
    """Keeps the files of some folders for a few seconds. Worker threads may share one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep nothing yet; `clock` tells the seconds."""
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def index(self, folder: str) -> FileIndex:
        """Return the files below a folder, arranged; not `whole` where there are too many to list.

        A listing is used for three seconds, as new files leave no trace in git; for half a second where git's
        index or HEAD changed since. Files that are still the same are not arranged anew.
        """
        state, now = stamp(folder), self._clock()
        with self._lock:
            known = self._kept.get(folder)
        if known and now - known.at < (_OLDEST if known.stamp == state else _SOONEST):
            return known.index
        files, cut = list_files(folder)
        same = known is not None and known.files == files and known.index.whole is not cut
        index = known.index if known and same else FileIndex(files, whole=not cut, names=names_of(folder))
        with self._lock:
            self._kept[folder] = _Kept(index, files, state, now)
        return index


def file_index(folder: str) -> FileIndex:
    """Return the files below a folder as they are now, arranged."""
    files, cut = list_files(folder)
    return FileIndex(files, whole=not cut, names=names_of(folder))


def list_files(folder: str) -> tuple[tuple[str, ...], bool]:
    """Return the files below a folder in order, with `/`, and whether there are more than were listed."""
    listed = _by_git(folder) if top_folder(folder) else None
    return _by_walk(folder) if listed is None else (listed, False)


def ignored(folder: str, paths: Iterable[str]) -> dict[str, bool]:
    """Tell of paths below a folder whether git would ignore them, so that no listing can hold them.

    A path that git cannot judge (behind a link, say) is missing in the answer; without git none is ignored.
    """
    asked = [path for path in dict.fromkeys(paths) if path]
    if top_folder(folder) is None or shutil.which("git") is None:
        return dict.fromkeys(asked, False)
    judged: dict[str, bool] = {}
    batches = [asked[at : at + _MOST_ASKED] for at in range(0, len(asked), _MOST_ASKED)]
    while batches:
        batch = batches.pop()
        try:
            answer = _ignored(folder, batch)
        except subprocess.TimeoutExpired:
            break  # git hangs: the rest is not judged
        if answer is not None:
            judged |= {path: path in answer for path in batch}
        elif len(batch) > 1:
            # One path that git refuses spoils the answer for all: it is looked for by halves.
            half = len(batch) // 2
            batches += [batch[:half], batch[half:]]
    return judged


def _ignored(folder: str, paths: list[str]) -> set[str] | None:
    given = "\0".join(paths).encode("utf-8", "surrogateescape")
    command = ["git", "check-ignore", "-z", "--stdin"]
    try:
        done = subprocess.run(  # noqa: S603  (git, by fixed words; what a plan names goes in as data)
            command, input=given, cwd=folder, env=environment(), capture_output=True, timeout=10, check=False
        )
    except OSError:
        return None
    if done.returncode not in (0, 1):
        return None
    return {part.decode("utf-8", "surrogateescape") for part in done.stdout.split(b"\0") if part}


def _by_git(folder: str) -> tuple[str, ...] | None:
    listed = told(folder, "ls-files", "-z", "-t", "--cached", "--others", "--deleted", "--exclude-standard")
    if listed is None:
        return None
    entries = [(entry[:1], entry[2:].rstrip("/")) for entry in listed.split("\0") if entry]
    gone = {path for tag, path in entries if tag == "R"}
    return tuple(sorted({path for _, path in entries} - gone))


def _by_walk(folder: str) -> tuple[tuple[str, ...], bool]:
    found: list[str] = []
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        inner = os.path.relpath(here, folder).replace(os.sep, "/")
        prefix = "" if inner == "." else f"{inner}/"
        found += [f"{prefix}{name}" for name in sorted(files)]
        if len(found) > MOST_FILES:
            return tuple(sorted(found[:MOST_FILES])), True
    return tuple(sorted(found)), False


def stamp(folder: str) -> tuple[float, ...]:
    """Return the times of git's index and HEAD; empty outside of git."""
    top = top_folder(folder)
    if top is None:
        return ()
    try:
        store = store_of(top)
        return tuple(os.stat(os.path.join(store, name)).st_mtime for name in ("index", "HEAD"))
    except OSError:
        return ()
