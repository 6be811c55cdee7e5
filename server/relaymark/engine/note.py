"""What to say when no session is open: what was looked for, and what is missing."""

import os

from relaymark.core.markdown import one_line
from relaymark.core.place import Place
from relaymark.engine.machine import Machine


def nothing_open(machine: Machine, place: Place | None) -> str:
    """Return why there is no session to show, in one or two sentences; plain text without Markdown.

    Args:
        machine: Where agents are looked for.
        place: The workspace, None without one.
    """
    if place is None:
        return "No folder is open, so no session can belong to it."
    found = [agent.title for agent in machine.agents if any(os.path.isdir(home.path) for home in machine.homes(agent))]
    if not found:
        names = ", ".join(agent.title for agent in machine.agents)
        return f"No session is open here: no agent that Relaymark reads has run on this machine ({names})."
    tail = "" if place.worktrees else " It is not in a git repository, so only sessions in it or below it count."
    folder = one_line(place.folder, 200)
    return f"No session of {' or '.join(found)} was active in {folder} in the last 8 hours.{tail}"
