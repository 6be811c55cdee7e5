"""Continue: recorded sessions of its command line, and what its files tell; the extension's after its public source."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.continue_dev import AGENT, FILES
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import Whole

CASES = Path(__file__).resolve().parents[1] / "transcripts/continue"
ID = "0b6c2c1e-1111-4a52-9d0c-5e5d1f1f0c11"
CWD = "/home/dev/shop"
UNKNOWN = Context()


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][:8]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def read(folder, expected):
    unit = Whole(AGENT, str(folder / expected["file"]), FILES)
    unit.refresh()
    (session,) = unit.sessions()
    return session


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


def fold(path, contents):
    (told,) = FILES.decode(path, contents)
    folding = SessionFold(AGENT.name, told.session)
    for at, record in enumerate(told.records):
        folding.add(at, record)
    return folding.session(path)


def session(*history, index=None, **more):
    told = {"sessionId": ID, "title": "Keys", "workspaceDirectory": CWD, "history": list(history), **more}
    contents = {f"{ID}.json": told} | ({"sessions.json": index} if index is not None else {})
    return fold(f"/home/dev/.continue/sessions/{ID}.json", contents)


def user(content="Go", *items):
    return {"message": {"role": "user", "content": content}, "contextItems": list(items)}


def answer(content="Done.", tokens=None, calls=(), **more):
    message = {"role": "assistant", "content": content}
    if tokens is not None:
        message["usage"] = {"prompt_tokens": tokens, "completion_tokens": 150, "model": "gpt-4o"}
    return {"message": message, "contextItems": [], "toolCallStates": list(calls), **more}


def call(name, arguments, status="done", output="ok", call_id="c1", told=None):
    function = {"name": name, "arguments": json.dumps(arguments)}
    state = {"toolCallId": call_id, "toolCall": {"id": call_id, "function": function}, "status": status}
    return {**state, "parsedArgs": arguments, "output": [{"content": output, "status": told}]}


# Recorded sessions


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 4


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected):
    found = read(folder, expected)
    assert (found.id, found.parent, found.cwd, found.agent) == (expected["id"], None, expected["cwd"], "continue")
    assert (found.context.tokens, found.context.source) == (expected["context_tokens"], expected["context_source"])
    assert (found.window, found.model) == (expected["window_recorded"], expected["model"])
    assert found.compactions == expected["compactions"]
    assert found.prompt_count == expected["prompts"]
    assert found.prompts[0].text == expected["first_prompt"]
    assert found.turn_open == expected["turn_open"]
    assert (found.turn, found.turn_sure) == ("ended", False)
    assert below(case, found.files_read) == expected["files_read"]
    assert below(case, found.files_edited) == expected["files_edited"]
    assert [(ran.command, ran.exit) for ran in found.commands] == [
        (ran["cmd"], ran["exit"]) for ran in expected["commands"]
    ]
    assert found.title == expected["title"]
    assert found.started_at == pytest.approx(datetime.fromisoformat(expected["started_at"]).timestamp(), abs=0.002)
    assert found.updated_at is None
    assert (found.bad_records, found.partial) == (0, False)


@EVERY_SESSION
def test_the_place_of_a_recorded_session_says_whose_it_is(folder, case, expected):
    assert AGENT.owns(expected["file"].split("/", 2)[2])
    assert FILES.recognises(json.loads((folder / expected["file"]).read_bytes()))


def test_without_the_index_a_session_only_has_no_start(tmp_path):
    folder = CASES / "1.5.47-one-prompt"
    expected = json.loads((folder / "expected.json").read_bytes())["sessions"][0]
    shutil.copy(folder / expected["file"], tmp_path)
    alone = read(tmp_path, {"file": Path(expected["file"]).name})
    assert (alone.started_at, alone.title, alone.context.tokens) == (None, "Untitled Session", 91_000)


# Where it is


@pytest.mark.parametrize(
    ("environ", "home", "expected"),
    [
        ({}, "/home/dev", Home("/home/dev/.continue")),
        ({}, "/Users/dev", Home("/Users/dev/.continue")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/.continue")),
        ({"CONTINUE_GLOBAL_DIR": "/srv/continue"}, "/home/dev", Home("/srv/continue", "CONTINUE_GLOBAL_DIR")),
        ({"CONTINUE_GLOBAL_DIR": "D:\\continue"}, "C:\\Users\\dev", Home("d:/continue", "CONTINUE_GLOBAL_DIR")),
        ({"CONTINUE_GLOBAL_DIR": " "}, "/home/dev", Home("/home/dev/.continue")),
    ],
)
def test_its_folder(environ, home, expected):
    assert AGENT.homes(environ, home) == (expected,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"sessions/{ID}.json", True),
        ("sessions/2f1c.json", True),
        ("sessions/sessions.json", False),
        ("sessions/4711.json", False),
        (f"sessions/.{ID}.json", False),
        (f"sessions/{ID}.json.tmp", False),
        (f"sessions/older/{ID}.json", False),
        ("config.json", False),
        ("config.yaml", False),
        (".env", False),
        ("auth.json", False),
        ("sessions/.env", False),
        (f"{ID}.json", False),
        ("dev_data/0.2.0/tokensGenerated.jsonl", False),
    ],
)
def test_only_session_files_are_its_own(path, owned):
    assert AGENT.owns(path) == owned


def test_only_the_index_is_read_beside_a_session():
    assert FILES.beside(f"{ID}.json", {}) == ("sessions.json",)


@pytest.mark.parametrize(
    "value",
    [[], {}, None, "text", {"sessionId": ID, "history": []}, {"sessionId": 1, "workspaceDirectory": "", "history": []},
     {"sessionId": ID, "workspaceDirectory": CWD, "history": [{"role": "user"}]}],
)  # fmt: skip
def test_another_file_is_not_taken_for_a_session(value):
    assert not FILES.recognises(value)


@pytest.mark.parametrize(
    ("recorded_as", "cwd"),
    [
        (CWD, CWD),
        ("file:///home/dev/my%20shop", "/home/dev/my shop"),
        ("file:///c%3A/Users/dev/shop", "c:/Users/dev/shop"),
        ("C:\\Users\\dev\\shop", "C:\\Users\\dev\\shop"),
        ("vscode-remote://wsl%2Bubuntu/home/dev/shop", "/home/dev/shop"),
        ("vscode-remote://ssh-remote%2Bbox/srv/shop", "/srv/shop"),
        ("", None),
        ("shop", None),
        (None, None),
        (7, None),
    ],
)
def test_the_three_shapes_of_its_directory(recorded_as, cwd):
    assert session(workspaceDirectory=recorded_as).cwd == cwd


@pytest.mark.parametrize(
    ("told", "started"),
    [("1795200068730", 1_795_200_068.73), (1_795_200_068_730, 1_795_200_068.73), ("soon", None), (True, None),
     ("-5", None), ("nan", None), ("1e300", None), (10**400, None), (None, None), ({}, None)],
)  # fmt: skip
def test_its_start_stands_in_the_index(told, started):
    index = [7, {"sessionId": "another", "dateCreated": "1"}, {"sessionId": ID, "dateCreated": told, "title": "Old"}]
    found = session(index=index)
    assert found.started_at == (started and pytest.approx(started))
    assert found.title == "Keys"
    assert session(index=index, title=None).title == "Old"


# The context


def test_the_newest_reply_counts_and_not_the_sum_of_the_session():
    told = session(user(), answer(tokens=12_000), user(), answer(tokens=14_000), usage={"promptTokens": 26_000})
    assert told.context == Context(14_000, "measured")


@pytest.mark.parametrize("usage", [{"prompt_tokens": 0}, None])
def test_a_reply_without_usage_on_the_command_line_leaves_the_last_figure(usage):
    late = answer()
    late["message"]["usage"] = usage
    assert session(user(), answer(tokens=12_000), user(), late).context == Context(12_000, "measured")


@pytest.mark.parametrize("usage", [{"prompt_tokens": "12"}, {"prompt_tokens": -1}, {"total_tokens": 5}, [1], "x"])
def test_an_unreadable_usage_makes_the_context_unknown(usage):
    late = answer()
    late["message"]["usage"] = usage
    found = session(user(), answer(tokens=12_000), user(), late)
    assert found.context == UNKNOWN
    assert found.bad_records == 1


def test_a_compaction_that_replaced_the_history_leaves_nothing_known():
    found = session({**answer("<summary>"), "conversationSummary": "<summary>"})
    assert (found.context, found.compactions, found.prompt_count) == (UNKNOWN, 1, 0)
    found = session({**answer("<summary>"), "conversationSummary": "<summary>"}, user("Next"), answer(tokens=9_000))
    assert (found.context, found.compactions, found.prompt_count) == (Context(9_000, "measured"), 1, 1)


def test_a_compaction_of_the_extension_keeps_the_item_that_it_stands_on():
    """After the public source: the summary is put on the last answer and what came before stays in the file."""
    found = session(
        user("One"), answer(tokens=12_000), user("Two"), {**answer(tokens=40_000), "conversationSummary": "In short"}
    )
    assert (found.context, found.compactions, found.prompt_count) == (UNKNOWN, 1, 2)


def test_going_on_after_a_compaction_in_the_middle_of_a_turn_was_typed_by_nobody():
    """After the public source: the command line then adds the word `continue` as a message."""
    summary = {**answer("S"), "conversationSummary": "S"}
    alone = session(summary, answer("Half.", 9_000), user("continue"), answer("Done.", 9_500))
    assert alone.prompt_count == 0
    typed = session(summary, user("continue"), answer("Done.", 9_500), user("continue"))
    assert typed.prompt_count == 2


# Files and commands


def test_only_calls_that_are_done_count():
    edit = {"file_path": f"{CWD}/a.py", "old_string": "1", "new_string": "2"}
    found = session(
        user(),
        answer(
            "",
            12_000,
            [
                call("Edit", edit, "errored", call_id="c1"),
                call("Edit", {**edit, "file_path": f"{CWD}/b.py"}, "canceled", call_id="c2"),
                call("Read", {"filepath": f"{CWD}/c.py"}, "calling", call_id="c3"),
                call("Write", {"filepath": "d.py", "content": "x"}, call_id="c4"),
                call("MultiEdit", {"file_path": "e.py", "edits": [{"old_string": "a", "new_string": "b"}, 7]}),
            ],
        ),
    )
    assert found.files_edited == (f"{CWD}/d.py", f"{CWD}/e.py")
    assert found.files_read == ()


@pytest.mark.parametrize("prefix", ["", "builtin_"])
def test_the_tools_of_the_extension(prefix):
    """After the public source: its tools have other names, and a command's exit code stands beside its output."""
    failed = "Command failed with exit code 3"
    found = session(
        user(),
        answer(
            "",
            None,
            [
                call(prefix + "read_file", {"filepath": "src/a.ts"}, call_id="1"),
                call(prefix + "read_file_range", {"filepath": "src/b.ts", "startLine": 3, "endLine": 9}, call_id="2"),
                call(prefix + "create_new_file", {"filepath": "src/c.ts", "contents": "x"}, call_id="3"),
                call(prefix + "edit_existing_file", {"filepath": "src/d.ts", "changes": "x"}, call_id="4"),
                call(prefix + "single_find_and_replace", {"filepath": "file:///home/dev/shop/e.ts"}, call_id="5"),
                call(prefix + "run_terminal_command", {"command": "make"}, call_id="6", told=failed),
                call(prefix + "run_terminal_command", {"command": "ls"}, call_id="7", told="Command completed"),
                call(prefix + "read_file", {"filepath": "~/notes.md"}, call_id="8"),
            ],
        ),
        chatModelTitle="Sonnet",
    )
    assert found.files_read == (f"{CWD}/src/a.ts", f"{CWD}/src/b.ts")
    assert found.files_edited == (f"{CWD}/src/c.ts", f"{CWD}/src/d.ts", f"{CWD}/e.ts")
    assert found.commands == (Ran("make", 3, ok=False), Ran("ls", 0, ok=True))


