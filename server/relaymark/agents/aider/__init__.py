"""aider: the chat history that it keeps in a project's folder."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.aider.decode import NAME, decode
from relaymark.agents.aider.markup import begins
from relaymark.core import paths
from relaymark.core.agent import Agent, Home
from relaymark.core.store import Files

_VARIABLE = "AIDER_CHAT_HISTORY_FILE"


def homes(environ: Mapping[str, str], _home: str) -> tuple[Home, ...]:
    """Return the folder of the one file that `AIDER_CHAT_HISTORY_FILE` names for all projects, if it is absolute."""
    file = environ.get(_VARIABLE, "").strip()
    if not paths.absolute(file) or not owns(paths.name(file)):
        return ()
    return (Home(paths.join(file, ".."), _VARIABLE),)


def owns(path: str) -> bool:
    """Tell whether a path is a chat history: the default name, or one with `aider` in it that the user chose."""
    return path == NAME or ("/" not in path and path.endswith(".md") and "aider" in path.lower())


def _recognises(value: Any) -> bool:
    return isinstance(value, str) and begins(value)


FILES = Files(owns=owns, decode=decode, recognises=_recognises)

AGENT = Agent(
    name="aider",
    title="aider",
    homes=homes,
    flat=("",),
    in_project=(NAME,),
    stores=(FILES,),
    host="",
)
