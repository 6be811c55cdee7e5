"""Cursor. No recordings exist: every database and transcript here is made by hand after the documented facts."""

import json
import sqlite3

import pytest

from relaymark.agents.cursor import AGENT, DATABASE
from relaymark.agents.cursor.rows import FETCH, ROWS, SESSIONS
from relaymark.core.agent import Home
from relaymark.core.session import Context, Ran
from relaymark.sources.database import OpenDatabase
from relaymark.sources.session_folders import FolderIndex

ID = "98251e54-8aed-4515-b2b4-08895453eedd"
OTHER = "fbd30712-94fd-48d3-b674-ed162dbf56ab"
CWD = "/home/dev/shop"
START, NOW = 1_763_650_000_000, 1_763_650_050_000
UNKNOWN = Context()
TABLES = (
    "CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)",
    "CREATE TABLE cursorDiskKV (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)",
)


class Store:
    """A database as Cursor has it open: in WAL mode, with what was written last not yet in the main file."""

    def __init__(self, path):
        path.parent.mkdir(parents=True)
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=OFF")
        for table in TABLES:
            self.connection.execute(table)

    def put(self, key, value, table="cursorDiskKV"):
        text = value if isinstance(value, str | bytes | None) else json.dumps(value)
        self.connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (key, text))

    def conversation(self, *bubbles, session=ID, **more):
        """Put a conversation with bubbles `(id, bubble)`."""
        headers = [{"bubbleId": name, "type": bubble.get("type")} for name, bubble in bubbles]
        told = {"_v": 10, "composerId": session, "createdAt": START, "lastUpdatedAt": NOW, "status": "completed"}
        told |= {"fullConversationHeadersOnly": headers, "blobEncryptionKey": "SECRET", **more}
        self.put(f"composerData:{session}", {name: value for name, value in told.items() if value is not ...})
        for name, bubble in bubbles:
            self.put(f"bubbleId:{session}:{name}", {"_v": 3, "bubbleId": name, **bubble})


@pytest.fixture
def home(tmp_path):
    return tmp_path / "Cursor/User"


@pytest.fixture
def store(home):
    made = Store(home / "globalStorage/state.vscdb")
    yield made
    made.connection.close()


def opened(store, **more):
    unit = OpenDatabase(AGENT, str(store.path), DATABASE, **more)
    unit.refresh()
    return unit


def read(store, session=ID):
    return next(each for each in opened(store).sessions() if each.id == session)


def user(text="Go", **more):
    return {"type": 1, "text": text, "createdAt": "2026-11-20T14:47:00.000Z", **more}


def said(text="Done.", **more):
    return {"type": 2, "text": text, "createdAt": "2026-11-20T14:47:20.000Z", **more}


def tool(name, arguments, result=None, status="completed", call="c1", **more):
    told = {"name": name, "toolCallId": call, "rawArgs": json.dumps(arguments), "status": status, **more}
    if result is not None:
        told["result"] = json.dumps(result)
    return said("", toolFormerData=told)


def numbered(*bubbles):
    return [(f"b{at}", bubble) for at, bubble in enumerate(bubbles)]


