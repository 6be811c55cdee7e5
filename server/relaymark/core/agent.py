"""What an agent module tells the engine: one small value, found through one explicit list."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from relaymark.core.store import Store


class Home(Struct, frozen=True):
    """A folder in which an agent keeps its sessions.

    Attributes:
        path: Absolute.
        variable: The environment variable that moved it there, None for the default place.
        foreign: The user named it in the settings: it may be another machine's, whose processes are not known here.
    """

    path: str
    variable: str | None = None
    foreign: bool = False


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


class WindowFile(Struct, frozen=True):
    """A file of JSON on this machine that gives the windows of models; nothing but that figure is taken.

    Attributes:
        files: From the environment, the user's home folder and a session's directory to absolute paths, the
            strongest first.
        window: From the parsed file, the recorded provider and the model to the window in tokens, None if unknown.
        source: `settings` for what the user set, `agent` for the agent's own list.
    """

    files: Callable[[Mapping[str, str], str, str | None], tuple[str, ...]]
    window: Callable[[Any, str | None, str], int | None]
    source: Literal["settings", "agent"] = "settings"


class Agent(Struct, frozen=True, kw_only=True):
    """One agent and the stores in which its sessions lie.

    Attributes:
        name: As it stands in payloads: `claude-code`.
        title: As a person writes it: `Claude Code`.
        homes: From the environment and the user's home folder to its folders, in order.
        folders: What is looked at and watched below a home with all below it, relative to the home.
        flat: What is looked at and watched below a home without what lies in folders there; empty text: the home.
        in_project: Files of stores that lie in a project's folder, relative to it.
        stores: How its sessions are kept, the newest form first.
        host: Who serves its models by default, in the words of the price registry; empty if there is no default.
        window: From program version and model to the window in tokens that the agent itself uses, None if unknown.
        window_files: Files that give windows, the strongest first.
        trusts_registry: Whether a public registry's window may be taken where the agent's own table says nothing.
        one_million: Whether a model as it was asked for carries the mark of the 1M variant.
        near: Parts of paths that transcripts of a directory have in common, None if they tell nothing of it.
        program: The name for people of who wrote a path, where that is another one than the agent; else None.
        baseline: Tokens that the agent's own percentage leaves out on both sides.
        closed: Whether a path says that the session is archived.
        registry: Its list of running sessions.
        titles: Its file of session names.
        settings: Its settings that name a model.
    """

    name: str
    title: str
    homes: Callable[[Mapping[str, str], str], tuple[Home, ...]]
    folders: tuple[str, ...] = ()
    flat: tuple[str, ...] = ()
    in_project: tuple[str, ...] = ()
    stores: tuple[Store, ...]
    host: str
    window: Callable[[str | None, str], int | None] = lambda _version, _model: None
    window_files: tuple[WindowFile, ...] = ()
    trusts_registry: bool = True
    one_million: Callable[[str], bool] = lambda _model: False
    near: Callable[[str], str | None] = lambda _folder: None
    program: Callable[[str], str | None] = lambda _path: None
    baseline: int = 0
    closed: Callable[[str], bool] = lambda _path: False
    registry: Registry | None = None
    titles: Titles | None = None
    settings: Settings | None = None

    def store_of(self, path: str) -> Store | None:
        """Return the store that a path below a home (relative, with `/`) belongs to, None if it is none's."""
        return next((store for store in self.stores if store.owns(path)), None)

    def owns(self, path: str) -> bool:
        """Tell whether a path below a home (relative, with `/`) is one of its stores."""
        return self.store_of(path) is not None
