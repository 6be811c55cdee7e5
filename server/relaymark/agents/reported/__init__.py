"""Reported sessions: what any program tells of its own session through the drop folder."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import mapping
from relaymark.agents.reported.reading import decode, unknown_fields
from relaymark.agents.reported.words import WORDS
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import absolute, join, normal
from relaymark.core.store import Decoder, Lines

FOLDER = "reported"
"""In the state folder; below it one folder per program, and in that one file per session."""
NAME = re.compile(r"(?![.])[A-Za-z0-9._-]{1,100}(?<![.])")
"""What programs and sessions can be called: their names are those of a folder and of a file."""
_OURS = "relaymark"
_ENDING = ".jsonl"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return Relaymark's state folder, as the conventions of the platform have it (`platformdirs`)."""
    if _on_windows(home):
        local = environ.get("LOCALAPPDATA", "").strip()
        return (Home(join(local or join(home, "AppData/Local"), _OURS), "LOCALAPPDATA" if local else None),)
    xdg = environ.get("XDG_STATE_HOME", "").strip()
    if absolute(xdg):
        return (Home(join(xdg, _OURS), "XDG_STATE_HOME"),)
    # The variable stands in the environment of every process on macOS.
    mac = home.startswith("/Users/") or "__CF_USER_TEXT_ENCODING" in environ
    return (Home(join(home, f"Library/Application Support/{_OURS}" if mac else f".local/state/{_OURS}")),)


def _on_windows(home: str) -> bool:
    return absolute(home) and not normal(home).startswith("/")


def file_of(agent: str, session: str) -> str | None:
    """Return where a program's session is reported, relative to the state folder; None for names that cannot be."""
    if not NAME.fullmatch(agent) or not NAME.fullmatch(session):
        return None
    return f"{FOLDER}/{agent}/{session}{_ENDING}"


def program(path: str) -> str | None:
    """Return the program that reports in a drop file, by its path; None for a file that lies elsewhere."""
    match normal(path).split("/"):
        case [*_, folder, agent, file] if folder == FOLDER and owns(f"{folder}/{agent}/{file}"):
            return agent
    return None


def owns(path: str) -> bool:
    """Tell whether a path is a drop file: `reported/<program>/<session>.jsonl`."""
    match path.split("/"):
        case [_, agent, file] if file.endswith(_ENDING):
            return path == file_of(agent, file.removesuffix(_ENDING))
    return False


def _session_id(path: str) -> str | None:
    return normal(path).rsplit("/", 1)[-1].removesuffix(_ENDING) or None


def _decoder(_path: str) -> Decoder:
    return decode


def _recognises(value: Any) -> bool:
    line = mapping(value)
    return str(line.get("event")) in WORDS and not unknown_fields(line)


LINES = Lines(owns=owns, session_id=_session_id, decoder=_decoder, recognises=_recognises, head=True)

AGENT = Agent(
    name="reported",
    title="Reported",
    homes=homes,
    folders=(FOLDER,),
    stores=(LINES,),
    host="",
    program=program,
)
