"""goose: databases made here with the documented schemas, since no recordings exist."""

import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.goose import AGENT, DATABASE
from relaymark.agents.goose.decode import decode
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.database import OpenDatabase

ID = "20261120_1"
CWD = "/home/dev/shop"
START = 1_795_165_964
UNKNOWN = Context()
AGENT_ONLY = {"userVisible": False, "agentVisible": True}
NOBODY = {"userVisible": False, "agentVisible": False}
GO_ON = "Your context was compacted. The previous message contains a summary.\nJust continue the conversation."
LOOP = "Your context was compacted. The previous message contains a summary.\nContinue calling tools as necessary."

FIRST = """
CREATE TABLE schema_version (version INTEGER PRIMARY KEY);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, description TEXT NOT NULL DEFAULT '', working_dir TEXT NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    extension_data TEXT DEFAULT '{}', total_tokens INTEGER, input_tokens INTEGER, output_tokens INTEGER,
    accumulated_total_tokens INTEGER, accumulated_input_tokens INTEGER, accumulated_output_tokens INTEGER,
    schedule_id TEXT, recipe_json TEXT
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL REFERENCES sessions(id), role TEXT NOT NULL,
    content_json TEXT NOT NULL, created_timestamp INTEGER NOT NULL, timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    tokens INTEGER
);
CREATE INDEX idx_messages_session ON messages(session_id);
"""
LATER = """
ALTER TABLE messages ADD COLUMN metadata_json TEXT;
ALTER TABLE sessions ADD COLUMN name TEXT DEFAULT '';
ALTER TABLE sessions ADD COLUMN user_set_name BOOLEAN DEFAULT FALSE;
ALTER TABLE sessions ADD COLUMN session_type TEXT NOT NULL DEFAULT 'user';
ALTER TABLE sessions ADD COLUMN provider_name TEXT;
ALTER TABLE sessions ADD COLUMN model_config_json TEXT;
ALTER TABLE messages ADD COLUMN message_id TEXT;
ALTER TABLE sessions ADD COLUMN archived_at TIMESTAMP;
ALTER TABLE sessions ADD COLUMN parent_session_id TEXT;
CREATE TABLE usage_ledger (id INTEGER PRIMARY KEY, session_id TEXT, total_tokens INTEGER);
"""


class Store:
    """A database as the program writes it, open while it is read."""

    def __init__(self, folder, *, old=False):
        self.path = str(folder / "sessions.db")
        self.old = old
        self.open = sqlite3.connect(self.path, isolation_level=None)
        self.open.execute("PRAGMA journal_mode = WAL")
        self.open.executescript(FIRST if old else FIRST + LATER)
        self.count = 0
        self.unit = OpenDatabase(AGENT, self.path, DATABASE)

    def set(self, session=ID, **columns):
        names = ", ".join(f"{name} = ?" for name in columns)
        self.open.execute(f"UPDATE sessions SET {names} WHERE id = ?", (*columns.values(), session))

    def add(self, session=ID, **columns):
        told = {"id": session, "working_dir": CWD, "created_at": "2026-11-20 09:12:44"}
        told |= {"updated_at": "2026-11-20 09:13:00", "description" if self.old else "name": "Keys", **columns}
        marks = ", ".join("?" * len(told))
        self.open.execute(f"INSERT INTO sessions ({', '.join(told)}) VALUES ({marks})", tuple(told.values()))

    def say(self, role, *blocks, session=ID, flags=None, at=None):
        content = [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]
        self.count += 1
        told = {"session_id": session, "role": role, "content_json": json.dumps(content, separators=(",", ":"))}
        told["created_timestamp"] = START + self.count if at is None else at
        if not self.old:
            told["metadata_json"] = json.dumps(flags or {"userVisible": True, "agentVisible": True})
        marks = ", ".join("?" * len(told))
        self.open.execute(f"INSERT INTO messages ({', '.join(told)}) VALUES ({marks})", tuple(told.values()))

    def user(self, *blocks, **more):
        self.say("user", *(blocks or ("Go",)), **more)

    def reply(self, *blocks, total=None, **more):
        self.say("assistant", *(blocks or ("Done.",)), **more)
        if total:
            self.set(total_tokens=total, input_tokens=total - 100, output_tokens=100, accumulated_total_tokens=900_000)

    def hide(self):
        self.open.execute(
            "UPDATE messages SET metadata_json = json_set(metadata_json, '$.agentVisible', json('false'))"
        )

    def sessions(self):
        self.unit.refresh()
        return {session.id: session for session in self.unit.sessions()}

    def session(self, session=ID):
        return self.sessions()[session]


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path)
    made.add()
    with closing(made.open):
        yield made


