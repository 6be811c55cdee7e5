"""opencode's stores: how the database is asked and what of its changes is noticed, and the tree of files of 1.1.

Rows and files are made by the tests after the recorded schema and the documented facts.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from relaymark.agents.opencode import AGENT, files
from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.sources.database import OpenDatabase
from relaymark.sources.whole import Whole

RECORDED = Path(__file__).resolve().parents[1] / "transcripts/opencode/1.18.33-several-sessions"
DATABASE, TREE = AGENT.stores
CWD = "/home/dev/shop"
TOKENS = {"total": 1_200, "input": 800, "output": 60, "reasoning": 40, "cache": {"read": 250, "write": 50}}
SUMMARY = {"summary": True, "mode": "compaction"}
BEGUN = 1_795_198_800_000


def opened(path):
    reader = OpenDatabase(AGENT, str(path), DATABASE)
    reader.refresh()
    return reader


@pytest.fixture
def recorded(tmp_path):
    """Return a connection to a copy of a recorded database; opening it changes its WAL."""
    for file in RECORDED.glob("home/.local/share/opencode/opencode.db*"):
        shutil.copy(file, tmp_path / file.name)
    with closing(sqlite3.connect(f"file:{tmp_path}/opencode.db?mode=ro", uri=True)) as connection:
        yield connection


def part(kind, **more):
    return {"type": kind, **more}


def tool(name, metadata=None, **given):
    state = {"status": "completed" if metadata else "running", "input": given, "metadata": metadata or {}}
    return part("tool", tool=name, callID="call_0", state={**state, "output": "done"})


def user(*parts):
    return {"role": "user", "time": {"created": BEGUN}}, parts


def typed(text="Go"):
    return user(part("text", text=text))


def assistant(*parts, done=True, **more):
    time = {"created": BEGUN, "completed": BEGUN + 500} if done else {"created": BEGUN}
    made = {"role": "assistant", "time": time, "modelID": "big-1", "providerID": "acme"}
    return {**made, "tokens": TOKENS if done else {"output": 0}, **({"finish": "stop"} if done else {}), **more}, parts


# The database


def database(path, messages, **session):
    """Make a database with one session; `messages` are (id, seconds after its start, info, parts)."""
    row = {"id": "ses_1", "parent_id": None, "directory": CWD, "title": "Shop", "version": "1.18.33", "revert": None,
           "time_created": BEGUN, "time_updated": BEGUN, "time_archived": None, **session}  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"""
            CREATE TABLE session ({", ".join(row)});
            CREATE TABLE message (id PRIMARY KEY, session_id, time_created, time_updated, data);
            CREATE TABLE part (id PRIMARY KEY, message_id, session_id, time_created, time_updated, data);
            """
        )
        connection.execute(f"INSERT INTO session VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
        for name, after, info, parts in messages:
            at = BEGUN + after * 1000
            data = info if isinstance(info, str) else json.dumps(info, separators=(",", ":"))
            connection.execute("INSERT INTO message VALUES (?,?,?,?,?)", (name, "ses_1", at, at, data))
            for number, one in enumerate(parts):
                own = (f"prt_{name}{number}", name, "ses_1", at, at, json.dumps(one, separators=(",", ":")))
                connection.execute("INSERT INTO part VALUES (?,?,?,?,?,?)", own)
        connection.commit()
    return path


def talk(*messages):
    return [(f"msg_{at}", at, *message) for at, message in enumerate(messages)]


def change(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


TALK = talk(typed("One"), assistant(tool("bash", command="make"), finish="tool-calls"), assistant(done=False))


def test_a_row_that_is_rewritten_in_place_is_noticed_though_the_sessions_row_stays(tmp_path):
    reader = opened(database(tmp_path / "opencode.db", TALK))
    assert (reader.sessions()[0].turn, reader.sessions()[0].commands[0].exit) == ("open", None)
    done = json.dumps(tool("bash", metadata={"exit": 3}, command="make"))
    change(reader.path, "UPDATE part SET data = ?, time_updated = ? WHERE id = 'prt_msg_10'", done, BEGUN + 5_000)
    reader.refresh()
    assert reader.sessions()[0].commands[0].exit == 3
    info = json.dumps(assistant()[0])
    change(reader.path, "UPDATE message SET data = ?, time_updated = ? WHERE id = 'msg_2'", info, BEGUN + 6_000)
    reader.refresh()
    assert (reader.sessions()[0].turn, reader.sessions()[0].context.tokens) == ("ended", 1_200)
    reads = reader.reads
    reader.refresh()
    assert reader.reads == reads


@pytest.mark.parametrize(
    ("column", "value", "name", "seen"),
    [
        ("title", "Shop 2", "title", "Shop 2"),
        ("time_archived", BEGUN, "ended", True),
        ("revert", '{"messageID":"msg_1"}', "turn", "open"),
        ("directory", "/home/dev/other", "cwd", "/home/dev/other"),
    ],
)
def test_a_change_of_the_sessions_row_that_leaves_its_time_is_noticed(tmp_path, column, value, name, seen):
    reader = opened(database(tmp_path / "opencode.db", talk(typed(), assistant())))
    assert getattr(reader.sessions()[0], name) != seen
    change(reader.path, f"UPDATE session SET {column} = ?", value)
    reader.refresh()
    assert getattr(reader.sessions()[0], name) == seen


def test_a_part_that_comes_and_goes_is_noticed(tmp_path):
    reader = opened(database(tmp_path / "opencode.db", TALK))
    call = json.dumps(tool("bash", command="ls"))
    new = ("prt_new", "msg_2", "ses_1", BEGUN, BEGUN, call)
    change(reader.path, "INSERT INTO part VALUES (?,?,?,?,?,?)", *new)
    reader.refresh()
    assert len(reader.sessions()[0].commands) == 2
    change(reader.path, "DELETE FROM part WHERE id = 'prt_new'")
    reader.refresh()
    assert len(reader.sessions()[0].commands) == 1


def test_what_was_written_last_is_the_newest_activity(tmp_path):
    path = database(tmp_path / "opencode.db", TALK)
    change(path, "UPDATE part SET time_updated = ?", BEGUN + 90_000)
    seen = []
    reader = OpenDatabase(AGENT, str(path), DATABASE, wants=lambda row: seen.append(row) or True)
    reader.refresh()
    assert seen[0].updated == BEGUN / 1000 + 90


@pytest.mark.parametrize(
    ("revert", "prompts", "commands"),
    [
        (None, 2, 2),
        ({"messageID": "msg_2", "snapshot": "x", "diff": ""}, 1, 1),
        ({"messageID": "msg_0"}, 0, 0),
        ({"messageID": "msg_3", "partID": "prt_msg_31"}, 2, 1),
        ({"messageID": 2}, 2, 2),
        ([], 2, 2),
        ("{", 2, 2),
    ],
)
def test_what_was_undone_is_left_out(tmp_path, revert, prompts, commands):
    made = assistant(part("text", text="Now"), tool("bash", command="ls"))
    messages = talk(typed("One"), assistant(tool("bash", command="make")), typed("Two"), made)
    told = revert if revert is None or isinstance(revert, str) else json.dumps(revert)
    session = opened(database(tmp_path / "opencode.db", messages, revert=told)).sessions()[0]
    assert (session.prompt_count, len(session.commands)) == (prompts, commands)


def test_an_undo_that_goes_further_back_in_a_message_is_noticed(tmp_path):
    calls = [tool("bash", command=f"make {number}") for number in range(3)]
    reader = opened(database(tmp_path / "opencode.db", talk(typed(), assistant(*calls))))
    for kept in (2, 1):
        revert = json.dumps({"messageID": "msg_1", "partID": f"prt_msg_1{kept}"})
        change(reader.path, "UPDATE session SET revert = ?", revert)
        reader.refresh()
        assert len(reader.sessions()[0].commands) == kept


@pytest.mark.parametrize(("auto", "text", "prompts"), [(True, "Two", 2), (False, "Two", 3), (True, "Three", 3)])
def test_a_prompt_put_again_is_known_by_the_automatic_compaction_before_it(tmp_path, auto, text, prompts):
    messages = talk(typed("One"), assistant(), typed("Two"), assistant(error={"name": "ContextOverflowError"}),
                    user(part("compaction", auto=auto, overflow=True)), assistant(**SUMMARY), typed(text))  # fmt: skip
    assert opened(database(tmp_path / "opencode.db", messages)).sessions()[0].prompt_count == prompts
    [told] = files.decode(*tree(messages))
    assert sum(isinstance(event, ev.Prompt) for one in told.records for event in one.events) == prompts


def test_only_the_three_tables_and_their_named_columns_are_read(recorded):
    read = set()

    def note(action, table, column, *_):
        if action == sqlite3.SQLITE_READ and table:
            read.add((table, column))
        return sqlite3.SQLITE_OK

    recorded.set_authorizer(note)
    for query in (DATABASE.sessions, DATABASE.rows, *DATABASE.fetch.values()):
        recorded.execute(query, {"session": "", "id": ""}).fetchall()
    assert {table for table, _ in read} == {"session", "message", "part"}
    assert {column for table, column in read if table == "session" and column} == {
        "id", "parent_id", "directory", "title", "version", "revert", "time_created", "time_updated", "time_archived",
    }  # fmt: skip


def test_messages_and_parts_are_found_by_index(recorded):
    for query in (DATABASE.sessions, DATABASE.rows, *DATABASE.fetch.values()):
        plan = [row[3] for row in recorded.execute(f"EXPLAIN QUERY PLAN {query}", {"session": "", "id": ""})]
        assert not [step for step in plan if step in ("SCAN message", "SCAN part", "SCAN p", "SCAN b", "SCAN c")]
        assert any("USING INDEX" in step for step in plan)


def test_rows_that_cannot_be_read_are_bad_and_the_rest_is_read(tmp_path):
    messages = [*talk(typed(), assistant(part("text", text="x"))), ("msg_7", 7, "{", ()), ("msg_8", 8, "[]", ()),
                ("msg_9", 9, {"role": "system"}, ())]  # fmt: skip
    path = database(tmp_path / "opencode.db", messages)
    change(path, "UPDATE part SET data = '{' WHERE message_id = 'msg_1'")
    session = opened(path).sessions()[0]
    assert (session.context.tokens, session.bad_records) == (1_200, 4)


def test_a_part_of_more_than_16_mb_is_left_out(tmp_path):
    large = part("text", text="x" * (16 * 1024 * 1024))
    path = database(tmp_path / "opencode.db", talk(typed(), assistant(large, tool("bash", command="make"))))
    session = opened(path).sessions()[0]
    assert (len(session.commands), session.context.tokens, session.bad_records) == (1, 1_200, 1)


HOSTILE = [None, 7, "x", -1, 1e300, b"\xff\x00", "[" * 100_000, '{"role":[]}', '{"time":7,"role":"user"}',
           '{"role":"assistant","time":{"completed":[]},"error":[],"tokens":{"cache":7}}',
           '{"type":"tool","state":[]}', '{"type":"file","url":7,"mime":[]}', '{"type":{}}']  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("table", ["session", "message", "part"])
def test_wrong_values_in_any_column_never_raise(tmp_path, table, value):
    path = database(tmp_path / "opencode.db", talk(typed(), assistant(part("text", text="x"), tool("bash"))))
    with closing(sqlite3.connect(path)) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    for column in columns:
        other = path.with_name(f"{column}.db")
        shutil.copy(path, other)
        where = "" if column != "id" else " WHERE rowid = 1"
        change(other, f"UPDATE {table} SET {column} = ?{where}", value)
        opened(other)


@pytest.mark.parametrize("row", [{}, {"id": 7}, {"id": "x"}, {"id": "x", "parts": 7, "before": b"x", "data": "{}"}])
@pytest.mark.parametrize("kind", ["session", "message", "todo", ""])
def test_any_row_becomes_records(kind, row):
    assert all(isinstance(one, ev.Record) for one in DATABASE.decoder("/w/opencode.db")(kind, row))


# The tree of files


def tree(messages, **session):
    own = {"id": "ses_1", "projectID": "p", "directory": CWD, "title": "Shop", "version": "1.1.65",
           "time": {"created": BEGUN, "updated": BEGUN + 9_000}, **session}  # fmt: skip
    contents = {"ses_1.json": own}
    for name, after, info, parts in messages:
        time = {**info.get("time", {}), "created": BEGUN + after * 1000} if isinstance(info.get("time"), dict) else {}
        contents[f"../../message/ses_1/{name}.json"] = {**info, "time": time}
        contents |= {f"../../part/{name}/prt_{name}{at}.json": one for at, one in enumerate(parts)}
    return "/home/dev/.local/share/opencode/storage/session/p/ses_1.json", contents


def told(messages, **session):
    [one] = files.decode(*tree(messages, **session))
    folding = SessionFold("opencode", one.session)
    for at, each in enumerate(one.records):
        folding.add(at, each)
    return folding.session()


def test_a_session_of_files_is_put_together():
    session = told(
        reversed(TALK), parentID="ses_0", time={"created": BEGUN, "updated": BEGUN + 9_000, "archived": BEGUN}
    )
    assert (session.id, session.parent, session.cwd, session.ended) == ("ses_1", "ses_0", CWD, True)
    assert (session.prompt_count, session.context.tokens, session.turn) == (1, 1_200, "open")
    assert (session.started_at, session.updated_at) == (BEGUN / 1000, BEGUN / 1000 + 9)


def test_messages_stand_in_the_order_in_which_they_were_made():
    messages = [("msg_b", 0, *typed("One")), ("msg_a", 1, *typed("Two"))]
    assert [prompt.text for prompt in told(messages).prompts] == ["One", "Two"]


def test_what_was_undone_is_left_out_of_files_too():
    messages = talk(typed(), assistant(tool("bash", command="a"), tool("bash", command="b")), typed(), assistant())
    assert told(messages, revert={"messageID": "msg_2"}).prompt_count == 1
    kept = told(messages, revert={"messageID": "msg_1", "partID": "prt_msg_11"})
    assert [ran.command for ran in kept.commands] == ["a"]


def test_the_files_beside_a_session_are_its_messages_and_their_parts():
    first = files.beside("ses_1.json", {})
    assert first == ("../../message/ses_1/*.json",)
    read = {"ses_1.json": {}, "../../message/ses_1/msg_1.json": {}, "../../message/ses_2/msg_2.json": {}}
    assert files.beside("ses_1.json", read) == (*first, "../../part/msg_1/*.json")


def test_a_message_rewritten_in_its_file_is_noticed(tmp_path):
    contents = tree(TALK)[1]
    own = tmp_path / "storage/session/p/ses_1.json"
    for name, value in contents.items():
        file = own.parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value))
    reader = Whole(AGENT, str(own), TREE)
    reader.refresh()
    assert reader.sessions()[0].turn == "open"
    changed = tmp_path / "storage/message/ses_1/msg_2.json"
    changed.write_text(json.dumps({**assistant()[0], "time": {"created": BEGUN + 2_000, "completed": BEGUN + 3_000}}))
    assert reader.concerns(str(changed))
    reader.refresh()
    assert reader.sessions()[0].turn == "ended"


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[]], {"id": []}, {"time": 7, "revert": 7, "role": "user"}])
def test_files_of_any_shape_never_raise(value):
    path, contents = tree(TALK)
    for name in contents:
        for one in files.decode(path, {**contents, name: value}):
            assert all(isinstance(each, ev.Record) for each in one.records)
    assert not TREE.recognises(value)


def test_a_file_of_a_session_is_known_wherever_it_lies():
    assert TREE.recognises(tree(TALK)[1]["ses_1.json"])