TURN = numbered(user(), said())


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", (Home("/home/dev/.config/Cursor/User"), Home("/home/dev/.cursor-server/data/User"))),
        ({"XDG_CONFIG_HOME": "/data"}, "/home/dev", (Home("/data/Cursor/User", "XDG_CONFIG_HOME"),)),
        ({}, "/Users/dev", (Home("/Users/dev/Library/Application Support/Cursor/User"),)),
        ({"APPDATA": "D:\\Roaming"}, "C:\\Users\\dev", (Home("d:/Roaming/Cursor/User", "APPDATA"),)),
    ],
)
def test_homes(environ, home, found):
    homes = AGENT.homes(environ, home)
    assert homes[: len(found)] == found
    assert homes[-1].path.endswith("/.cursor")
    assert not any("/Code" in one.path for one in homes)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("globalStorage/state.vscdb", True),
        ("globalStorage/state.vscdb-wal", False),
        ("globalStorage/state.vscdb.backup", False),
        ("globalStorage/storage.json", False),
        ("workspaceStorage/0a1b/state.vscdb", False),
        ("state.vscdb", False),
        (f"projects/home-dev-shop/agent-transcripts/{ID}.jsonl", True),
        (f"projects/home-dev-shop/agent-transcripts/{ID}/{ID}.jsonl", True),
        (f"projects/home-dev-shop/agent-transcripts/{ID}/subagents/{OTHER}.jsonl", True),
        (f"projects/home-dev-shop/agent-transcripts/subagents/{OTHER}.jsonl", False),
        (f"projects/home-dev-shop/agent-transcripts/{ID}.txt", False),
        (f"projects/home-dev-shop/agent-transcripts/{ID}/notes/{ID}.jsonl", False),
        (f"projects/home-dev-shop/terminals/{ID}.jsonl", False),
        (f"chats/0a1b/{ID}/store.db", False),
        ("cli-config.json", False),
        ("mcp.json", False),
    ],
)
def test_what_is_a_store(path, owned):
    assert AGENT.owns(path) == owned


# How it is read


