"""Crush: databases made here with the documented schemas, since no recordings exist; the old opencode's among them."""

import base64
import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.crush import AGENT, window
from relaymark.agents.crush.database import DATABASE, project
from relaymark.agents.crush.decode import decode
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.database import OpenDatabase

ID = "0b6c2c1e-1111-4a52-9d0c-5e5d1f1f0c11"
START = 1_795_165_964
UNKNOWN = Context()

FIRST = """
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT NOT NULL,
    message_count INTEGER NOT NULL DEFAULT 0 CHECK (message_count >= 0),
    prompt_tokens INTEGER NOT NULL DEFAULT 0, completion_tokens INTEGER NOT NULL DEFAULT 0,
    cost REAL NOT NULL DEFAULT 0.0, updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE files (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, path TEXT NOT NULL, content TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
CREATE TABLE messages (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, role TEXT NOT NULL, parts TEXT NOT NULL default '[]', model TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, finished_at INTEGER
);
CREATE INDEX idx_messages_session_id ON messages (session_id);
CREATE TRIGGER update_session_message_count_on_insert AFTER INSERT ON messages BEGIN
UPDATE sessions SET message_count = message_count + 1 WHERE id = new.session_id;
END;
"""
LATER = """
ALTER TABLE sessions ADD COLUMN summary_message_id TEXT;
ALTER TABLE messages ADD COLUMN provider TEXT;
ALTER TABLE messages ADD COLUMN is_summary_message INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE sessions ADD COLUMN todos TEXT;
CREATE TABLE read_files (session_id TEXT NOT NULL, path TEXT NOT NULL, read_at INTEGER NOT NULL);
"""


class Store:
    """A project with a database as the program writes it, open while it is read."""

    def __init__(self, folder, *, old=False):
        self.project = str(folder)
        place = folder / (".opencode" if old else ".crush")
        place.mkdir()
        self.path = str(place / ("opencode.db" if old else "crush.db"))
        self.old, self.count = old, 0
        self.open = sqlite3.connect(self.path, isolation_level=None)
        self.open.execute("PRAGMA journal_mode = WAL")
        self.open.executescript(FIRST if old else FIRST + LATER)
        self.unit = OpenDatabase(AGENT, self.path, DATABASE)
        self.add()

    def add(self, session=ID, **columns):
        told = {"id": session, "title": "Keys", "updated_at": START, "created_at": START, **columns}
        self._insert("sessions", told)

    def _insert(self, table, told):
        marks = ", ".join("?" * len(told))
        self.open.execute(f"INSERT INTO {table} ({', '.join(told)}) VALUES ({marks})", tuple(told.values()))

    def set(self, session=ID, **columns):
        names = ", ".join(f"{name} = ?" for name in columns)
        self.open.execute(f"UPDATE sessions SET {names} WHERE id = ?", (*columns.values(), session))

    def say(self, role, *parts, at=None, session=ID, **columns):
        self.count += 1
        at = START + self.count if at is None else at
        told = {"id": f"m{self.count}", "session_id": session, "role": role, "parts": written(*parts)}
        self._insert("messages", {**told, "created_at": at, "updated_at": at, **columns})
        return told["id"]

    def user(self, *parts, **more):
        return self.say("user", *(parts or (text("Go"), finish("stop"))), **more)

    def reply(self, *parts, prompt=None, completion=100, reason="end_turn", **more):
        model = {"model": "claude-sonnet-4-5"} | ({} if self.old else {"provider": "anthropic"})
        ends = (finish(reason),) if reason else ()
        name = self.say("assistant", *(parts or (text("Done."),)), *ends, **model, **more)
        if prompt is not None:
            self.set(prompt_tokens=prompt, completion_tokens=completion)
        return name

    def update(self, name, *parts, at=None):
        self.open.execute("UPDATE messages SET parts = ? WHERE id = ?", (written(*parts), name))
        if at:
            self.open.execute("UPDATE messages SET updated_at = ? WHERE id = ?", (at, name))

    def sessions(self):
        self.unit.refresh()
        return {session.id: session for session in self.unit.sessions()}

    def session(self, session=ID):
        return self.sessions()[session]


def written(*parts):
    return json.dumps([{"type": kind, "data": data} for kind, data in parts])


def text(said):
    return "text", {"text": said}


def finish(reason, at=START):
    return "finish", {"reason": reason, "time": at}


