"""Gemini CLI: what single messages tell of prompts, tools, tokens and turns; hand-made after the documented facts."""

import json

import pytest
from tests.agents.gemini_chats import (
    CONTEXT,
    CWD,
    FILE,
    FIRST,
    ID,
    PLACE,
    UNKNOWN,
    call,
    changed,
    events,
    fold,
    head,
    history,
    model,
    notice,
    response,
    typed,
    user,
)

from relaymark.agents.gemini_cli import FILES
from relaymark.agents.gemini_cli.decode import decode
from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran

BLOCKS = [{"text": "\n--- Content from referenced files ---"}, {"text": "\nContent from @PLAN.md:\n"},
          {"text": "# Plan\n"}, {"text": "- [ ] one\n"}, {"text": "\nContent from @src/a b.py:\n"}, {"text": "a = 1"},
          {"text": "\n--- End of content ---"}]  # fmt: skip
IMAGE = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}


def said(content, **more):
    return events(head(), user("p1", content, **more))[1:]


def called(*calls, content="Working."):
    return [*FIRST, user("p2", "Two", 3), model("r2", 20_000, content=content, calls=list(calls), second=4)]


def work(*calls):
    return fold(*called(*calls), **{"../.project_root": CWD})


# Prompts


@pytest.mark.parametrize(
    ("content", "more", "found"),
    [
        ("Go", {}, [ev.Prompt("Go")]),
        ([{"text": "Go"}], {}, [ev.Prompt("Go")]),
        ({"text": "Go"}, {}, [ev.Prompt("Go")]),
        (["Go", " on"], {}, [ev.Prompt("Go on")]),
        ("/home/dev/shop/a.py is broken", {}, [ev.Prompt("/home/dev/shop/a.py is broken")]),
        ("Read the skill.\nThen go.", {"displayContent": "/skill"},
         [ev.Prompt("/skill"), ev.Fed("Read the skill.\nThen go.")]),
        ("Please continue.", {"displayContent": [{"text": "Go"}]}, [ev.Fed("Please continue.")]),
        ("Please continue.", {}, [ev.Prompt("Please continue.")]),
        ([{"text": "Go"}, {"text": "<hook_context>late</hook_context>"}], {"displayContent": "Go"},
         [ev.Prompt("Go"), ev.Fed("<hook_context>late</hook_context>")]),
        ([IMAGE], {}, [ev.Prompt("")]),
        ([], {}, []),
        (None, {}, []),
        ("", {}, []),
    ],
)  # fmt: skip
def test_a_prompt_is_what_was_typed(content, more, found):
    assert said(content, **more) == found


@pytest.mark.parametrize(
    "text",
    [
        "<hook_context>Be brief.</hook_context>",
        "I ran the following shell command:\n```sh\nls\n```\n\nThis produced the following result:\n```\na\n```",
        "Here is the user's editor context as a JSON object. This is for your information only.\n{}",
        "Here is a summary of changes in the user's editor context, in JSON format.",
        "User has manually exited Plan Mode. Switching to Default mode.",
        "System: Potential loop detected. Details: x",
        "- **Workspace Directories:**\n  - /home/dev/lib\n",
    ],
)
def test_what_the_program_says_as_the_user_is_no_prompt(text):
    assert said(text) == [ev.Fed(text)]
    assert fold(*FIRST, user("p2", text, 3)).turn == "ended"


def test_the_message_that_opens_a_history_is_neither_prompt_nor_fed():
    assert events(head(), CONTEXT)[1:] == []