def call(name, arguments, call_id="c1"):
    value = {"name": name, "arguments": arguments}
    return {"type": "toolRequest", "id": call_id, "toolCall": {"status": "success", "value": value}}


def result(text="ok", call_id="c1", *, error=False, **more):
    value = {"content": [{"type": "text", "text": text, **more}], "isError": error}
    return {"type": "toolResponse", "id": call_id, "toolResult": {"status": "success", "value": value}}


# Who, where, when


def test_a_session_tells_who_and_where_it_is(store):
    model = {"model_name": "claude-sonnet-4-5", "context_limit": 200_000, "toolshim": False}
    store.set(provider_name="anthropic", model_config_json=json.dumps(model))
    store.user("Add the keys")
    store.reply(total=12_000)
    session = store.session()
    assert (session.id, session.cwd, session.title, session.parent) == (ID, CWD, "Keys", None)
    assert (session.model, session.provider, session.window) == ("claude-sonnet-4-5", "anthropic", 200_000)
    assert [(typed.text, typed.time) for typed in session.prompts] == [("Add the keys", START + 1.0)]
    assert (session.started_at, session.updated_at) == (START, START + 2.0)
    assert (session.turn, session.turn_sure, session.bad_records) == ("ended", False, 0)


def test_the_first_schema_is_read_too(tmp_path):
    store = Store(tmp_path, old=True)
    with closing(store.open):
        store.add()
        store.user("Add the keys")
        store.reply(total=12_000)
        session = store.session()
    assert (session.title, session.cwd, session.context.tokens) == ("Keys", CWD, 12_000)
    assert (session.model, session.window, session.ended, session.bad_records) == (None, None, False, 0)


@pytest.mark.parametrize("name", ["", "CLI Session", "New session 3", "ACP Session"])
def test_a_name_that_only_stands_in_is_no_title(store, name):
    store.set(name=name)
    assert store.session().title is None


def test_a_window_that_is_not_set_is_not_known(store):
    store.set(model_config_json='{"model_name": "gpt-5", "context_limit": null}')
    assert (store.session().model, store.session().window) == ("gpt-5", None)


def test_a_time_in_milliseconds_is_one_in_seconds(store):
    store.user(at=START * 1000 + 500)
    assert store.session().prompts[0].time == START + 0.5


def test_an_archived_session_has_ended(store):
    store.set(archived_at="2026-11-20 10:00:00")
    assert store.session().ended


def test_a_subagent_tells_its_parent_and_other_kinds_are_left_out(store):
    store.add("20261120_2", session_type="sub_agent", parent_session_id=ID)
    store.add("20261120_3", session_type="sub_agent")
    store.add("20261120_4", session_type="hidden")
    store.add("20261120_5", session_type="scheduled")
    store.add("20261120_6", session_type="acp", parent_session_id=ID)
    found = {name: session.parent for name, session in store.sessions().items()}
    assert found == {ID: None, "20261120_2": ID, "20261120_6": None}


def test_a_change_of_the_name_shows(store):
    store.user()
    store.session()
    store.set(name="Issuing keys")
    assert store.session().title == "Issuing keys"


# The context


def test_the_context_is_the_total_of_the_last_request_and_not_the_sum(store):
    store.user()
    store.reply(total=12_000)
    assert store.session().context == Context(12_000, "measured")
    store.user("More")
    store.reply(total=13_000)
    assert store.session().context == Context(13_000, "measured")


@pytest.mark.parametrize("total", [None, 0])
def test_no_total_means_that_nothing_is_known(store, total):
    store.user()
    store.reply()
    store.set(total_tokens=total, input_tokens=5, output_tokens=5)
    assert store.session().context == UNKNOWN


def test_a_total_that_is_no_number_is_bad(store):
    store.set(total_tokens="many")
    assert (store.session().context, store.session().bad_records) == (UNKNOWN, 1)


def test_a_session_without_messages_has_no_figure(store):
    assert (store.session().context, store.session().prompt_count, store.session().turn) == (UNKNOWN, 0, "none")


