"""The plans of the workspaces that are looked at: read from disk, parsed once per version, joined with sessions."""

import logging
import os
import stat
from collections.abc import Mapping, Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.binding import Binder, Binding
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import Plan, parse_plan, plan_summary
from relaymark.core.sheet import Sheet
from relaymark.core.status import Payload, Plans

_log = logging.getLogger(__name__)

NAMES = ("PLAN.md", "IMPLEMENTATION_PLAN.md")
_LARGEST = 4 * 1024 * 1024


def plan_folders(place: Place) -> tuple[str, ...]:
    """Return the folders in which a workspace's plan is looked for: its own, and the top of its work tree."""
    top = place.worktree.path if place.worktree else place.folder
    return tuple(dict.fromkeys((place.folder, top)))


class PlanShelf:
    """Keeps plans parsed, by their file's time and size. Lives on one thread."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[float, int], Sheet]] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a changed path is a plan, so that the plans have to be looked at again."""
        return os.path.basename(path) in NAMES

    def sheets(self, places: Sequence[Place]) -> tuple[Sheet, ...]:
        """Return the plans of some workspaces as they lie on disk; an unreadable one is left out."""
        candidates = [f"{folder}/{name}" for place in places for folder in plan_folders(place) for name in NAMES]
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
    """Return a workspace's plans, and the phase that each of its main sessions works on."""
    folders = plan_folders(place)
    root = place.worktree.path if place.worktree else place.folder
    named = {paths.relative(sheet.path, root): sheet for sheet in sheets if os.path.dirname(sheet.path) in folders}
    bound: dict[str, Binding] = {}
    plans = [(path, sheet.plan) for path, sheet in named.items()]
    binder = Binder(plans)
    for view in views if plans else ():
        session = view.session
        if view.elsewhere or session.parent:
            continue
        edited = [paths.relative(path, root) for path in session.files_edited]
        if found := binder.bind([typed.text for typed in session.prompts], edited):
            bound[session.id] = found
    return Joined(root, named, bound)


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