@pytest.mark.parametrize("more", [{}, {"displayContent": [{"text": "Do @PLAN.md and @src/a\\ b.py"}]}])
def test_referenced_files_are_mentions_with_their_content(more):
    assert said([{"text": "Do @PLAN.md and @src/a\\ b.py"}, *BLOCKS], **more) == [
        ev.Prompt("Do @PLAN.md and @src/a\\ b.py"),
        ev.Mentioned("PLAN.md", "# Plan\n- [ ] one\n"),
        ev.Mentioned("src/a b.py", "a = 1"),
    ]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("What is @docs/logo.png?", ["docs/logo.png"]),
        ("See @PLAN.md and @my\\ logo.png.", ["my logo.png"]),
        ('See @"C:\\my logo.png", please', ["C:\\my logo.png"]),
        ("Mail me@example.com \\@nobody", ["example.com"]),
        ("No file", []),
    ],
)
def test_an_image_has_the_name_that_was_typed(text, paths):
    blocks = [BLOCKS[0], BLOCKS[1], BLOCKS[2], IMAGE, BLOCKS[-1]]
    found = said([{"text": text}, *blocks], displayContent=[{"text": text}])
    assert [event.path for event in found if isinstance(event, ev.Mentioned)] == ["PLAN.md", *paths]


def test_a_hint_with_the_results_of_tools_is_fed():
    lines = [*called(call("glob", {})), user("f1", [response("c1"), {"text": "User hint: be quick"}])]
    assert events(*lines)[-1] == ev.Fed("User hint: be quick")
    assert typed(fold(*lines)) == ["One", "Two"]


# Tokens


@pytest.mark.parametrize("tokens", [None, {}, {"input": 0, "output": 0, "cached": 0, "total": 0}])
def test_tokens_that_are_missing_or_zero_change_nothing(tokens):
    session = fold(*FIRST, user("p2", "Two", 3), model("r2", second=4) | {"tokens": tokens})
    assert (session.context, session.bad_records) == (Context(12_000, "measured"), 0)


@pytest.mark.parametrize("value", ["12000", -1, True, 1.5, 1e30, None, [1], {}])
def test_an_input_that_is_no_figure_makes_the_context_unknown_not_stale(value):
    lines = [*FIRST, user("p2", "Two", 3), model("r2", {"input": value, "total": 7}, second=4)]
    session = fold(*lines)
    assert (session.context, session.bad_records) == (UNKNOWN, 1)
    assert fold(*lines, model("r3", 21_000, second=5)).context == Context(21_000, "measured")


@pytest.mark.parametrize("tokens", ["many", "", 7, 0, True, [], [{"input": 9}]])
def test_tokens_that_are_no_object_make_the_context_unknown_not_stale(tokens):
    session = fold(*FIRST, user("p2", "Two", 3), model("r2", second=4) | {"tokens": tokens})
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


def test_a_prompt_alone_has_no_context():
    session = fold(*FIRST[:-1])
    assert (session.context, session.model, session.window, session.turn) == (UNKNOWN, None, None, "open")


# Turns


@pytest.mark.parametrize(
    ("lines", "turn"),
    [
        ([], "ended"),
        ([user("p2", "Two", 3)], "open"),
        ([user("p2", "Two", 3), model("r2", 20_000, content="")], "open"),
        ([user("p2", "Two", 3), model("r2", content=[{"text": "Hm.", "thought": True}])], "open"),
        ([user("p2", "Two", 3), model("r2", content="Ready.")], "ended"),
        (called(call("glob", {}))[4:], "open"),
        ([*called(call("glob", {}))[4:], user("f1", [response("c1")], 5)], "open"),
        ([*called(call("glob", {}))[4:], user("f1", [response("c1")], 5), model("r3", 21_000, second=6)], "ended"),
        (called(call("glob", {}, status="cancelled"))[4:], "interrupted"),
        ([*called(call("glob", {}, status="cancelled"))[4:], user("f1", [response("c1")], 5)], "interrupted"),
        (called(call("glob", {}, status="cancelled"), call("glob", {}, key="c2"))[4:], "open"),
        ([user("p2", "Two", 3), notice("info", "Request cancelled.")], "interrupted"),
        ([user("p2", "Two", 3), notice("info", [{"text": "Request cancelled."}])], "interrupted"),
        ([user("p2", "Two", 3), notice("error", "[API Error: 500]")], "failed"),
        ([user("p2", "Two", 3), notice("error", "x"), model("r2", 20_000)], "ended"),
        ([user("p2", "Two", 3), notice("warning", "x")], "open"),
        ([notice("error", "Unknown command: /x")], "ended"),
        ([notice("info", "Request cancelled.")], "ended"),
        ([notice("info", "Conversation checkpoint saved with tag: x.")], "ended"),
    ],
)
def test_the_state_of_the_turn(lines, turn):
    session = fold(*FIRST, *lines)
    assert (session.turn, session.ended) == (turn, False)