def compact(store, go_on=GO_ON, *, copied="Go"):
    store.hide()
    store.user("What was done", flags=AGENT_ONLY)
    store.reply(go_on, flags=AGENT_ONLY)
    if copied:
        store.user(copied)
    store.set(total_tokens=400, input_tokens=400, output_tokens=None)


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply(store):
    store.user("Add the keys")
    store.reply(total=90_000)
    compact(store, copied=None)
    session = store.session()
    assert (session.context, session.compactions, session.prompt_count) == (UNKNOWN, 1, 1)
    store.user("More")
    store.reply(total=9_000)
    session = store.session()
    assert (session.context.tokens, session.compactions) == (9_000, 1)
    assert [typed.text for typed in session.prompts] == ["Add the keys", "More"]
    compact(store, copied=None)
    session = store.session()
    assert (session.context, session.compactions, session.prompt_count) == (UNKNOWN, 2, 2)


def test_the_summary_is_the_text_of_the_compaction(store):
    store.user("Add the keys")
    compact(store, copied=None)
    found = [event for _, record in store.unit.records(ID) for event in record.events]
    assert [event.text for event in found if isinstance(event, ev.Compacted)] == ["What was done"]


def test_the_prompt_that_a_compaction_puts_again_counts_once(store):
    store.user("Add the keys")
    store.reply(total=90_000)
    store.user("More")
    compact(store, copied="More")
    store.open.execute("UPDATE messages SET metadata_json = ? WHERE id = 3", (json.dumps(NOBODY),))
    assert [typed.text for typed in store.session().prompts] == ["Add the keys", "More"]


def test_the_prompt_that_a_compaction_within_a_turn_puts_again_counts_once(store):
    store.user("Add the keys")
    store.reply(call("shell", {"command": "make"}))
    store.user(result())
    compact(store, LOOP, copied="Add the keys")
    assert [typed.text for typed in store.session().prompts] == ["Add the keys"]


def test_the_model_may_speak_of_a_compaction(store):
    store.user()
    store.reply("Your context was compacted, I think.", total=9_000)
    assert (store.session().compactions, store.session().context.tokens) == (0, 9_000)


def test_a_new_message_shows_without_a_change_of_the_session_row(store):
    store.user()
    assert store.session().prompt_count == 1
    store.user("More")
    assert store.session().prompt_count == 2


# Turns, files and commands


def test_a_call_leaves_the_turn_open_and_an_answer_ends_it(store):
    store.user()
    store.reply("Look", call("shell", {"command": "ls"}), total=5_000)
    assert store.session().turn == "open"
    store.user(result())
    assert store.session().turn == "open"
    store.reply(total=6_000)
    assert store.session().turn == "ended"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "toolConfirmationRequest", "id": "c1", "toolName": "shell", "arguments": {}},
        {"type": "actionRequired", "data": {"actionType": "toolConfirmation", "id": "c1"}},
    ],
)
def test_a_question_to_the_user_waits(store, block):
    store.user()
    store.reply(call("shell", {"command": "ls"}))
    store.reply(block)
    assert store.session().waiting
    store.user(result())
    assert not store.session().waiting


def test_results_of_tools_and_text_for_the_model_alone_are_no_prompts(store):
    store.user()
    store.reply(call("shell", {"command": "ls"}))
    store.user(result())
    store.user("A reminder", flags=AGENT_ONLY)
    assert [typed.text for typed in store.session().prompts] == ["Go"]


def test_files_are_read_and_edited_when_the_call_came_back_well(store):
    editor = "developer__text_editor"
    calls = [
        call(editor, {"command": "view", "path": f"{CWD}/a.py", "view_range": [10, -1]}, "c1"),
        call(editor, {"command": "str_replace", "path": "/tmp/b.py", "old_str": "a", "new_str": "b"}, "c2"),
        call(editor, {"command": "write", "path": "/tmp/c.py", "file_text": "x"}, "c3"),
        call("edit", {"path": "d.py", "before": "a", "after": "b"}, "c4"),
        call("developer__write", {"path": "e.py", "content": "x"}, "c5"),
        call("edit", {"path": "/tmp/gone.py", "before": "a", "after": "b"}, "c6"),
    ]
    store.user()
    store.reply(*calls)
    store.user(*(result(call_id=f"c{n}", error=n == 6) for n in range(1, 7)))
    session = store.session()
    assert session.files_read == (f"{CWD}/a.py",)
    assert session.files_edited == ("/tmp/b.py", "/tmp/c.py", f"{CWD}/d.py", f"{CWD}/e.py")


