"""Crush, and the old opencode in Go that it grew out of: where their databases lie."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.crush.database import DATABASE, FILES, owns
from relaymark.agents.fields import listing, mapping, whole
from relaymark.core.agent import Agent, Home, WindowFile
from relaymark.core.paths import absolute, join, normal

__all__ = ["AGENT", "homes", "owns", "window"]
_VARIABLE = "CRUSH_GLOBAL_DATA"
_CONFIG = "CRUSH_GLOBAL_CONFIG"
_ABOVE = 6


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return the folder that `CRUSH_GLOBAL_DATA` names; sessions else lie in the projects."""
    moved = environ.get(_VARIABLE, "").strip()
    return (Home(join(home, moved), _VARIABLE),) if moved else ()


def window(settings: Any, provider: str | None, model: str) -> int | None:
    """Return the window in tokens that the user's settings give a model; nothing else of them is looked at."""
    own = mapping(mapping(mapping(settings).get("providers")).get(provider or ""))
    for one in map(mapping, listing(own.get("models"))):
        if one.get("id") == model:
            return whole(one.get("context_window")) or None
    return None


def _settings(environ: Mapping[str, str], home: str, cwd: str | None) -> tuple[str, ...]:
    """Return its settings files, the strongest first: those of the project and above it, then the user's."""
    found = [f"{folder}/{file}" for folder in _upwards(cwd) for file in (".crush.json", "crush.json")]
    chosen = environ.get(_CONFIG, "").strip()
    config = join(home, environ.get("XDG_CONFIG_HOME", "").strip() or ".config")
    return (*found, join(home, f"{chosen}/crush.json") if chosen else f"{config}/crush/crush.json")


def _upwards(cwd: str | None) -> list[str]:
    """Return a session's directory and some folders above it, the nearest first; none on another machine."""
    here = normal(cwd) if cwd and absolute(cwd) else ""
    found: list[str] = []
    while here and not here.startswith("//") and len(found) < _ABOVE:
        found.append(here)
        here = here.rpartition("/")[0]
    return found


AGENT = Agent(
    name="crush",
    title="Crush",
    homes=homes,
    flat=("",),
    in_project=FILES,
    stores=(DATABASE,),
    host="",
    window_files=(WindowFile(files=_settings, window=window),),
)
