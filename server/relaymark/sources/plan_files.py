"""Finds the files of a work tree that may be plans: by git's list, else in the places that are agreed on."""

import os
from collections.abc import Iterator, Sequence

from relaymark.core.plan.kinds import folder_state, plan_kind
from relaymark.sources.git import top_folder
from relaymark.sources.tree import list_files

MOST_PLANS = 1_000
"""The most that are looked into; of more the newest count."""

_TOPS = ("", "docs/")
_FOLDERS = ("docs/plans", "plans", "docs/superpowers/plans", ".claude/plans", ".cursor/plans")
_SPECS = ("specs", ".kiro/specs", "openspec/changes")
_PACKAGES = ("packages", "apps", "crates", "services", "libs")
_MOST_ENTRIES = 2_000


def plan_files(root: str, patterns: Sequence[str] = (), *, closed_too: bool = False) -> tuple[str, ...]:
    """Return the paths, relative to `root`, of what may be plans there, in order.

    Within git these are the files that git knows or would add, and the places where agents keep plans that are often
    ignored. Without git only the agreed places are looked at, never a whole folder tree.

    Args:
        root: The top of a work tree, or a folder without one.
        patterns: Further ones, as `plan_kind` takes them; they need git's list.
        closed_too: Those in folders like `archive/` as well.
    """
    found = set(_agreed(root))
    if top_folder(root) is not None:
        found.update(list_files(root)[0])
    plans = [path for path in found if plan_kind(path, patterns)]
    if closed_too:
        return tuple(sorted(plans))
    plans = [path for path in plans if folder_state(path) is None]
    if len(plans) > MOST_PLANS:
        plans = sorted(plans, key=lambda path: -_modified(f"{root}/{path}"))[:MOST_PLANS]
    return tuple(sorted(plans))


def places(root: str) -> tuple[str, ...]:
    """Return the folders in which plans are agreed on and that exist: those to watch for new ones."""
    folders = ("", *_FOLDERS, *_SPECS)
    return tuple(f"{root}/{folder}".rstrip("/") for folder in folders if os.path.isdir(f"{root}/{folder}"))


def _agreed(root: str) -> Iterator[str]:
    for top in _TOPS:
        yield from _files(root, top)
    for folder in _FOLDERS:
        yield from _files(root, f"{folder}/")
        yield from (path for inner in _inner(root, folder) for path in _files(root, f"{inner}/"))
    for folder in _SPECS:
        yield from (f"{inner}/tasks.md" for inner in _inner(root, folder) if _is_file(root, f"{inner}/tasks.md"))
    for folder in _PACKAGES:
        yield from (path for inner in _inner(root, folder) for path in _files(root, f"{inner}/"))


def _files(root: str, folder: str) -> list[str]:
    return [f"{folder}{entry.name}" for entry in _entries(f"{root}/{folder}") if entry.name.endswith((".md", ".MD"))]


def _inner(root: str, folder: str) -> list[str]:
    return [f"{folder}/{entry.name}" for entry in _entries(f"{root}/{folder}") if entry.is_dir(follow_symlinks=False)]


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry, _ in zip(entries, range(_MOST_ENTRIES), strict=False)]
    except OSError:
        return []


def _is_file(root: str, path: str) -> bool:
    return os.path.isfile(f"{root}/{path}")


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
