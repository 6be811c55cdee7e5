"""Roo Code: where its task folders lie, and how it counts their context."""

from relaymark.agents.cline_tasks.store import task_store
from relaymark.agents.cline_tasks.usage import either
from relaymark.agents.vscode_places import storages
from relaymark.core.agent import Agent

_TASKS = "rooveterinaryinc.roo-cline/tasks"

AGENT = Agent(
    name="roo",
    title="Roo Code",
    homes=storages,
    folders=(_TASKS,),
    stores=(task_store((_TASKS,), either, "text"),),
    host="",
)
