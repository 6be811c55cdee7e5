"""The opencode family: its SQLite database (opencode since 1.2, Kilo), session by session and message by message.

Only the tables `session`, `message` and `part` are named. Rows are rewritten while a reply comes in, and that does not
move the session's own time: stamps are made of the times of messages and parts too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from relaymark.agents.fields import inner, mapping, milliseconds, text
from relaymark.agents.opencode.message import Known, Part, message_record, session_record
from relaymark.core.events import Record
from relaymark.core.store import Database, RowDecoder

_TABLES = frozenset({"session", "message", "part"})
_BETWEEN = "\x1e"
"""Stands between parts: JSON has it neither in its texts nor between its words."""

_UNDONE = """
    CASE WHEN json_valid(revert) THEN
        CASE WHEN json_type(revert, '$.messageID') = 'text' THEN json_extract(revert, '$.messageID') END END AS undone,
    CASE WHEN json_valid(revert) THEN
        CASE WHEN json_type(revert, '$.partID') = 'text' THEN json_extract(revert, '$.partID') END END AS undone_part
"""

_JOINED = "group_concat(p.id || ' ' || CASE WHEN length(p.data) <= 16777216 THEN p.data ELSE '' END, char(30))"
_EARLIER = """
    SELECT b.{} FROM message b
    WHERE b.session_id = one.session_id AND (b.time_created, b.id) < (one.time_created, one.id)
    ORDER BY b.time_created DESC, b.id DESC LIMIT 1"""

# What is written while a session works are its newest messages and their parts. They are looked at, by index, for the
# sessions that were touched last: what a look costs does not depend on what the database weighs.
_SESSIONS = """
SELECT
    id, directory AS cwd,
    max(time_updated, CASE WHEN recent THEN coalesce((
        SELECT max(max(m.time_updated, coalesce((
            SELECT max(p.time_updated) FROM part p WHERE p.message_id = m.id), 0)))
        FROM (SELECT id, time_updated FROM message WHERE session_id = one.id
              ORDER BY time_created DESC, id DESC LIMIT 2) m), 0) ELSE 0 END) / 1000.0 AS updated,
    printf('%d %d %s %s %s %s %s', time_updated, time_archived, parent_id, directory, title, substr(revert, 1, 200),
        CASE WHEN recent THEN (
            SELECT printf('%d %.0f', count(*), total(m.time_updated + coalesce((
                SELECT total(p.time_updated) FROM part p WHERE p.message_id = m.id), 0)))
            FROM (SELECT id, time_updated FROM message WHERE session_id = one.id
                  ORDER BY time_created DESC, id DESC LIMIT 8) m) END) AS stamp
FROM (SELECT id, directory, parent_id, title, revert, time_updated, time_archived,
             id IN (SELECT id FROM session ORDER BY time_updated DESC LIMIT 100) AS recent FROM session) one
"""

_ROWS = f"""
WITH one AS (SELECT id, time_updated, time_archived, parent_id, directory, title, {_UNDONE}
             FROM session WHERE id = :session)
SELECT 'session' AS kind, id, 0 AS place, 0 AS at,
    printf('%d %d %s %s %s', time_updated, time_archived, parent_id, directory, title) AS stamp
FROM one
UNION ALL
SELECT 'message', m.id, 1, m.time_created,
    printf('%d %.0f %s', m.time_updated,
        (SELECT total(p.time_updated) FROM part p WHERE p.message_id = m.id),
        CASE WHEN m.id = one.undone THEN one.undone_part END)
FROM message m, one
WHERE m.session_id = one.id
    AND (one.undone IS NULL OR m.id < one.undone OR (m.id = one.undone AND one.undone_part IS NOT NULL))