def test_arguments_that_were_not_parsed_are_read_from_their_text():
    state = call("Read", {"filepath": "a.py"})
    del state["parsedArgs"]
    assert session(user(), answer("", 9, [state])).files_read == (f"{CWD}/a.py",)
    state["toolCall"]["function"]["arguments"] = "{half"
    assert session(user(), answer("", 9, [state])).files_read == ()


def test_one_call_per_answer_in_older_versions_of_the_extension():
    item = {**answer(""), "toolCallState": call("builtin_read_file", {"filepath": "a.py"})}
    assert session(user(), item).files_read == (f"{CWD}/a.py",)


# Turns


@pytest.mark.parametrize(
    ("items", "turn", "waiting"),
    [
        ([], "none", False),
        ([user()], "open", False),
        ([user(), answer("")], "open", False),
        ([user(), answer("I look.", 9, [call("Read", {"filepath": "a"}, "calling")])], "open", False),
        ([user(), answer("I look.", 9, [call("Read", {"filepath": "a"}, "generated")])], "open", True),
        ([user(), answer("I ask.", 9, [call("AskQuestion", {"question": "a"}, "calling")])], "open", True),
        ([user(), answer("I look.", 9, [call("Read", {"filepath": "a"})])], "open", False),
        ([user(), answer("I look.", 9, [call("Read", {"filepath": "a"}, "canceled")])], "interrupted", False),
        ([user(), answer("I look.", 9, [call("Read", {"filepath": "a"})]), answer()], "ended", False),
        ([user(), answer(), user()], "open", False),
    ],
)
def test_the_turn_follows_from_the_last_items(items, turn, waiting):
    found = session(*items)
    assert (found.turn, found.waiting) == (turn, waiting)