def test_the_end_of_a_turn_is_only_guessed():
    assert not fold(*FIRST).turn_sure


# Tools


@pytest.mark.parametrize(
    ("name", "args", "found"),
    [
        ("read_file", {"file_path": "/w/a.py"}, ev.FileRead("c1", "/w/a.py")),
        ("read_file", {"absolute_path": "/w/a.py"}, ev.FileRead("c1", "/w/a.py")),
        ("read_file", {"file_path": "/w/a.py", "start_line": 5, "end_line": 14}, ev.FileRead("c1", "/w/a.py", 5, 10)),
        ("read_file", {"file_path": "/w/a.py", "end_line": 14}, ev.FileRead("c1", "/w/a.py", 0, 14)),
        ("read_file", {"file_path": "/w/a.py", "start_line": 9, "end_line": 2}, ev.FileRead("c1", "/w/a.py", 9)),
        ("read_file", {"file_path": "/w/a.py", "offset": 10, "limit": 5}, ev.FileRead("c1", "/w/a.py", 11, 5)),
        ("read_file", {"file_path": "/w/a.py", "start_line": "5"}, ev.FileRead("c1", "/w/a.py")),
        ("write_file", {"file_path": "/w/a.py", "content": "x\n"}, ev.FileEdit("c1", "/w/a.py", "x\n", whole=True)),
        ("replace", {"file_path": "/w/a.py", "old_string": "a", "new_string": "b"},
         ev.FileEdit("c1", "/w/a.py", "b", "a")),
        ("replace", {"file_path": "/w/a.py", "old_string": 7}, ev.FileEdit("c1", "/w/a.py")),
        ("run_shell_command", {"command": "ls", "description": "List"}, ev.Command("c1", "ls")),
        ("run_shell_command", {"command": 7}, ev.Called("c1", "run_shell_command")),
        ("read_file", {}, ev.Called("c1", "read_file")),
        ("read_file", None, ev.Called("c1", "read_file")),
        ("write_todos", {"todos": [{"description": "x", "status": "pending"}]}, ev.Called("c1", "write_todos")),
        (None, {}, ev.Called("c1", "unknown")),
    ],
)  # fmt: skip
def test_what_a_tool_call_tells(name, args, found):
    assert found in events(*called(call(name, args)))


def test_files_count_when_their_call_succeeded():
    calls = [call("read_file", {"file_path": "a.py"}),
             call("replace", {"file_path": f"{CWD}/b.py", "new_string": "x"}, key="c2")]  # fmt: skip
    session = work(*calls)
    assert (session.files_read, session.files_edited) == ((f"{CWD}/a.py",), (f"{CWD}/b.py",))
    for status in ("error", "cancelled"):
        session = work(*(one | {"status": status} for one in calls))
        assert (session.files_read, session.files_edited) == ((), ())
    session = work(*(one | {"status": "executing", "result": None} for one in calls))
    assert (session.files_read, session.files_edited) == ((), ())


