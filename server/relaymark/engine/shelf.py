"""The plans of work trees as they lie on disk: found, watched, and parsed once per version."""

import contextlib
import logging
import os
import time
from collections.abc import Mapping, Sequence

from relaymark.core.place import Place
from relaymark.core.plan import Plan, parse_plan
from relaymark.core.plan.kinds import NAMES, folder_state, plan_kind
from relaymark.core.plan.status import may_say
from relaymark.core.sheet import Sheet
from relaymark.sources.plan_files import files_below, leads_to_plans, plan_files
from relaymark.sources.plan_files import places as plan_places
from relaymark.sources.plan_read import Trouble, UnreadError, look, read
from relaymark.sources.tree import stamp

_log = logging.getLogger(__name__)

_IN_SIGHT = 60
"""Plans that an editor shows beside those at the top; of more the newest count."""
_STEP = 0.05
"""Seconds that a part of the search may take while others wait."""


def plan_folders(place: Place) -> tuple[str, ...]:
    """Return the folders in which a workspace's plan is looked for first: its own, and the top of its work tree."""
    return tuple(dict.fromkeys((place.folder, root_of(place))))


def root_of(place: Place) -> str:
    """Return the top of a workspace's work tree, without one its folder."""
    return place.worktree.path if place.worktree else place.folder


