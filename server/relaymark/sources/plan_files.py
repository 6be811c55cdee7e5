"""Finds the files of a work tree that may be plans: by git's list, else in the places that are agreed on."""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import takewhile

from relaymark.core.plan.kinds import folder_state, plan_kind
from relaymark.sources.git_files import top_folder
from relaymark.sources.tree import list_files

MOST_PLANS = 1_000
"""The most that are looked into; of more the newest count."""

_TOPS = ("", "docs/")
_FOLDERS = ("docs/plans", "plans", "docs/superpowers/plans", ".claude/plans", ".cursor/plans")
_SPECS = ("specs", ".kiro/specs", "openspec/changes")
_PACKAGES = ("packages", "apps", "crates", "services", "libs")
_PARENTS = frozenset((*_FOLDERS, *_SPECS, *_PACKAGES))
_MOST_ENTRIES = 2_000
_MOST_WATCHED = 40
"""Folders of packages and specifications that are watched: each takes a thread."""


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


def places(root: str, patterns: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the existing folders to watch, each alone: where plans are agreed on, and the way down to there.

    Of the many folders of packages and specifications these are the newest. A folder that comes later is seen from the
    one that it comes into.
    """
    found = [folder for folder in _ways(tuple(patterns)) if os.path.isdir(f"{root}/{folder}")]
    inner = [path for folder in found if folder in _PARENTS for path in _inner(root, folder)]
    return tuple(f"{root}/{folder}".rstrip("/") for folder in dict.fromkeys((*found, *_newest(root, inner))))


def leads_to_plans(folder: str, patterns: Sequence[str] = ()) -> bool:
    """Tell whether a folder, relative to the top of the work tree, is one of those that `places` may name."""
    return folder in _ways(tuple(patterns)) or folder.rpartition("/")[0] in _PARENTS


def files_below(folder: str) -> Iterator[str]:
    """Yield the paths of the files in a folder that just came and in those below it, but not in all of a large one."""
    left = _MOST_ENTRIES
    waiting = [folder]
    while waiting and left > 0:
        for entry in _entries(waiting.pop(0)):
            left -= 1
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif not entry.name.startswith(".git"):
                waiting.append(entry.path)


@lru_cache(maxsize=16)
def _ways(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders in which plans are agreed on, each with those that it lies in; the top is empty."""
    set_ones = (_before_stars(each.removeprefix("./")) for each in patterns if not each.startswith("!"))
    every = (*_FOLDERS, *_SPECS, *_PACKAGES, *set_ones)
    parts = [folder.split("/") for folder in every if folder]
    return tuple(dict.fromkeys(("", *("/".join(each[:deep]) for each in parts for deep in range(1, len(each) + 1)))))


def _before_stars(pattern: str) -> str:
    """Return the folders of a pattern up to the first that is not told: of `docs/road*/a.md` it is `docs`."""
    folders = pattern.strip("/").split("/")[:-1]
    known = takewhile(lambda name: not set("*?[{") & set(name) and name not in (".", ".."), folders)
    return "/".join(known)


def _newest(root: str, folders: Sequence[str]) -> Sequence[str]:
    if len(folders) <= _MOST_WATCHED:
        return folders
    return sorted(folders, key=lambda path: -_modified(f"{root}/{path}"))[:_MOST_WATCHED]


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
