"""What git's own files in a work tree say, read without a call of git."""

import os
import re
from pathlib import Path

from relaymark.core.place import Place
from relaymark.core.remote_places import repository_name

_ORIGIN = re.compile(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE)


def top_folder(folder: str) -> str | None:
    """Return the top of the work tree that holds a folder, None outside of git; reads no repository."""
    here = Path(folder)
    return next((str(path) for path in (here, *here.parents) if (path / ".git").exists()), None)


def stamp_of(place: Place) -> tuple[float, ...]:
    """Return the times of git's files that change with branches and work trees; two equal stamps: nothing changed."""
    own = place.worktree
    if own is None:
        top = top_folder(place.folder)
        return (0.0,) if top is None else (1.0,)
    folder = Path(own.path) / ".git"
    if folder.is_file():
        named = folder.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
        folder = (folder.parent / named).resolve()
    common = folder.parent.parent if folder.parent.name == "worktrees" else folder
    files = [folder / "HEAD", common / "HEAD", common / "worktrees", *sorted(common.glob("worktrees/*/HEAD"))]
    return tuple(_modified(file) for file in files)


def store_of(top: str) -> str:
    """Return the folder in which git keeps what is a work tree's own: HEAD and the index; OSError without one."""
    store = os.path.join(top, ".git")
    if os.path.isfile(store):
        with open(store, encoding="utf-8", errors="replace") as file:
            store = os.path.join(top, file.read().removeprefix("gitdir:").strip())
    return store


def is_shallow(top: str) -> bool:
    """Tell whether the history of a work tree's repository is cut off."""
    try:
        return os.path.isfile(os.path.join(_common(top), "shallow"))
    except OSError:
        return False


def edges_of(top: str) -> frozenset[str]:
    """Return the oldest commits that a shallow clone has, by name: what they hold may be older; none in a whole one."""
    try:
        with open(os.path.join(_common(top), "shallow"), encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except OSError:
        return frozenset()


def names_of(top: str) -> frozenset[str]:
    """Return what the repository of a work tree is called: its folder, that of its first work tree, and its origin."""
    found = {os.path.basename(top)}
    try:
        common = os.path.realpath(_common(top))
        with open(os.path.join(common, "config"), encoding="utf-8", errors="replace") as file:
            origin = _ORIGIN.search(file.read())
    except OSError:
        return frozenset(found - {""})
    if os.path.basename(common) == ".git":
        found.add(os.path.basename(os.path.dirname(common)))
    if origin:
        found.add(repository_name(origin[1]).rpartition("/")[2])
    return frozenset(found - {""})


def _common(top: str) -> str:
    """Return the folder in which git keeps what all work trees of a repository share; OSError without one."""
    common = store_of(top)
    shared = os.path.join(common, "commondir")
    if os.path.isfile(shared):
        with open(shared, encoding="utf-8", errors="replace") as file:
            common = os.path.join(common, file.read().strip())
    return common


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
