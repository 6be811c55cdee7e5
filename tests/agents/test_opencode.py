"""opencode: recorded sessions of both stores, what single messages tell, and where its sessions and settings lie.

The messages that the tests make themselves are written after the recorded shapes and the documented facts; a prompt
that is put again after an overflow, refusals, questions and patches were not recorded.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.opencode import AGENT, PLACES
from relaymark.agents.opencode.message import message_record
from relaymark.agents.opencode.todos import SQL as TODO_SQL
from relaymark.agents.opencode.todos import Todo, todos
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.database import OpenDatabase
from relaymark.sources.whole import Whole

CASES = Path(__file__).resolve().parents[1] / "transcripts/opencode"
DATABASE, TREE = AGENT.stores
TURN = {"done": "ended", "open": "open", "interrupted": "interrupted"}
CWD = "/home/dev/shop"
TOKENS = {"total": 1_200, "input": 800, "output": 60, "reasoning": 40, "cache": {"read": 250, "write": 50}}
ZEROS = {"input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
BEGUN = 1_795_198_800_000


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][4:12]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def opened(path):
    reader = OpenDatabase(AGENT, str(path), DATABASE)
    reader.refresh()
    return reader


def copied(folder, tmp_path):
    """Return a copy of a recorded database with its WAL; opening it changes that."""
    for file in folder.glob("home/.local/share/opencode/opencode.db*"):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / "opencode.db"


@pytest.fixture
def read(tmp_path):
    def reading(folder, expected):
        path = folder / expected["file"]
        if path.suffix == ".db":
            reader = opened(copied(folder, tmp_path))
        else:
            reader = Whole(AGENT, str(path), TREE)
            reader.refresh()
        assert reader.first_bad is None
        [session] = [one for one in reader.sessions() if one.id == expected["id"]]
        return session

    return reading


# Recorded sessions


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 13


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected, read):
    session = read(folder, expected)
    assert (session.agent, session.version) == ("opencode", case["version"])
    for name in ("parent", "cwd", "model", "title", "compactions"):
        assert getattr(session, name) == expected[name], name
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert (session.turn, session.turn_open) == (TURN[expected["turn_end"]], expected["turn_open"])
    assert (session.prompts[0].text if session.prompts else None) == expected["first_prompt"]
    if expected["prompts"] is not None:
        assert session.prompt_count == expected["prompts"]
    assert (session.window, session.ended, session.bad_records) == (None, False, 0)


@EVERY_SESSION
def test_the_work_of_a_recorded_session(folder, case, expected, read):
    session = read(folder, expected)
    for found, told in ((session.files_read, "files_read"), (session.files_edited, "files_edited")):
        assert sorted(paths.relative(path, case["workspace"]) for path in found) == expected[told]
    assert [(ran.command, ran.exit) for ran in session.commands] == [
        (ran["cmd"], ran["exit"]) for ran in expected["commands"]
    ]
    if not session.compactions:
        held = {paths.relative(one.path, case["workspace"]) for one in session.attachments}
        assert held == {*expected["files_attached"], *expected["files_read"], *expected["files_edited"]}


@EVERY_SESSION
def test_the_times_of_a_recorded_session(folder, case, expected, read):
    session = read(folder, expected)
    begun, updated = (datetime.fromisoformat(expected[name]).timestamp() for name in ("started_at", "updated_at"))
    assert session.started_at == pytest.approx(begun, abs=0.002)
    # The session's row lags behind those of its messages by some tenths of a second.
    assert updated - 0.002 <= session.updated_at < updated + 0.5


def test_the_provider_comes_with_the_model(read):
    folder = CASES / "1.18.33-anthropic-cache"
    case = json.loads((folder / "expected.json").read_bytes())
    assert read(folder, case["sessions"][0]).provider == "mockanth"


def test_the_recorded_list_of_what_is_to_do(tmp_path):
    path = copied(CASES / "1.18.33-several-sessions", tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(TODO_SQL, {"session": "ses_e05d0d116ffeQbz9O2PQiR8pQk"})]
    assert todos(rows) == (Todo("edit greeter.py", "completed"), Todo("tick PLAN.md", "pending"))
    assert todos([{}, {"content": "x"}, {"content": 7, "status": "pending"}]) == ()


# What a message tells


def part(kind, **more):
    return {"type": kind, **more}


def tool(name, status="completed", metadata=None, **given):
    return part("tool", tool=name, callID="call_0", state={"status": status, "input": given, "metadata": metadata or {},
                                                          "output": "done", "error": "no such thing"})  # fmt: skip


def user(*parts, **more):
    return {"role": "user", "time": {"created": BEGUN}, "summary": {"diffs": []}, **more}, parts


def assistant(*parts, done=True, **more):
    time = {"created": BEGUN, "completed": BEGUN + 500} if done else {"created": BEGUN}
    made = {
        "role": "assistant",
        "time": time,
        "modelID": "big-1",
        "providerID": "acme",
        "tokens": TOKENS if done else ZEROS,
    }
    return {**made, **({"finish": "stop"} if done else {}), **more}, parts


def typed(text="Go", **more):
    return user(part("text", text=text), **more)


def record(message, name="msg_1", **more):
    info, parts = message
    return message_record(name, info, [(f"prt_{at}", one) for at, one in enumerate(parts)], **more)


def events(message, **more):
    return list(record(message, **more).events)


def fold(*messages):
    folding = SessionFold("opencode", "ses_1")
    folding.add(0, ev.Record((ev.Started("ses_1", cwd=CWD),)))
    for at, message in enumerate(messages, 1):
        folding.add(at, record(message, f"msg_{at}"))
    return folding.session()


SUMMARY = {"summary": True, "mode": "compaction", "modelID": "small-1", "tokens": {**TOKENS, "total": 92_000}}


def test_a_reply_tells_model_and_context():
    assert events(assistant(part("reasoning", text="Hm"), part("text", text="Yes"))) == [
        ev.TurnStarted(),
        ev.ModelChanged("big-1", provider="acme"),
        ev.Reply("msg_1", 1_200, output=100),
        ev.Said("Hm"),
        ev.Said("Yes"),
        ev.TurnEnded(),
    ]


@pytest.mark.parametrize(
    ("tokens", "reply"),
    [
        (TOKENS, (1_200, 100)),
        ({**TOKENS, "total": None}, (1_200, 100)),
        ({**TOKENS, "total": 0, "output": 70}, (1_210, 110)),
        ({**TOKENS, "output": 100, "reasoning": 40}, (1_200, 100)),  # 1.1 lists the reasoning twice
        ({"input": 800, "output": 60}, (860, 60)),
        ({**TOKENS, "total": 900}, (900, 0)),
        ({**TOKENS, "total": "1200"}, None),
        ({**TOKENS, "total": None, "input": None}, None),
        ({**TOKENS, "output": "60"}, None),
        ({**TOKENS, "output": -60}, None),
        ({**TOKENS, "reasoning": []}, None),
        ({**TOKENS, "cache": {"read": float("nan")}}, None),
        ({"total": 1_200}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_context_is_the_total_else_the_sum_of_five(tokens, reply):
    told = record(assistant(tokens=tokens))
    expected = ev.Reply("msg_1", reply[0], output=reply[1]) if reply else ev.Reply("msg_1", None)
    assert [event for event in told.events if isinstance(event, ev.Reply)] == [expected]
    assert bool(told.bad) == (reply is None)


@pytest.mark.parametrize("tokens", [ZEROS, {**TOKENS, "output": 0}, None, "x", {}])
def test_a_message_that_runs_or_wrote_nothing_leaves_the_context_of_the_one_before(tokens):
    session = fold(typed(), assistant(finish="tool-calls"), assistant(done=False, tokens=tokens))
    assert (session.context.tokens, session.turn, session.bad_records) == (1_200, "open", 0)
    assert fold(typed(), assistant(), assistant(tokens=ZEROS)).context.tokens == 1_200


def test_a_figure_that_cannot_be_read_makes_the_context_unknown():
    session = fold(typed(), assistant(), assistant(tokens={**TOKENS, "input": "many"}))
    assert (session.context, session.bad_records) == (Context(), 1)


@pytest.mark.parametrize(
    ("message", "turn"),
    [
        (assistant(finish="stop"), "ended"),
        (assistant(finish="length"), "ended"),
        (assistant(finish=None), "ended"),
        (assistant(finish="unknown"), "ended"),
        (assistant(tool("glob"), finish="unknown"), "open"),
        (assistant(tool("glob"), finish="tool-calls"), "open"),
        (assistant(tool("glob"), finish="stop"), "ended"),
        (assistant(done=False), "open"),
        (assistant(error={"name": "MessageAbortedError", "data": {}}), "interrupted"),
        (assistant(done=False, error={"name": "MessageAbortedError"}), "interrupted"),
        (assistant(error={"name": "APIError"}), "failed"),
        (assistant(error="odd"), "failed"),
        (typed(), "open"),
        (user(), "open"),
    ],
)
def test_how_a_turn_stands_after_a_message(message, turn):
    assert fold(typed(), assistant(), typed(), message).turn == turn


@pytest.mark.parametrize(
    ("error", "turn"),
    [
        ("The user rejected permission to use this specific tool call.", "interrupted"),
        ("Error: The user dismissed this question", "interrupted"),
        ("The user rejected permission to use this specific tool call with the following feedback: no", "open"),
        (7, "open"),
    ],
)
def test_a_refusal_without_a_word_ends_the_turn(error, turn):
    call = tool("bash", "error", command="make")
    call["state"]["error"] = error
    assert fold(typed(), assistant(call, finish="tool-calls")).turn == turn


def test_the_turn_goes_on_when_the_next_message_comes():
    assert fold(typed(), assistant(), assistant(done=False)).turn == "open"
    overflow = assistant(error={"name": "ContextOverflowError"}, tokens=ZEROS)
    assert fold(typed(), overflow, user(part("compaction", auto=True)), assistant(**SUMMARY)).turn == "ended"


@pytest.mark.parametrize(
    ("name", "waits"), [("question", True), ("plan_exit", True), ("bash", False)]
)  # fmt: skip
def test_a_question_that_runs_waits_for_the_user(name, waits):
    assert fold(typed(), assistant(tool(name, "running", command="make"), done=False)).waiting is waits
    assert not fold(typed(), assistant(tool(name, command="make"), finish="tool-calls")).waiting


# Compaction


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply():
    before = (typed(), assistant(), user(part("compaction", auto=False)))
    done = (*before, assistant(part("text", text="So far"), **SUMMARY))
    session = fold(*done)
    assert (session.context, session.compactions, session.model) == (Context(), 1, "big-1")
    assert (session.prompt_count, session.turn) == (1, "ended")
    assert ev.Compacted("So far") in events(done[-1])
    assert fold(*done, typed(), assistant()).context.tokens == 1_200


@pytest.mark.parametrize("more", [{"done": False}, {"error": {"name": "APIError"}}])
def test_a_summary_that_is_not_there_yet_compacts_nothing(more):
    session = fold(typed(), assistant(), user(part("compaction", auto=True)), assistant(**{**SUMMARY, **more}))
    assert (session.context.tokens, session.compactions) == (1_200, 0)


def test_the_summary_of_a_users_message_is_its_list_of_changes():
    assert fold(typed(summary=True), assistant(summary={"diffs": []})).compactions == 0


def test_what_the_program_says_after_a_compaction_is_no_prompt():
    go_on = part("text", text="Continue if you have next steps", synthetic=True)
    assert events(user(go_on)) == [ev.TurnStarted(), ev.Fed("Continue if you have next steps")]


def test_a_prompt_that_is_put_again_after_an_overflow_counts_once():
    again = user(part("text", text="Go"), part("text", text="[Attached image/png: a.png]"))
    before = [("prt_0", part("text", text="Go")), ("prt_1", part("file", mime="image/png"))]
    assert events(again, before=before)[1] == ev.Fed("Go\n[Attached image/png: a.png]")
    assert events(typed("Go on"), before=before)[1] == ev.Prompt("Go on")


# Prompts and files


def test_a_prompt_is_what_was_typed_as_it_was_recorded():
    message = user(part("text", text='"fix it"\n'), part("text", text="said", ignored=True), part("text", text=""),
                   part("text", text=7), part("text", text="and that"))  # fmt: skip
    assert events(message) == [ev.TurnStarted(), ev.Prompt('"fix it"\n\nand that')]


def test_an_attached_file_has_its_content_beside_it():
    called = 'Called the Read tool with the following input: {"filePath":"/home/dev/shop/docs/logo.png"}'
    message = user(
        part("text", text="called", synthetic=True),
        part("text", text="1: x", synthetic=True),
        part("file", mime="text/plain", filename="a b.py", url="file:///home/dev/shop/a%20b.py?start=1&end=5"),
        part("text", text=called, synthetic=True),
        part("text", text="Image read successfully", synthetic=True),
        part("file", mime="image/png", filename="logo.png", url="data:image/png;base64,AAAA"),
        part("text", text="Look"),
        part("text", text="Remember the plan", synthetic=True),
    )
    assert events(message) == [
        ev.TurnStarted(),
        ev.Prompt("Look"),
        ev.Mentioned("/home/dev/shop/a b.py", "called\n1: x"),
        ev.Mentioned("/home/dev/shop/docs/logo.png", f"{called}\nImage read successfully"),
        ev.Fed("Remember the plan"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        None,
        "listed",
        'Called the Read tool with the following input: {"filePath":"pasted.txt"}',
        'Called the Read tool with the following input: {"filePath":7}',
        "Called the Read tool with the following input: [[",
        "Called the Read tool with the following input: " + "[" * 100_000,
    ],
)
def test_a_file_without_a_path_is_text_that_came_in(said):
    beside = [part("text", text=said, synthetic=True)] if said else []
    told = events(user(*beside, part("file", mime="image/png", filename="clip.png", url="data:,x")))
    assert told == [ev.TurnStarted(), *([ev.Fed(said)] if said else [])]
    folder = part("file", mime="application/x-directory", url="file:///home/dev/shop/src/")
    assert not fold(user(*beside, folder)).attachments


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (tool("read", filePath="/w/a.py"), ev.FileRead("prt_0", "/w/a.py")),
        (tool("read", filePath="/w/a.py", offset=5, limit=10), ev.FileRead("prt_0", "/w/a.py", 5, 10)),
        (tool("read", filePath="/w/a.py", offset="5", limit=-1), ev.FileRead("prt_0", "/w/a.py")),
        (tool("edit", filePath="/w/a.py", oldString="a", newString="b"), ev.FileEdit("prt_0", "/w/a.py", "b", "a")),
        (tool("edit", filePath="/w/a.py", oldString=7), ev.FileEdit("prt_0", "/w/a.py")),
        (tool("multiedit", filePath="/w/a.py", edits=[{"oldString": "a", "newString": "b"}]),
         ev.FileEdit("prt_0", "/w/a.py", "b", "a")),
        (tool("write", filePath="/w/a.py", content="x\n"), ev.FileEdit("prt_0", "/w/a.py", "x\n", whole=True)),
        (tool("apply_patch", patchText="*** Begin Patch\n*** Update File: a.py\n@@\n-a\n+b\n*** End Patch"),
         ev.FileEdit("prt_0", "a.py", "b", "a")),
        (tool("bash", command="ls", description="List"), ev.Command("prt_0", "ls")),
        (tool("bash", command=7), ev.Called("prt_0", "bash")),
        (tool("read"), ev.Called("prt_0", "read")),
        (tool("todowrite", todos=[]), ev.Called("prt_0", "todowrite")),
        (tool("glob", pattern="*", path="/w"), ev.Called("prt_0", "glob")),
        (part("tool", tool=None, state=None), ev.Called("prt_0", "unknown")),
    ],
)  # fmt: skip
def test_what_a_tool_call_tells(call, found):
    assert events(assistant(call, done=False))[2] == found


def test_a_folder_that_was_read_is_no_file():
    call = tool("read", filePath="/w/src")
    call["state"]["output"] = "<path>/w/src</path>\n<type>directory</type>\n<entries>\na.py\n"
    assert fold(typed(), assistant(call)).files_read == ()


def test_files_count_when_their_call_succeeded():
    def session(status):
        calls = (tool("read", status, filePath="a.py"), tool("edit", status, filePath="/w/b.py", newString="x"))
        return fold(typed(), assistant(*calls, finish="tool-calls"))

    assert (session("completed").files_read, session("completed").files_edited) == ((f"{CWD}/a.py",), ("/w/b.py",))
    for status in ("error", "running", "pending", None, []):
        assert (session(status).files_read, session(status).files_edited) == ((), ())


def test_a_list_of_changed_files_is_no_edit():
    """It names what builds and shell commands wrote, too."""
    assert fold(typed(), assistant(part("patch", files=["/w/a.pyc"]))).files_edited == ()


@pytest.mark.parametrize(
    ("call", "ran"),
    [
        (tool("bash", metadata={"exit": 0}, command="make"), Ran("make", 0, ok=True)),
        (tool("bash", metadata={"exit": 2}, command="make"), Ran("make", 2, ok=False)),
        (tool("bash", metadata={"exit": None}, command="make"), Ran("make")),
        (tool("bash", metadata={"exit": True}, command="make"), Ran("make")),
        (tool("bash", "error", command="make"), Ran("make", None, ok=False)),
        (tool("bash", "running", metadata={"output": "x"}, command="make"), Ran("make")),
    ],
)
def test_how_a_command_ended(call, ran):
    assert fold(typed(), assistant(call, done=False)).commands == (ran,)


def test_calls_with_one_id_in_two_messages_are_two():
    """Some providers count their calls from zero in each reply."""
    calls = [assistant(tool("bash", metadata={"exit": code}, command=f"make {code}")) for code in (1, 0)]
    assert [(ran.command, ran.exit) for ran in fold(typed(), *calls).commands] == [("make 1", 1), ("make 0", 0)]


def test_a_task_starts_a_subagent():
    call = tool("task", metadata={"sessionId": "ses_2"}, prompt="Look", subagent_type="general")
    assert ev.SubagentStarted("ses_2") in events(assistant(call))


def test_output_that_was_pruned_takes_no_room():
    call = tool("read", filePath="/w/a.py")
    call["state"]["time"] = {"start": BEGUN, "compacted": BEGUN + 9}
    assert ev.Returned("prt_0", ok=True, text="") in events(assistant(call))


def test_the_copies_that_begin_a_fork_have_times_of_another_session():
    made = BEGUN / 1000 + 60
    assert record(typed(), since=made).time is None
    assert record(typed(), since=made - 61).time == BEGUN / 1000
    assert record(assistant(done=False), touched=made + 9, since=made).time == made + 9
    assert record(assistant(), touched=made).time == BEGUN / 1000 + 0.5


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
        ({}, "/Users/dev", [("/Users/dev/.local/share/opencode", None)]),
        ({"APPDATA": "C:\\Users\\dev\\AppData\\Roaming"}, "C:\\Users\\dev",
         [("c:/Users/dev/.local/share/opencode", None)]),
        ({"XDG_DATA_HOME": "/data"}, "/home/dev", [("/data/opencode", "XDG_DATA_HOME")]),
        ({"XDG_DATA_HOME": " "}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": "/var/db/opencode-ci.db"}, "/home/dev",
         [("/var/db", "OPENCODE_DB"), ("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": "sub/opencode.db"}, "/home/dev",
         [("/home/dev/.local/share/opencode/sub", "OPENCODE_DB"), ("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": "opencode-2.db"}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": ":memory:"}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": "/var/db/mine.sqlite"}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
        ({"OPENCODE_DB": "/opencode.db"}, "/home/dev", [("/home/dev/.local/share/opencode", None)]),
    ],
)  # fmt: skip
def test_its_homes(environ, home, found):
    assert AGENT.homes(environ, home) == tuple(Home(*one) for one in found)


@pytest.mark.parametrize("path", ["opencode.db", "opencode-dev.db", "storage/session/p/ses_1.json"])
def test_what_it_owns(path):
    assert AGENT.owns(path)


@pytest.mark.parametrize(
    "path",
    ["auth.json", "mcp-auth.json", "opencode.json", "opencode.db-wal", "opencode.db-shm", "sub/opencode.db", "kilo.db",
     "storage/session_diff/ses_1.json", "storage/message/ses_1/msg_1.json", "storage/session/ses_1.json",
     "storage/session/p/auth.json", "snapshot/opencode.db", "log/dev.log", ".opencode.db", ""],
)  # fmt: skip
def test_what_it_does_not_own(path):
    assert not AGENT.owns(path)


# Windows of its models


LIMITS = {"acme": {"options": {"apiKey": "k"}, "models": {"big-1": {"limit": {"context": 128_000, "output": 9}}}}}


def test_windows_come_from_the_settings_and_from_its_list():
    settings, models = AGENT.window_files
    assert (settings.source, models.source) == ("settings", "agent")
    recorded_settings = json.loads(
        (CASES / "1.18.33-several-sessions/home/.config/opencode/opencode.json").read_bytes()
    )
    assert settings.window(recorded_settings, "mock", "mock-tight") == 60_000
    assert settings.window({"provider": LIMITS}, "acme", "big-1") == 128_000
    assert models.window(LIMITS, "acme", "big-1") == 128_000
    for provider, model in (("acme", "big-2"), ("other", "big-1"), (None, "big-1")):
        assert models.window(LIMITS, provider, model) is None


@pytest.mark.parametrize("value", [None, "x", [], {}, 0, -5, 1.5, "128000", True, {"context": {}}])
def test_odd_settings_give_no_window(value):
    for window in (one.window for one in AGENT.window_files):
        assert window(value, "acme", "big-1") is None
        for context in ({"provider": value}, {"provider": {"acme": value}},
                        {"provider": {"acme": {"models": {"big-1": {"limit": {"context": value}}}}}}):  # fmt: skip
            assert window(context, "acme", "big-1") is None


def test_the_files_that_give_windows():
    found = PLACES.settings({}, "/home/dev", "/home/dev/shop/web")
    folders = ("/home/dev/shop/web/.opencode", "/home/dev/shop/.opencode", "/home/dev/shop/web", "/home/dev/shop",
               "/home/dev/.config/opencode")  # fmt: skip
    named = [f"{folder}/opencode.{ending}" for folder in folders for ending in ("jsonc", "json")]
    assert found == (*named, "/home/dev/.config/opencode/config.json")
    assert PLACES.models({}, "/home/dev", None) == ("/home/dev/.cache/opencode/models.json",)
    assert PLACES.models({"XDG_CACHE_HOME": "/c"}, "/home/dev", None) == ("/c/opencode/models.json",)
    assert PLACES.models({"OPENCODE_MODELS_PATH": "/m.json"}, "/home/dev", None) == ("/m.json",)


def test_settings_that_the_user_named_are_looked_at_too():
    environ = {"OPENCODE_CONFIG": "/c/own.json", "OPENCODE_CONFIG_DIR": "/d", "XDG_CONFIG_HOME": "/x"}
    found = PLACES.settings(environ, "/home/dev", None)
    assert found == ("/d/opencode.jsonc", "/d/opencode.json", "/c/own.json", "/x/opencode/opencode.jsonc",
                     "/x/opencode/opencode.json", "/x/opencode/config.json")  # fmt: skip


@pytest.mark.parametrize("cwd", [None, "", "shop", "//host/share/shop", "\\\\host\\share", "/home/dev", "/"])
def test_no_settings_are_looked_for_in_odd_directories(cwd):
    assert len(PLACES.settings({}, "/home/dev", cwd)) == 3
