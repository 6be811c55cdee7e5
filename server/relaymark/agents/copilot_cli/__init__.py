"""Copilot CLI: where its session logs lie and how their lines become events."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.copilot_cli.decode import SKIPPED, decode
from relaymark.agents.copilot_cli.workspace import NEIGHBOURS
from relaymark.agents.fields import mapping
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join, normal
from relaymark.core.store import Decoder, Lines

_FOLDER = "session-state"
_LOG = "events.jsonl"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENVELOPE = {"type", "data", "id", "timestamp", "parentId"}


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folders: `COPILOT_HOME`, else `~/.copilot` and the older place below `XDG_STATE_HOME`."""
    if moved := environ.get("COPILOT_HOME", "").strip():
        return (Home(join(home, moved), "COPILOT_HOME"),)
    default = Home(join(home, ".copilot"))
    if xdg := environ.get("XDG_STATE_HOME", "").strip():
        return (default, Home(join(join(home, xdg), ".copilot"), "XDG_STATE_HOME"))
    return (default,)


def owns(path: str) -> bool:
    """Tell whether a path is a session's log: `session-state/<id>/events.jsonl`, in old versions `<id>.jsonl`."""
    match path.split("/"):
        case [folder, session, file]:
            return folder == _FOLDER and not session.startswith(".") and file == _LOG
        case [folder, file]:
            return folder == _FOLDER and bool(_UUID.fullmatch(file.removesuffix(".jsonl"))) and file.endswith(".jsonl")
    return False


def _session_id(path: str) -> str | None:
    parts = normal(path).split("/")
    stem = parts[-2] if parts[-1] == _LOG and len(parts) > 1 else parts[-1].removesuffix(".jsonl")
    chosen = parts[-1] == _LOG and parts[-3:-2] == [_FOLDER]  # clients may choose ids of their own
    return stem if chosen or _UUID.fullmatch(stem) else None


def _decoder(path: str) -> Decoder:
    session_id = _session_id(path)
    return lambda record: decode(record, session_id)


def _recognises(record: Any) -> bool:
    return mapping(record).keys() >= _ENVELOPE


LINES = Lines(
    owns=owns,
    session_id=_session_id,
    decoder=_decoder,
    recognises=_recognises,
    skipped=SKIPPED,
    head=True,
    records_window=True,
    neighbours=NEIGHBOURS,
)

AGENT = Agent(
    name="copilot-cli",
    title="Copilot CLI",
    homes=homes,
    folders=(_FOLDER,),
    stores=(LINES,),
    host="github-copilot",
)
