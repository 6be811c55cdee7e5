"""Kilo Code's extension before it became a fork of opencode: its task folders are those of Roo Code."""

from relaymark.agents.cline_tasks.store import task_store
from relaymark.agents.cline_tasks.usage import either
from relaymark.agents.vscode_places import storages
from relaymark.core.agent import Agent

_TASKS = "kilocode.kilo-code/tasks"

AGENT = Agent(
    name="kilo-legacy",
    title="Kilo legacy",
    homes=storages,
    folders=(_TASKS,),
    stores=(task_store((_TASKS,), either, "text"),),
    host="",
)
