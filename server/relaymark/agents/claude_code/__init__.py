"""Claude Code: where its sessions lie, which of them run, and how their lines become events."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.claude_code import windows
from relaymark.agents.claude_code.decode import SKIPPED, decode
from relaymark.agents.fields import mapping, text, whole
from relaymark.core.agent import Agent, Home, Registry, Running, Settings
from relaymark.core.paths import join, name, normal
from relaymark.core.store import Decoder, Lines

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SUBAGENT = re.compile(r"agent-([A-Za-z0-9-]+)")
_REGISTRY_SINCE = (2, 1, 197)
_SLUG_LENGTH = 200


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folders: those of `CLAUDE_CONFIG_DIR` (a comma list), else `~/.claude` and the XDG place."""
    if moved := environ.get("CLAUDE_CONFIG_DIR", "").strip():
        return tuple(Home(join(home, part.strip()), "CLAUDE_CONFIG_DIR") for part in moved.split(",") if part.strip())
    default = Home(join(home, ".claude"))
    if xdg := environ.get("XDG_CONFIG_HOME"):
        return (default, Home(join(xdg, "claude"), "XDG_CONFIG_HOME"))
    return (default, Home(join(home, ".config/claude")))


def owns(path: str) -> bool:
    """Tell whether `projects/<slug>/...` is a session's or a subagent's transcript."""
    parts = path.split("/")
    if parts[0] != "projects" or not path.endswith(".jsonl"):
        return False
    if len(parts) == 3:
        return True
    return len(parts) == 5 and parts[3] == "subagents" and not parts[4].startswith("agent-acompact-")


def slug(folder: str) -> str:
    """Return the name that Claude Code gives to a folder: lossy, good for finding candidates only."""
    units = folder.encode("utf-16-le", "surrogatepass")
    made = "".join(
        chr(unit) if unit < 128 and chr(unit).isalnum() else "-"
        for unit in (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    )
    # A longer one is cut there and ends in a hash; its beginning is enough to find it.
    return made[:_SLUG_LENGTH]


def _near(folder: str) -> str:
    return f"/projects/{slug(normal(folder))}"


def _session_id(path: str) -> str | None:
    stem = name(path).removesuffix(".jsonl")
    if found := _SUBAGENT.fullmatch(stem):
        return found[1]
    return stem if _UUID.fullmatch(stem) else None


def _decoder(path: str) -> Decoder:
    subagent = bool(_SUBAGENT.fullmatch(name(path).removesuffix(".jsonl")))
    session_id = _session_id(path)
    return lambda record: decode(record, session_id, subagent=subagent)


def _recognises(record: Any) -> bool:
    line = mapping(record)
    if "systemPayload" in line or "projectHash" in line or "parts" in mapping(line.get("message")):
        return False  # of one of its relatives, which took over the tree of records
    return "sessionId" in line or "leafUuid" in line or ("parentUuid" in line and "message" in line)


def _running(record: Any) -> Running | None:
    entry = mapping(record)
    session, pid = text(entry.get("sessionId")), whole(entry.get("pid"))
    if session is None or not pid:
        return None
    start = entry.get("procStart")
    started = str(start) if isinstance(start, str | int) and not isinstance(start, bool) else None
    return Running(session, pid, started, text(entry.get("status")))


def _complete(version: str | None, entry: str | None) -> bool:
    # Seen to hold for the terminal program; other ways to run it may not register.
    number = windows.parsed(version)
    return number is not None and number >= _REGISTRY_SINCE and entry == "cli"


def _settings_files(home: str, cwd: str | None) -> tuple[str, ...]:
    own = (join(cwd, ".claude/settings.local.json"), join(cwd, ".claude/settings.json")) if cwd else ()
    return (*own, join(home, "settings.json"))


LINES = Lines(
    owns=owns,
    session_id=_session_id,
    decoder=_decoder,
    recognises=_recognises,
    skipped=SKIPPED,
)

AGENT = Agent(
    name="claude-code",
    title="Claude Code",
    homes=homes,
    folders=("projects", "sessions"),
    stores=(LINES,),
    host="anthropic",
    window=windows.window,
    trusts_registry=False,
    one_million=windows.one_million,
    near=_near,
    registry=Registry("sessions", _running, _complete),
    settings=Settings(_settings_files, lambda record: text(mapping(record).get("model")), windows.fits),
)