# The extension


def test_a_session_of_the_extension_has_no_figure():
    """After the public source: no usage, the prompt as it was sent, the model's display title."""
    log = {"modelTitle": "Sonnet 4.5", "modelProvider": "anthropic", "prompt": "x " * 5_000, "completion": "ok"}
    found = session(user(), answer(promptLogs=[log]), chatModelTitle="Sonnet 4.5", mode="agent")
    assert found.context == UNKNOWN
    assert (found.model, found.provider, found.turn) == ("Sonnet 4.5", "anthropic", "ended")


def test_a_figure_of_the_command_line_is_stale_once_the_extension_goes_on():
    found = session(user(), answer(tokens=12_000), user(), answer(), chatModelTitle="Sonnet")
    assert found.context == UNKNOWN


def test_attached_files_and_other_context_of_a_prompt():
    file = {"name": "keys.ts", "description": "lib/keys.ts", "content": "k" * 40,
            "uri": {"type": "file", "value": "file:///home/dev/shop/src/lib/keys.ts"}}  # fmt: skip
    page = {"name": "Docs", "description": "A page", "content": "text", "uri": {"type": "url", "value": "https://x"}}
    found = session(user([{"type": "text", "text": "Use"}, {"type": "imageUrl"}], file, page, 7), chatModelTitle="S")
    assert [attached.path for attached in found.attachments] == [f"{CWD}/src/lib/keys.ts"]
    assert found.prompts[0].text == "Use"


