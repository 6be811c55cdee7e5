"""Checking plans once, from the files alone or with the sessions that work on them."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.sheet import Sheet
from relaymark.core.status import sorted_views
from relaymark.engine.findings import absent, findings, settle
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_workspace, settings_of
from relaymark.engine.plans import Joined, PlanShelf, joined
from relaymark.sources.git import place_of
from relaymark.sources.history import Histories
from relaymark.sources.tree import file_index, ignored


class Checked(Struct, frozen=True):
    """What a check found.

    Attributes:
        root: The top of the work tree.
        sheets: The plans that were checked.
        findings: By file and place.
        problems: One message per bad setting.
        unjudged: Why something could not be judged, each reason once.
    """

    root: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    unjudged: tuple[str, ...] = ()


def checked(
    machine: Machine, folder: str, files: Sequence[str], *, sessions: bool = False, include_closed: bool = False
) -> Checked:
    """Run the rules over plans.

    Args:
        machine: Where agents are looked for.
        folder: The workspace, links resolved.
        files: The plans to check, absolute; none: those of the workspace.
        sessions: Report on the open sessions too.
        include_closed: Report on closed plans too.
    """
    config, problems = settings_of(folder)
    views: tuple[View, ...] = ()
    if sessions:
        look = look_at_workspace(machine, folder)
        place, views = look.place, sorted_views(look.observed, look.place, config, machine.now())
    else:
        place = place_of(folder)
    both = _joined(place, files, views)
    index = file_index(both.root)
    plans = both.sheets.items()
    named = {one for path, sheet in plans for one in absent(path, sheet, index, closed_too=include_closed)}
    judged = ignored(both.root, named)
    histories = Histories()
    settled = {
        path: settle(histories, both.root, path, sheet, index, judged, closed_too=include_closed)
        for path, sheet in plans
    }
    found = findings(both, views, config, index, judged, settled, closed_too=include_closed)
    ordered = sorted(found, key=lambda finding: (finding.path, finding.span.start if finding.span else 0, finding.code))
    reasons = tuple(dict.fromkeys(reason for known in settled.values() for reason in known.past.unjudged))
    return Checked(both.root, tuple(both.sheets.values()), tuple(ordered), problems, reasons)


def _joined(place: Place, files: Sequence[str], views: Sequence[View]) -> Joined:
    shelf = PlanShelf()
    both = joined(shelf.sheets([place]), place, views)
    if not files:
        return both
    sheets = [sheet for path in files if (sheet := shelf.sheet(path))]
    return Joined(both.root, {paths.relative(sheet.path, both.root): sheet for sheet in sheets}, both.bound)
