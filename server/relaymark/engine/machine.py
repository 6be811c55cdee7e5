"""This machine as the engine sees it: environment, home folder, clock."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from relaymark.agents.known import AGENTS
from relaymark.core.agent import Agent, Home


def _home() -> str:
    return str(Path("~").expanduser())


class Machine(Struct, frozen=True):
    """Where the agents are looked for, and what time it is.

    Attributes:
        environ: The environment's variables.
        home: The user's home folder.
        now: Gives the seconds since the epoch.
        agents: The agents to read.
        more: Further folders of agents, by the agent's name: a remote home, the volume of a container. Processes that
            are named there are not of this machine.
        known: The homes that were asked for before, by the agent's name: links are resolved once.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    home: str = field(default_factory=_home)
    now: Callable[[], float] = time.time
    agents: tuple[Agent, ...] = AGENTS
    more: Mapping[str, Sequence[str]] = {}
    known: dict[str, tuple[Home, ...]] = field(default_factory=dict)

    def homes(self, agent: Agent) -> tuple[Home, ...]:
        """Return an agent's folders without doubles."""
        if agent.name in self.known:
            return self.known[agent.name]
        added = (Home(os.path.expanduser(path), foreign=True) for path in self.more.get(agent.name, ()))
        found: dict[str, Home] = {}
        for home in (*agent.homes(self.environ, self.home), *added):
            real = os.path.realpath(home.path)
            found.setdefault(real, replace(home, path=real))
        self.known[agent.name] = tuple(found.values())
        return self.known[agent.name]

    def chosen(self, switched: Mapping[str, bool], more: Mapping[str, Sequence[str]]) -> "Machine":
        """Return this machine without the agents that are switched off, and with further folders of agents."""
        agents = tuple(agent for agent in self.agents if switched.get(agent.name, True))
        return replace(self, agents=agents, more=more, known={})
