"""What to say when no session is open: what was looked for, and what is missing."""

import os

from relaymark.core.agent import Agent
from relaymark.core.markdown import one_line
from relaymark.core.place import Place
from relaymark.engine.catalog import folders
from relaymark.engine.machine import Machine


def nothing_open(machine: Machine, place: Place | None) -> str:
    """Return why there is no session to show, in one or two sentences; plain text without Markdown.

    Args:
        machine: Where agents are looked for.
        place: The workspace, None without one.
    """
    if place is None:
        return "No folder is open, so no session can belong to it."
    found = [agent.title for agent in machine.agents if _has_run(machine, agent)]
    if not found:
        return (
            "No session is open here: no agent that Relaymark reads has run on this machine"
            " (`relaymark doctor` names them, and where it looks)."
        )
    tail = "" if place.worktrees else " It is not in a git repository, so only sessions in it or below it count."
    folder = one_line(place.folder, 200)
    names = " or ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
    return f"No session of {names} was active in {folder} in the last 8 hours.{tail}"


def _has_run(machine: Machine, agent: Agent) -> bool:
    return any(os.path.isdir(path) for home in machine.homes(agent) for path, _ in folders(agent, home))
