"""Cursor: where its conversations lie, in its database and in the transcripts of its agents."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.copilot_vscode.locations import folder
from relaymark.agents.cursor.conversation import decode
from relaymark.agents.cursor.rows import FETCH, ROWS, SESSIONS
from relaymark.agents.cursor.tools import parsed
from relaymark.agents.cursor.transcripts import decode as decode_line
from relaymark.agents.cursor.transcripts import slug
from relaymark.agents.fields import listing, mapping, text
from relaymark.agents.vscode_places import user_folders
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join, normal
from relaymark.core.store import Database, Decoder, Lines, RowDecoder, SessionFolders

_PRODUCTS = ("Cursor", ".cursor-server")
_TRANSCRIPTS = "agent-transcripts"
_FOLDERS = "SELECT value FROM ItemTable WHERE key = 'composer.composerData'"
_OTHER = {"type", "uuid", "sessionId", "id", "timestamp"}


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folders `User`, installed and of its server, and `~/.cursor`."""
    found = [one for one in user_folders(environ, home) if one.product in _PRODUCTS]
    return (*(Home(one.path, one.variable) for one in found), Home(join(home, ".cursor")))


def _owns_database(path: str) -> bool:
    return path == "globalStorage/state.vscdb"


def _place(path: str) -> tuple[str, str | None, str] | None:
    """Return session, parent and slug of a transcript by its path, None for what is none."""
    parts = normal(path).split("/")
    if not parts[-1].endswith(".jsonl") or _TRANSCRIPTS not in parts[1:-1]:
        return None
    at = len(parts) - 1 - parts[::-1].index(_TRANSCRIPTS)
    session = parts[-1].removesuffix(".jsonl")
    match parts[at + 1 : -1]:
        case []:
            return session, None, parts[at - 1]
        case [outer] if outer == session:
            return session, None, parts[at - 1]
        case [outer, "subagents"] | [outer, "subagents", _]:
            return session, outer, parts[at - 1]
    return None  # a subagent of no known session, too: it would be taken for one of the user's


def _owns_transcript(path: str) -> bool:
    return path.startswith("projects/") and path.count("/") > 2 and _place(path) is not None


def _session_id(path: str) -> str | None:
    found = _place(path)
    return found[0] if found else None


def _decoder(path: str) -> Decoder:
    session, parent, named = _place(path) or (None, None, None)
    return lambda record: decode_line(record, session, parent, named)


def _row_decoder(_path: str) -> RowDecoder:
    return decode


def _recognises(record: Any) -> bool:
    line = mapping(record)
    said = line.get("role") in ("user", "assistant") and "content" in mapping(line.get("message"))
    return said and not line.keys() & _OTHER


def _pairs(texts: tuple[str, ...], window: Any) -> tuple[tuple[str, str], ...]:
    """Return the conversations that a window's list names, with the window's folder."""
    place = folder(window, None)
    found: dict[str, str] = {}
    for told in map(mapping, map(parsed, texts)) if place else ():
        named = [mapping(one).get("composerId") for one in listing(told.get("allComposers"))]
        named += [*listing(told.get("selectedComposerIds")), *listing(told.get("lastFocusedComposerIds"))]
        found |= {known: place for one in named if place and (known := text(one))}
    return tuple(found.items())


def _near(directory: str) -> str:
    return f"/projects/{slug(directory)}/{_TRANSCRIPTS}"


DATABASE = Database(
    owns=_owns_database,
    tables=frozenset({"cursorDiskKV", "ItemTable"}),
    sessions=SESSIONS,
    rows=ROWS,
    fetch=FETCH,
    decoder=_row_decoder,
    folders=SessionFolders("workspaceStorage/*/state.vscdb", _FOLDERS, "workspace.json", _pairs),
)

LINES = Lines(
    owns=_owns_transcript,
    session_id=_session_id,
    decoder=_decoder,
    recognises=_recognises,
)

AGENT = Agent(
    name="cursor",
    title="Cursor",
    homes=homes,
    folders=(f"projects/*/{_TRANSCRIPTS}",),
    flat=("globalStorage",),
    stores=(DATABASE, LINES),
    host="",
    # It names models in its own way and gives them windows of its own.
    trusts_registry=False,
    near=_near,
)
