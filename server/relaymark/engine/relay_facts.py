"""Gathers the facts of a handover: plans, what git says, and what the end of a transcript adds."""

import os
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import paths
from relaymark.core.binding import Binding
from relaymark.core.config import merged
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.plan import parse_plan
from relaymark.core.relay.additions import additions, is_manifest
from relaymark.core.relay.course import Course, course
from relaymark.core.relay.decided import decided
from relaymark.core.relay.facts import Commit, Decided, NoteFacts, PhaseWork, Retreat
from relaymark.core.relay.work import Files, following_phase, phase_work
from relaymark.core.session import Session
from relaymark.core.sheet import Sheet
from relaymark.engine.machine import Machine
from relaymark.engine.plans import Joined, PlanShelf, joined
from relaymark.rules.context import plan_of_record
from relaymark.sources import commits as git
from relaymark.sources.ctags import tags
from relaymark.sources.handovers import texts
from relaymark.sources.orders import seen_orders
from relaymark.sources.settings import layers
from relaymark.sources.stores import records, store_for

DECISIONS = ".relaymark/decisions"

_LARGEST_FILE = 256 * 1024
_TAIL = 8 * 1024 * 1024
_MOST_READ = 20
_MOST_DIFFED = 60


class Ground(Struct, frozen=True):
    """A workspace as a handover sees it.

    Attributes:
        top: The top of its work tree, or its folder outside of git.
        both: Its plans, and the phases that its sessions work on.
        uncommitted: Files that differ from HEAD; None outside of git.
        path_map: Recorded folder to folder here.
    """

    top: str
    both: Joined
    uncommitted: tuple[str, ...] | None
    path_map: Mapping[str, str]

    @staticmethod
    def of(
        place: Place, views: Sequence[View], path_map: Mapping[str, str] | None = None, both: Joined | None = None
    ) -> "Ground":
        """Look at a workspace now; `both` goes before the plans on disk, which are those that its settings name too."""
        top = top_of(place)
        known = both or joined(PlanShelf(_plan_files(place)).sheets([place]), place, views)
        return Ground(top, known, git.uncommitted(top), path_map or {})

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The plans by their path relative to the top."""
        return self.both.sheets

    def bound(self, session: Session) -> Binding | None:
        """Return the phase that a session works on, None if that is not known."""
        return self.both.bound.get(session.id)

    def exists(self, path: str) -> bool:
        """Tell whether a path relative to the top exists and lies in the work tree."""
        whole = paths.join(self.top, path)
        return paths.inside(whole, self.top) and os.path.exists(whole)

    def relative(self, recorded: str) -> str:
        """Return a path as a session recorded it, relative to the top where it lies below it."""
        return paths.relative(paths.mapped(recorded, self.path_map), self.top)

    def read(self, path: str) -> str | None:
        """Return the text of a small file, None for none; links that lead out of the work tree are not followed."""
        whole = os.path.realpath(paths.join(self.top, path))
        if not paths.inside(whole, os.path.realpath(self.top)) or not os.path.isfile(whole):
            return None
        try:
            with open(whole, "rb") as file:
                data = file.read(_LARGEST_FILE)
        except OSError:
            return None
        return data.decode("utf-8", "replace")

    def edited(self, session: Session) -> tuple[str, ...]:
        """Return what a session edited inside the work tree, Relaymark's own folder left out."""
        found = (self.relative(path) for path in session.files_edited)
        return tuple(path for path in found if not paths.absolute(path) and not path.startswith(git.OWN_FOLDER))

    def work(self, plan: str, index: int, known: Sequence[str] = ()) -> PhaseWork:
        """Return a phase as work, with those of its files that exist; `known` files are found by their bare names."""
        sheet = self.sheets[plan]
        return phase_work(sheet.text, sheet.plan, plan, index, Files(self.top, plan, self.exists, known))

    def commits(self, session: Session) -> tuple[Commit, ...]:
        """Return the commits since a session started; none where that is not known."""
        if session.started_at is None:
            return ()
        return git.commits_since(self.top, session.started_at) or ()


