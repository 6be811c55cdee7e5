"""Zed: databases made here with the documented schema, since no recordings exist."""

import copy
import json
import sqlite3
from contextlib import closing

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.zed import AGENT, packed
from relaymark.agents.zed.database import DATABASE
from relaymark.agents.zed.packed import unpacked
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.database import OpenDatabase

ID = "0b6c2c1e-1111-4a52-9d0c-5e5d1f1f0c11"
CWD = "/home/dev/shop"
START = 1_795_165_964
UNKNOWN = Context()
FIRST = """
CREATE TABLE threads (
    id TEXT PRIMARY KEY, summary TEXT NOT NULL, updated_at TEXT NOT NULL, data_type TEXT NOT NULL, data BLOB NOT NULL
);
"""
LATER = """
ALTER TABLE threads ADD COLUMN parent_id TEXT;
ALTER TABLE threads ADD COLUMN folder_paths TEXT;
ALTER TABLE threads ADD COLUMN folder_paths_order TEXT;
ALTER TABLE threads ADD COLUMN created_at TEXT;
"""


class Store:
    """A database as the program writes it, open while it is read."""

    def __init__(self, folder, *, old=False):
        self.path = str(folder / "threads.db")
        self.open = sqlite3.connect(self.path, isolation_level=None)
        self.open.execute("PRAGMA journal_mode = WAL")
        self.open.executescript(FIRST if old else FIRST + LATER)
        self.unit = OpenDatabase(AGENT, self.path, DATABASE)
        self.more = {} if old else {"folder_paths": CWD, "folder_paths_order": "0"}
        if not old:
            self.more["created_at"] = "2026-11-20T09:12:44.123456789+00:00"

    def put(self, told, name=ID, *, kind="zstd", **columns):
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        if kind == "zstd" and not isinstance(told, bytes):
            data = zstandard.ZstdCompressor(level=3).compress(data)
        row = {"id": name, "summary": "Keys", "updated_at": "2026-11-20T09:13:04.5+00:00", "data_type": kind}
        row |= {"data": data, **self.more, **columns}
        marks = ", ".join("?" * len(row))
        self.open.execute(f"REPLACE INTO threads ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))

    def sessions(self):
        self.unit.refresh()
        return {session.id: session for session in self.unit.sessions()}

    def session(self, told=None, name=ID, **columns):
        if told is not None:
            self.put(told, name, **columns)
        return self.sessions()[name]


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    with closing(made.open):
        yield made


def thread(*messages, usages=None, **more):
    snapshot = {"worktree_path": CWD, "git_state": {"current_branch": "main", "diff": "+"}}
    return {
        "version": "0.3.0",
        "title": "Keys",
        "messages": list(messages),
        "updated_at": "2026-11-20T09:13:04Z",
        "initial_project_snapshot": {"worktree_snapshots": [snapshot], "timestamp": "2026-11-20T09:12:00Z"},
        "cumulative_token_usage": {"input_tokens": 900_000, "output_tokens": 9_000},
        "request_token_usage": usages or {},
        "model": {"provider": "zed.dev", "model": "claude-sonnet-4-5"},
        **more,
    }


def user(name, *parts):
    content = [{"Text": part} if isinstance(part, str) else part for part in (parts or ("Go",))]
    return {"User": {"id": name, "content": content}}


def reply(*parts, **results):
    content = [{"Text": part} if isinstance(part, str) else part for part in (parts or ("Done.",))]
    return {"Agent": {"content": content, "tool_results": results, "reasoning_details": None}}


def call(name, given, call_id="c1"):
    told = {"id": call_id, "name": name, "raw_input": json.dumps(given), "input": given, "is_input_complete": True}
    return {"ToolUse": told}


def result(content="ok", *, error=False):
    told = {"Text": content} if isinstance(content, str) else content
    return {"tool_use_id": "c1", "tool_name": "x", "is_error": error, "content": told, "output": None}


def usage(given=1_000, made=100, written=200, read=3_000):
    return {
        "input_tokens": given,
        "output_tokens": made,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
    }


# Who, where, when


def test_a_thread_tells_who_and_where_it_is(store):
    session = store.session(thread(user("u1", "Add the keys"), reply(), usages={"u1": usage()}))
    assert (session.id, session.cwd, session.branch, session.title) == (ID, CWD, "main", "Keys")
    assert (session.model, session.provider, session.window) == ("claude-sonnet-4-5", "zed.dev", None)
    assert [typed.text for typed in session.prompts] == ["Add the keys"]
    assert session.started_at == pytest.approx(START + 0.123456)
    assert session.updated_at == START + 20.5
    assert (session.turn, session.turn_sure, session.parent, session.bad_records) == ("ended", False, None, 0)


def test_the_first_schema_and_rows_that_are_not_packed_are_read_too(tmp_path):
    store = Store(tmp_path, old=True)
    with closing(store.open):
        session = store.session(thread(user("u1"), reply(), usages={"u1": usage()}), kind="json")
    assert (session.cwd, session.context.tokens, session.started_at) == (CWD, 4_300, START - 44)


@pytest.mark.parametrize(
    ("order", "first"), [("1,0", "/home/dev/web"), ("0,1", "/home/dev/api"), ("7", "/home/dev/api")]
)
def test_of_several_folders_the_one_that_was_opened_first_counts(store, order, first):
    told = thread(user("u1"), reply(call("read_file", {"path": "web/a.ts"}), c1=result()))
    session = store.session(told, folder_paths="/home/dev/api\n/home/dev/web", folder_paths_order=order)
    assert (session.cwd, session.files_read) == (first, ("/home/dev/web/a.ts",))


def test_a_subagent_tells_its_parent(store):
    store.put(thread(), "child", parent_id=ID)
    context = {"parent_thread_id": ID, "depth": 1}
    store.put(thread(subagent_context=context), "other")
    assert [session.parent for session in store.sessions().values()] == [ID, ID]


def test_a_thread_without_a_name_has_none(store):
    assert store.session(thread(title="New Thread"), summary="New Thread").title is None


def test_only_a_thread_that_changed_is_unpacked_again(store, monkeypatch):
    store.put(thread(user("u1")))
    store.put(thread(user("u1")), "other")
    assert len(store.sessions()) == 2
    seen = []
    monkeypatch.setattr("relaymark.agents.zed.database.unpacked", lambda *a, **k: seen.append(1) or unpacked(*a, **k))
    store.put(thread(user("u1"), reply(), user("u2")), updated_at="2026-11-20T09:14:00+00:00")
    assert (store.session().prompt_count, len(seen)) == (2, 1)


# The context


def test_the_context_is_the_usage_of_the_last_message_of_the_user(store):
    told = thread(user("u1"), reply(), user("u2"), reply(), usages={"u1": usage(), "u2": usage(5_000)})
    assert store.session(told).context == Context(8_300, "measured")


def test_figures_of_zero_are_left_out_of_the_record(store):
    assert store.session(thread(user("u1"), reply(), usages={"u1": {"input_tokens": 70}})).context.tokens == 70


@pytest.mark.parametrize("messages", [(user("u2"),), (user("u2"), reply("Working"))])
def test_a_last_message_of_the_user_without_usage_means_that_nothing_is_known(store, messages):
    told = thread(user("u1"), reply(), *messages, usages={"u1": usage()})
    assert store.session(told).context == UNKNOWN


@pytest.mark.parametrize("told", [{}, usage(0, 0, 0, 0)])
def test_a_usage_of_zeros_is_no_figure(store, told):
    session = store.session(thread(user("u1"), reply(), usages={"u1": told}))
    assert (session.context, session.bad_records) == (UNKNOWN, 0)


@pytest.mark.parametrize("told", ["12", [], {"input_tokens": "12"}, {"input_tokens": -1}, {"output_tokens": 0.5}])
def test_a_usage_that_cannot_be_read_is_bad(store, told):
    session = store.session(thread(user("u1"), reply(), usages={"u1": told}))
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


SUMMARY = {"Compaction": {"Summary": "What was done"}}


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply(store):
    told = [user("u1"), reply(), SUMMARY]
    session = store.session(thread(*told, usages={"u1": usage(90_000)}))
    assert (session.context, session.compactions) == (UNKNOWN, 1)
    marker = {"User": {"id": "m", "content": []}}
    session = store.session(thread(user("u1"), reply(), marker, SUMMARY, usages={"u1": usage(90_000)}))
    assert (session.context, session.compactions, session.prompt_count) == (UNKNOWN, 1, 1)
    session = store.session(thread(*told, user("u2"), usages={"u1": usage(90_000)}))
    assert session.context == UNKNOWN
    told = thread(*told, user("u2"), reply(), usages={"u1": usage(90_000), "u2": usage()})
    assert (store.session(told).context.tokens, store.session().compactions) == (4_300, 1)


def test_a_compaction_within_a_turn_leaves_the_figure_of_its_last_request(store):
    told = thread(user("u1"), reply(), SUMMARY, reply(), usages={"u1": usage()})
    assert store.session(told).context.tokens == 4_300


def test_the_summary_is_the_text_of_the_compaction(store):
    store.session(thread(user("u1"), SUMMARY, {"Compaction": {"ProviderNative": {"items": []}}}))
    found = [event for _, record in store.unit.records(ID) for event in record.events]
    assert [event.text for event in found if isinstance(event, ev.Compacted)] == ["What was done", ""]


# Turns, prompts, files and commands


def test_a_call_without_a_result_leaves_the_turn_open(store):
    asked = call("terminal", {"command": "ls", "cd": "shop"})
    assert store.session(thread(user("u1"), reply("Look", asked))).turn == "open"
    assert store.session(thread(user("u1"), reply("Look", asked, c1=result()))).turn == "open"
    assert store.session(thread(user("u1"), reply("Look", asked, c1=result()), "Resume", reply())).turn == "ended"


def test_a_call_that_the_user_stopped_interrupts_the_turn(store):
    told = reply(call("terminal", {"command": "ls"}), c1=result("Tool canceled by user", error=True))
    assert store.session(thread(user("u1"), told)).turn == "interrupted"


def mention(kind, content="x", **more):
    return {"Mention": {"uri": {kind: more}, "content": content}}


def test_mentioned_files_are_attached(store):
    parts = (
        "Fix ",
        mention("File", abs_path="/home/dev/shop/a.ts"),
        " and ",
        mention("Selection", abs_path="/tmp/b.ts", line_range={"start": 1, "end": 2}),
        mention("Directory", abs_path="/tmp"),
        mention("Fetch", url="https://example.com"),
    )
    session = store.session(thread(user("u1", *parts)))
    assert [typed.text for typed in session.prompts] == ["Fix @a.ts and @b.ts"]
    assert {file.path for file in session.attachments} == {"/home/dev/shop/a.ts", "/tmp/b.ts"}


def test_files_are_read_and_edited_when_the_call_came_back_well(store):
    calls = [
        call("read_file", {"path": "shop/a.ts", "start_line": 10, "end_line": 14}, "c1"),
        call("edit_file", {"path": "shop/b.ts", "mode": "edit", "edits": [{"old_text": "a", "new_text": "b"}]}, "c2"),
        call("write_file", {"path": "shop/c.ts", "content": "x"}, "c3"),
        call("edit_file", {"path": "shop/d.ts", "mode": "create", "display_description": "New"}, "c4"),
        call("edit_file", {"path": "shop/gone.ts", "mode": "edit"}, "c5"),
        call("read_file", {"type": "json", "value": {"path": "/tmp/e.ts"}}, "c6"),
        call("read_file", {"path": "~/.agents/skills/x/SKILL.md"}, "c7"),
    ]
    told = reply(*calls, **{f"c{n}": result(error=n == 5) for n in range(1, 8)})
    session = store.session(thread(user("u1"), told))
    assert session.files_read == (f"{CWD}/a.ts", "/tmp/e.ts")
    assert session.files_edited == (f"{CWD}/b.ts", f"{CWD}/c.ts", f"{CWD}/d.ts")
    found = [event for _, record in store.unit.records(ID) for event in record.events]
    assert ev.FileRead("c1", f"{CWD}/a.ts", 10, 5) in found


@pytest.mark.parametrize(
    ("content", "ran"),
    [
        ("Command executed successfully.", Ran("make", 0, ok=True)),
        ("```\nbuilt\n```", Ran("make", 0, ok=True)),
        ('Command "make" failed with exit code 2.\n\n```\nno\n```', Ran("make", 2, ok=False)),
        ([{"Text": 'Command "make" failed with exit code 2.'}], Ran("make", 2, ok=False)),
        ('Command "make" timed out. No output was captured.', Ran("make", None, ok=True)),
    ],
)
def test_a_command_tells_its_exit_code(store, content, ran):
    told = reply(call("terminal", {"command": "make", "cd": "shop"}), c1=result(content))
    assert store.session(thread(user("u1"), told)).commands == (ran,)


# Older threads


def old(role, text="", **more):
    return {"id": 1, "role": role, "segments": [{"type": "text", "text": text}] if text else [], **more}


def test_a_thread_of_an_older_form(store):
    use = {"id": "c1", "name": "read_file", "input": {"path": "shop/a.ts"}}
    back = {"tool_use_id": "c1", "is_error": False, "content": {"Text": "x"}, "output": None}
    told = {
        "version": "0.2.0",
        "summary": "Keys",
        "updated_at": "2026-11-20T09:13:04Z",
        "messages": [
            old("user", "Add the keys", context="<files>"),
            old("assistant", "Look", tool_uses=[use], tool_results=[back]),
            old("user", tool_results=[back]),
            old("user", "Hidden", is_hidden=True),
            old("assistant", "Done."),
        ],
        "request_token_usage": [{}, usage(), {}, {}, usage(2_000)],
        "model": {"provider": "anthropic", "model": "claude-sonnet-4"},
    }
    session = store.session(told)
    assert (session.context.tokens, session.model, session.turn) == (5_300, "claude-sonnet-4", "ended")
    assert [typed.text for typed in session.prompts] == ["Add the keys"]
    assert session.files_read == (f"{CWD}/a.ts",)


def test_the_oldest_form_has_plain_texts(store):
    told = {"summary": "Keys", "messages": [{"id": 1, "role": "user", "text": "Add the keys"}]}
    session = store.session(told)
    assert ([typed.text for typed in session.prompts], session.context) == (["Add the keys"], UNKNOWN)


# Rows that cannot be unpacked


@pytest.mark.parametrize(
    "data", [b"", b"no zstd", zstandard.compress(b"{"), zstandard.compress(b"[1]"), b"\x28\xb5\x2f\xfd"]
)
def test_a_row_that_cannot_be_unpacked_still_tells_what_stands_beside_it(store, data):
    session = store.session(data)
    assert (session.title, session.cwd, session.bad_records) == ("Keys", CWD, 1)
    assert (session.context, session.prompt_count) == (UNKNOWN, 0)


def test_a_small_row_cannot_take_the_memory_of_the_machine():
    small = zstandard.ZstdCompressor(level=3).compress(b" " * (packed.LARGEST + 2))
    assert len(small) < 100_000
    assert unpacked(small, packed=True) == ({}, "a thread of more than 64 MB")


def test_a_thread_that_is_packed_in_a_stream_is_read():
    data = zstandard.ZstdCompressor(level=3, write_content_size=False).compress(b'{"title": "Keys"}')
    assert unpacked(data, packed=True) == ({"title": "Keys"}, "")


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "first"),
    [
        ({}, "/home/dev", Home("/home/dev/.local/share/zed")),
        ({"XDG_DATA_HOME": "/data"}, "/home/dev", Home("/data/zed", "XDG_DATA_HOME")),
        ({}, "/Users/dev", Home("/Users/dev/Library/Application Support/Zed")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/AppData/Local/Zed")),
        ({"LOCALAPPDATA": "D:\\Local"}, "C:\\Users\\dev", Home("d:/Local/Zed")),
    ],
)
def test_homes(environ, home, first):
    assert AGENT.homes(environ, home)[0] == first


