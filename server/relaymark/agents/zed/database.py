"""Zed: what is asked of its database: a row holds a whole thread, packed.

Columns came with the versions of the program. Those that not every version has are asked for in an inner query; where
the table lacks one, its name means the NULL of the same name in the outer query. Facts: Zed's public source
(`crates/agent/src/db.rs`).
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import text
from relaymark.agents.zed.packed import unpacked
from relaymark.agents.zed.thread import Row, records
from relaymark.core.events import Record
from relaymark.core.store import Database, RowDecoder

_ABSENT = "(SELECT NULL AS parent_id, NULL AS folder_paths, NULL AS folder_paths_order, NULL AS created_at) absent"
_NEWER = "(SELECT {0} FROM threads inside WHERE inside.rowid = one.rowid)"
_PARENT, _FOLDERS, _ORDER, _CREATED = map(
    _NEWER.format, ("parent_id", "folder_paths", "folder_paths_order", "created_at")
)

# Of several folders the thread itself tells which is the first one.
_SESSIONS = f"""
SELECT one.id AS id, CASE WHEN instr({_FOLDERS}, char(10)) = 0 THEN {_FOLDERS} END AS cwd,
    CAST(strftime('%s', one.updated_at) AS INTEGER) AS updated,
    printf('%s %s %d', one.updated_at, one.summary, length(one.data)) AS stamp
FROM threads one, {_ABSENT}
"""  # noqa: S608  (put together from constants)

_ROWS = """
SELECT 'thread' AS kind, id, printf('%s %s %d', updated_at, summary, length(data)) AS stamp
FROM threads WHERE id = :session
"""

_THREAD = f"""
SELECT one.id AS id, one.summary AS summary, one.updated_at AS updated, one.data_type AS data_type, one.data AS data,
    {_PARENT} AS parent, {_FOLDERS} AS folders, {_ORDER} AS folders_order, {_CREATED} AS created
FROM threads one, {_ABSENT} WHERE one.id = :id
"""  # noqa: S608  (put together from constants)


def owns(path: str) -> bool:
    """Tell whether a path is the database: `threads/threads.db`."""
    return path == "threads/threads.db"


def _decoder(_path: str) -> RowDecoder:
    return _decode


def _decode(_kind: str, row: Mapping[str, Any]) -> tuple[Record, ...]:
    thread, bad = unpacked(row.get("data"), packed=row.get("data_type") == "zstd")
    known = Row(
        id=text(row.get("id")) or "",
        title=text(row.get("summary")),
        updated=text(row.get("updated")),
        created=text(row.get("created")),
        parent=text(row.get("parent")),
        folders=_ordered(text(row.get("folders")), text(row.get("folders_order"))),
    )
    return records(known, thread, bad)


def _ordered(folders: str | None, order: str | None) -> tuple[str, ...]:
    """Return the folders of a thread in the order in which they were opened; they stand sorted, one a line."""
    named = (folders or "").split("\n")
    places = [int(place) if place.isdecimal() and len(place) < 6 else -1 for place in (order or "").split(",")]
    if sorted(places) != list(range(len(named))):
        return tuple(filter(None, named))
    return tuple(name for _, name in sorted(zip(places, named, strict=True)) if name)


DATABASE = Database(
    owns=owns,
    tables=frozenset({"threads"}),
    sessions=_SESSIONS,
    rows=_ROWS,
    fetch={"thread": _THREAD},
    decoder=_decoder,
)
