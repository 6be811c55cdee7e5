"""The plans of the workspaces that are looked at: read from disk, parsed once per version, joined with sessions."""

import logging
import os
import stat
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.binding import Binder, Binding
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import Plan, parse_plan, plan_state, plan_summary
from relaymark.core.plan.kinds import NAMES, folder_state, plan_kind, plan_scope
from relaymark.core.sheet import Sheet
from relaymark.core.status import Payload, Plans
from relaymark.sources.plan_files import places as plan_places
from relaymark.sources.plan_files import plan_files
from relaymark.sources.tree import stamp

_log = logging.getLogger(__name__)

_LARGEST = 4 * 1024 * 1024
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
        self._patterns = tuple(patterns)
        self._live = live
        self._found: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, tuple[float, ...]] = {}
        self._to_search: list[str] = []
        self._to_read: list[str] = []

    def choose(self, places: Sequence[Place], patterns: Sequence[str] = ()) -> None:
        """Take other workspaces; their work trees are searched by the next steps."""
        self._patterns = tuple(patterns)
        roots = tuple(dict.fromkeys(root_of(place) for place in places))
        self._found = {root: found for root, found in self._found.items() if root in roots}
        self._to_search = list(roots)

    def search_again(self) -> None:
        """Have the work trees searched once more, by the next steps, if anything happened there."""
        self._to_search += [root for root in self._found if _state(root) != self._seen.get(root)]

    @property
    def busy(self) -> bool:
        """There is something left for `step`."""
        return bool(self._to_search or self._to_read)

    def step(self) -> bool:
        """Search one work tree, or read a few of the plans that were found; True if plans came or went."""
        if self._to_search:
            root = self._to_search.pop(0)
            self._seen[root] = _state(root)
            found = tuple(f"{root}/{path}" for path in plan_files(root, self._patterns))
            changed = bool(set(self._found.get(root, ())) - set(found))
            self._found[root] = found
            self._to_read += [path for path in found if path not in self._kept]
            return changed
        began = time.monotonic()
        changed = False
        while self._to_read and time.monotonic() - began < _STEP:
            sheet = self.sheet(self._to_read.pop(0))
            changed |= sheet is not None and (bool(sheet.plan.items) or bool(sheet.plan.phases))
        return changed

    def holds(self, path: str) -> bool:
        """Tell whether a changed path is a plan, so that the plans have to be looked at again."""
        name = os.path.basename(path)
        if name in NAMES or path in self._kept:
            return True
        if not self._patterns and not name.endswith((".md", ".MD")):
            return False
        for root, found in self._found.items():
            inner = path[len(root) + 1 :] if path.startswith(f"{root}/") else ""
            if inner and folder_state(inner) is None and plan_kind(inner, self._patterns):
                self._found[root] = tuple(dict.fromkeys((*found, path)))
                self.sheet(path)
                return True
        return False

    def folders(self, places: Sequence[Place]) -> tuple[str, ...]:
        """Return the folders to watch: where plans are, and where new ones are agreed to be."""
        agreed = [folder for place in places for root in plan_folders(place) for folder in plan_places(root)]
        known = [os.path.dirname(path) for found in self._found.values() for path in found if path in self._kept]
        return tuple(dict.fromkeys((*(folder for place in places for folder in plan_folders(place)), *agreed, *known)))

    def sheets(self, places: Sequence[Place], *, closed_too: bool = False) -> tuple[Sheet, ...]:
        """Return the plans of some workspaces as they lie on disk; an unreadable one is left out.

        `closed_too`: with those in folders like `archive/`.
        """
        candidates = [f"{folder}/{name}" for place in places for folder in plan_folders(place) for name in NAMES]
        for root in dict.fromkeys(root_of(place) for place in places):
            if self._live:
                candidates += [path for path in self._found.get(root, ()) if path in self._kept]
            else:
                candidates += [f"{root}/{path}" for path in plan_files(root, self._patterns, closed_too=closed_too)]
        found = (self.sheet(path) for path in dict.fromkeys(candidates))
        return tuple(sheet for sheet in found if sheet is not None)

    def sheet(self, path: str) -> Sheet | None:
        """Return the plan at a path as it lies on disk, None if it cannot be read or is larger than 4 MB."""
        try:
            state = os.stat(path)
            key = (state.st_mtime, state.st_size)
            known = self._kept.get(path)
            if known and known[0] == key:
                return known[1]
            if not stat.S_ISREG(state.st_mode) or state.st_size > _LARGEST:
                return None
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                text = file.read(_LARGEST)
        except OSError:
            self._kept.pop(path, None)
            return None
        try:
            sheet = Sheet(path, text, parse_plan(text))
        except Exception:  # noqa: BLE001  (a fault in reading a plan must not silence the gauge)
            _log.exception("a fault of Relaymark's own in reading %s", path)
            sheet = Sheet(path, text, Plan())
        self._kept[path] = (key, sheet)
        return sheet


