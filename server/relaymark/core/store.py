"""How an agent keeps its sessions: lines that grow, files that are rewritten, rows of a database."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from relaymark.core.events import Record

Decoder = Callable[[Any], Record]
RowDecoder = Callable[[str, Mapping[str, Any]], tuple[Record, ...]]


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
        decoder: For a transcript's path, the function from a parsed line to its record. Lines come in order; it may
            remember what the earlier ones told.
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
