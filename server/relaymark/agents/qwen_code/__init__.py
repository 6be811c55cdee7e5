"""Qwen Code: where its sessions and their subagents lie, and how their lines become events."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping
from relaymark.agents.qwen_code.decode import decode
from relaymark.agents.qwen_code.usage import window
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join, name, normal
from relaymark.core.store import Decoder, Lines

_SESSION = re.compile(r"([0-9a-fA-F-]{32,36})\.jsonl")
_SUBAGENT = re.compile(r"agent-(.+)\.jsonl")
_VARIABLES = ("QWEN_RUNTIME_DIR", "QWEN_HOME")


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `QWEN_RUNTIME_DIR`, else `QWEN_HOME`, else `~/.qwen` on every system."""
    for variable in _VARIABLES:
        if moved := environ.get(variable, "").strip():
            below = moved[2:] if moved.startswith(("~/", "~\\")) else "" if moved == "~" else moved
            return (Home(join(home, below), variable),)
    return (Home(join(home, ".qwen")),)


def owns(path: str) -> bool:
    """Tell whether a path is a session's transcript, or that of a subagent in the folder of its session."""
    match path.split("/"):
        case ["projects", _, "chats", file]:
            return bool(_SESSION.fullmatch(file))
        case ["projects", _, "subagents", _, file]:
            return bool(_SUBAGENT.fullmatch(file))
    return False


def slug(folder: str) -> str:
    """Return the name that Qwen Code gives to a folder: lossy, good for finding candidates only."""
    known = normal(folder)
    windows_path = re.match(r"[a-z]:|//", known)
    units = (known.lower() if windows_path else known).encode("utf-16-le", "surrogatepass")
    return "".join(
        chr(unit) if unit < 128 and chr(unit).isalnum() else "-"
        for unit in (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    )


def _session_id(path: str) -> str | None:
    file = name(path)
    found = _SUBAGENT.fullmatch(file) or _SESSION.fullmatch(file)
    return found[1] if found else None


def _decoder(path: str) -> Decoder:
    subagent = bool(_SUBAGENT.fullmatch(name(path)))
    session_id = _session_id(path)
    return lambda record: decode(record, session_id, subagent=subagent)


def _recognises(record: Any) -> bool:
    line = mapping(record)
    if "uuid" not in line or "sessionId" not in line:
        return False
    return "systemPayload" in line or bool(listing(mapping(line.get("message")).get("parts")))


LINES = Lines(
    owns=owns,
    session_id=_session_id,
    decoder=_decoder,
    recognises=_recognises,
)

AGENT = Agent(
    name="qwen-code",
    title="Qwen Code",
    homes=homes,
    folders=("projects",),
    stores=(LINES,),
    host="alibaba",
    window=window,
    near=lambda folder: f"/projects/{slug(folder)}",
)
