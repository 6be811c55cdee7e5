"""Crush: what is asked of its database, session by session and message by message.

Columns came with the versions of the schema; the old opencode in Go has the first of them. Those that not every one has
are asked for in an inner query; where the table lacks one, its name means the NULL of the same name in the outer query.
Facts: Crush's public source (`internal/db/migrations`). Only `sessions` and `messages` are named: the contents of
files, which lie in the same database, are never selected. Times are seconds, in some versions milliseconds.
"""

from relaymark.agents.crush.decode import decode
from relaymark.core.paths import normal
from relaymark.core.store import Database, RowDecoder

FILES = (".crush/crush.db", ".opencode/opencode.db")
"""The databases in a project: that of Crush, and that of the old opencode."""

_ABSENT = "(SELECT NULL AS provider, NULL AS is_summary_message, NULL AS summary_message_id) absent"
_SUMMARY = "(SELECT summary_message_id FROM sessions inside WHERE inside.rowid = one.rowid)"
_IN_MESSAGE = "(SELECT {0} FROM messages inside WHERE inside.rowid = one.rowid)"
_NEWEST = """
    (SELECT printf('%d %d %d', count(*), total(n.updated_at), total(length(n.parts)))
     FROM (SELECT updated_at, parts FROM messages WHERE session_id = one.id ORDER BY rowid DESC LIMIT 4) n)
"""

# A session for the title of another one holds nothing. What is written while a session works are its newest messages,
# within the second in which their time stands: they are looked at for the sessions that were touched last.
_SESSIONS = f"""
SELECT one.id AS id, NULL AS cwd,
    CASE WHEN one.updated_at > 100000000000 THEN one.updated_at / 1000.0 ELSE one.updated_at END AS updated,
    printf('%d %d %d %d %s %s %s', one.updated_at, one.message_count, one.prompt_tokens, one.completion_tokens,
        one.title, {_SUMMARY},
        CASE WHEN one.rowid IN (SELECT rowid FROM sessions ORDER BY updated_at DESC LIMIT 50) THEN {_NEWEST} END
    ) AS stamp
FROM sessions one, {_ABSENT}
WHERE one.id <> 'title-' || coalesce(one.parent_session_id, '')
"""  # noqa: S608  (put together from constants)

_ROWS = f"""
SELECT 'session' AS kind, one.id AS id, 0 AS place, 0 AS at, 0 AS number,
    printf('%s %s', one.title, one.parent_session_id) AS stamp
FROM sessions one WHERE one.id = :session
UNION ALL
SELECT 'message', one.id, 1, one.created_at, one.rowid,
    printf('%d %d %s %s', one.updated_at,
        CASE WHEN one.rowid IN (SELECT rowid FROM messages WHERE session_id = :session ORDER BY rowid DESC LIMIT 4)
            THEN length(one.parts) END, one.finished_at,
        (SELECT summary_message_id = one.id FROM sessions inside WHERE inside.id = one.session_id))
FROM messages one, {_ABSENT} WHERE one.session_id = :session
UNION ALL
SELECT 'usage', one.id, 2, 0, 0, printf('%d %d %s', one.prompt_tokens, one.completion_tokens, {_NEWEST})
FROM sessions one WHERE one.id = :session
ORDER BY place, at, number
"""  # noqa: S608  (put together from constants)

_SESSION = """
SELECT id, parent_session_id AS parent, title, created_at AS created FROM sessions WHERE id = :id
"""

_MESSAGE = f"""
SELECT one.id AS id, one.role AS role, one.parts AS parts, one.model AS model, one.created_at AS created,
    one.updated_at AS updated, {_IN_MESSAGE.format("provider")} AS provider,
    {_IN_MESSAGE.format("is_summary_message")} AS is_summary,
    (SELECT summary_message_id = one.id FROM sessions inside WHERE inside.id = one.session_id) AS is_current
FROM messages one, {_ABSENT} WHERE one.id = :id
"""  # noqa: S608  (put together from constants)

_USAGE = """
SELECT id, prompt_tokens AS prompt, completion_tokens AS completion,
    (SELECT parts FROM messages WHERE session_id = one.id ORDER BY rowid DESC LIMIT 1) AS parts
FROM sessions one WHERE id = :id
"""


def owns(path: str) -> bool:
    """Tell whether a path is such a database, below a project or in a folder of data of its own."""
    return path in {*FILES, "crush.db"}


def project(path: str) -> str | None:
    """Return the folder that the folder of a database (absolute path) lies in: its sessions work there.

    None for a database in a folder of data that was moved: it tells no directory.
    """
    known = normal(path)
    for file in FILES:
        if known.endswith(f"/{file}"):
            return known.removesuffix(file).rstrip("/") or "/"
    return None


def _decoder(path: str) -> RowDecoder:
    cwd = project(path)
    return lambda kind, row: decode(kind, row, cwd)


DATABASE = Database(
    owns=owns,
    tables=frozenset({"sessions", "messages", "files"}),
    sessions=_SESSIONS,
    rows=_ROWS,
    fetch={"session": _SESSION, "message": _MESSAGE, "usage": _USAGE},
    decoder=_decoder,
)
