"""Follows paths through the log: what a file was called before, which commits changed it, and what became of it."""

from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.naming import siblings
from relaymark.core.past import PathPast
from relaymark.sources.history_log import Log
from relaymark.sources.history_pack import CAME, CREATED, DELETED, WENT

_FARTHEST = 30
_MOST_TOUCHED = 50
_MOST_BELOW = 2_000


def name_before(log: Log, path: str, newest: int) -> str:
    """Return what a file was called before the commits that are newer (smaller) than `newest`."""
    for _ in range(_FARTHEST):
        came = next((each for each in log.fate(path) if each[0] < newest and each[1] == CAME), None)
        if came is None:
            return path
        path, newest_of_name = log.paths[came[2]], came[0]
        if newest_of_name >= newest:
            return path
    return path


def came_in(log: Log, path: str, commit: int) -> bool:
    """Tell whether a file was created in a commit."""
    return any(each[0] == commit and each[1] == CREATED for each in log.fate(path))


def touched_by(log: Log, path: str, newest: int, dirty: frozenset[str]) -> tuple[str, ...]:
    """Return the commits newer than a number that changed a file under any of its names, the newest first."""
    found = [""] if path in dirty else []
    since = -1
    for _ in range(_FARTHEST):
        older = None
        for commit, what, other in log.fate(path):
            if commit <= since:
                continue
            if commit >= newest or len(found) >= _MOST_TOUCHED:
                return tuple(found)
            found.append(log.name(commit))
            if what == CAME:
                older, since = log.paths[other], commit
                break
        if older is None:
            break
        path = older
    return tuple(found)


def fate_of_file(log: Log, path: str, index: FileIndex) -> PathPast | None:
    """Return what became of a file that the tree lacks; where it was deleted, its one sibling is what it became."""
    at, gone = path, None
    for _ in range(_FARTHEST):
        fate = log.fate(at)
        # A name that lives on elsewhere may have been given again since: only what came last counts.
        if not fate:
            return None
        commit, what, other = fate[0]
        if what == WENT:
            at = log.paths[other]
            if index.holds(at):
                return PathPast(path, at, log.name(commit))
        elif what == DELETED:
            instead = _sibling(at, index)
            return PathPast(path, instead, log.name(commit), sure=instead is None)
        else:
            # It is in the last commit: deleted in the work tree, if it was not moved.
            return PathPast(path, None, "" if at == path else gone)
        gone = log.name(commit)
    return None


def _sibling(path: str, index: FileIndex) -> str | None:
    """Return the one file of the tree that differs from a path by a suffix of the same family (`x.js`, `x.ts`)."""
    found = [other for other in siblings(path) if index.holds(other)]
    return found[0] if len(found) == 1 else None


def landed(path: str, plan: str, index: FileIndex) -> PathPast | None:
    """Return that a file which never was came with another suffix of the same family, if one file did.

    Args:
        path: As a plan writes it, with a folder at least: the name alone may be that of a product (`three.js`).
        plan: The plan's path.
        index: The files of the tree.
    """
    verdicts = [look_up(index, other, plan) for other in siblings(path)] if "/" in path else []
    found = [each for each in verdicts if isinstance(each, Found)]
    if len(found) != 1 or not (found[0].only or found[0].how in {"exact", "relative"}):
        return None
    return PathPast(found[0].path, found[0].path, sure=False)


def fate_of_folder(log: Log, folder: str, ever: FileIndex, index: FileIndex) -> PathPast | None:
    """Return what became of a folder: where most of its files went, if they went together."""
    homes: dict[str, int] = {}
    count, gone = 0, None
    for path in ever.below(folder):
        count += 1
        if count > _MOST_BELOW:
            break
        fate = fate_of_file(log, path, index)
        if fate is None:
            continue
        gone = gone or fate.gone_in
        rest = path[len(folder) :]
        if fate.moved_to and fate.moved_to.endswith(f"/{rest}"):
            home = fate.moved_to[: -len(rest)]
            homes[home] = homes.get(home, 0) + 1
    best = max(homes, key=lambda home: homes[home], default=None)
    if best and 2 * homes[best] > count and index.holds(best):
        return PathPast(folder, best, gone)
    return PathPast(folder, None, gone) if gone is not None else None
