"""What an agent module tells the engine: one small value, found through one explicit list."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from relaymark.core.events import Record

Decoder = Callable[[Any], Record]
RowDecoder = Callable[[str, Mapping[str, Any]], tuple[Record, ...]]


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


class Neighbours(Struct, frozen=True):
    """Files in a transcript's own folder that tell of its session.

    Attributes:
        named: The name of the file that names the session.
        title: From its text to the session's name, None if it tells none.
        holder: From the name of any file there to the process that has the session open, None if it tells none. The
            file holds nothing else; a process counts only if it was started before the file was written.
    """

    named: str
    title: Callable[[str], str | None]
    holder: Callable[[str], int | None]


class Lines(Struct, frozen=True, kw_only=True):
    """Sessions in append-only JSON lines, one file each, every line telling something by itself.

    Attributes:
        owns: Whether a path below a home (relative, with `/`) is a transcript.
        session_id: The session id that a transcript's path gives, None where it gives none.
        decoder: For a transcript's path, the function from a parsed line to its record.
        recognises: Whether a parsed line looks like one of this agent's, for a file that lies anywhere.
        skipped: Beginnings of lines that need not be parsed.
        head: Whether the first line tells what no later line does (who the session is).
        records_window: Whether its transcripts hold the window beside each figure.
        neighbours: Files beside a transcript that name its session and tell who has it open.
    """

    owns: Callable[[str], bool]
    session_id: Callable[[str], str | None]
    decoder: Callable[[str], Decoder]
    recognises: Callable[[Any], bool]
    skipped: tuple[bytes, ...] = ()
    head: bool = False
    records_window: bool = False
    neighbours: Neighbours | None = None


class Told(Struct, frozen=True):
    """One session as a store that is read whole tells it.

    Attributes:
        session: The session's id.
        records: What it holds now, in order, without what was taken back.
    """

    session: str
    records: tuple[Record, ...]


class Files(Struct, frozen=True, kw_only=True):
    """Sessions in files that are rewritten whole, or whose lines mean something only together.

    A unit is one file and those beside it. Whenever one of them changes the unit is read anew; while one of them
    is half-written the last good state stays. A file `.json` is given parsed, a `.jsonl` as the list of its parsed
    lines (a line that is no JSON is left out, counted and named), any other as its text.

    Attributes:
        owns: Whether a path below a home (relative, with `/`) is the file that a unit is named by.
        beside: From that file's name and what was read so far (by path relative to its folder) to the further files
            of the unit, relative to its folder (`..` may lead out of it) or absolute, with `/`; `*` stands for any
            name in a folder. Asked again until it names nothing new. A file that is not there is left out.
        decode: From the absolute path of the unit's file and its contents to its sessions.
        recognises: Whether a parsed file (or text) looks like one of this agent's, for a file that lies anywhere.
        shared: Files beside it that tell of other sessions too, by their path relative to its folder: their time is
            not the session's.
        weighs: Whether its records hold the texts that fill the context; if not there is no breakdown, and no file's
            share is known.
    """

    owns: Callable[[str], bool]
    decode: Callable[[str, Mapping[str, Any]], tuple[Told, ...]]
    recognises: Callable[[Any], bool]
    beside: Callable[[str, Mapping[str, Any]], tuple[str, ...]] = lambda _name, _read: ()
    shared: frozenset[str] = frozenset()
    weighs: bool = True


class Database(Struct, frozen=True, kw_only=True):
    """Sessions in a SQLite database that its program writes at the same time.

    Only the named tables and columns are ever selected. A row is decoded again only when its stamp differs.

    Attributes:
        owns: Whether a path below a home (relative, with `/`) is such a database.
        tables: Tables that it has, to recognise one that lies anywhere.
        sessions: SQL that gives `id`, `stamp` (anything that differs whenever the session changed, None where the
            database has no such thing: then the stamps of its rows are looked at each time), `cwd` (None where the
            database does not tell) and `updated` (seconds since the epoch, None if unknown) of each session. It has
            to be cheap for thousands of sessions in a database of gigabytes.
        rows: SQL with `:session` that gives `kind`, `id` and `stamp` of each row of a session, in order.
        fetch: Per kind, SQL with `:id` that gives the columns of one row.
        decoder: For a database's path, the function from a kind and a row to its records. A row that holds the whole
            session gives many.
        folders: Where another database of the agent tells in which folder a session works.
    """

    owns: Callable[[str], bool]
    tables: frozenset[str]
    sessions: str
    rows: str
    fetch: Mapping[str, str]
    decoder: Callable[[str], RowDecoder]
    folders: "SessionFolders | None" = None


class SessionFolders(Struct, frozen=True):
    """Databases beside the main one that map sessions to folders, one database per folder.

    Attributes:
        pattern: Path below the home, `*` for any name: `workspaceStorage/*/state.vscdb`.
        query: SQL that gives one column with text.
        file: A JSON file beside each such database that names the folder.
        decode: From the texts and the parsed file to pairs of session id and folder.
    """

    pattern: str
    query: str
    file: str
    decode: Callable[[tuple[str, ...], Any], tuple[tuple[str, str], ...]]


Store = Lines | Files | Database


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
