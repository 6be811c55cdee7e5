"""Cursor: the SQL that reads conversations out of its key-value table, without a scan and without what is secret.

`cursorDiskKV` has a unique index on its keys: every query names a key or a range of keys. A conversation's own value
holds keys of encryption beside its data, so single fields are selected and never the value. What is no JSON is passed
over, since a value of that kind would stop a whole query.
"""

CONVERSATION = (
    "name", "status", "createdAt", "lastUpdatedAt", "conversationCheckpointLastUpdatedAt", "contextTokensUsed",
    "contextTokenLimit", "promptTokenBreakdown.totalUsedTokens", "modelConfig.modelName", "isArchived",
    "createdOnBranch", "subagentInfo.parentComposerId", "generatingBubbleIds", "context.fileSelections",
    "context.selections", "newlyCreatedFiles", "conversation", "workspaceIdentifier.uri.fsPath",
    "workspaceIdentifier.uri.path",
)  # fmt: skip
"""Fields of a conversation, as paths in its JSON."""

BUBBLE = (
    "type", "text", "createdAt", "thinking.text", "modelInfo.modelName", "workspaceUris", "context.fileSelections",
    "context.selections", "toolFormerData.name", "toolFormerData.toolCallId", "toolFormerData.rawArgs",
    "toolFormerData.params", "toolFormerData.result", "toolFormerData.status", "toolFormerData.additionalData",
)  # fmt: skip
"""Fields of a bubble: a message, or a call of a tool."""

_STAMPED = (*CONVERSATION[:13], "fullConversationHeadersOnly[#-1].bubbleId")
_LISTED = (*_STAMPED, "conversation[#-1].type", "isDraft", "workspaceIdentifier.uri.fsPath",
           "workspaceIdentifier.uri.path", "workspaceIdentifier.configPath.path")  # fmt: skip
_TIMES = ("lastUpdatedAt", "conversationCheckpointLastUpdatedAt", "createdAt")


def _fields(value: str, names: tuple[str, ...]) -> str:
    """Return SQL for the fields of a JSON value, as one JSON list in their order."""
    return f"json_extract({value}, {', '.join(repr(f'$.{name}') for name in names)})"


def _valid(value: str) -> str:
    """Return SQL for a JSON value, `{}` in the place of what is none."""
    return f"CASE WHEN json_valid({value}) THEN {value} ELSE '{{}}' END"


def _listed(name: str) -> str:
    """Return a path to a field in the list of those that are selected of each conversation."""
    return f"'$[{_LISTED.index(name)}]'"


def _milliseconds(name: str) -> str:
    found = f"json_extract(told, {_listed(name)})"
    return (
        f"COALESCE(CASE json_type(told, {_listed(name)}) WHEN 'integer' THEN {found} WHEN 'real' THEN {found} "
        f"WHEN 'text' THEN strftime('%s', {found}) * 1000 END, 0)"
    )


_CONFIG = f"json_extract(told, {_listed('workspaceIdentifier.configPath.path')})"

# Each large value is looked through once; what is taken of it is small. The limit keeps the two steps apart.
SESSIONS = f"""
SELECT id, told || ' ' || size AS stamp,
  COALESCE(
    json_extract(told, {_listed("workspaceIdentifier.uri.fsPath")}),
    json_extract(told, {_listed("workspaceIdentifier.uri.path")}),
    rtrim({_CONFIG}, replace({_CONFIG}, '/', ''))
  ) AS cwd,
  NULLIF(max({", ".join(map(_milliseconds, _TIMES))}), 0) / 1000.0 AS updated
FROM (
  SELECT substr(key, 14) AS id, length(value) AS size,
    CASE WHEN json_valid(CAST(value AS TEXT)) THEN {_fields("CAST(value AS TEXT)", _LISTED)} END AS told
  FROM cursorDiskKV WHERE key >= 'composerData:' AND key < 'composerData;' LIMIT -1 OFFSET 0
)
WHERE told IS NOT NULL AND json_extract(told, {_listed("isDraft")}) IS NOT 1
  AND (json_type(told, {_listed("fullConversationHeadersOnly[#-1].bubbleId")}) <> 'null'
    OR json_type(told, {_listed("conversation[#-1].type")}) <> 'null')
"""  # noqa: S608  (made of constants)

ROWS = f"""
WITH told(v) AS (
  SELECT {_valid("CAST(value AS TEXT)")} FROM cursorDiskKV WHERE key = 'composerData:' || :session)
SELECT kind, id, stamp FROM (
  SELECT 1 AS part, 0 AS place, 'conversation' AS kind, :session AS id,
    {_fields("v", _STAMPED)} || length(v) AS stamp FROM told
  UNION ALL
  SELECT 2, header.key, 'bubble', bubble.key, bubble.rowid || ' ' || length(bubble.value) || ' ' || COALESCE(
    json_extract({_valid("CAST(bubble.value AS TEXT)")}, '$.toolFormerData.status'), '')
  FROM told CROSS JOIN json_each(told.v, '$.fullConversationHeadersOnly') AS header
    CROSS JOIN cursorDiskKV AS bubble
  WHERE bubble.key = 'bubbleId:' || :session || ':' ||
      CASE header.type WHEN 'object' THEN json_extract(header.value, '$.bubbleId') END
    AND bubble.value IS NOT NULL
  UNION ALL
  SELECT 3, 0, 'end', :session, {_fields("v", _STAMPED)} || length(v) FROM told
) ORDER BY part, place
"""  # noqa: S608  (made of constants)

_OF_CONVERSATION = f"""
WITH told(v) AS (SELECT {_valid("CAST(value AS TEXT)")} FROM cursorDiskKV WHERE key = 'composerData:' || :id)
"""  # noqa: S608  (made of constants)

FETCH = {
    "conversation": f"""{_OF_CONVERSATION}
SELECT {_fields("v", CONVERSATION)} AS told,
  (SELECT json_group_array(key) FROM json_each(v, '$.codeBlockData')) AS changed,
  (SELECT json_group_array(key) FROM json_each(v, '$.originalFileStates')) AS touched
FROM told""",  # noqa: S608  (made of constants)
    "bubble": f"""
SELECT {_fields(_valid("CAST(value AS TEXT)"), BUBBLE)} AS told FROM cursorDiskKV WHERE key = :id""",  # noqa: S608
    "end": f"""{_OF_CONVERSATION}
SELECT {_fields("v", CONVERSATION)} AS told,
  json_extract(v, '$.fullConversationHeadersOnly[#-1].type') AS last,
  (SELECT json_extract({_valid("CAST(value AS TEXT)")}, '$.toolFormerData.status') FROM cursorDiskKV
    WHERE key = 'bubbleId:' || :id || ':' || json_extract(v, '$.fullConversationHeadersOnly[#-1].bubbleId')) AS running
FROM told""",  # noqa: S608  (made of constants)
}
