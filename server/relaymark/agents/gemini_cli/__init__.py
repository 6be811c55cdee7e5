"""Gemini CLI: where its chats and their subagents lie, whose workspace they are, and its windows."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text
from relaymark.agents.gemini_cli.decode import decode
from relaymark.agents.gemini_cli.workspace import MARKER, PROJECTS
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join, name
from relaymark.core.store import Files

_FOLDER, _CHATS = "tmp", "chats"
_CHAT = re.compile(r"session-.+\.jsonl?")
_SUBAGENT = re.compile(r"[^.].*\.jsonl")
_GEMMA_4 = "gemma-4"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder `.gemini` in `GEMINI_CLI_HOME`, else in the user's home, the same on all systems."""
    if moved := environ.get("GEMINI_CLI_HOME", "").strip():
        return (Home(join(join(home, moved), ".gemini"), "GEMINI_CLI_HOME"),)
    return (Home(join(home, ".gemini")),)


def owns(path: str) -> bool:
    """Tell whether a path is a chat of a project, or that of a subagent in the folder of its session."""
    match path.split("/"):
        case ["tmp", _, "chats", file]:
            return bool(_CHAT.fullmatch(file))
        case ["tmp", _, "chats", _, file]:
            return bool(_SUBAGENT.fullmatch(file))
    return False


def slug(folder: str) -> str:
    """Return the name that it gives to a project's folder unless that is taken: good for finding candidates only."""
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9]", "-", name(folder).lower())).strip("-") or "project"


def window(_version: str | None, model: str) -> int:
    """Return the window in tokens that it takes a model to have (`tokenLimits.ts`, the same from 0.30 to 0.61)."""
    return 256_000 if model.startswith(_GEMMA_4) else 1_048_576


def _beside(file: str, _read: Mapping[str, Any]) -> tuple[str, ...]:
    up = "" if _CHAT.fullmatch(file) else "../"
    return (f"{up}../{MARKER}", f"{up}../../../{PROJECTS}")


def _recognises(value: Any) -> bool:
    """Tell whether the object of an old file, or one of the lines of a new one, says what every chat says first."""
    heads = [mapping(one) for one in (listing(value) or [value])]
    return any(text(one.get("sessionId")) and text(one.get("projectHash")) for one in heads)


FILES = Files(owns=owns, decode=decode, recognises=_recognises, beside=_beside)

AGENT = Agent(
    name="gemini-cli",
    title="Gemini CLI",
    homes=homes,
    folders=(_FOLDER,),
    stores=(FILES,),
    host="google",
    window=window,
    trusts_registry=False,
    near=lambda folder: f"/{_FOLDER}/{slug(folder)}",
)