@pytest.mark.parametrize("query", [SESSIONS, ROWS, *FETCH.values()])
def test_every_query_goes_by_the_index_of_the_keys(store, query):
    store.conversation(*TURN)
    plan = store.connection.execute(f"EXPLAIN QUERY PLAN {query}", {"session": ID, "id": ID}).fetchall()
    steps = [step[-1] for step in plan]
    assert any("USING INDEX sqlite_autoindex_cursorDiskKV_1" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN") and ("cursorDiskKV" in step or "bubble" in step)]


@pytest.mark.parametrize("query", [SESSIONS, *FETCH.values()])
def test_no_query_gives_a_key_of_encryption(store, query):
    store.conversation(*TURN, speculativeSummarizationEncryptionKey="SECRET")
    for row in store.connection.execute(query, {"id": ID}):
        assert "SECRET" not in str(row)


def test_no_row_but_conversations_and_their_bubbles_is_a_session(store):
    store.put("cursorAuth/accessToken", "SECRET", "ItemTable")
    store.put("agentKv:blob:1", {"fullConversationHeadersOnly": [{"bubbleId": "x"}]})
    store.put("composerDatb:x", {"fullConversationHeadersOnly": [{"bubbleId": "x"}]})
    store.conversation(*TURN)
    assert [session.id for session in opened(store).sessions()] == [ID]


def test_what_is_only_in_the_wal_is_read(store):
    store.connection.execute("PRAGMA wal_autocheckpoint=0")
    store.conversation(*TURN, contextTokensUsed=31_000)
    assert read(store).context.tokens == 31_000


def test_a_value_may_be_stored_as_bytes(store):
    store.put(f"composerData:{ID}", json.dumps({"createdAt": START, "fullConversationHeadersOnly": [{"bubbleId": "a"}],
                                               "name": "Keys", "contextTokensUsed": 5}).encode())  # fmt: skip
    store.put(f"bubbleId:{ID}:a", json.dumps(user("Grüße")).encode())
    session = read(store)
    assert (session.title, session.context.tokens, session.prompts[0].text) == ("Keys", 5, "Grüße")


def test_a_conversation_that_changes_is_read_anew_and_the_others_stay(store):
    store.conversation(*TURN, contextTokensUsed=9_000)
    store.conversation(*TURN, session=OTHER, contextTokensUsed=1_000)
    unit = opened(store)
    before = unit.reads
    unit.refresh()
    assert unit.reads == before
    grown = [*TURN, ("b9", user("More")), ("b10", tool("read_file_v2", {"path": "a.py"}, status="loading"))]
    store.conversation(*grown, contextTokensUsed=12_000, lastUpdatedAt=NOW + 5_000)
    unit.refresh()
    sessions = {session.id: session for session in unit.sessions()}
    assert (sessions[ID].context.tokens, sessions[ID].prompt_count, sessions[ID].turn) == (12_000, 2, "open")
    assert sessions[OTHER].context.tokens == 1_000
    grown[-1] = ("b10", tool("read_file_v2", {"path": "a.py"}, result={"contents": "x"}))
    store.conversation(*grown, contextTokensUsed=12_000, lastUpdatedAt=NOW + 6_000)
    unit.refresh()
    assert {session.id: session.files_read for session in unit.sessions()} == {ID: ("a.py",), OTHER: ()}


def test_a_meter_that_moves_alone_is_seen(store):
    store.conversation(*TURN, contextTokensUsed=9_000)
    unit = opened(store)
    store.conversation(*TURN, contextTokensUsed=9_100)
    unit.refresh()
    assert unit.sessions()[0].context.tokens == 9_100


def test_conversations_without_a_message_and_drafts_are_no_sessions(store):
    store.conversation(session="empty")
    store.conversation(*TURN, session="draft", isDraft=True)
    store.conversation(*TURN)
    assert [session.id for session in opened(store).sessions()] == [ID]


def test_the_time_of_the_newest_word_says_whether_a_conversation_matters(store):
    rows = []
    store.conversation(*TURN, session="iso", lastUpdatedAt="2026-11-20T14:47:30.000Z")
    store.conversation(*TURN, session="ms")
    store.conversation(*TURN, session="checkpoint", lastUpdatedAt=START, conversationCheckpointLastUpdatedAt=NOW + 1)
    store.conversation(*TURN, session="none", lastUpdatedAt=[], createdAt=None)
    opened(store, wants=lambda row: rows.append(row) or row.id == "ms")
    updated = {row.id: row.updated for row in rows}
    assert updated == {"iso": 1_795_186_050.0, "ms": NOW / 1000, "checkpoint": (NOW + 1) / 1000, "none": None}


# Which folder


@pytest.mark.parametrize(
    ("identifier", "cwd"),
    [
        ({"id": "0a1b", "uri": {"fsPath": CWD, "path": CWD, "scheme": "file"}}, CWD),
        ({"id": "0a1b", "uri": {"path": CWD}}, CWD),
        ({"id": "0a1b", "uri": {"fsPath": "c:\\shop", "path": "/c:/shop"}}, "c:\\shop"),
        ({"id": "0a1b", "configPath": {"path": "/home/dev/all/shop.code-workspace"}}, "/home/dev/all/"),
        ({"id": "0a1b"}, None),
        (7, None),
    ],
)
def test_the_folder_that_a_conversation_records(store, identifier, cwd):
    store.conversation(*TURN, workspaceIdentifier=identifier)
    assert read(store).cwd == cwd


def test_a_conversation_without_a_folder_has_the_one_of_the_window_that_lists_it(home, store):
    store.conversation(*TURN)
    store.conversation(*TURN, session=OTHER)
    windows = []
    lists = {"0a1b": {"allComposers": [{"composerId": ID, "name": "x"}, 7, {"composerId": 7}]},
             "9f9f": {"selectedComposerIds": [OTHER]}, "none": {"allComposers": [{"composerId": "x"}]},
             "bad": "no JSON"}  # fmt: skip
    for name, told in lists.items():
        windows.append(window := Store(home / f"workspaceStorage/{name}/state.vscdb"))
        window.put("composer.composerData", told, "ItemTable")
        window.put("cursorAuth/accessToken", "SECRET", "ItemTable")
    for name, folder in (("0a1b", "file:///home/dev/shop"), ("9f9f", "file:///c%3A/api"), ("bad", "file:///x")):
        (home / f"workspaceStorage/{name}/workspace.json").write_text(json.dumps({"folder": folder}))
    index = FolderIndex(str(home), DATABASE.folders)
    assert index() == {ID: CWD, OTHER: "c:/api"}
    found = {session.id: session.cwd for session in opened(store, folders=index).sessions()}
    assert found == {ID: CWD, OTHER: "c:/api"}
    for window in windows:
        window.connection.close()


def test_a_prompt_tells_the_folder_where_nothing_else_does(store):
    store.conversation(*numbered(user(workspaceUris=["file:///home/dev/shop"]), said()))
    assert read(store).cwd == CWD


# What it tells


def test_the_meter_is_the_context_and_its_limit_the_window(store):
    store.conversation(*TURN, contextTokensUsed=41_211, contextTokenLimit=200_000, contextUsagePercent=20.6)
    session = read(store)
    assert (session.context, session.window) == (Context(41_211, "measured"), 200_000)
    assert session.base is None


@pytest.mark.parametrize(
    ("meter", "context"),
    [
        ({}, UNKNOWN),
        ({"contextTokensUsed": 0, "contextTokenLimit": 0}, UNKNOWN),
        ({"contextTokensUsed": None}, UNKNOWN),
        ({"contextUsagePercent": 40.5, "contextTokenLimit": 200_000}, UNKNOWN),
        ({"promptTokenBreakdown": {"totalUsedTokens": 7_000}}, Context(7_000, "measured")),
        ({"contextTokensUsed": 0, "promptTokenBreakdown": {"totalUsedTokens": 7_000}}, Context(7_000, "measured")),
        ({"contextTokensUsed": 9_000, "promptTokenBreakdown": {"totalUsedTokens": 7_000}}, Context(9_000, "measured")),
    ],
)
def test_without_a_meter_the_context_is_unknown(store, meter, context):
    bubble = said(tokenCount={"inputTokens": 55_000, "outputTokens": 100})
    store.conversation(*numbered(user(), bubble), **meter)
    assert read(store).context == context


@pytest.mark.parametrize("value", ["9000", -1, True, 1.5, 1e30, [1], {}])
def test_a_meter_that_is_no_figure_makes_the_context_unknown(store, value):
    store.conversation(*TURN, contextTokensUsed=value)
    session = read(store)
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


@pytest.mark.parametrize("value", ["200000", 0, None, -1, True, []])
def test_a_limit_that_is_no_figure_is_no_window(store, value):
    store.conversation(*TURN, contextTokensUsed=9_000, contextTokenLimit=value)
    assert (read(store).window, read(store).context.tokens) == (None, 9_000)


def test_who_it_is(store):
    store.conversation(*TURN, name="Issuance", modelConfig={"modelName": "claude-4.5-sonnet"}, createdOnBranch="main")
    session = read(store)
    assert (session.id, session.agent, session.title, session.branch) == (ID, "cursor", "Issuance", "main")
    assert (session.model, session.started_at, session.updated_at) == ("claude-4.5-sonnet", START / 1000, 1_795_186_040)


def test_the_model_of_a_prompt_is_newer_and_auto_is_none(store):
    store.conversation(
        *numbered(user(modelInfo={"modelName": "gpt-5.5"}), said()), modelConfig={"modelName": "default"}
    )
    assert read(store).model == "gpt-5.5"
    store.conversation(*TURN, modelConfig={"modelName": "default"})
    assert read(store).model is None


def test_a_subagent_has_its_parent(store):
    place = {"uri": {"fsPath": CWD, "path": CWD}}
    info = {"parentComposerId": ID}
    store.conversation(*TURN, session="task-1", subagentInfo=info, contextTokensUsed=5, workspaceIdentifier=place)
    session = read(store, "task-1")
    assert (session.parent, session.context.tokens, session.cwd) == (ID, 5, CWD)


@pytest.mark.parametrize(
    ("bubbles", "more", "turn"),
    [
        (TURN, {}, "ended"),
        (TURN, {"status": "none"}, "ended"),
        (TURN, {"status": ...}, "ended"),
        (TURN, {"status": "generating"}, "open"),
        (TURN, {"generatingBubbleIds": ["b1"]}, "open"),
        (TURN, {"status": "aborted"}, "interrupted"),
        (TURN, {"status": "error"}, "failed"),
        (TURN, {"status": 7}, "ended"),
        (numbered(user()), {}, "open"),
        (numbered(user(), tool("grep", {}, status="loading")), {}, "open"),
        (numbered(user(), tool("grep", {}, "x")), {}, "ended"),
    ],
)
def test_the_turn_is_guessed_from_the_status_and_the_last_bubble(store, bubbles, more, turn):
    store.conversation(*bubbles, **more)
    session = read(store)
    assert session.turn == turn
    assert session.turn_sure == (turn != "ended")


def test_an_archived_conversation_is_over(store):
    store.conversation(*TURN, isArchived=True)
    assert read(store).ended


def test_bubbles_count_in_the_order_of_the_conversation_and_missing_ones_do_not(store):
    store.conversation(("b2", user("first")), ("b1", said()), ("b0", user("second")))
    store.connection.execute("DELETE FROM cursorDiskKV WHERE key = ?", (f"bubbleId:{ID}:b1",))
    store.put(f"bubbleId:{ID}:b7", user("of no header"))
    assert [prompt.text for prompt in read(store).prompts] == ["first", "second"]


def test_older_conversations_hold_their_bubbles_themselves(store):
    old = [user("Go"), tool("read_file", {"target_file": "a.py"}, {"contents": "x"}), said()]
    store.conversation(conversation=old, fullConversationHeadersOnly=..., workspaceIdentifier={"uri": {"path": CWD}})
    session = read(store)
    assert (session.prompt_count, session.files_read, session.turn) == (1, (f"{CWD}/a.py",), "ended")


# Files and commands


def test_files_are_read_and_changed_by_tools(store):
    lines = {"start_line_one_indexed": 5, "end_line_one_indexed_inclusive": 14}
    made = [tool("read_file", {"target_file": "a.py", **lines}, {"contents": "x"}),
            tool("read_file_v2", {}, {"contents": "x"}, params='{"targetFile": "/home/dev/shop/b.py"}'),
            tool("edit_file_v2", {"path": "c.py", "streamingContent": "x"}, {}),
            tool("search_replace", {"file_path": "d.py", "old_string": "a", "new_string": "b"}, {}),
            tool("write", {"file_path": "file:///home/dev/shop/e.py", "contents": "e"}, {}),
            tool("delete_file", {"target_file": "f.py"}, {}),
            tool("apply_patch", {"patch": "*** Add File: g.py\n+g\n*** End Patch"}, {}),
            tool("read_file", {"target_file": "no.py"}, status="error"),
            tool("edit_file", {"target_file": "no.py"}, {}, status="cancelled"),
            tool("edit_file", {"target_file": "no.py"}, status="loading")]  # fmt: skip
    bubbles = [(f"b{at}", bubble | {"toolFormerData": bubble["toolFormerData"] | {"toolCallId": f"c{at}"}})
               for at, bubble in enumerate(made)]  # fmt: skip
    store.conversation(("u", user()), *bubbles, workspaceIdentifier={"uri": {"path": CWD}})
    session = read(store)
    assert session.files_read == (f"{CWD}/a.py", f"{CWD}/b.py")
    assert session.files_edited == tuple(f"{CWD}/{name}.py" for name in "cdefg")


@pytest.mark.parametrize(
    ("call", "ran"),
    [
        (tool("run_terminal_cmd", {"command": "make"}, {"output": "ok", "exitCode": 0}), Ran("make", 0, ok=True)),
        (tool("run_terminal_command_v2", {"command": "make"}, {"output": "no", "exitCodeV2": 2}),
         Ran("make", 2, ok=False)),
        (tool("run_terminal_cmd", {"command": "make"}, {"output": "ok"}), Ran("make", None, ok=True)),
        (tool("run_terminal_cmd", {"command": "make"}, {"rejected": True}), Ran("make", None, ok=False)),
        (tool("run_terminal_cmd", {"command": "make"}, {"output": "x"}, additionalData={"status": "error"}),
         Ran("make", None, ok=False)),
        (tool("run_terminal_cmd", {"command": "make"}, status="cancelled"), Ran("make", None, ok=False)),
        (tool("run_terminal_cmd", {"command": "make"}, status="loading"), Ran("make")),
        (tool("run_terminal_cmd", {"command": "make"}, {"exitCode": "1"}), Ran("make", None, ok=True)),
        (tool("run_terminal_cmd", {"command": "make"}, {"exitCode": True}), Ran("make", None, ok=True)),
        (tool("run_terminal_cmd", {"command": "make"}, {"output": "x"}, status=7), Ran("make")),
    ],
)  # fmt: skip
def test_how_a_command_ended(store, call, ran):
    store.conversation(*numbered(user(), call))
    assert read(store).commands == (ran,)


def test_what_the_conversation_lists_as_made_and_changed_was_edited(store):
    uri = {"path": "/home/dev/shop/new.py", "scheme": "file"}
    store.conversation(*TURN, newlyCreatedFiles=[{"uri": uri}, "file:///home/dev/shop/n2.py", 7],
                       codeBlockData={"file:///home/dev/shop/a.py": {}}, originalFileStates={"file:///c%3A/b.py": {}},
                       workspaceIdentifier={"uri": {"path": CWD}})  # fmt: skip
    assert read(store).files_edited == (f"{CWD}/a.py", "c:/b.py", f"{CWD}/new.py", f"{CWD}/n2.py")


def test_attached_files(store):
    selections = {"fileSelections": [{"uri": {"fsPath": f"{CWD}/a.py", "path": f"{CWD}/a.py"}}, 7, {"uri": 7}],
                  "selections": [{"uri": {"path": f"{CWD}/b.py"}}]}  # fmt: skip
    store.conversation(
        *numbered(user(context=selections), said()), context={"fileSelections": [{"uri": {"path": "/c"}}]}
    )
    assert [attachment.path for attachment in read(store).attachments] == ["/c", f"{CWD}/a.py", f"{CWD}/b.py"]


# Hostile values


ODD = (None, 7, -1, "x", "", "{", "[]", [], [[]], {}, {"x": []}, True, 1e300, "\x00", "\udcff", [None, 7, "x", [], {}])


@pytest.mark.parametrize("odd", ODD)
def test_a_value_that_is_something_else_spoils_no_other_conversation(store, odd):
    store.conversation(*TURN, session=OTHER)
    text = json.dumps(odd)
    for name in ("name", "status", "createdAt", "lastUpdatedAt", "fullConversationHeadersOnly", "contextTokensUsed",
                 "promptTokenBreakdown", "modelConfig", "isArchived", "subagentInfo", "generatingBubbleIds", "context",
                 "newlyCreatedFiles", "conversation", "codeBlockData", "originalFileStates", "workspaceIdentifier",
                 "isDraft"):  # fmt: skip
        store.conversation(*TURN, session=f"odd {name}", **{name: odd})
    for field in ("type", "text", "createdAt", "thinking", "modelInfo", "workspaceUris", "context", "toolFormerData"):
        store.conversation(*numbered(user(), said(**{field: odd})), session=f"odd bubble {field}")
    for field in ("name", "toolCallId", "rawArgs", "params", "result", "status", "additionalData"):
        bubble = said(
            toolFormerData={"name": "read_file", "rawArgs": '{"path": "a"}', "status": "completed", field: odd}
        )
        store.conversation(*numbered(user(), bubble), session=f"odd tool {field}")
    store.put("composerData:whole", text)
    store.put("composerData:bytes", b"\xff\xfe{")
    store.put("composerData:null", None)
    store.conversation(*TURN, session="bubble")
    store.put("bubbleId:bubble:b1", text)
    store.conversation(*TURN, session="no json")
    store.put("bubbleId:no json:b1", "{{")
    found = {session.id: session for session in opened(store).sessions()}
    assert found[OTHER].prompt_count == found["bubble"].prompt_count == found["no json"].prompt_count == 1
    assert "bytes" not in found