@pytest.mark.parametrize("name", ["shell", "developer__shell"])
def test_a_failed_command_tells_its_exit_code(store, name):
    store.user()
    store.reply(call(name, {"command": "false"}, "c1"), call(name, {"command": "ls"}, "c2"))
    store.user(result("no\n\nCommand exited with code 7", "c1", error=True), result("ok", "c2"))
    assert store.session().commands == (Ran("false", 7, ok=False), Ran("ls", None, ok=True))


def test_a_result_of_the_older_form_and_one_of_an_error(store):
    store.user()
    store.reply(call("shell", {"command": "ls"}, "c1"), call("shell", {"command": "no"}, "c2"))
    old = {"type": "toolResponse", "id": "c1", "toolResult": {"status": "success", "value": [{"type": "text"}]}}
    error = {"type": "toolResponse", "id": "c2", "toolResult": {"status": "error", "error": "refused"}}
    store.user(old, error)
    assert [ran.ok for ran in store.session().commands] == [True, False]


def test_output_for_the_user_alone_is_not_in_the_context():
    seen = {"annotations": {"audience": ["assistant"]}}
    blocks = [result("for me", annotations={"audience": ["user"]}), result("for the model", **seen)]
    row = {"id": 1, "role": "user", "content": json.dumps(blocks)}
    [record] = decode("message", row)
    assert [event.text for event in record.events] == ["", "for the model"]


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.local/share/goose")),
        ({}, "/Users/dev", Home("/Users/dev/.local/share/goose")),
        ({"XDG_DATA_HOME": "/data"}, "/home/dev", Home("/data/goose", "XDG_DATA_HOME")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/AppData/Roaming/Block/goose/data")),
        ({"APPDATA": "D:\\Roaming"}, "C:\\Users\\dev", Home("d:/Roaming/Block/goose/data")),
        ({"GOOSE_PATH_ROOT": "/srv/goose"}, "/home/dev", Home("/srv/goose/data", "GOOSE_PATH_ROOT")),
        ({"GOOSE_PATH_ROOT": "goose"}, "/home/dev", Home("/home/dev/.local/share/goose")),
    ],
)
def test_homes(environ, home, found):
    assert AGENT.homes(environ, home) == (found,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("sessions/sessions.db", True),
        ("sessions/sessions.db-wal", False),
        ("sessions/20250801_101010.jsonl", False),
        ("sessions.db", False),
        ("secrets.yaml", False),
        ("config.yaml", False),
    ],
)
def test_owns(path, owned):
    assert AGENT.owns(path) is owned


# Hostile rows

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
BLOCKS = (call("developer__text_editor", {"command": "view", "path": "a"}), result(), {"type": "text", "text": "x"})


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_a_row_holds_it_becomes_records(data):
    block = json.loads(json.dumps(data.draw(st.sampled_from(BLOCKS))))
    place = block
    while True:
        key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(ANYTHING)
    content = data.draw(st.just([block]) | ANYTHING)
    row = {
        "id": data.draw(ANYTHING),
        "role": data.draw(st.sampled_from(("user", "assistant", "other")) | ANYTHING),
        "content": data.draw(st.just(json.dumps(content)) | ANYTHING),
        "metadata": data.draw(st.just('{"userVisible":false}') | ANYTHING),
        "before": data.draw(ANYTHING),
        "created": data.draw(ANYTHING),
        "model": data.draw(ANYTHING),
        "total_tokens": data.draw(ANYTHING),
        "name": data.draw(ANYTHING),
    }
    folding = SessionFold(AGENT.name, ID)
    for kind in ("session", "message", "usage", "other"):
        for at, record in enumerate(decode(kind, row)):
            folding.add(at, record)
    assert folding.session().agent == "goose"


@pytest.mark.parametrize("content", ["", "{}", "[" * 5_000, "[1,", "null"])
def test_a_message_that_cannot_be_read_is_bad(store, content):
    store.user()
    store.open.execute("UPDATE messages SET content_json = ?", (content,))
    assert (store.session().bad_records, store.session().prompt_count) == (1, 0)