def call(name, given, call_id="c1"):
    made = given if isinstance(given, str) else json.dumps(given)
    return "tool_call", {"id": call_id, "name": name, "input": made, "provider_executed": False, "finished": True}


def result(content="ok", call_id="c1", name="view", *, error=False):
    told = {"tool_call_id": call_id, "name": name, "content": content, "metadata": "", "is_error": error}
    return "tool_result", told


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    with closing(made.open):
        yield made


# Who, where, when


def test_a_session_tells_who_and_where_it_is(store):
    store.user(text("Add the keys"))
    store.reply(prompt=12_000)
    session = store.session()
    assert (session.id, session.cwd, session.title, session.parent) == (ID, store.project, "Keys", None)
    assert (session.model, session.provider, session.window) == ("claude-sonnet-4-5", "anthropic", None)
    assert [(typed.text, typed.time) for typed in session.prompts] == [("Add the keys", START + 1.0)]
    assert (session.started_at, session.updated_at) == (START, START + 2.0)
    assert (session.turn, session.turn_sure, session.bad_records) == ("ended", True, 0)


def test_the_old_opencode_is_read_too(tmp_path):
    store = Store(tmp_path, old=True)
    with closing(store.open):
        store.user(text("Add the keys"))
        store.reply(prompt=12_000)
        session = store.session()
    assert (session.cwd, session.title, session.context.tokens) == (store.project, "Keys", 12_100)
    assert (session.model, session.provider, session.turn) == ("claude-sonnet-4-5", None, "ended")


def test_times_in_milliseconds_are_times_in_seconds(store):
    store.set(created_at=START * 1000)
    store.user(at=START * 1000 + 500)
    session = store.session()
    assert (session.started_at, session.prompts[0].time) == (START, START + 0.5)


def test_a_task_tells_its_parent_and_a_session_for_a_title_is_left_out(store):
    store.add("m2$$c1", parent_session_id=ID, title="Look around")
    store.add(f"title-{ID}", parent_session_id=ID, title="Generate a title")
    found = {name: session.parent for name, session in store.sessions().items()}
    assert found == {ID: None, "m2$$c1": ID}


def test_a_name_that_only_stands_in_is_no_title(store):
    store.set(title="Untitled Session")
    assert store.session().title is None


# The context


def test_the_context_is_that_of_the_last_step(store):
    store.user()
    store.reply(call("view", {"file_path": "a"}), prompt=12_000, reason="tool_use")
    assert store.session().context == Context(12_100, "measured")
    store.say("tool", result())
    store.reply(prompt=13_000, completion=50)
    assert store.session().context == Context(13_050, "measured")


def test_before_the_first_step_nothing_is_known(store):
    store.user()
    assert (store.session().context, store.session().turn) == (UNKNOWN, "open")


@pytest.mark.parametrize("columns", [{"prompt_tokens": "many"}, {"completion_tokens": -5}, {"prompt_tokens": 1.5}])
def test_figures_that_are_no_numbers_are_bad(store, columns):
    store.reply(prompt=12_000)
    store.set(**columns)
    assert (store.session().context, store.session().bad_records) == (UNKNOWN, 1)


def test_after_a_compaction_the_context_is_unknown_until_the_next_step(store):
    store.user()
    store.reply(prompt=150_000)
    summary = store.say("assistant", text("What was"), is_summary_message=1)
    assert store.session().compactions == 0
    store.update(summary, text("What was done"), finish("end_turn"))
    store.set(prompt_tokens=0, completion_tokens=700, summary_message_id=summary)
    session = store.session()
    assert (session.context, session.compactions, session.turn) == (UNKNOWN, 1, "ended")
    found = [event for _, record in store.unit.records(ID) for event in record.events]
    assert [event.text for event in found if isinstance(event, ev.Compacted)] == ["What was done"]
    store.user(text("More"))
    store.reply(prompt=9_000)
    assert (store.session().context.tokens, store.session().compactions) == (9_100, 1)


def test_a_prompt_that_the_program_puts_again_after_a_compaction_is_none(store):
    store.user()
    summary = store.say("assistant", text("What was done"), finish("end_turn"), is_summary_message=1)
    store.set(summary_message_id=summary)
    again = "The previous session was interrupted because it got too long, the initial user request was: `Go`"
    store.user(text(again))
    assert (store.session().prompt_count, store.session().turn) == (1, "open")


