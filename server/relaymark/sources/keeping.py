"""Whether notes go into the repository: asked once, kept in `.relaymark/.gitignore` and in the user's state folder."""

import hashlib
import os
from pathlib import Path
from typing import Literal

from relaymark.core.place import Place
from relaymark.sources.commits import has_tracked
from relaymark.sources.folders import state_folder
from relaymark.sources.handovers import write_new_file
from relaymark.sources.places import NOTES
from relaymark.sources.tree import ignored

Choice = Literal["commit", "ignore"]

_ANY = f"{NOTES}/any.md"
_TEXTS: dict[Choice, str] = {
    "commit": "# Handover notes are committed with the work; opening prompts are not.\nprompts/\n",
    "ignore": "# Nothing in this folder is committed.\n*\n",
}


def choice_of(place: Place) -> Choice | Literal["outside"] | None:
    """Return what was chosen for a work tree; `outside`: there is no git; None: nobody was asked yet.

    A choice is also what the repository itself says: an ignored folder, or notes that are committed.
    """
    if place.worktree is None:
        return "outside"
    top = place.worktree.path
    if ignored(top, [_ANY]).get(_ANY):
        return "ignore"
    if (Path(top) / ".relaymark" / ".gitignore").exists() or has_tracked(top, NOTES):
        return "commit"
    try:
        kept = _file(place).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return "ignore" if kept == "ignore" else "commit" if kept == "commit" else None


def choose(place: Place, choice: Choice) -> None:
    """Keep a choice, for every work tree of the repository; an own `.gitignore` that is there is left alone.

    Raises:
        OSError: It cannot be written.
    """
    apply(place, choice)
    path = _file(place)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(choice, encoding="ascii")


def apply(place: Place, choice: Choice) -> None:
    """Write what was chosen into Relaymark's own folder of a work tree.

    Raises:
        OSError: It cannot be written.
    """
    if place.worktree is None:
        return
    folder = Path(place.worktree.path) / ".relaymark"
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(place.worktree.path)):
        raise OSError(f"{folder} leads out of the work tree")
    folder.mkdir(exist_ok=True)
    path = folder / ".gitignore"
    if path.is_file() and path.read_text(encoding="utf-8", errors="replace") in _TEXTS.values():
        path.unlink()  # the other choice of before
    try:
        write_new_file(path, _TEXTS[choice])
    except FileExistsError:
        return


def _file(place: Place) -> Path:
    repository = place.worktrees[0].path if place.worktrees else place.folder  # git lists the main one first
    key = hashlib.sha256(os.path.realpath(repository).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return state_folder() / "notes" / key
