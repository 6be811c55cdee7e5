"""The notes and prompts in a work tree's `.relaymark/`: written whole, never over another, listed the newest first."""

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

NOTES = ".relaymark/handovers"
PROMPTS = ".relaymark/prompts"

_STAMPED = re.compile(r"\d{8}T\d{6}Z-.*\.md")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_BYTES = 256 * 1024
_TRIES = 1_000


def file_part(text: str, most: int = 40) -> str:
    """Return a text as a part of a file name: letters, digits, `.`, `_` and `-`; `none` where nothing is left."""
    return _UNSAFE.sub("-", text).strip("-.")[:most].rstrip("-.") or "none"


def write_new(top: str, folder: str, stem: str, text: str) -> Path:
    """Write a new file `stem`.md below a work tree, whole or not at all; where the name is taken it becomes `stem`-2.

    Args:
        top: The work tree's top, absolute.
        folder: `NOTES` or `PROMPTS`.
        stem: The file's name without its suffix.
        text: What it is to hold.

    Raises:
        OSError: The folder leads out of the work tree, or cannot be written.
    """
    where = Path(top) / folder
    if not Path(os.path.realpath(where)).is_relative_to(os.path.realpath(top)):
        raise OSError(f"{where} leads out of the work tree")
    where.mkdir(parents=True, exist_ok=True)
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

    Raises:
        FileExistsError: There is one.
        OSError: It cannot be written.
    """
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(text.encode("utf-8", "replace"))
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            _without_links(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _without_links(temporary: Path, path: Path) -> None:
    """Put a file in its place on a file system that has no hard links."""
    if path.exists():
        raise FileExistsError(path)
    os.rename(temporary, path)


def notes(top: str) -> Iterator[tuple[str, str]]:
    """Yield the path (relative to the top) and the text of each note, the newest first."""
    where = Path(top) / NOTES
    try:
        with os.scandir(where) as entries:
            names = [
                entry.name
                for entry in entries
                if _STAMPED.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
            ]
    except OSError:
        return
    for name in sorted(names, reverse=True):
        try:
            with open(where / name, "rb") as file:
                data = file.read(_MOST_BYTES)
        except OSError:
            continue
        yield f"{NOTES}/{name}", data.decode("utf-8", "replace")