def test_the_result_of_a_tool_is_not_counted_twice():
    """After the public source: the extension keeps it in the call's state and as a message of its own."""
    state = call("run_terminal_command", {"command": "ls"}, output="a b c")
    message = {"message": {"role": "tool", "content": "a b c", "toolCallId": "c1"}, "contextItems": []}
    (told,) = FILES.decode("/x/a.json", {"a.json": {"history": [user(), answer("", None, [state]), message]}})
    assert told.records[-1].events == ()
    del state["output"]
    (told,) = FILES.decode("/x/a.json", {"a.json": {"history": [user(), answer("", None, [state]), message]}})
    assert told.records[-1].events[0].text == "a b c"


# Whatever a file holds


def test_a_file_without_a_session_tells_nothing():
    for value in (None, [], "x", {}, 7, {"sessionId": ID, "cwd": CWD}):
        assert FILES.decode("/x/a.json", {"a.json": value}) == ()
    assert FILES.decode("/x/a.json", {}) == ()


def test_a_session_without_an_id_has_that_of_its_file():
    assert fold("/x/a.json", {"a.json": {"history": []}}).id == "a"


@pytest.mark.parametrize("history", [None, {}, "x", 5])
def test_a_history_that_is_no_list_is_a_bad_record(history):
    assert fold("/x/a.json", {"a.json": {"sessionId": ID, "history": history}}).bad_records == 1


words = st.sampled_from(
    ["history", "message", "role", "content", "user", "assistant", "tool", "thinking", "toolCallStates", "toolCall",
     "status", "done", "function", "name", "Read", "Edit", "Bash", "parsedArgs", "arguments", "filepath", "edits",
     "usage", "prompt_tokens", "conversationSummary", "contextItems", "uri", "promptLogs", "output", "file:///c%3A"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=30,
)


@settings(deadline=None)
@given(items=st.lists(values, max_size=5), more=st.dictionaries(words, values, max_size=3), index=values)
def test_any_shapes_become_a_session(items, more, index):
    folding = {"sessionId": ID, "history": items, **more}
    found = fold("/x/a.json", {"a.json": folding, "sessions.json": index})
    assert found.id == ID


@settings(deadline=None)
@given(data=st.data())
def test_any_change_of_a_recorded_session_becomes_a_session(data):
    file = CASES / "1.5.47-resume/home/.continue/sessions/ee0d3297-c7da-4453-af1b-db06c0912ed2.json"
    value = json.loads(file.read_bytes())
    at = value
    for _ in range(data.draw(st.integers(1, 6), label="depth")):
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys), label="key")
        if not isinstance(at[key], dict | list) or not at[key]:
            break
        parent, at = at, at[key]
        assert parent[key] is at
    at_key = data.draw(st.sampled_from(list(at) if isinstance(at, dict) else list(range(len(at)))), label="changed")
    at[at_key] = data.draw(values, label="part")
    assert fold("/x/a.json", {"a.json": value}).agent == "continue"
