"""Reported sessions: where drop files lie, what each event word means, and what is wrong with other lines."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.reported import AGENT, LINES, file_of, program
from relaymark.agents.reported.reading import WordError, decode, read, unknown_fields
from relaymark.agents.reported.words import WORDS
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.folders import state_folder
from relaymark.sources.transcript import Transcript

CWD = "/home/dev/shop"
UNKNOWN = Context()


def events(event, **fields):
    record = decode({"event": event, **fields})
    assert not record.bad
    return record.events


def fold(*lines):
    folding = SessionFold("reported", "chat-1")
    for at, line in enumerate(lines):
        folding.add(at, decode(line))
    return folding.session()


def line(event, **fields):
    return {"event": event, **fields}


BEGUN = line("started", cwd=CWD, branch="main", time="2026-11-20T09:00:00Z")


# Where it is


@pytest.mark.parametrize(
    ("environ", "home", "expected"),
    [
        ({}, "/home/dev", Home("/home/dev/.local/state/relaymark")),
        ({"XDG_STATE_HOME": "/srv/state"}, "/home/dev", Home("/srv/state/relaymark", "XDG_STATE_HOME")),
        ({"XDG_STATE_HOME": "state"}, "/home/dev", Home("/home/dev/.local/state/relaymark")),
        ({}, "/Users/dev", Home("/Users/dev/Library/Application Support/relaymark")),
        ({"XDG_STATE_HOME": "/srv/state"}, "/Users/dev", Home("/srv/state/relaymark", "XDG_STATE_HOME")),
        ({"__CF_USER_TEXT_ENCODING": "0x0"}, "/var/root", Home("/var/root/Library/Application Support/relaymark")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/AppData/Local/relaymark")),
        ({"LOCALAPPDATA": "D:\\Local"}, "C:\\Users\\dev", Home("d:/Local/relaymark", "LOCALAPPDATA")),
        ({"XDG_STATE_HOME": "/srv/state"}, "C:\\Users\\dev", Home("c:/Users/dev/AppData/Local/relaymark")),
    ],
)
def test_its_folder_is_the_state_folder_of_the_platform(environ, home, expected):
    assert AGENT.homes(environ, home) == (expected,)


def test_its_folder_is_the_one_that_reports_are_written_to(monkeypatch, tmp_path):
    for environ in ({"XDG_STATE_HOME": str(tmp_path / "state")}, {}):
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert [home.path for home in AGENT.homes(environ, str(tmp_path))] == [str(state_folder())]


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        ("reported/my-wrapper/chat-1.jsonl", True),
        ("reported/My.Agent_2/2026-11-20.jsonl", True),
        ("reported/my-wrapper/chat-1.json", False),
        ("reported/my-wrapper/.chat.jsonl", False),
        ("reported/.git/chat.jsonl", False),
        ("reported/my-wrapper/.jsonl", False),
        ("reported/my wrapper/chat.jsonl", False),
        ("reported/chat-1.jsonl", False),
        ("reported/a/b/chat-1.jsonl", False),
        ("windows/a/chat-1.jsonl", False),
    ],
)
def test_only_drop_files_are_its_own(path, owned):
    assert AGENT.owns(path) == owned


def test_the_path_gives_the_session_and_the_program():
    path = f"/home/dev/.local/state/relaymark/{file_of('my-wrapper', 'chat-1')}"
    assert (LINES.session_id(path), program(path)) == ("chat-1", "my-wrapper")
    assert program("C:\\Users\\dev\\AppData\\Local\\relaymark\\reported\\wrap\\a.jsonl") == "wrap"
    assert program("/home/dev/chat-1.jsonl") is None


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a b", ".hidden", "a.", "x" * 101, "é", "a\n", "a:b"])
def test_names_that_are_no_file_names_are_refused(name):
    assert file_of(name, "chat") is None
    assert file_of("wrapper", name) is None


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (BEGUN, True),
        (line("reply", tokens=1), True),
        (line("reply", tokens="1"), True),
        (line("reply", tokens=1, usage={}), False),
        (line("user", text="x"), False),
        ({"event": ["reply"]}, False),
        ({"type": "reply"}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_line_is_recognised_by_its_word_and_its_fields(value, known):
    assert LINES.recognises(value) == known


# What the words mean


def test_the_words_are_those_of_the_documentation():
    assert list(WORDS) == [
        "started", "cwd", "title", "model", "window", "prompt", "mentioned", "reply", "said", "fileRead", "fileEdit",
        "command", "returned", "compacted", "waiting", "interrupted", "failed", "turnEnded", "ended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (line("cwd", cwd=CWD, branch="next"), ev.CwdChanged(CWD, "next")),
        (line("title", title="Keys"), ev.Titled("Keys")),
        (line("model", model="gpt-5", requested="gpt-5[1m]", provider="openai"),
         ev.ModelChanged("gpt-5", "gpt-5[1m]", "openai")),
        (line("window", tokens=200_000), ev.WindowSeen(200_000)),
        (line("prompt", text="Go"), ev.Prompt("Go")),
        (line("mentioned", path="a.py", text="x = 1"), ev.Mentioned("a.py", "x = 1")),
        (line("reply", tokens=41_211, output=210, key="r1"), ev.Reply("r1", 41_211, "reported", 210)),
        (line("reply", tokens=None), ev.Reply("", None, "reported")),
        (line("said", text="Done."), ev.Said("Done.")),
        (line("fileRead", call="c", path="a.py", first=3, count=7), ev.FileRead("c", "a.py", 3, 7)),
        (line("fileEdit", call="c", path="a.py", added="b", removed="a"), ev.FileEdit("c", "a.py", "b", "a")),
        (line("command", call="c", command="make"), ev.Command("c", "make")),
        (line("returned", call="c", ok=False, exit=2, text="no"), ev.Returned("c", ok=False, exit=2, text="no")),
        (line("compacted", text="In short", trigger="auto"), ev.Compacted("In short", "auto")),
        (line("waiting"), ev.Waiting()),
        (line("interrupted"), ev.Interrupted()),
        (line("failed"), ev.Failed()),
        (line("turnEnded", certain=False), ev.TurnEnded(certain=False)),
        (line("turnEnded"), ev.TurnEnded()),
        (line("ended"), ev.Ended()),
    ],
)  # fmt: skip
def test_each_word_means_one_event(value, expected):
    assert decode(value) == ev.Record((expected,))


def test_the_start_tells_who_and_where_the_session_is():
    session = fold({**BEGUN, "parent": "p", "forkedFrom": "f", "version": "2", "entry": "cli", "provider": "openai"})
    assert (session.cwd, session.branch, session.parent, session.forked_from) == (CWD, "main", "p", "f")
    assert (session.version, session.entry, session.provider, session.id) == ("2", "cli", "openai", "chat-1")
    assert session.started_at == 1_795_165_200.0


@pytest.mark.parametrize(
    ("time", "seconds"),
    [("2026-11-20T09:00:00Z", 1_795_165_200.0), ("2026-11-20T10:00:00+01:00", 1_795_165_200.0),
     ("2026-11-20T09:00:00", 1_795_165_200.0), (1_795_165_200, 1_795_165_200.0), (1_795_165_200.5, 1_795_165_200.5),
     ("1795165200", 1_795_165_200.0), (None, None)],
)  # fmt: skip
def test_a_line_can_have_a_time(time, seconds):
    assert decode(line("waiting", time=time)) == ev.Record((ev.Waiting(),), time=seconds)


def test_a_reported_session_as_a_whole():
    session = fold(
        BEGUN, line("title", title="Keys"), line("model", model="gpt-5", provider="openai"),
        line("window", tokens=400_000), line("prompt", text="Go"), line("mentioned", path="PLAN.md"),
        line("fileRead", call="1", path="src/a.py"), line("returned", call="1", ok=True, text="x"),
        line("fileEdit", call="2", path="src/b.py"), line("returned", call="2", ok=False),
        line("command", call="3", command="make test"), line("returned", call="3", exit=2, ok=False),
        line("reply", tokens=41_211), line("said", text="Done."), line("turnEnded", time="2026-11-20T09:10:00Z"),
    )  # fmt: skip
    assert (session.title, session.model, session.provider, session.window) == ("Keys", "gpt-5", "openai", 400_000)
    assert (session.context, session.turn, session.prompt_count) == (Context(41_211, "reported"), "ended", 1)
    assert (session.files_read, session.files_edited) == ((f"{CWD}/src/a.py",), ())
    assert session.commands == (Ran("make test", 2, ok=False),)
    assert session.updated_at - session.started_at == 600
    assert fold(line("reply", tokens=9), line("compacted")).context == UNKNOWN


def test_without_a_call_the_result_stands_in_the_same_line():
    session = fold(
        BEGUN,
        line("fileRead", path="a.py"),
        line("fileRead", path="b.py", text="x = 1"),
        line("fileRead", path="gone.py", ok=False),
        line("fileRead", path="late.py", ok=False),
        line("fileRead", path="late.py"),
        line("fileEdit", path="c.py", ok=False),
        line("fileEdit", path="c.py", added="x"),
        line("command", command="make", exit=1),
        line("command", command="make", exit=0),
        line("command", command="make"),
    )
    assert session.files_read == (f"{CWD}/a.py", f"{CWD}/b.py", f"{CWD}/late.py")
    assert session.files_edited == (f"{CWD}/c.py",)
    assert session.commands == (Ran("make", 1), Ran("make", 0), Ran("make"))
    assert {file.path: file.tokens for file in session.attachments} == {f"{CWD}/b.py": None}


def test_a_call_without_its_result_is_under_way():
    session = fold(BEGUN, line("fileRead", call="1", path="a.py"), line("command", call="2", command="make"))
    assert (session.files_read, session.turn, session.commands) == ((), "open", (Ran("make"),))


# What is wrong


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"event": "tokens", "tokens": 1}, ["tokens", "reply"]),
        ({"event": 7}, ["7"]),
        ({"tokens": 1}, ["event"]),
        ([], ["object"]),
        ("reply", ["object"]),
        (line("reply"), ["reply", "`tokens`"]),
        (line("reply", tokens="41k"), ["reply", "`tokens`", "str"]),
        (line("reply", tokens=-1), ["`tokens`", ">= 0"]),
        (line("reply", tokens=True), ["`tokens`", "bool"]),
        (line("reply", tokens=10**30), ["`tokens`"]),
        (line("window", tokens=0), ["window", "`tokens`"]),
        (line("title", title=""), ["title", "`title`"]),
        (line("started", cwd="shop"), ["started", "`cwd`", "absolute"]),
        (line("cwd", cwd="../shop"), ["cwd", "absolute"]),
        (line("cwd"), ["cwd", "`cwd`"]),
        (line("returned", ok=True), ["returned", "`call`"]),
        (line("fileRead", path="a", first="3"), ["fileRead", "`first`"]),
        (line("turnEnded", certain="no"), ["turnEnded", "`certain`"]),
        (line("waiting", time="tomorrow"), ["waiting", "`time`"]),
        (line("waiting", time=1_795_165_200_000), ["waiting", "`time`", "seconds"]),
        (line("waiting", time=-1), ["`time`"]),
        (line("waiting", time=float("nan")), ["`time`"]),
        (line("waiting", time=[]), ["`time`"]),
    ],
)
def test_a_bad_line_says_why_and_names_the_field(value, names):
    record = decode(value)
    assert all(name in record.bad for name in names), record.bad
    assert record.events == ((ev.Reply("", None),) if isinstance(value, dict) and value.get("event") == "reply" else ())
    with pytest.raises(WordError) as told:
        read(value)
    assert str(told.value) == record.bad


def test_a_reply_that_cannot_be_read_leaves_no_older_figure():
    session = fold(line("reply", tokens=9_000), line("reply", tokens="many"))
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


def test_fields_of_later_versions_are_left_alone_and_can_be_told():
    value = line("reply", tokens=1, cost=2, event_id="x")
    assert events("reply", tokens=1, cost=2) == (ev.Reply("", 1, "reported"),)
    assert unknown_fields(value) == ("cost", "event_id")
    assert unknown_fields(line("fileEdit", path="a", call="c", ok=True, exit=0, text="", added="", whole=True)) == ()


def test_a_command_line_has_its_figures_and_flags_as_text():
    word, record = read(line("command", command="make", exit="2", ok="false"), loose=True)
    assert record.events[1] == ev.Returned("run make", ok=False, exit=2)
    assert (word.exit, word.ok) == (2, False)
    assert read(line("reply", tokens="null"), loose=True)[1].events == (ev.Reply("", None, "reported"),)


words = st.sampled_from(
    [*WORDS, "event", "tokens", "path", "text", "cwd", "time", "call", "exit", "ok", "command", "/x"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=15,
)


@settings(deadline=None)
@given(st.lists(values | st.fixed_dictionaries({"event": words, "tokens": values, "path": values}), max_size=6))
def test_any_lines_become_a_session(lines):
    assert fold(*lines).id == "chat-1"


def test_a_drop_file_is_read_from_its_end_as_from_its_beginning(tmp_path, monkeypatch):
    path = tmp_path / "reported/wrap/chat-1.jsonl"
    path.parent.mkdir(parents=True)
    said = [line("said", text="x" * 200) for _ in range(100)]
    told = [BEGUN, line("model", model="gpt-5"), line("prompt", text="Go"), *said, line("reply", tokens=7), *said[:5]]
    path.write_text("".join(json.dumps(one) + "\n" for one in told))
    monkeypatch.setattr("relaymark.sources.transcript.TAIL", 2_048)
    reading = Transcript(AGENT, str(path))
    first, whole = reading.refresh(), reading.read_all()
    assert (first.id, first.cwd, first.context) == (whole.id, whole.cwd, whole.context) == (
        "chat-1", CWD, Context(7, "reported"),
    )  # fmt: skip


def test_every_example_of_the_documentation_is_a_good_line_and_every_word_has_one():
    page = (Path(__file__).resolve().parents[2] / "docs/open-door.md").read_text(encoding="utf-8")
    examples = [json.loads(one) for one in page.splitlines() if one.startswith('{"event"')]
    for example in examples:
        assert not decode(example).bad
        assert not unknown_fields(example)
    without = {"said", "interrupted", "failed"}  # a word and nothing, or a text, as the table has it
    assert {example["event"] for example in examples} == WORDS.keys() - without


def test_the_documentation_names_every_field_of_every_word():
    page = (Path(__file__).resolve().parents[2] / "docs/open-door.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(" `"): cells[2] for row in page.splitlines() if len(cells := row.split("|")) == 5}
    call = {"call", "ok", "exit", "text"}
    for name, word in WORDS.items():
        told = set(re.findall(r"`(\w+)`", rows[name])) | (call if "*call*" in rows[name] else set())
        assert told == set(word.__struct_encode_fields__) - {"time"}, name
        required = {field.encode_name for field in msgspec.structs.fields(word) if field.required}
        assert set(re.findall(r"\*\*`(\w+)`\*\*", rows[name])) == required, name
