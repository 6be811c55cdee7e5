"""Checking plans once, from the files alone or with the sessions that work on them."""

import os
from collections.abc import Mapping, Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.past import boxes_in
from relaymark.core.place import Place
from relaymark.core.plan.kinds import NAMES
from relaymark.core.sheet import Sheet
from relaymark.core.status import sorted_views
from relaymark.engine.around import absent_in_rules, look_around
from relaymark.engine.findings import absent, findings, settle_all
from relaymark.engine.machine import Machine
from relaymark.engine.note_check import Judged, judged_notes, runs_of
from relaymark.engine.once import look_at_workspace, settings_of
from relaymark.engine.plans import Joined, PlanShelf, joined
from relaymark.engine.team import judged_team
from relaymark.rules.facts import PlanFacts
from relaymark.sources.git import place_of, top_folder
from relaymark.sources.handovers import is_note
from relaymark.sources.history import Histories
from relaymark.sources.tree import file_index, ignored

_LARGEST = 4 * 1024 * 1024


class Checked(Struct, frozen=True):
    """What a check found.

    Attributes:
        root: The top of the work tree.
        sheets: The plans that were checked.
        findings: By file and place.
        problems: One message per bad setting.
        unjudged: Why something could not be judged, each reason once.
        notes: The handover notes that were checked.
        facts: What was known about each plan, by its absolute path.
        rules: The same of each rules file.
    """

    root: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    unjudged: tuple[str, ...] = ()
    notes: tuple[Sheet, ...] = ()
    facts: Mapping[str, PlanFacts] = {}
    rules: Mapping[str, PlanFacts] = {}

    @property
    def files(self) -> dict[str, Sheet]:
        """Everything that was checked, by its absolute path."""
        rules = (facts.sheet for facts in self.rules.values())
        return {sheet.path: sheet for sheet in (*self.sheets, *self.notes, *rules)}


def checked(
    machine: Machine, folder: str, files: Sequence[str], *, sessions: bool = False, include_closed: bool = False
) -> Checked:
    """Run the rules over plans and handover notes.

    Args:
        machine: Where agents are looked for.
        folder: The workspace, links resolved.
        files: The plans and notes to check, absolute; none: those of the workspace.
        sessions: Report on the open sessions too.
        include_closed: Report on closed plans too.
    """
    histories = Histories()
    top = top_folder(folder)
    # Git takes seconds for a long history: it reads while the plans are read.
    if begun := bool(top and any(map(_has_open_box, files or [f"{top}/{name}" for name in NAMES]))):
        histories.begin(top or folder)
    config, problems = settings_of(folder)
    views: tuple[View, ...] = ()
    if sessions:
        look = look_at_workspace(machine, folder)
        place, views = look.place, sorted_views(look.observed, look.place, config, machine.now())
    else:
        place = place_of(folder)
    both = _joined(place, files, views, PlanShelf(config.plan_files), include_closed=include_closed)
    spoken = (sheet.plan for sheet in both.sheets.values() if include_closed or sheet.plan.state == "open")
    if not begun and any(plan.items for plan in spoken):
        histories.begin(both.root)
    index = file_index(both.root)
    plans = both.sheets.items()
    around = look_around(both.root, both.sheets, index, closed_too=include_closed)
    named = {one for path, sheet in plans for one in absent(path, sheet, index, closed_too=include_closed)}
    judged = ignored(both.root, named.union(absent_in_rules(around, index)))
    settled = settle_all(histories, both.root, both.sheets, index, judged, closed_too=include_closed)
    found = findings(both, views, config, index, judged, settled, around=around, closed_too=include_closed)
    notes = _notes(machine, both.root, config, files)
    found = (*found, *notes.findings, *judged_team(both.root, both.sheets, config))
    ordered = sorted(found, key=lambda finding: (finding.path, finding.span.start if finding.span else 0, finding.code))
    reasons = tuple(dict.fromkeys(reason for known in settled.values() for reason in known.past.unjudged))
    facts = {
        sheet.path: PlanFacts(path, sheet, index, judged, settled[path].past, include_closed) for path, sheet in plans
    }
    rules = {sheet.path: PlanFacts(path, sheet, index, judged) for path, sheet in around.rules.items()}
    return Checked(both.root, tuple(both.sheets.values()), tuple(ordered), problems, reasons, notes.notes, facts, rules)


def _has_open_box(path: str) -> bool:
    """Tell whether a file looks like a plan that is under way."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(_LARGEST)
    except OSError:
        return False
    return any(not ticked for _, _, ticked in boxes_in(text))


def _notes(machine: Machine, root: str, config: Config, files: Sequence[str]) -> Judged:
    """Judge the notes among some files; without files all of the work tree."""
    only = tuple(paths.relative(path, root) for path in files if is_note(path))
    if files and not only:
        return Judged()
    return judged_notes(root, config, runs_of(machine), only=only)


def _joined(
    place: Place, files: Sequence[str], views: Sequence[View], shelf: PlanShelf, *, include_closed: bool
) -> Joined:
    if not files or views:
        both = joined(shelf.sheets([place], closed_too=include_closed), place, views)
    else:
        both = joined((), place, ())
    if not files:
        return both
    sheets = [sheet for path in files if not is_note(path) and (sheet := shelf.sheet(path))]
    return Joined(both.root, {paths.relative(sheet.path, both.root): sheet for sheet in sheets}, both.bound)