@pytest.mark.parametrize(
    ("args", "output", "display", "read"),
    [
        ({"include": ["src/*"]}, "", "**Processed Files:**\n- `src/a.py`\n- `src/b.py`\n", ["src/a.py", "src/b.py"]),
        ({"include": ["*"]}, "", "- `src/a.py`\n\n**Skipped 1 item(s):**\n- `x.png` (Reason: asset)\n", ["src/a.py"]),
        ({"include": ["*"]}, f"--- {CWD}/a.py ---\n\na\n\n--- {CWD}/b.py ---\n\nb\n\n--- End of content ---",
         "- `a.py`\n- ...and 1 more.\n", ["a.py", "b.py"]),
        ({"include": ["src/a.py", "src/*.md"]}, "", None, ["src/a.py"]),
        ({"paths": ["src/a.py"]}, "", {}, ["src/a.py"]),
        ({"include": "src/a.py"}, "", None, []),
    ],
)  # fmt: skip
def test_files_that_are_read_at_once(args, output, display, read):
    session = work(call("read_many_files", args, output, resultDisplay=display))
    assert session.files_read == tuple(f"{CWD}/{path}" for path in read)
    assert work(call("read_many_files", args, output, "error", resultDisplay=display)).files_read == ()


OUTPUT = "Output: ok\nError: (none)\nExit Code: {}\nProcess Group PGID: 17"


@pytest.mark.parametrize(
    ("output", "status", "ran"),
    [
        ("Output: ok\nProcess Group PGID: 17", "success", Ran("make", None, ok=True)),
        (OUTPUT.format(2), "success", Ran("make", 2, ok=False)),
        (OUTPUT.format(-1), "error", Ran("make", -1, ok=False)),
        (f"<untrusted_context>\n{OUTPUT.format(3)}\n</untrusted_context>", "success", Ran("make", 3, ok=False)),
        ("Output: x\nExit Code: 1\nSignal: 15", "success", Ran("make", 1, ok=False)),
        ("Output: Exit Code: 1\nmore\nProcess Group PGID: 17", "success", Ran("make", None, ok=True)),
        ("Output:\nExit Code: 1\nmore", "success", Ran("make", None, ok=True)),
        (OUTPUT.format("(none)"), "success", Ran("make", None, ok=True)),
        (OUTPUT.format(0), "success", Ran("make", 0, ok=True)),
        ("Command was cancelled by user before it could complete.", "cancelled", Ran("make", None, ok=False)),
    ],
)
def test_how_a_command_ended(output, status, ran):
    assert work(call("run_shell_command", {"command": "make"}, output, status)).commands == (ran,)


def test_an_output_that_almost_ends_like_the_programs_own_lines_is_read_at_once():
    output = "Exit Code: 1\n" + "Signal: " * 5_000 + "\nmore"
    assert work(call("run_shell_command", {"command": "make"}, output)).commands == (Ran("make", None, ok=True),)


def test_an_exit_code_in_a_file_is_none():
    found = events(*called(call("read_file", {"file_path": "a"}, "Exit Code: 1")))
    assert ev.Returned("c1", ok=True, exit=None, text="Exit Code: 1") in found


def test_of_the_results_of_several_calls_each_call_has_its_own():
    both = [response("c1", "one"), response("c2", "two")]
    calls = [call("glob", {}) | {"result": both}, call("glob", {}, key="c2") | {"result": both}]
    found = [event for event in events(*called(*calls)) if isinstance(event, ev.Returned)]
    assert [(event.call, event.text) for event in found] == [("c1", "one"), ("c2", "two")]


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("plain", "plain"),
        ([{"text": "a"}, {"text": "b"}], "ab"),
        ([response("c9", "other")], "other"),
        ([], ""),
        (7, ""),
    ],
)
def test_results_come_in_several_forms(result, text):
    found = events(*called(call("glob", {}) | {"result": result}))
    assert ev.Returned("c1", ok=True, text=text) in found


def test_calls_that_stand_in_the_content_only_are_answered_by_the_next_message():
    content = [{"text": "Run."}, {"functionCall": {"id": "c1", "name": "run_shell_command", "args": {"command": "ls"}}}]
    lines = [*FIRST, model("r2", 20_000, content=content)]
    assert fold(*lines).commands == (Ran("ls"),)
    assert fold(*lines).turn == "open"
    assert fold(*lines, user("f1", [response("c1")])).commands == (Ran("ls", None, ok=True),)
    assert fold(*lines, user("f1", [response("c1", error="no")])).commands == (Ran("ls", None, ok=False),)


