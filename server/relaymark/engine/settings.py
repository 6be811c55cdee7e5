"""The settings of a folder, with everything that is to be said about them: bad values, and names of nothing known."""

from collections.abc import Sequence

from relaymark.agents.known import AGENTS
from relaymark.core.config import Config, Layer, merged, strangers
from relaymark.rules.catalog import BY_CODE

_AGENTS = frozenset(agent.name for agent in AGENTS)
_KNOWN = {"rules": BY_CODE.keys(), "agents": _AGENTS, "agentFolders": _AGENTS}


def settings(layers: Sequence[Layer]) -> tuple[Config, tuple[str, ...]]:
    """Return the settings of several layers, the last one strongest, and one message per problem."""
    config, problems = merged(layers)
    return config, (*problems, *strangers(layers, _KNOWN))
