"""goose: what is asked of its database, session by session and message by message.

Columns came with the versions of the schema. Those that not every version has are asked for in an inner query; where
the table lacks one, its name means the NULL of the same name in the outer query. Facts: goose's public source
(`crates/goose/src/session/session_manager.rs`, schema 1 to 16). Only `sessions` and `messages` are named.
"""

from relaymark.agents.goose.decode import decode
from relaymark.core.store import RowDecoder

TABLES = frozenset({"sessions", "messages", "schema_version"})

_ABSENT = """
    (SELECT NULL AS name, NULL AS session_type, NULL AS parent_session_id, NULL AS provider_name,
            NULL AS model_config_json, NULL AS archived_at, NULL AS metadata_json) absent
"""
_NEWER = "(SELECT {0} FROM sessions inside WHERE inside.rowid = one.rowid)"
_NAME, _TYPE, _PARENT, _PROVIDER, _MODEL, _ARCHIVED = map(
    _NEWER.format, ("name", "session_type", "parent_session_id", "provider_name", "model_config_json", "archived_at")
)
_METADATA = "(SELECT metadata_json FROM messages inside WHERE inside.rowid = one.rowid)"

# Hidden and scheduled sessions are not the user's; a subagent's that does not tell whose it is would look like one.
SESSIONS = f"""
SELECT one.id AS id, one.working_dir AS cwd, CAST(strftime('%s', one.updated_at) AS INTEGER) AS updated,
    printf('%s %s %s %s %s %s %s', one.updated_at, one.total_tokens, one.input_tokens, one.output_tokens,
        {_NAME}, {_ARCHIVED},
        CASE WHEN one.rowid IN (SELECT rowid FROM sessions ORDER BY updated_at DESC LIMIT 100) THEN (
            SELECT printf('%d %d', count(*), max(m.id)) FROM messages m WHERE m.session_id = one.id) END) AS stamp
FROM sessions one, {_ABSENT}
WHERE coalesce({_TYPE}, 'user') NOT IN ('hidden', 'scheduled')
    AND (coalesce({_TYPE}, 'user') <> 'sub_agent' OR {_PARENT} IS NOT NULL)
"""  # noqa: S608  (put together from constants)

ROWS = f"""
SELECT 'session' AS kind, one.id AS id, 0 AS place, 0 AS at, 0 AS number,
    printf('%s %s %s %s', {_NAME}, one.description, {_MODEL}, {_ARCHIVED}) AS stamp
FROM sessions one, {_ABSENT} WHERE one.id = :session
UNION ALL
SELECT 'message', one.id, 1, one.created_timestamp, one.id, {_METADATA}
FROM messages one, {_ABSENT} WHERE one.session_id = :session
UNION ALL
SELECT 'usage', one.id, 2, 0, 0, printf('%s %s %s', one.total_tokens, one.input_tokens, one.output_tokens)
FROM sessions one WHERE one.id = :session
ORDER BY place, at, number
"""  # noqa: S608  (put together from constants)

_SESSION = f"""
SELECT one.id AS id, one.description AS description, one.working_dir AS working_dir,
    CAST(strftime('%s', one.created_at) AS INTEGER) AS created, {_NAME} AS name, {_TYPE} AS session_type,
    {_PARENT} AS parent, {_PROVIDER} AS provider, {_ARCHIVED} AS archived, {_MODEL} AS model
FROM sessions one, {_ABSENT} WHERE one.id = :id
"""  # noqa: S608  (put together from constants)

# After a compaction stand the summary, the word to go on (then `before` is the summary), and a copy of the prompt that
# is worked on (then `before` is that word).
_MESSAGE = f"""
SELECT one.id AS id, one.role AS role, one.content_json AS content, one.created_timestamp AS created,
    {_METADATA} AS metadata,
    CASE WHEN (one.role = 'assistant' AND instr(one.content_json, 'context was compacted') > 0)
        OR (one.role = 'user' AND instr(one.content_json, '"toolResponse"') = 0)
    THEN (SELECT b.content_json FROM messages b
          WHERE b.session_id = one.session_id AND (b.created_timestamp, b.id) < (one.created_timestamp, one.id)
            AND (one.role <> 'user' OR instr(b.content_json, 'context was compacted') > 0)
            AND b.id = (SELECT c.id FROM messages c WHERE c.session_id = one.session_id
                            AND (c.created_timestamp, c.id) < (one.created_timestamp, one.id)
                        ORDER BY c.created_timestamp DESC, c.id DESC LIMIT 1)) END AS before
FROM messages one, {_ABSENT} WHERE one.id = :id
"""  # noqa: S608  (put together from constants)

_USAGE = "SELECT id, total_tokens, input_tokens, output_tokens FROM sessions WHERE id = :id"

FETCH = {"session": _SESSION, "message": _MESSAGE, "usage": _USAGE}


def decoder(_path: str) -> RowDecoder:
    """Return the decoder of rows; it is the same for every database."""
    return decode