ORDER BY place, at, id
"""  # noqa: S608  (put together from constants)

_SESSION = """
SELECT id, parent_id, directory, title, version, time_created, time_updated, time_archived
FROM session WHERE id = :id
"""

# A message that follows an automatic compaction may be a prompt that the program put again by itself: then `before` is
# what the user typed last before it.
_MESSAGE = f"""
WITH
    known AS (SELECT time_created AS since, {_UNDONE} FROM session
              WHERE id = (SELECT session_id FROM message WHERE id = :id)),
    one AS (SELECT id, session_id, time_created, data, since, undone, undone_part FROM message, known WHERE id = :id)
SELECT id, since,
    CASE WHEN length(data) <= 16777216 THEN data END AS data,
    (SELECT max(p.time_updated) FROM part p WHERE p.message_id = one.id) AS touched,
    (SELECT {_JOINED} FROM part p
     WHERE p.message_id = one.id
        AND (undone IS NOT one.id OR undone_part IS NULL OR p.id < undone_part)) AS parts,
    CASE WHEN instr(({_EARLIER.format("data")}), '"summary":true') > 0
        AND EXISTS (SELECT 1 FROM part c WHERE c.message_id = ({_EARLIER.format("id")} OFFSET 1)
                    AND instr(c.data, '"type":"compaction"') > 0 AND instr(c.data, '"auto":true') > 0)
    THEN (SELECT {_JOINED} FROM part p WHERE p.message_id = (
        SELECT b.id FROM message b
        WHERE b.session_id = one.session_id AND (b.time_created, b.id) < (one.time_created, one.id)
            AND instr(b.data, '"role":"user"') > 0
            AND NOT EXISTS (SELECT 1 FROM part c
                            WHERE c.message_id = b.id AND instr(c.data, '"type":"compaction"') > 0)
        ORDER BY b.time_created DESC, b.id DESC LIMIT 1)) END AS before
FROM one
"""  # noqa: S608  (put together from constants)


def database(owns: Callable[[str], bool]) -> Database:
    """Return the store of a program of the family whose databases `owns` knows by their paths."""
    return Database(
        owns=owns,
        tables=_TABLES,
        sessions=_SESSIONS,
        rows=_ROWS,
        fetch={"session": _SESSION, "message": _MESSAGE},
        decoder=_decoder,
    )


def _decoder(_path: str) -> RowDecoder:
    return _decode


def _decode(kind: str, row: Mapping[str, Any]) -> tuple[Record, ...]:
    name = text(row.get("id"))
    if not name:
        return (Record(bad="a row without an id"),)
    match kind:
        case "session":
            return (session_record(_known(name, row)),)
        case "message":
            return (_message(name, row),)
    return ()


def _known(name: str, row: Mapping[str, Any]) -> Known:
    parent, directory, title, version = (text(row.get(key)) for key in ("parent_id", "directory", "title", "version"))
    return Known(
        id=name,
        parent=parent,
        directory=directory,
        title=title,
        version=version,
        created=milliseconds(row.get("time_created")),
        updated=milliseconds(row.get("time_updated")),
        archived=milliseconds(row.get("time_archived")) is not None,
    )


def _message(name: str, row: Mapping[str, Any]) -> Record:
    parts, unread = _parts(row.get("parts"))
    info = _parsed(row.get("data"))
    if info is None:
        return Record(bad="a message that cannot be read")
    return message_record(
        name,
        info,
        parts,
        since=milliseconds(row.get("since")),
        touched=milliseconds(row.get("touched")),
        before=_parts(row.get("before"))[0],
        bad="a part that cannot be read" if unread else "",
    )


def _parts(joined: Any) -> tuple[tuple[Part, ...], int]:
    """Return the parts that a text of many holds, in the order of their ids, and how many cannot be read."""
    cut = [each.partition(" ") for each in joined.split(_BETWEEN)] if isinstance(joined, str) and joined else []
    found = [(name, _parsed(data)) for name, _, data in sorted(cut)]
    return tuple((name, part) for name, part in found if part is not None), sum(part is None for _, part in found)


def _parsed(data: Any) -> Mapping[str, Any] | None:
    held = inner(data)
    return mapping(held) if isinstance(held, dict) else None
