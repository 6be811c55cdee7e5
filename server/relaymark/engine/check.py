"""Checking plans once, from the files alone or with the sessions that work on them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import plan_state
from relaymark.core.plan.kinds import NAMES
from relaymark.core.sheet import Sheet
from relaymark.core.status import sorted_views
from relaymark.engine.ahead import begin
from relaymark.engine.around import absent_in_rules, look_around
from relaymark.engine.chosen import Chosen, chosen
from relaymark.engine.findings import absent, findings, settle_all
from relaymark.engine.machine import Machine
from relaymark.engine.note_check import Judged, judged_notes, runs_of
from relaymark.engine.once import look_at_workspace, settings_of
from relaymark.engine.plans import Joined, PlanShelf, belongs, is_followed, joined, root_of
from relaymark.engine.settled import Settled
from relaymark.engine.team import judged_team
from relaymark.rules.facts import PlanFacts
from relaymark.sources import agent_files, handovers
from relaymark.sources.git import place_of
from relaymark.sources.git_files import top_folder
from relaymark.sources.history import Histories
from relaymark.sources.history_logs import Logs
from relaymark.sources.plan_read import shortcoming
from relaymark.sources.refusal import has_git, refusal
from relaymark.sources.tree import file_index, ignored

_NO_GIT = "this folder is not in git, so nothing is compared with history"


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
        named_rules: The rules files that were asked for by name.
        unread: How many plans could not be read at all.
        garbled: The plans of which only a part could be read.
        closed: The plans of which nothing is told: they are done, superseded or archived.
    """

    root: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]
    unjudged: tuple[str, ...] = ()
    notes: tuple[Sheet, ...] = ()
    facts: Mapping[str, PlanFacts] = {}
    rules: Mapping[str, PlanFacts] = {}
    named_rules: tuple[str, ...] = ()
    unread: int = 0
    garbled: frozenset[str] = frozenset()
    closed: tuple[Sheet, ...] = ()

    @property
    def files(self) -> dict[str, Sheet]:
        """Everything that was checked, by its absolute path."""
        rules = (facts.sheet for facts in self.rules.values())
        return {sheet.path: sheet for sheet in (*self.sheets, *self.notes, *rules)}


def checked(
    machine: Machine,
    folder: str,
    files: Sequence[str],
    *,
    sessions: bool = False,
    include_closed: bool = False,
    logs: Logs | None = None,
) -> Checked:
    """Run the rules over plans and handover notes.

    Args:
        machine: Where agents are looked for.
        folder: The workspace, links resolved.
        files: The plans, notes, rules files and folders to check, absolute; none: those of the workspace.
        sessions: Report on the open sessions too.
        include_closed: Report on closed plans too.
        logs: Where git's log may be under way already.
    """
    histories = Histories(logs)
    begin(histories.logs, folder, files)
    config, problems = settings_of(folder)
    views: tuple[View, ...] = ()
    if sessions:
        look = look_at_workspace(machine, folder)
        place, views = look.place, sorted_views(look.observed, look.place, config, machine.now())
    else:
        place = place_of(folder)
    shelf = PlanShelf(config.plan_files)
    wanted = chosen(root_of(place), files, config.plan_files, closed_too=include_closed)
    both, strangers = _joined(place, files, wanted, views, shelf, include_closed=include_closed)
    spoken = [path for path, sheet in both.sheets.items() if include_closed or plan_state(sheet.plan, path) == "open"]
    if any(both.sheets[path].plan.items for path in spoken):
        histories.logs.begin(both.root)
    index = file_index(both.root)
    plans = both.sheets.items()
    around = look_around(both.root, both.sheets, index, closed_too=include_closed)
    named = {one for path, sheet in plans for one in absent(path, sheet, index, closed_too=include_closed)}
    judged = ignored(both.root, named.union(absent_in_rules(around, index)))
    settled = settle_all(histories, both.root, both.sheets, index, judged, closed_too=include_closed)
    found = findings(both, views, config, index, judged, settled, around=around, closed_too=include_closed)
    notes = _notes(machine, both.root, config, wanted)
    found = (*found, *notes.findings, *judged_team(both.root, both.sheets, config))
    sheets = tuple(both.sheets.values())
    if wanted.rules and not wanted.all:  # the other plans were read only because rules files are judged beside them
        asked_for = {*wanted.plans, *wanted.named, *wanted.notes, *wanted.rules}
        found = tuple(finding for finding in found if finding.path in asked_for)
        sheets = tuple(sheet for sheet in sheets if sheet.path in asked_for)
    ordered = sorted(found, key=lambda finding: (finding.path, finding.span.start if finding.span else 0, finding.code))
    troubles = {
        path: trouble
        for path, trouble in shelf.troubles.items()
        if (belongs(path, place) if wanted.all else path in wanted.plans or path in wanted.named)
    }
    facts = {
        sheet.path: PlanFacts(path, sheet, index, judged, settled[path].past, include_closed) for path, sheet in plans
    }
    open_paths = {both.sheets[path].path for path in spoken}
    reasons = (
        *(f"{paths.relative(path, both.root)} {trouble.why}" for path, trouble in troubles.items()),
        *strangers,
        *_beside_nothing(wanted, both),
        *_elsewhere(wanted, both.root),
        *_read_in_part(both.root, notes.notes, handovers.MOST_BYTES),
        *_read_in_part(both.root, around.rules.values(), agent_files.LARGEST),
        *_without_history(both.root, place, settled.values(), spoken=bool(spoken)),
    )
    return Checked(
        root=both.root,
        sheets=sheets,
        findings=tuple(ordered),
        problems=problems,
        unjudged=tuple(dict.fromkeys(reasons)),
        notes=notes.notes,
        facts=facts,
        rules={sheet.path: PlanFacts(path, sheet, index, judged) for path, sheet in around.rules.items()},
        named_rules=() if wanted.all else wanted.rules,
        unread=sum(not trouble.read for trouble in troubles.values()),
        garbled=frozenset(path for path, trouble in troubles.items() if trouble.read),
        closed=tuple(sheet for sheet in sheets if sheet.path not in open_paths),
    )


