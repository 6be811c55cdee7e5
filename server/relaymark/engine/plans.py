"""The plans of a workspace and the sessions that work on them, brought together."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.binding import Binder, Binding
from relaymark.core.finding import Finding
from relaymark.core.ledger import Entry, items_left, per_item
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import Plan, plan_state, plan_summary
from relaymark.core.plan.kinds import NAMES, plan_scope
from relaymark.core.sheet import Sheet
from relaymark.core.status import Payload, Plans
from relaymark.engine.shelf import PlanShelf as PlanShelf  # noqa: PLC0414  (plans are asked for here)
from relaymark.engine.shelf import plan_folders as plan_folders  # noqa: PLC0414
from relaymark.engine.shelf import root_of as root_of  # noqa: PLC0414


class Joined(Struct, frozen=True):
    """A workspace's plans and its sessions, brought together.

    Attributes:
        root: The top of the work tree.
        sheets: Its plans, by their path relative to the root.
        bound: Session id to the phase that it works on.
        ledger: What was spent on the items of its plans.
        left: Session id to the number of items that it has room for, where that is known.
    """

    root: str
    sheets: Mapping[str, Sheet]
    bound: Mapping[str, Binding]
    ledger: Sequence[Entry] = ()
    left: Mapping[str, int] = {}

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
        return Plans(tuple(_payload(path, sheet) for path, sheet in self.sheets.items()), phases, self.left)


def joined(sheets: Sequence[Sheet], place: Place, views: Sequence[View], ledger: Sequence[Entry] = ()) -> Joined:
    """Return a workspace's plans, and the phase that each of its main sessions works on.

    A plan belongs to a workspace if it lies in it or describes a folder around it. Files with another name than a
    plan's count only if there is anything to follow in them: boxes, or phases with a status.
    """
    root = root_of(place)
    named: dict[str, Sheet] = {}
    for sheet in sheets:
        inner = _inner(sheet.path, place)
        if inner is not None and (os.path.basename(inner) in NAMES or is_followed(sheet.plan)):
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
    return Joined(root, named, bound, ledger, _left(views, bound, ledger))


def _left(views: Sequence[View], bound: Mapping[str, Binding], ledger: Sequence[Entry]) -> dict[str, int]:
    takes = {plan: per_item(ledger, plan) for plan in {on.plan for on in bound.values()}} if ledger else {}
    left = {
        view.session.id: items_left(view.gauge.headroom, takes.get(on.plan))
        for view in views
        if (on := bound.get(view.session.id))
    }
    return {session: count for session, count in left.items() if count is not None}


def belongs(path: str, place: Place) -> bool:
    """Tell whether a plan lies in a workspace, or describes a folder around it."""
    return _inner(path, place) is not None


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


def known_to_git(root: str, plan: str) -> str:
    """Return the path by which git knows what a plan says, from the top of the tree: of a link where it leads."""
    path = f"{root}/{plan}"
    return paths.relative(os.path.realpath(path), root) if os.path.islink(path) else plan


def is_followed(plan: Plan) -> bool:
    """Tell whether there is anything to follow in a plan: boxes, or phases with a status."""
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
