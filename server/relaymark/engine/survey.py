"""A survey of this machine: what each agent has here, what of it belongs to a workspace, what seems to."""

import os
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from relaymark.core.agent import Agent, Home
from relaymark.core.observed import Observed
from relaymark.core.place import Place, belongs
from relaymark.core.remote_places import Proposal, proposals
from relaymark.engine.catalog import folders, owners
from relaymark.engine.complaints import Unreadable
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_machine
from relaymark.sources.git import known_commits, remotes

_RECENT = 30 * 86_400.0
_MOST_COMMITS = 50


class Kept(Struct, frozen=True):
    """What one folder of an agent holds.

    Attributes:
        home: The folder; None for what lies in projects.
        there: The agent has run there: it made its folders.
        sessions: Main sessions in it.
        here: Those of them that belong to the workspace.
        newest: When the newest of them was active, in seconds since the epoch; None without one.
        bad_records: Records of those that belong to the workspace that could not be read.
        unreadable: What could not be looked at, and why.
    """

    home: Home | None
    there: bool
    sessions: int = 0
    here: int = 0
    newest: float | None = None
    bad_records: int = 0
    unreadable: tuple[Unreadable, ...] = ()


class Survey(Struct, frozen=True):
    """What there is on this machine.

    Attributes:
        agents: Per agent what its folders hold.
        proposed: What could stand in `pathMap`.
    """

    agents: tuple[tuple[Agent, tuple[Kept, ...]], ...]
    proposed: tuple[Proposal, ...]


def survey(machine: Machine, folder: str, place: Place) -> Survey:
    """Look at every session on this machine, however old, and say what is whose."""
    look = look_at_machine(machine, folder)
    machine = machine.chosen(look.config.agents, look.config.agent_folders)
    main = [item for item in look.observed if item.session.parent is None and not item.session.warm_up]
    mine = {
        (item.session.agent, item.session.id)
        for item in main
        if belongs(item.session.cwd, place, look.config.path_map)[0] != "no"
    }
    agents = tuple((agent, tuple(_kept(machine, agent, main, mine, look.unreadable))) for agent in machine.agents)
    return Survey(agents, _proposed(look, main, mine, place, machine.now()))


def _kept(
    machine: Machine,
    agent: Agent,
    main: Iterable[Observed],
    mine: set[tuple[str, str]],
    unreadable: Iterable[Unreadable],
) -> Iterable[Kept]:
    homes = machine.homes(agent)
    by_home: dict[str, list[Observed]] = {home.path: [] for home in homes}
    in_projects: list[Observed] = []
    for item in main:
        if item.session.agent != agent.name:
            continue
        home = next((each.home for each in owners(machine, item.session.path) if each.agent is agent), None)
        (by_home[home.path] if home else in_projects).append(item)
    failed = [problem for problem in unreadable if problem.agent == agent.name]
    for home in homes:
        own = tuple(problem for problem in failed if problem.path.startswith(home.path))
        yield _counted(agent, home, by_home[home.path], mine, own)
    if agent.in_project:
        homeless = tuple(each for each in failed if not any(each.path.startswith(home.path) for home in homes))
        yield _counted(agent, None, in_projects, mine, homeless)


def _counted(
    agent: Agent, home: Home | None, items: list[Observed], mine: set[tuple[str, str]], failed: tuple[Unreadable, ...]
) -> Kept:
    here = [item for item in items if (item.session.agent, item.session.id) in mine]
    return Kept(
        home,
        there=home is not None and any(os.path.isdir(path) for path, _ in folders(agent, home)),
        sessions=len(items),
        here=len(here),
        newest=max((item.active_at for item in items), default=None),
        bad_records=sum(item.session.bad_records for item in here),
        unreadable=failed,
    )


def _proposed(
    look: Look, main: list[Observed], mine: set[tuple[str, str]], place: Place, now: float
) -> tuple[Proposal, ...]:
    if place.worktree is None:
        return ()
    away = [
        item.session
        for item in main
        if (item.session.agent, item.session.id) not in mine
        and now - item.active_at < _RECENT
        and item.session.cwd
        and not os.path.isdir(item.session.cwd)
    ]
    if not away:
        return ()
    recorded = Counter(session.commit for session in away if session.commit)
    commits = known_commits(place.worktree.path, [name for name, _ in recorded.most_common(_MOST_COMMITS)])
    found = proposals(away, place, remotes(place.worktree.path), commits, os.path.isdir)
    return tuple(each for each in found if each.recorded not in look.config.path_map)
