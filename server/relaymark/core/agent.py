"""What an agent module tells the engine: one small value, found through one explicit list."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from relaymark.core.events import Record

Decoder = Callable[[Any], Record]


class Home(Struct, frozen=True):
    """A folder in which an agent keeps its sessions.

    Attributes:
        path: Absolute.
        variable: The environment variable that moved it there, None for the default place.
    """

    path: str
    variable: str | None = None


class Running(Struct, frozen=True):
    """An agent's own word that a session is open in a process.

    Attributes:
        session: The session's id.
        pid: The process.
        start: When that process started, in the agent's own notation; compared with the one of the process now.
        status: `busy`, `waiting` or `idle`, None where the agent does not tell.
    """

    session: str
    pid: int
    start: str | None
    status: str | None = None


class Registry(Struct, frozen=True):
    """Where an agent lists its running sessions: files `folder/<digits>.json` in its home."""

    folder: str
    decode: Callable[[Any], Running | None]
    complete: Callable[[str | None, str | None], bool]
    """Whether every running session of such a program version and entry stands there."""


class Titles(Struct, frozen=True):
    """A file of JSON lines in an agent's home that names sessions; the newest line of an id counts."""

    file: str
    decode: Callable[[Any], tuple[str, str] | None]


class Settings(Struct, frozen=True):
    """Files of JSON that may name the model a session was asked to use, the strongest first.

    Only that one name is taken; such files may hold keys.
    """

    files: Callable[[str, str | None], tuple[str, ...]]
    model: Callable[[Any], str | None]
    fits: Callable[[str, str], bool]
    """Whether a name from the settings means a model as the transcript names it."""


class Agent(Struct, frozen=True, kw_only=True):
    """One agent whose sessions lie in append-only JSON lines.

    Attributes:
        name: As it stands in payloads: `claude-code`.
        title: As a person writes it: `Claude Code`.
        homes: From the environment and the user's home folder to its folders, in order.
        folders: What is looked at and watched below a home, relative to it.
        owns: Whether a path below a home (relative, with `/`) is a transcript.
        session_id: The session id that a transcript's path gives, None where it gives none.
        decoder: For a transcript's path, the function from a parsed line to its record.
        recognises: Whether a parsed line looks like one of this agent's, for a file that lies anywhere.
        skipped: Beginnings of lines that need not be parsed.
        head: Whether the first line tells what no later line does (who the session is).
        records_window: Whether its transcripts hold the window beside each figure.
        host: Who serves its models by default, in the words of the price registry.
        window: From program version and model to the window in tokens that the agent itself uses, None if unknown.
        trusts_registry: Whether a public registry's window may be taken where the agent's own table says nothing.
        one_million: Whether a model as it was asked for carries the mark of the 1M variant.
        near: Parts of paths that transcripts of a directory have in common, None if they tell nothing of it.
        baseline: Tokens that the agent's own percentage leaves out on both sides.
        closed: Whether a path says that the session is archived.
        registry: Its list of running sessions.
        titles: Its file of session names.
        settings: Its settings that name a model.
    """

    name: str
    title: str
    homes: Callable[[Mapping[str, str], str], tuple[Home, ...]]
    folders: tuple[str, ...]
    owns: Callable[[str], bool]
    session_id: Callable[[str], str | None]
    decoder: Callable[[str], Decoder]
    recognises: Callable[[Any], bool]
    skipped: tuple[bytes, ...] = ()
    head: bool = False
    records_window: bool = False
    host: str
    window: Callable[[str | None, str], int | None] = lambda _version, _model: None
    trusts_registry: bool = True
    one_million: Callable[[str], bool] = lambda _model: False
    near: Callable[[str], str | None] = lambda _folder: None
    baseline: int = 0
    closed: Callable[[str], bool] = lambda _path: False
    registry: Registry | None = None
    titles: Titles | None = None
    settings: Settings | None = None