class Joined(Struct, frozen=True):
    """A workspace's plans and its sessions, brought together.

    Attributes:
        root: The top of the work tree.
        sheets: Its plans, by their path relative to the root.
        bound: Session id to the phase that it works on.
    """

    root: str
    sheets: Mapping[str, Sheet]
    bound: Mapping[str, Binding]

    def line_of(self, finding: Finding) -> str:
        """Return where a finding stands, for people: `PLAN.md:5`."""
        sheet = next((sheet for sheet in self.sheets.values() if sheet.path == finding.path), None)
        line = sheet.lines.line_at(finding.span.start) + 1 if sheet and finding.span else 1
        return f"{paths.relative(finding.path, self.root)}:{line}"

    @property
    def payload(self) -> Plans:
        """What the status payload says of plans and phases."""
        phases: dict[str, Payload] = {
            session: {"plan": on.plan, "label": on.label, "title": on.title, "evidence": on.evidence}
            for session, on in self.bound.items()
        }
        return Plans(tuple(_payload(path, sheet) for path, sheet in self.sheets.items()), phases)


def joined(sheets: Sequence[Sheet], place: Place, views: Sequence[View]) -> Joined:
    """Return a workspace's plans, and the phase that each of its main sessions works on.

    A plan belongs to a workspace if it lies in it or describes a folder around it. Files with another name than a
    plan's count only if there is anything to follow in them: boxes, or phases with a status.
    """
    root = root_of(place)
    named: dict[str, Sheet] = {}
    for sheet in sheets:
        inner = _inner(sheet.path, place)
        if inner is not None and (os.path.basename(inner) in NAMES or _is_followed(sheet.plan)):
            named[inner] = sheet
    bound: dict[str, Binding] = {}
    plans = [
        (path, sheet.plan) for path, sheet in named.items() if "/" not in path or plan_state(sheet.plan, path) == "open"
    ]
    binder = Binder(plans)
    for view in views if plans else ():
        session = view.session
        if view.elsewhere or session.parent:
            continue
        edited = [paths.relative(path, root) for path in session.files_edited]
        if found := binder.bind([typed.text for typed in session.prompts], edited):
            bound[session.id] = found
    return Joined(root, named, bound)


@lru_cache(maxsize=2_048)
def _inner(path: str, place: Place) -> str | None:
    """Return a plan's path relative to the top of the work tree, None if the plan does not belong to a workspace."""
    root = root_of(place)
    holding = [tree.path for tree in place.worktrees if paths.inside(path, tree.path)]
    if not paths.inside(path, root) or max(holding, key=len, default=root) != root:
        return None
    inner, scope = paths.relative(path, root), plan_scope(paths.relative(path, root))
    around = paths.inside(place.folder, f"{root}/{scope}") if scope else True
    return inner if around or paths.inside(path, place.folder) else None


def _state(root: str) -> tuple[float, ...]:
    """Return the times of git's files, and of the folders in which plans are agreed on."""
    found = [os.stat(folder).st_mtime for folder in plan_places(root) if os.path.isdir(folder)]
    return (*stamp(root), *found)


def _is_followed(plan: Plan) -> bool:
    return bool(plan.items) or any(phase.status for phase in plan.phases)


def _payload(path: str, sheet: Sheet) -> Payload:
    summary = plan_summary(sheet.plan, path)
    found: Payload = {
        "path": path,
        "uri": paths.to_uri(sheet.path),
        "state": summary.state,
        "phases": summary.phases,
        "done": summary.done,
        "items": summary.items,
        "ticked": summary.ticked,
    }
    return found | ({"current": summary.current} if summary.current else {})
