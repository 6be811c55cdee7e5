"""This machine as the engine sees it: environment, home folder, clock."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct, field

from relaymark.agents import AGENTS
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
    """

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    home: str = field(default_factory=_home)
    now: Callable[[], float] = time.time
    agents: tuple[Agent, ...] = AGENTS

    def homes(self, agent: Agent) -> tuple[Home, ...]:
        """Return an agent's folders without doubles."""
        found: dict[str, Home] = {}
        for home in agent.homes(self.environ, self.home):
            found.setdefault(os.path.realpath(home.path), Home(os.path.realpath(home.path), home.variable))
        return tuple(found.values())
