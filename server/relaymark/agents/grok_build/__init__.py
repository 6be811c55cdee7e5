"""Grok Build: where its session folders lie and what they hold."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping
from relaymark.agents.grok_build.decode import BESIDE, LOG, decode, tells_tokens
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join
from relaymark.core.store import Files

_FOLDER = "sessions"
_SESSION = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_FIRST = 50
"""Lines of a log that are looked at to tell whose it is."""


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `GROK_HOME`, else `~/.grok`, the same on all systems."""
    if moved := environ.get("GROK_HOME", "").strip():
        return (Home(join(home, moved), "GROK_HOME"),)
    return (Home(join(home, ".grok")),)


def owns(path: str) -> bool:
    """Tell whether a path is the log of a session: `sessions/<folder, percent-encoded>/<uuid>/updates.jsonl`."""
    match path.split("/"):
        case [folder, place, session, file]:
            return folder == _FOLDER and bool(place) and bool(_SESSION.fullmatch(session)) and file == LOG
    return False


def _beside(_name: str, _read: Mapping[str, Any]) -> tuple[str, ...]:
    return BESIDE


def _recognises(value: Any) -> bool:
    return any(tells_tokens(mapping(line)) for line in listing(value)[:_FIRST])


FILES = Files(owns=owns, decode=decode, recognises=_recognises, beside=_beside, weighs=False)

AGENT = Agent(name="grok-build", title="Grok Build", homes=homes, folders=(_FOLDER,), stores=(FILES,), host="")