class PlanShelf:
    """Keeps plans parsed, by their file's time and size. Lives on one thread.

    Args:
        patterns: What the setting `planFiles` says.
        live: Further plans than those at the top come little by little, by `step`; else at once.
    """

    def __init__(self, patterns: Sequence[str] = (), *, live: bool = False) -> None:
        self._kept: dict[str, tuple[tuple[float, int], Sheet]] = {}
        self._prose: dict[str, tuple[float, int]] = {}
        self._troubles: dict[str, Trouble] = {}
        self._patterns = tuple(patterns)
        self._live = live
        self._tops: tuple[str, ...] = ()
        self._found: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, tuple[float, ...]] = {}
        self._to_search: list[str] = []
        self._to_read: list[str] = []

    def choose(self, places: Sequence[Place], patterns: Sequence[str] = ()) -> None:
        """Take other workspaces; their work trees are searched by the next steps."""
        self._patterns = tuple(patterns)
        roots = tuple(dict.fromkeys(root_of(place) for place in places))
        self._tops = tuple(dict.fromkeys(folder for place in places for folder in plan_folders(place)))
        self._found = {root: found for root, found in self._found.items() if root in roots}
        self._to_search = list(roots)

    def search_again(self) -> None:
        """Have the work trees searched once more, by the next steps, if anything happened there."""
        self._to_search += [root for root in self._found if self._state(root) != self._seen.get(root)]

    @property
    def busy(self) -> bool:
        """There is something left for `step`."""
        return bool(self._to_search or self._to_read)

    def step(self) -> bool:
        """Search one work tree, or read a few of the plans that were found; True if plans came or went."""
        if self._to_search:
            root = self._to_search.pop(0)
            self._seen[root] = self._state(root)
            found = tuple(f"{root}/{path}" for path in plan_files(root, self._patterns))
            changed = bool(set(self._found.get(root, ())) - set(found))
            self._found[root] = found
            self._to_read += [path for path in found if path not in self._kept and path not in self._prose]
            return changed
        began = time.monotonic()
        changed = False
        while self._to_read and time.monotonic() - began < _STEP:
            path = self._to_read.pop(0)
            known = path in self._kept
            changed |= self.sheet(path, prose=False) is not None or known
        return changed

    def holds(self, path: str) -> bool:
        """Tell whether a changed path is a plan, so that the plans have to be looked at again."""
        name = os.path.basename(path)
        if path in self._kept:
            return True
        first = name in NAMES
        if not self._patterns and not name.endswith((".md", ".MD")):
            return first
        for root, found in self._found.items():
            inner = _inside(path, root)
            if inner and folder_state(inner) is None and plan_kind(inner, self._patterns):
                self._found[root] = tuple(dict.fromkeys((*found, path)))
                return self.sheet(path, prose=first) is not None or first
        return first

    def leads(self, folder: str) -> bool:
        """Tell whether plans may come into a folder, or into one below it."""
        inner = (_inside(folder, top) for top in self._tops)
        return any(each and leads_to_plans(each, self._patterns) for each in inner)

    def look_below(self, folder: str) -> bool:
        """Take the plans in a folder that came and in those below it; True if there are any, or were."""
        there = [path for path in files_below(folder) if self.holds(path)]
        return bool(there) or any(path.startswith(folder + os.sep) for path in self._kept)

    def folders(self, places: Sequence[Place]) -> tuple[str, ...]:
        """Return the folders to watch: where plans are, and where new ones are agreed to be."""
        agreed = [
            folder for place in places for root in plan_folders(place) for folder in plan_places(root, self._patterns)
        ]
        known = [os.path.dirname(path) for found in self._found.values() for path in found if path in self._kept]
        return tuple(dict.fromkeys((*(folder for place in places for folder in plan_folders(place)), *agreed, *known)))

    def sheets(self, places: Sequence[Place], *, closed_too: bool = False) -> tuple[Sheet, ...]:
        """Return the plans of some workspaces as they lie on disk; an unreadable one is left out.

        `closed_too`: with those in folders like `archive/`.
        """
        candidates = [f"{folder}/{name}" for place in places for folder in plan_folders(place) for name in NAMES]
        for root in dict.fromkeys(root_of(place) for place in places):
            if self._live:
                candidates += self._in_sight(root)
            else:
                candidates += [f"{root}/{path}" for path in plan_files(root, self._patterns, closed_too=closed_too)]
        found = (self.sheet(path, prose=os.path.basename(path) in NAMES) for path in dict.fromkeys(candidates))
        return tuple(sheet for sheet in found if sheet is not None)

    def _in_sight(self, root: str) -> list[str]:
        first = {f"{root}/{name}" for name in NAMES}
        known = [path for path in self._found.get(root, ()) if path in self._kept and path not in first]
        if len(known) <= _IN_SIGHT:
            return known
        newest = set(sorted(known, key=lambda path: -self._kept[path][0][0])[:_IN_SIGHT])
        return [path for path in known if path in newest]

    @property
    def troubles(self) -> Mapping[str, Trouble]:
        """What is the matter with the plans that were asked for, by their path: unreadable ones, and those in part."""
        return self._troubles

    def sheet(self, path: str, *, prose: bool = True) -> Sheet | None:
        """Return the plan at a path as it lies on disk, None if it cannot be read or is larger than 4 MB.

        `prose`: also of a text in which there is nothing to follow.
        """
        try:
            state = look(path)
            key = (state.st_mtime, state.st_size)
            known = self._kept.get(path)
            if known and known[0] == key:
                return known[1]
            if not prose and self._prose.get(path) == key:
                return None
            found, trouble = read(path)
        except UnreadError as why:
            self._kept.pop(path, None)
            self._prose.pop(path, None)
            self._note(path, Trouble(str(why)) if str(why) else None)
            return None
        text = found.text
        if not prose and not may_say(text):
            self._kept.pop(path, None)
            self._prose[path] = key
            # Of a text without its mark nothing can be told, also not that there is nothing to follow.
            self._note(path, trouble if "\0" in text else None)
            return None
        self._note(path, trouble)
        try:
            sheet = Sheet(path, text, parse_plan(text))
        except Exception:  # noqa: BLE001  (a fault in reading a plan must not silence the gauge)
            _log.exception("a fault of Relaymark's own in reading %s", path)
            sheet = Sheet(path, text, Plan())
        self._kept[path] = (key, sheet)
        return sheet

    def _note(self, path: str, trouble: Trouble | None) -> None:
        """Keep what is the matter with a file; whoever looks on and on is told of it once."""
        if trouble is None:
            self._troubles.pop(path, None)
        elif self._troubles.get(path) != trouble:
            self._troubles[path] = trouble
            if self._live:
                _log.warning("not judged: %s %s", path, trouble.why)

    def _state(self, root: str) -> tuple[float, ...]:
        """Return the times of git's files, and of the folders in which plans are agreed on."""
        found = []
        for folder in plan_places(root, self._patterns):
            with contextlib.suppress(OSError):
                found.append(os.stat(folder).st_mtime)
        return (*stamp(root), *found)


def _inside(path: str, root: str) -> str:
    return path[len(root) + 1 :].replace(os.sep, "/") if path.startswith(f"{root}/") else ""
