"""The notes and prompts in a work tree's `.relaymark/`: written whole, never over another, listed the newest first."""

import contextlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from relaymark.sources import encoded
from relaymark.sources.places import NOTES

_STAMPED = re.compile(r"\d{8}T\d{6}Z-.*\.md")
_AGAIN = re.compile(r"-(\d{1,3})\.md$")
_LEFT = re.compile(r"\.[0-9a-f]{32}\.tmp|\..*\.md\.turn")
_OLD = 3_600
MOST_BYTES = 256 * 1024
"""What is read of a note."""

_TRIES = 1_000


def write_new(top: str, folder: str, stem: str, text: str) -> Path:
    """Write a new file `stem`.md below a work tree, whole or not at all; where the name is taken it becomes `stem`-2.

    Args:
        top: The work tree's top, absolute.
        folder: `places.NOTES` or `places.PROMPTS`.
        stem: The file's name without its suffix.
        text: What it is to hold.

    Raises:
        OSError: The folder leads out of the work tree, or cannot be written.
    """
    where = Path(top) / folder
    if not Path(os.path.realpath(where)).is_relative_to(os.path.realpath(top)):
        raise OSError(f"{where} leads out of the work tree")
    where.mkdir(parents=True, exist_ok=True)
    _sweep(where)
    for number in range(1, _TRIES):
        path = where / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        if path.exists():
            continue
        try:
            write_new_file(path, text)
        except FileExistsError:
            continue
        return path
    raise OSError(f"{where} holds too many files of one name")


def write_new_file(path: Path, text: str) -> None:
    """Write a new file, whole or not at all; never over another one.

    Whoever is killed on the way leaves at most a hidden `.<hex>.tmp` beside it, which a later writer sweeps away.

    Raises:
        FileExistsError: There is one.
        OSError: It cannot be written.
    """
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())  # a full disk is to be noticed before the note has its name
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            _without_links(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _without_links(temporary: Path, path: Path) -> None:
    """Put a file in its place on a file system that has no hard links; one writer of a name at a time."""
    turn = path.with_name(f".{path.name}.turn")
    os.close(os.open(turn, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if path.exists():
            raise FileExistsError(path)
        os.rename(temporary, path)
    finally:
        turn.unlink(missing_ok=True)


def _sweep(where: Path) -> None:
    """Remove what writers left that were killed long ago."""
    try:
        with os.scandir(where) as entries:
            old = [
                entry.path
                for entry in entries
                if _LEFT.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_mtime < time.time() - _OLD
            ]
        for path in old:
            os.unlink(path)
    except OSError:
        return


def notes(top: str) -> Iterator[tuple[str, str]]:
    """Yield the path (relative to the top) and the text of each note, the newest first."""
    names = [name for name in _names(top, NOTES) if _STAMPED.fullmatch(name)]
    return _read(top, NOTES, sorted(names, key=_order, reverse=True))


def texts(top: str, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the path (relative to the top) and the text of each markdown file in a folder, the last name first."""
    return _read(top, folder, sorted((name for name in _names(top, folder) if name.endswith(".md")), reverse=True))


def is_note(path: str) -> bool:
    """Tell by its path, relative to a work tree or absolute, whether a file is a note."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    return (folder == NOTES or folder.endswith(f"/{NOTES}")) and _STAMPED.fullmatch(name) is not None


def _order(name: str) -> tuple[str, int, str]:
    """Return what notes are ordered by: their second, then which of several of one name it is."""
    again = _AGAIN.search(name)
    return name[:16], int(again[1]) if again else 1, name


def _names(top: str, folder: str) -> list[str]:
    where = os.path.realpath(Path(top) / folder)
    if not Path(where).is_relative_to(os.path.realpath(top)):
        return []
    try:
        with os.scandir(where) as entries:
            return [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []


def _read(top: str, folder: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            with open(Path(top) / folder / name, "rb") as file:
                text = encoded.read(file, MOST_BYTES).text
        except OSError:
            continue
        yield f"{folder}/{name}", text