def _without_history(root: str, place: Place, settled: Iterable[Settled], *, spoken: bool) -> Iterator[str]:
    """Yield why history does not tell all of some plans, each reason as often as it holds."""
    reasons = tuple(reason for known in settled for reason in known.past.unjudged)
    unread = place.worktree is None and spoken
    if (reasons or unread or not has_git()) and (why := refusal(root)):
        yield f"git tells nothing of this work tree, so little of it can be judged: {why}"
    else:
        yield from (_NO_GIT,) if unread else ()
        yield from reasons


def _notes(machine: Machine, root: str, config: Config, wanted: Chosen) -> Judged:
    """Judge the notes that are wanted; with the whole work tree all of them."""
    only = () if wanted.all else tuple(paths.relative(path, root) for path in wanted.notes)
    if not wanted.all and not only:
        return Judged()
    return judged_notes(root, config, runs_of(machine), only=only)


def _joined(
    place: Place, files: Sequence[str], wanted: Chosen, views: Sequence[View], shelf: PlanShelf, *, include_closed: bool
) -> tuple[Joined, tuple[str, ...]]:
    """Return the plans that are wanted, and why files that were named are none of them."""
    whole = wanted.all or bool(wanted.rules)
    if whole or views:
        both = joined(shelf.sheets([place], closed_too=include_closed), place, views)
    else:
        both = joined((), place, ())
    sheets = dict(both.sheets) if whole else {}
    strangers = []
    for path in (*wanted.plans, *wanted.named):
        sheet = shelf.sheet(path, prose=path in files or os.path.basename(path) in NAMES)
        inner = paths.relative(path, both.root)
        if sheet and path in wanted.named and not is_followed(sheet.plan):
            strangers.append(f"{inner} is neither a plan, a note nor a rules file")
        elif sheet:
            sheets[inner] = sheet
    # The sessions are bound to plans by the names that they are called by, links too.
    told = sheets if views else _each_once(sheets)
    return Joined(both.root, told, both.bound, both.ledger, both.left), tuple(strangers)


def _each_once(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """Return some plans without the links to others of them."""
    files: dict[str, str] = {}
    for inner, sheet in sorted(sheets.items(), key=lambda each: os.path.islink(each[1].path)):
        files.setdefault(os.path.realpath(sheet.path), inner)
    return {inner: sheet for inner, sheet in sheets.items() if inner in files.values()}


def _elsewhere(wanted: Chosen, root: str) -> Iterator[str]:
    """Yield which named plans lie in another repository, as of a submodule: its history is not looked at."""
    for path in (*wanted.plans, *wanted.named):
        top = top_folder(os.path.dirname(path))
        if top and top != root and not wanted.all:
            yield f"{paths.relative(path, root)} lies in a repository of its own: check it in {top}"


def _read_in_part(root: str, sheets: Iterable[Sheet], most: int) -> Iterator[str]:
    """Yield what keeps notes and rules files, of which `most` bytes are read, from being judged whole."""
    for sheet in sheets:
        if why := shortcoming(sheet.path, most):
            yield f"{paths.relative(sheet.path, root)} {why}"


def _beside_nothing(wanted: Chosen, both: Joined) -> Iterator[str]:
    """Yield why rules files that were named are not judged."""
    if not any(plan_state(sheet.plan, path) == "open" for path, sheet in both.sheets.items()):
        for path in () if wanted.all else wanted.rules:
            yield f"{paths.relative(path, both.root)} is a rules file, and there is no open plan that it stands beside"