def top_of(place: Place) -> str:
    """Return the folder that a workspace's plans and notes are relative to."""
    return place.worktree.path if place.worktree else place.folder


def _plan_files(place: Place) -> Sequence[str]:
    return merged(layers(place.folder)[0])[0].plan_files


def note_facts(machine: Machine, ground: Ground, session: Session, now: float) -> NoteFacts:
    """Gather what a session's note is drawn from."""
    edited = ground.edited(session)
    uncommitted = ground.uncommitted or ()
    commits = ground.commits(session)
    changed = {*edited, *uncommitted, *(path for commit in commits for path in commit.files)}
    taken = course_of(machine, session)
    retreats = tuple(found for each in taken.retreats if (found := _inside(ground, each)))
    existing = frozenset(path for path in (*changed, *(each.path for each in retreats)) if ground.exists(path))
    diffed = tuple(sorted(path for path in existing if path in edited or is_manifest(path)))[:_MOST_DIFFED]
    diff = git.changes_since(ground.top, commits, diffed)
    unknown = [path for path in diffed if path in uncommitted and f"\n+++ b/{path}" not in diff][:_MOST_READ]
    phase, following = _phases(ground, session, sorted(existing))
    return NoteFacts(
        session=session,
        now=now,
        head=git.head_of(ground.top),
        commits=commits,
        uncommitted=ground.uncommitted,
        edited=edited,
        existing=existing,
        phase=phase,
        following=following,
        additions=additions(
            diff,
            {path: text for path in unknown if (text := ground.read(path)) is not None},
            tags(ground.top, [path for path in diffed if not is_manifest(path)]) or (),
        ),
        edited_since_test=taken.edited_since_test,
        retreats=retreats,
        decisions=decisions_of(ground.top),
        ticked_before=_ticked_before(ground, commits, phase.plan) if phase else None,
        seen_orders=seen_orders(session),
    )


def _ticked_before(ground: Ground, commits: tuple[Commit, ...], plan: str) -> frozenset[str] | None:
    """Return what was done in a plan before some commits; None where git does not have it."""
    text = git.text_before(ground.top, commits, plan)
    if text is None:
        return None
    return frozenset(item.text for item in parse_plan(text).items if item.ticked or item.struck)


def decisions_of(top: str) -> tuple[Decided, ...]:
    """Return the decisions on record that stand, the newest file's first."""
    found = (decided(path, text) for path, text in texts(top, DECISIONS))
    return tuple(each for each in found if each)


def _inside(ground: Ground, retreat: Retreat) -> Retreat | None:
    """Return a retreat with its path in the work tree; None for one outside of it."""
    if not retreat.path:
        return retreat
    path = ground.relative(retreat.path)
    return None if paths.absolute(path) or path.startswith(git.OWN_FOLDER) else replace(retreat, path=path)


def _phases(ground: Ground, session: Session, known: Sequence[str]) -> tuple[PhaseWork | None, PhaseWork | None]:
    """Return the phase that a session works on and the one to start next, each None if it is not known."""
    bound = ground.bound(session)
    plan = bound.plan if bound else plan_of_record(ground.sheets)
    at = following_phase(ground.sheets[plan].plan, bound.phase if bound else None) if plan else None
    return (
        ground.work(bound.plan, bound.phase, known) if bound else None,
        ground.work(plan, at, known) if plan and at is not None else None,
    )


def course_of(machine: Machine, session: Session) -> Course:
    """Return what the order of a session's events tells, as far as the transcript's last 8 MB go."""
    agent = next((each for each in machine.agents if each.name == session.agent), None)
    store = store_for(agent, session.path) if agent else None
    if agent is None or store is None:
        return Course()
    try:
        found = records(agent, session.path, store, session.id, _TAIL)
        return course(event for record in found for event in record.events)
    except OSError:
        return Course()


def edited_since_test(machine: Machine, session: Session) -> bool | None:
    """Tell whether a session changed code after its last test run; None if that is not known."""
    return course_of(machine, session).edited_since_test