def test_on_linux_the_flatpak_is_a_home_too():
    assert AGENT.homes({}, "/home/dev")[1].path == "/home/dev/.var/app/dev.zed.Zed/data/zed"
    assert len(AGENT.homes({}, "/Users/dev")) == 1


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("threads/threads.db", True),
        ("threads/threads.db-wal", False),
        ("threads.db", False),
        ("db/0-stable/db.sqlite", False),
        ("development_credentials", False),
        ("settings.json", False),
    ],
)
def test_owns(path, owned):
    assert AGENT.owns(path) is owned


# Hostile threads

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_a_thread_holds_it_becomes_records(data):
    parts = reply("x", call("terminal", {"command": "ls"}), c1=result())
    asked = user("u1", "a", mention("File", abs_path="/a"))
    value = copy.deepcopy(thread(asked, parts, SUMMARY, usages={"u1": usage()}))
    value["messages"] += [old("assistant", "x", tool_uses=[])] if data.draw(st.booleans()) else []
    for _ in range(data.draw(st.integers(1, 3))):
        place = value
        while True:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
                break
            place = inner
        place[key] = data.draw(ANYTHING)
    row = {"id": ID, "data": json.dumps(value), "data_type": "json"}
    row |= {name: data.draw(ANYTHING) for name in ("summary", "updated", "parent", "folders", "folders_order")}
    folding = SessionFold(AGENT.name, ID)
    for at, record in enumerate(DATABASE.decoder("/x/threads.db")("thread", row)):
        folding.add(at, record)
    assert folding.session().agent == "zed"


@pytest.mark.parametrize("depth", [300, 900, 20_000])
def test_a_thread_nested_very_deeply_is_no_trouble(depth):
    deep = (
        '{"messages": [{"Agent": {"content": [], "tool_results": {"c": {"content": '
        + "[" * depth
        + "]" * depth
        + "}}}}]}"
    )
    records = DATABASE.decoder("/x/threads.db")("thread", {"id": ID, "data": deep, "data_type": "json"})
    assert sum(bool(record.bad) for record in records) == (depth > 1_000)
