"""The plans of the workspaces that are looked at: read from disk, parsed once per version, joined with sessions."""

import os
from collections.abc import Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.binding import bind
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import Plan, parse_plan, plan_summary
from relaymark.core.status import Payload, Plans

NAMES = ("PLAN.md", "IMPLEMENTATION_PLAN.md")
_LARGEST = 4 * 1024 * 1024


class Shelved(Struct, frozen=True):
    """A plan as it lies on disk: its absolute path, and what it says."""

    path: str
    plan: Plan


def plan_folders(place: Place) -> tuple[str, ...]:
    """Return the folders in which a workspace's plan is looked for: its own, and the top of its work tree."""
    top = place.worktree.path if place.worktree else place.folder
    return tuple(dict.fromkeys((place.folder, top)))


class PlanShelf:
    """Keeps plans parsed, by their file's time and size. Lives on one thread."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[float, int], Plan]] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a changed path is a plan, so that the plans have to be looked at again."""
        return os.path.basename(path) in NAMES

    def plans(self, places: Sequence[Place]) -> tuple[Shelved, ...]:
        """Return the plans of some workspaces as they are now; an unreadable one is left out."""
        candidates = [f"{folder}/{name}" for place in places for folder in plan_folders(place) for name in NAMES]
        found = ((path, self._plan(path)) for path in dict.fromkeys(candidates))
        return tuple(Shelved(path, plan) for path, plan in found if plan is not None)

    def _plan(self, path: str) -> Plan | None:
        try:
            state = os.stat(path)
            key = (state.st_mtime, state.st_size)
            known = self._kept.get(path)
            if known and known[0] == key:
                return known[1]
            if state.st_size > _LARGEST:
                return None
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                plan = parse_plan(file.read())
        except OSError:
            self._kept.pop(path, None)
            return None
        self._kept[path] = (key, plan)
        return plan


def plans_of(shelved: Sequence[Shelved], place: Place, views: Sequence[View]) -> Plans:
    """Return a workspace's plans for the payload, and the phase that each of its sessions works on."""
    folders = plan_folders(place)
    own = [item for item in shelved if os.path.dirname(item.path) in folders]
    if not own:
        return Plans()
    root = place.worktree.path if place.worktree else place.folder
    named = [(paths.relative(item.path, root), item.plan) for item in own]
    phases: dict[str, Payload] = {}
    for view in views:
        session = view.session
        if view.elsewhere or session.parent:
            continue
        edited = [paths.relative(path, root) for path in session.files_edited]
        bound = bind([typed.text for typed in session.prompts], edited, named)
        if bound:
            phases[session.id] = {
                "plan": bound.plan,
                "label": bound.label,
                "title": bound.title,
                "evidence": bound.evidence,
            }
    return Plans(tuple(_payload(path, plan) for path, plan in named), phases)


def _payload(path: str, plan: Plan) -> Payload:
    summary = plan_summary(plan, path)
    found: Payload = {
        "path": path,
        "state": summary.state,
        "phases": summary.phases,
        "done": summary.done,
        "items": summary.items,
        "ticked": summary.ticked,
    }
    return found | ({"current": summary.current} if summary.current else {})
