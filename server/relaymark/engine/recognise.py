"""Whose transcript a file is, wherever it lies: by its name in an agent's folder, else by its first records."""

import os

from relaymark.core.agent import Agent
from relaymark.engine.machine import Machine
from relaymark.sources.lines import LineCutter, parsed

_LOOKED_AT = 256 * 1024


def recognise(machine: Machine, path: str) -> Agent | None:
    """Return the agent that wrote a file, None if no agent that Relaymark knows did.

    Raises:
        OSError: The file cannot be read.
    """
    with open(path, "rb") as file:
        data = file.read(_LOOKED_AT)
    values = []
    for _, line in LineCutter().feed(data + b"\n"):
        if isinstance(line, bytes):
            try:
                values.append(parsed(line))
            except ValueError:
                continue
    for agent in machine.agents:
        if any(agent.recognises(value) for value in values):
            return agent
    name = path.replace(os.sep, "/")
    parts = name.split("/")
    return next(
        (agent for agent in machine.agents if any(agent.owns("/".join(parts[at:])) for at in range(1, len(parts)))),
        None,
    )
