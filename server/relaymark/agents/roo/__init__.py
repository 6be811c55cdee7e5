"""Roo Code: where its task folders lie, and how it counts their context."""

from collections.abc import Mapping

from relaymark.agents.cline_tasks.store import task_store
from relaymark.agents.cline_tasks.usage import either
from relaymark.agents.vscode_places import user_folders
from relaymark.core.agent import Agent, Home

_TASKS = "rooveterinaryinc.roo-cline/tasks"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return the `globalStorage` of every editor that the extension may run in."""
    return tuple(Home(f"{user.path}/globalStorage", user.variable) for user in user_folders(environ, home))


AGENT = Agent(
    name="roo",
    title="Roo Code",
    homes=homes,
    folders=(_TASKS,),
    stores=(task_store((_TASKS,), either, "text"),),
    host="",
)
