"""Cline: where its sessions lie, those of the core that all its clients share and those of the older extension."""

from collections.abc import Mapping

from relaymark.agents.cline import core
from relaymark.agents.cline_tasks.store import task_store
from relaymark.agents.cline_tasks.usage import apart
from relaymark.agents.vscode_places import storages
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join, name, normal
from relaymark.core.store import Files

_EXTENSION = "saoudrizwan.claude-dev"
_SESSIONS = "CLINE_SESSION_DATA_DIR"
_VARIABLES = ("CLINE_DATA_DIR", "CLINE_DIR")


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return the core's folder, then the `globalStorage` of every editor that the extension may run in.

    `CLINE_SESSION_DATA_DIR` names the folder `sessions` itself, `CLINE_DATA_DIR` the one that it lies in, `CLINE_DIR`
    the one that `data/sessions` lies in; the first that is set counts, the default is `~/.cline`.
    """
    return (_core(environ, home), *storages(environ, home))


def _core(environ: Mapping[str, str], home: str) -> Home:
    if sessions := environ.get(_SESSIONS, "").strip():
        path = join(home, sessions)
        return Home(normal(f"{path}/..") if name(path) == "sessions" else path, _SESSIONS)
    for variable in _VARIABLES:
        if moved := environ.get(variable, "").strip():
            return Home(join(home, moved), variable)
    return Home(join(home, ".cline"))


CORE = Files(owns=core.owns, beside=core.beside, decode=core.decode, recognises=core.recognises)
TASKS = task_store((f"{_EXTENSION}/tasks", "data/tasks"), apart, "task")

AGENT = Agent(
    name="cline",
    title="Cline",
    homes=homes,
    folders=("data/sessions", "sessions", f"{_EXTENSION}/tasks", "data/tasks"),
    stores=(CORE, TASKS),
    host="",
)
