"""A database that its program writes meanwhile: rows in place are seen, nobody waits for a lock, nothing is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from relaymark.agents.known import AGENTS
from relaymark.core.lean import texts, weighs
from relaymark.core.store import Database
from relaymark.sources import database as databases
from relaymark.sources import sqlite
from relaymark.sources.database import OpenDatabase
from relaymark.sources.sqlite import reading, tables

CASES = Path(__file__).resolve().parents[1] / "transcripts/opencode"
OPENCODE = next(agent for agent in AGENTS if agent.name == "opencode")
STORE = next(store for store in OPENCODE.stores if isinstance(store, Database))
SEVERAL = "1.18.33-several-sessions"


@pytest.fixture
def database(tmp_path):
    """A recorded database with a good part of its rows in the WAL only, to write to."""
    folder = tmp_path / "opencode"
    shutil.copytree(CASES / SEVERAL / "home/.local/share/opencode", folder)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder / "opencode.db"


def opened(path, **how):
    return OpenDatabase(OPENCODE, str(path), STORE, **how)


def written(path, *statements):
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(*statement)
    connection.close()


def sessions(database):
    database.refresh()
    return {session.id: session for session in database.sessions()}


def newest_message(path, session):
    connection = sqlite3.connect(path)
    [found] = connection.execute(
        "SELECT id FROM message WHERE session_id = ? AND json_extract(data, '$.tokens.output') > 0"
        " ORDER BY time_created DESC, id DESC LIMIT 1",
        (session,),
    ).fetchone()
    connection.close()
    return found


def measured(found):
    return next(one for one in found.values() if one.context.source == "measured" and one.turn == "ended")


def test_a_row_that_is_changed_in_place_changes_its_session_alone(database):
    reader = opened(database)
    before = sessions(reader)
    one = measured(before)
    message = newest_message(database, one.id)
    change = "data = json_set(data, '$.tokens.total', 77777), time_updated = time_updated + 1"
    written(database, (f"UPDATE message SET {change} WHERE id = ?", (message,)))
    after = sessions(reader)
    assert after[one.id].context.tokens == 77_777
    assert {key: one for key, one in after.items() if key != one.id} == {
        key: one for key, one in before.items() if key != one.id
    }


def test_what_is_appended_is_the_same_as_what_is_read_at_once(database):
    reader = opened(database)
    one = measured(sessions(reader))
    columns = "id, message_id, session_id, time_created, time_updated, data"
    state = {"status": "completed", "input": {"filePath": "/x/a"}}
    part = json.dumps({"type": "tool", "tool": "read", "callID": "c9", "state": state})
    new = "'prt_zzzz', message_id, session_id, time_created + 1, time_updated + 9, ?"
    last = "FROM part WHERE session_id = ? ORDER BY id DESC LIMIT 1"
    written(
        database,
        (f"INSERT INTO part ({columns}) SELECT {new} {last}", (part, one.id)),
    )
    assert sessions(reader)[one.id] == sessions(opened(database))[one.id]
    assert "/x/a" in sessions(reader)[one.id].files_read


def test_a_session_that_is_deleted_is_gone(database):
    reader = opened(database)
    one = measured(sessions(reader))
    written(database, ("DELETE FROM session WHERE id = ?", (one.id,)))
    assert one.id not in sessions(reader)


def test_only_wanted_sessions_are_read(database):
    every = sessions(opened(database))
    folder = measured(every).cwd
    reader = opened(database, wants=lambda row: row.cwd == folder)
    assert set(sessions(reader)) == {key for key, one in every.items() if one.cwd == folder}
    assert not sessions(opened(database, wants=lambda _row: False))


def test_folders_that_another_database_tells_are_taken_where_this_one_has_none(database):
    listed = "SELECT id, NULL AS stamp, NULL AS cwd, NULL AS updated FROM session"
    store = replace(STORE, sessions=listed, rows="SELECT 0 AS kind, 1 AS id, 1 AS stamp WHERE :session = ''")
    name = next(iter(sessions(opened(database))))
    reader = OpenDatabase(OPENCODE, str(database), store, folders=lambda: {name: "/home/dev/elsewhere"})
    assert sessions(reader)[name].cwd == "/home/dev/elsewhere"


def test_a_database_that_did_not_change_is_not_opened_again(database, monkeypatch):
    only = set()
    reader = opened(database, wants=lambda row: not only or row.id in only)
    every = sessions(reader)
    sessions(reader)  # what was written a moment ago may be written again at the same time by the file's clock
    long_ago = time.time() - 60
    for path in (database, database.with_name("opencode.db-wal")):
        if path.exists():
            os.utime(path, (long_ago, long_ago))
    sessions(reader)
    looks = []
    monkeypatch.setattr(databases, "reading", lambda path: looks.append(path) or sqlite.reading(path))
    assert sessions(reader) == every
    assert looks == []
    only.add(measured(every).id)
    assert set(sessions(reader)) == only < set(every)
    written(database, ("UPDATE session SET title = 'Another'",))
    assert {one.title for one in sessions(reader).values()} == {"Another"}
    assert len(looks) == 2


def test_records_come_back_under_the_keys_that_their_texts_are_asked_for_by(database):
    reader = opened(database)
    for name in sessions(reader):
        fold = reader.fold(name)
        wanted = frozenset(fold.wanted)
        found = dict(reader.records(name, wanted))
        assert wanted <= found.keys()
        for key in wanted:
            weighing = [texts(event) for event in found[key].events if weighs(event)]
            fold.weigh(key, tuple(tuple(map(len, parts)) for parts in weighing))
        assert not fold.wanted


def test_counts_outlive_a_change_elsewhere_in_the_session(database):
    reader = opened(database)
    one = measured(sessions(reader))
    fold = reader.fold(one.id)
    for key in fold.wanted:
        fold.weigh(key, ((7, 7),) * 9)
    message = newest_message(database, one.id)
    written(database, ("UPDATE message SET time_updated = time_updated + 1 WHERE id = ?", (message,)))
    sessions(reader)
    assert len(reader.fold(one.id).wanted) <= 1


WRITER = """
import sqlite3, sys, time
path, session, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = sqlite3.connect(path, timeout=0.05, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
for number in range(1, rounds + 1):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE message SET time_updated = time_updated + 1, data = json_set(data, '$.tokens.total', ?) WHERE id = ?",
        (100_000 + number, session))
    connection.execute("COMMIT")
    if number % 50 == 0:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