def test_a_summary_that_failed_is_no_compaction(store):
    store.reply(prompt=150_000)
    store.say("assistant", text(""), finish("error"), is_summary_message=1)
    assert (store.session().compactions, store.session().context.tokens) == (0, 150_100)


def test_without_its_own_mark_a_summary_is_known_by_the_session(tmp_path):
    store = Store(tmp_path, old=True)
    with closing(store.open):
        store.open.execute("ALTER TABLE sessions ADD COLUMN summary_message_id TEXT")
        store.reply(prompt=150_000)
        summary = store.reply(text("What was done"))
        store.set(prompt_tokens=0, completion_tokens=700, summary_message_id=summary)
        assert (store.session().compactions, store.session().context) == (1, UNKNOWN)


# Turns


@pytest.mark.parametrize(
    ("reason", "turn"),
    [
        ("end_turn", "ended"),
        ("max_tokens", "ended"),
        ("canceled", "interrupted"),
        ("error", "failed"),
        ("content_filter", "failed"),
        ("unknown", "open"),
        (None, "open"),
    ],
)
def test_how_a_turn_ended(store, reason, turn):
    store.user()
    store.reply(prompt=12_000, reason=reason)
    assert store.session().turn == turn


def test_a_message_that_grows_shows_although_its_session_does_not_change(store):
    store.user()
    name = store.reply(text("Wor"), reason=None)
    assert store.session().turn == "open"
    store.update(name, text("Works."), finish("end_turn"), at=START + 2)
    assert store.session().turn == "ended"


# Files and commands


def test_files_are_read_and_edited_when_the_call_came_back_well(store):
    calls = [
        call("view", {"file_path": "src/keys.go", "offset": 9, "limit": 5}, "c1"),
        call("edit", {"file_path": f"{store.project}/src/keys.go", "old_string": "a", "new_string": "b"}, "c2"),
        call("write", {"file_path": "/tmp/new.go", "content": "x"}, "c3"),
        call("multiedit", {"file_path": "m.go", "edits": [{"old_string": "a", "new_string": "b"}]}, "c4"),
        call("edit", {"file_path": "/tmp/gone.go", "old_string": "a", "new_string": "b"}, "c5"),
        call("patch", {"patch_text": "*** Begin Patch\n*** Add File: p.go\n+x\n*** End Patch"}, "c6"),
        call("view", '{"file_path": "half', "c7"),
    ]
    store.user()
    store.reply(*calls, reason="tool_use")
    store.say("tool", *(result(call_id=f"c{n}", error=n == 5) for n in range(1, 8)))
    session = store.session()
    project = store.project
    assert session.files_read == (f"{project}/src/keys.go",)
    assert session.files_edited == (f"{project}/src/keys.go", "/tmp/new.go", f"{project}/m.go", f"{project}/p.go")
    [record] = decode("message", {"role": "assistant", "parts": written(calls[0])})
    assert ev.FileRead("c1", "src/keys.go", 10, 5) in record.events


def test_a_failed_command_tells_its_exit_code(store):
    calls = [call("bash", {"command": command}, f"c{n}") for n, command in enumerate(("false", "ls", "old"))]
    store.user()
    store.reply(*calls, reason="tool_use")
    store.say("tool", result("no\nExit code 2\n\n<cwd>/home/dev/shop</cwd>", "c0", "bash"))
    store.say("tool", result("a.go\n\n<cwd>/home/dev/shop</cwd>", "c1", "bash"))
    store.say("tool", result("Exit code 1", "c2", "bash"))
    expected = (Ran("false", 2, ok=False), Ran("ls", None, ok=True), Ran("old", 1, ok=False))
    assert store.session().commands == expected


def test_attached_files_and_shell_lines_are_no_prompts(store):
    data = base64.b64encode(b"package keys").decode()
    file = ("binary", {"Path": "/tmp/a.go", "MIMEType": "text/plain", "Data": data})
    image = ("binary", {"Path": "/tmp/b.png", "MIMEType": "image/png", "Data": data})
    store.user(text("Look"), file, image, ("shell_command", {"command": "ls", "output": "a.go", "exit_code": 0}))
    store.user(("shell_command", {"command": "ls", "output": "", "exit_code": 0}))
    session = store.session()
    assert session.prompt_count == 1
    assert {one.path for one in session.attachments} == {"/tmp/a.go", "/tmp/b.png"}
    found = [event for _, record in store.unit.records(ID) for event in record.events]
    assert [event.text for event in found if isinstance(event, ev.Mentioned)] == ["package keys", ""]
    assert [event.text for event in found if isinstance(event, ev.Fed)] == ["ls\na.go", "ls"]


