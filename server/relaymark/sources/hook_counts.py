"""What was counted of a work tree's notes and decisions, kept in the cache: tokens, and whether a text is clean."""

import contextlib
import json
import os
from collections.abc import Iterator
from typing import NamedTuple

from relaymark.sources.places import NOTES, cache

DECISIONS = ".relaymark/decisions"
_MOST_FILES = 200
_MOST_BYTES = 256 * 1024


class Counted(NamedTuple):
    """What is known of one file in one state.

    Attributes:
        size: Its bytes then.
        changed: When it was changed, in nanoseconds since the epoch.
        tokens: Of `text` by the o200k vocabulary, or of the whole file where `text` is None.
        clean: Nothing in it looks like a secret.
        text: What stands for a decision in a prompt, on one line; empty for one that does not stand any more; None for
            a note, which stands for itself.
    """

    size: int
    changed: int
    tokens: int
    clean: bool
    text: str | None = None


def files(top: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the notes (the newest first) and decisions of a work tree: path relative to its top, and state."""
    real = os.path.realpath(top)
    for folder in (NOTES, DECISIONS):
        where = os.path.join(top, folder)
        if os.path.realpath(where) != os.path.join(real, *folder.split("/")):
            continue  # a link may lead anywhere
        try:
            with os.scandir(where) as entries:
                found = [
                    (entry.name, entry.stat(follow_symlinks=False))
                    for entry in entries
                    if entry.name.endswith(".md") and entry.is_file(follow_symlinks=False)
                ]
        except OSError:
            continue
        yield from ((f"{folder}/{name}", state) for name, state in sorted(found, reverse=True)[:_MOST_FILES])


def read(top: str, path: str) -> str:
    """Return the text of such a file, at most 256 kB; empty if it cannot be read."""
    try:
        with open(os.path.join(top, path), "rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def known(top: str) -> dict[str, Counted]:
    """Return what was counted of a work tree, by path; also of files that were changed since."""
    try:
        with open(_file(top), encoding="utf-8") as file:
            value = json.load(file)
        return {path: Counted(*entry) for path, entry in value.items() if _fits(entry)}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def current(counted: Counted | None, state: os.stat_result) -> Counted | None:
    """Return what was counted if the file is still in that state."""
    same = counted is not None and (counted.size, counted.changed) == (state.st_size, state.st_mtime_ns)
    return counted if same else None


def keep(top: str, counted: dict[str, Counted]) -> None:
    """Keep what was counted, in place of what was known.

    Raises:
        OSError: The cache cannot be written.
    """
    path = _file(top)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    own = f"{path}.{os.urandom(8).hex()}"
    try:
        with open(own, "w", encoding="utf-8", errors="replace") as file:
            json.dump(counted, file)
        os.replace(own, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(own)


def _file(top: str) -> str:
    state = os.stat(top)
    return os.path.join(cache(), "notes", f"{state.st_dev}-{state.st_ino}.json")


def _fits(entry: object) -> bool:
    if not (isinstance(entry, list) and len(entry) == 5):
        return False
    numbers = all(isinstance(number, int) for number in entry[:3])
    return numbers and isinstance(entry[3], bool) and isinstance(entry[4], str | None)