def test_the_words_of_the_model_without_its_thoughts():
    content = [{"text": "**Plan** Hm.", "thought": True}, {"text": "Done."}]
    assert ev.Said("Done.") in events(*FIRST, model("r2", 20_000, content=content))


# Hostile records

ODD = [None, 7, "x", [], [[]], True, 1e300, {}, {"x": []}]


@pytest.mark.parametrize("value", [*ODD, [None, 7], [{"$set": 7}], [{"id": 7}], {"messages": [{"id": "x"}]}])
def test_a_file_that_is_no_chat_has_no_session(value):
    assert decode(PLACE, {FILE: value}) == ()


def test_a_chat_that_was_not_given_has_no_session():
    assert decode(PLACE, {}) == ()
    assert decode("", {"": []}) == ()


def test_lines_that_are_no_objects_are_counted():
    session = fold(*FIRST, None, 7, [1], history(CONTEXT, None, {"id": 7}, "x", *FIRST[2:]))
    assert (session.bad_records, session.context) == (6, Context(12_000, "measured"))


def test_unknown_records_tell_nothing():
    assert fold(*FIRST, {"$new": 1}, {"x": "y"}, changed(other=1), user("p2", "x") | {"type": "news"}) == fold(*FIRST)


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize(
    "place",
    [
        "id",
        "type",
        "timestamp",
        "content",
        "displayContent",
        "tokens",
        "model",
        "toolCalls",
        "call",
        "response",
        "part",
    ],
)
def test_wrong_types_in_messages_never_raise(value, place):
    for message in (
        user("p2", [{"text": "x"}, response("c9")]),
        model("r2", 9, calls=[call("read_many_files", {})]),
        *FIRST,
    ):
        if place == "call":
            odd = [message | {"toolCalls": [value, dict.fromkeys(call("x", {}), value), {"result": [value]}]}]
        elif place == "response":
            odd = [message | {"content": [{"functionResponse": value}, {"functionResponse": {"id": value}}]}]
        elif place == "part":
            odd = [message | {"content": [value, {"text": value}, {"functionCall": value}, {"inlineData": value}]}]
        else:
            odd = [message | {place: value}]
        lines = [*FIRST, *odd, history(CONTEXT, *odd, second=5), *odd, {"$rewindTo": value}, {"$rewindTo": "p1"}]
        for end in range(len(FIRST), len(lines) + 1):
            for found in decode(PLACE, {FILE: json.loads(json.dumps(lines[:end]))}):
                folding = SessionFold("gemini-cli", found.session)
                for number, record in enumerate(found.records):
                    folding.add(number, record)
                assert folding.session().id == ID


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize(
    "place", ["sessionId", "projectHash", "startTime", "lastUpdated", "directories", "summary", "kind"]
)
def test_wrong_types_in_the_head_never_raise(value, place):
    for lines in ([head(**{place: value}), *FIRST[1:]], [*FIRST, changed(**{place: value, "messages": value})]):
        [found] = decode(PLACE, {FILE: lines, "../.project_root": value, "../../../projects.json": value})
        folding = SessionFold("gemini-cli", found.session)
        for number, record in enumerate(found.records):
            folding.add(number, record)
        assert folding.session().context.tokens in (12_000, None)


@pytest.mark.parametrize("value", ODD)
def test_what_is_no_chat_is_not_recognised(value):
    assert not FILES.recognises(value)
    assert not FILES.recognises([value, {"uuid": "x", "sessionId": ID}])
    assert not FILES.recognises({"sessionId": ID, "history": []})


def test_a_chat_is_recognised_wherever_it_lies():
    assert FILES.recognises(head() | {"messages": []})
    assert FILES.recognises([head(), *FIRST])
    assert fold(*FIRST, place="/tmp/x.jsonl").id == ID
    assert fold(*FIRST, place="x.jsonl").started_at == fold(*FIRST).started_at
