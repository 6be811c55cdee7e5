"""Pi: where its session files lie and how their lines become events."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.agents.pi.decode import ENTRIES, HEADER, Decode, session_of
from relaymark.core.agent import Agent, Home, WindowFile
from relaymark.core.paths import join
from relaymark.core.store import Decoder, Lines

_VARIABLE = "PI_CODING_AGENT_DIR"
_FOLDER = "sessions"
_MODELS = "models.json"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `PI_CODING_AGENT_DIR`, else `~/.pi/agent`, the same on all systems."""
    if moved := environ.get(_VARIABLE, "").strip():
        below = moved[2:] if moved.startswith(("~/", "~\\")) else "" if moved == "~" else moved
        return (Home(join(home, below), _VARIABLE),)
    return (Home(join(home, ".pi/agent")),)


def owns(path: str) -> bool:
    """Tell whether a path is a session: `sessions/--<folder>--/<time>_<id>.jsonl`."""
    match path.split("/"):
        case [folder, place, file]:
            return folder == _FOLDER and not place.startswith(".") and session_of(file) is not None
    return False


def slug(folder: str) -> str:
    """Return the beginning of the name that Pi gives to a folder: lossy, good for finding candidates only."""
    return "--" + re.sub(r"[/\\:]", "-", re.sub(r"^[/\\]", "", folder))


def window(models: Any, provider: str | None, model: str) -> int | None:
    """Return the window in tokens that the user's `models.json` gives a model; nothing else of it is looked at."""
    own = mapping(mapping(mapping(models).get("providers")).get(provider or ""))
    for one in map(mapping, listing(own.get("models"))):
        if one.get("id") == model:
            return whole(one.get("contextWindow")) or None
    return whole(mapping(mapping(own.get("modelOverrides")).get(model)).get("contextWindow")) or None


def _models(environ: Mapping[str, str], home: str, _cwd: str | None) -> tuple[str, ...]:
    return tuple(f"{one.path}/{_MODELS}" for one in homes(environ, home))


def _decoder(path: str) -> Decoder:
    return Decode(session_of(path))


def _recognises(record: Any) -> bool:
    line = mapping(record)
    if line.get("type") == HEADER:
        return text(line.get("id")) is not None and "cwd" in line and "timestamp" in line
    return text(line.get("type")) in ENTRIES and "parentId" in line and "id" in line and "timestamp" in line


LINES = Lines(owns=owns, session_id=session_of, decoder=_decoder, recognises=_recognises, head=True)

AGENT = Agent(
    name="pi",
    title="Pi",
    homes=homes,
    folders=(_FOLDER,),
    stores=(LINES,),
    host="",
    window_files=(WindowFile(files=_models, window=window),),
    near=lambda folder: f"/{_FOLDER}/{slug(folder)}",
)
