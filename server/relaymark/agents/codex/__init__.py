"""Codex (CLI, IDE extension and app): where its rollouts lie and how their lines become events."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.codex.decode import SKIPPED, decode
from relaymark.agents.fields import mapping, text
from relaymark.core.agent import Agent, Home, Titles
from relaymark.core.paths import join, name
from relaymark.core.store import Decoder, Lines

_ROLLOUT = re.compile(r"rollout-.*?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl")
_KINDS = ("session_meta", "turn_context", "response_item", "event_msg", "compacted", "token_usage_record")


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `CODEX_HOME`, else `~/.codex` on every system."""
    if moved := environ.get("CODEX_HOME", "").strip():
        return (Home(join(home, moved), "CODEX_HOME"),)
    return (Home(join(home, ".codex")),)


def owns(path: str) -> bool:
    """Tell whether a path is a rollout: in the date tree, or flat among the archived ones."""
    return path.split("/", maxsplit=1)[0] in ("sessions", "archived_sessions") and bool(_ROLLOUT.fullmatch(name(path)))


def _session_id(path: str) -> str | None:
    found = _ROLLOUT.fullmatch(name(path))
    return found[1] if found else None


def _decoder(path: str) -> Decoder:
    session_id = _session_id(path)
    return lambda record: decode(record, session_id)


def _recognises(record: Any) -> bool:
    line = mapping(record)
    return line.get("type") in _KINDS and "payload" in line


def _title(record: Any) -> tuple[str, str] | None:
    line = mapping(record)
    session, title = text(line.get("id")), text(line.get("thread_name"))
    return (session, title) if session and title else None


LINES = Lines(
    owns=owns,
    session_id=_session_id,
    decoder=_decoder,
    recognises=_recognises,
    skipped=SKIPPED,
    head=True,
    records_window=True,
)

AGENT = Agent(
    name="codex",
    title="Codex",
    homes=homes,
    folders=("sessions", "archived_sessions"),
    stores=(LINES,),
    host="openai",
    baseline=12_000,
    closed=lambda path: "/archived_sessions/" in path.replace("\\", "/"),
    titles=Titles("session_index.jsonl", _title),
)