def test_the_contents_of_edited_files_are_never_asked_for():
    for query in (DATABASE.sessions, DATABASE.rows, *DATABASE.fetch.values()):
        assert " files" not in query
        assert "*" not in query.replace("count(*)", "")


# Where it lies


def test_sessions_lie_in_projects_unless_a_variable_names_a_folder():
    assert AGENT.homes({}, "/home/dev") == ()
    assert AGENT.homes({"CRUSH_GLOBAL_DATA": " "}, "/home/dev") == ()
    assert AGENT.homes({"CRUSH_GLOBAL_DATA": "/data"}, "/home/dev") == (Home("/data", "CRUSH_GLOBAL_DATA"),)
    assert AGENT.homes({"CRUSH_GLOBAL_DATA": "D:\\crush"}, "C:\\Users\\dev")[0].path == "d:/crush"
    assert AGENT.in_project == (".crush/crush.db", ".opencode/opencode.db")


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (".crush/crush.db", True),
        (".opencode/opencode.db", True),
        ("crush.db", True),
        ("opencode.db", False),
        (".crush/crush.db-wal", False),
        (".crush/crush.json", False),
        ("sub/.crush/crush.db", False),
        ("crush.json", False),
    ],
)
def test_owns(path, owned):
    assert AGENT.owns(path) is owned


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/home/dev/shop/.crush/crush.db", "/home/dev/shop"),
        ("C:\\dev\\shop\\.crush\\crush.db", "c:/dev/shop"),
        ("/home/dev/shop/.opencode/opencode.db", "/home/dev/shop"),
        ("/.crush/crush.db", "/"),
        ("/data/crush/crush.db", None),
        ("/home/dev/shop/x.crush/crush.db", None),
    ],
)
def test_the_folder_that_holds_the_database_is_where_its_sessions_work(path, folder):
    assert project(path) == folder


def test_the_user_may_give_a_model_its_window():
    told = {"providers": {"local": {"api_key": "…", "models": [{"id": "qwen", "context_window": 65_536}]}}}
    assert window(told, "local", "qwen") == 65_536
    assert (window(told, "local", "x"), window(told, None, "qwen"), window([], "local", "qwen")) == (None,) * 3
    [file] = AGENT.window_files
    assert file.files({}, "/home/dev", "/home/dev/shop") == (
        "/home/dev/shop/.crush.json",
        "/home/dev/shop/crush.json",
        "/home/dev/.crush.json",
        "/home/dev/crush.json",
        "/home/.crush.json",
        "/home/crush.json",
        "/home/dev/.config/crush/crush.json",
    )
    assert file.files({"CRUSH_GLOBAL_CONFIG": "/etc/crush"}, "/home/dev", "//host/x") == ("/etc/crush/crush.json",)


# Hostile rows

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
PARTS = (call("view", {"file_path": "a"}), result(), text("x"), finish("end_turn"), ("binary", {"Path": "a"}))


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_a_row_holds_it_becomes_records(data):
    kind, told = data.draw(st.sampled_from(PARTS))
    told = {**told, data.draw(st.sampled_from((*told, "MIMEType", "Data", "input"))): data.draw(ANYTHING)}
    parts = data.draw(st.just([{"type": kind, "data": told}]) | ANYTHING)
    row = {
        "id": data.draw(ANYTHING),
        "role": data.draw(st.sampled_from(("user", "assistant", "tool")) | ANYTHING),
        "parts": data.draw(st.just(json.dumps(parts)) | ANYTHING),
        "is_summary": data.draw(st.sampled_from((0, 1)) | ANYTHING),
    }
    row |= {name: data.draw(ANYTHING) for name in ("title", "created", "updated", "prompt", "completion", "model")}
    folding = SessionFold(AGENT.name, ID)
    for which in ("session", "message", "usage", "other"):
        for at, record in enumerate(decode(which, row, "/home/dev/shop")):
            folding.add(at, record)
    assert folding.session().agent == "crush"


@pytest.mark.parametrize("parts", ["", "{}", "[" * 5_000, "[1", "null"])
def test_a_message_that_cannot_be_read_is_bad(store, parts):
    store.user()
    store.open.execute("UPDATE messages SET parts = ?", (parts,))
    assert (store.session().bad_records, store.session().prompt_count) == (1, 0)