print("done")
"""


def test_a_program_that_writes_meanwhile_meets_no_lock_and_no_update_is_lost(database):
    reader = opened(database)
    one = measured(sessions(reader))
    message = newest_message(database, one.id)
    command = [sys.executable, "-c", WRITER, str(database), message, "600"]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    looks, seen = 0, set()
    while writer.poll() is None:
        found = sessions(reader)
        looks += 1
        seen.add(found[one.id].context.tokens)
    out, errors = writer.communicate(timeout=10)
    assert (out.strip(), errors) == ("done", "")
    assert looks > 5
    assert len(seen) > 3, "it has to have been read while it was written"
    assert sessions(reader)[one.id].context.tokens == 100_600


def test_a_locked_database_is_busy_for_a_moment_and_keeps_its_last_good_state(database):
    reader = opened(database)
    before = sessions(reader)
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    with pytest.raises(OSError, match="busy"):
        reader.refresh()
    assert time.monotonic() - started < 5
    assert {one.id: one for one in reader.sessions()} == before
    connection.execute("COMMIT")
    connection.close()
    assert sessions(reader) == before


def test_reading_changes_no_byte_of_the_database_and_its_wal(database):
    def bytes_of():
        return {
            path.name: path.read_bytes()
            for path in database.parent.glob("opencode.db*")
            if not path.name.endswith("shm")
        }

    before = bytes_of()
    sessions(opened(database))
    assert bytes_of() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_in_a_folder_that_cannot_be_written_is_read(database):
    database.parent.chmod(0o555)
    try:
        assert sessions(opened(database))
    finally:
        database.parent.chmod(0o755)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"\xff" * 4_000, b"garbage" * 999])
def test_what_is_no_database_is_an_error_with_its_reason(tmp_path, content):
    path = tmp_path / "opencode.db"
    path.write_bytes(content)
    with pytest.raises(OSError, match="not readable as expected"):
        opened(path).refresh()


def test_a_missing_database_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        opened(tmp_path / "opencode.db").refresh()


def test_other_tables_are_an_error_and_no_crash(tmp_path):
    path = tmp_path / "opencode.db"
    written(path, ("CREATE TABLE session (id, something)",))
    with pytest.raises(OSError, match="no such table"):
        opened(path).refresh()
    assert tables(str(path)) == {"session"}


def test_a_broken_schema_whose_message_is_no_utf_8_is_an_error_with_its_reason(tmp_path):
    path = tmp_path / "opencode.db"
    written(path, ("CREATE TABLE session (id)",))
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE session", b"CREATE TABL\xdf session"))
    with pytest.raises(OSError, match="not readable as expected"):
        opened(path).refresh()


def test_a_look_cannot_write(database):
    with reading(str(database)) as rows, pytest.raises(OSError, match="readonly"):
        rows("DELETE FROM session")


def test_a_name_with_odd_characters_is_only_a_name(tmp_path):
    for name in (b"a?mode=rwc&x=%41#b.db", b"a \xff.db"):
        path = tmp_path / os.fsdecode(name)
        written(tmp_path / "made.db", ("CREATE TABLE t (a)",))
        os.replace(tmp_path / "made.db", path)
        assert tables(str(path)) == {"t"}
