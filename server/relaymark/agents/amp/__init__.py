"""Amp: where the local copies of its threads lie and what they hold."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.amp.decode import decode
from relaymark.agents.fields import mapping
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join
from relaymark.core.store import Files

_FOLDER = "threads"
_THREAD = re.compile(r"T-[0-9A-Za-z-]{1,80}\.json")


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `AMP_DATA_DIR`, else `amp` in `XDG_DATA_HOME` or `~/.local/share`, on every system."""
    if moved := environ.get("AMP_DATA_DIR", "").strip():
        return (Home(join(home, moved), "AMP_DATA_DIR"),)
    if data := environ.get("XDG_DATA_HOME", "").strip():
        return (Home(join(join(home, data), "amp"), "XDG_DATA_HOME"),)
    return (Home(join(home, ".local/share/amp")),)


def owns(path: str) -> bool:
    """Tell whether a path is a thread: `threads/T-<id>.json`."""
    match path.split("/"):
        case [folder, file]:
            return folder == _FOLDER and bool(_THREAD.fullmatch(file))
    return False


def _recognises(value: Any) -> bool:
    thread = mapping(value)
    return isinstance(thread.get("messages"), list) and "created" in thread and str(thread.get("id")).startswith("T-")


FILES = Files(owns=owns, decode=decode, recognises=_recognises)

AGENT = Agent(name="amp", title="Amp", homes=homes, flat=(_FOLDER,), stores=(FILES,), host="")
