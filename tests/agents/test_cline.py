"""Cline's core: what single messages tell, and whose files they are.

The messages are made like those of the recorded sessions of 3.0.65, which have tests of their own; what they hold
beside that stands in the public source.
"""

import json
from datetime import datetime

import pytest

from relaymark.agents.cline import AGENT, CORE, homes
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran

ID = "1795200628271_6v6q2"
FOLDER = f"/home/dev/.cline/data/sessions/{ID}"
CWD = "/home/dev/projects/shop"
UNKNOWN = Context()
AT = 1_795_200_628_000


def iso(seconds_later=0.0):
    return datetime.fromtimestamp(AT / 1000 + seconds_later).astimezone().isoformat()


def manifest(status="running", **more):
    told = {"session_id": ID, "source": "cli", "status": status, "provider": "anthropic", "model": "claude-sonnet-4-5"}
    return {**told, "cwd": CWD, "started_at": iso(), "prompt": "Fix it", **more}


def document(*messages, session=ID, **more):
    return {"version": 1, "agent": "lead", "sessionId": session, "messages": list(messages), **more}


def user(*content, **more):
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in content]
    return {"role": "user", "content": blocks, "ts": AT, **more}


def prompt(text="Fix it"):
    return user(f'<user_input mode="act">{text}</user_input>')


def assistant(*content, tokens=12_000, model="claude-sonnet-4-5", **more):
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in content]
    told = {"inputTokens": tokens, "outputTokens": 150, "cacheReadTokens": 0, "cacheWriteTokens": 0}
    info = {"id": model, "provider": "anthropic"}
    return {"role": "assistant", "content": blocks, "ts": AT + 1_000, "modelInfo": info, "metrics": told, **more}


def call(name, given, call_id="c1"):
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def result(content, call_id="c1", **more):
    return user({"type": "tool_result", "tool_use_id": call_id, "content": content, **more})


def done(text="ok", query="", *, success=True):
    return {"query": query, "result": text, "success": success}


def compaction(count, *messages, summary="What was done.", **more):
    marks = {"kind": "compaction_summary", "summary": summary, "generatedAt": AT + 2_000}
    first = user(f"Context summary:\n\n{summary}", metadata=marks)
    return {"version": 1, "source_message_count": count, "messages": [first, *messages], **more}


def decode(told):
    return CORE.decode(f"{FOLDER}/{ID}.messages.json", {f"{ID}.messages.json": told})


def session(*messages, own=None, sidecar=None, **more):
    contents = {f"{ID}.messages.json": document(*messages, **more)}
    contents |= {} if own is None else {f"{ID}.json": own}
    contents |= {} if sidecar is None else {f"{ID}.compaction.json": sidecar}
    [told] = CORE.decode(f"{FOLDER}/{ID}.messages.json", contents)
    folding = SessionFold("cline", told.session)
    for at, record in enumerate(told.records):
        folding.add(at, record)
    return folding.session()


def events(*messages, sidecar=None):
    contents = {f"{ID}.messages.json": document(*messages), f"{ID}.compaction.json": sidecar}
    [told] = CORE.decode(f"{FOLDER}/{ID}.messages.json", contents)
    return [event for record in told.records for event in record.events]


# The context


def test_the_context_is_the_input_of_the_newest_reply():
    found = session(
        prompt(), assistant("Yes.", tokens=12_000, id="a"), prompt(), assistant("Done.", tokens=15_000, id="b")
    )
    assert found.context == Context(15_000, "measured")
    assert found.first_context == 12_000


@pytest.mark.parametrize("metrics", [None, {"inputTokens": 0, "outputTokens": 0}])
def test_a_reply_without_usage_leaves_the_last_good_one(metrics):
    found = session(prompt(), assistant("Yes.", id="a"), prompt(), assistant("Done.", metrics=metrics, id="b"))
    assert found.context == Context(12_000, "measured")


@pytest.mark.parametrize(
    "metrics",
    [
        "many",
        [12_000],
        {},
        {"inputTokens": None},
        {"inputTokens": "12000"},
        {"inputTokens": -1},
        {"inputTokens": True},
        {"inputTokens": 1.5},
        {"inputTokens": 5, "cacheReadTokens": "3"},
        {"inputTokens": 10**12},
    ],
)
def test_usage_that_cannot_be_read_makes_the_context_unknown(metrics):
    found = session(prompt(), assistant("Yes.", id="a"), prompt(), assistant("Done.", metrics=metrics, id="b"))
    assert (found.context, found.bad_records) == (UNKNOWN, 1)


def test_cached_tokens_that_cannot_be_in_the_input_are_added_to_it():
    metrics = {"inputTokens": 8, "outputTokens": 1, "cacheReadTokens": 20_000, "cacheWriteTokens": 3_000}
    assert session(prompt(), assistant("Yes.", metrics=metrics)).context == Context(23_008, "measured")


def test_cached_tokens_that_can_be_in_the_input_are_in_it():
    metrics = {"inputTokens": 31_000, "outputTokens": 1, "cacheReadTokens": 31_000, "cacheWriteTokens": 0}
    assert session(prompt(), assistant("Yes.", metrics=metrics)).context == Context(31_000, "measured")


def test_sums_in_the_manifest_are_no_context():
    own = manifest(metadata={"usage": {"inputTokens": 275_000}, "aggregateUsage": {"inputTokens": 275_000}})
    assert session(prompt(), own=own).context == UNKNOWN


# Compaction


def test_a_compaction_takes_its_place_in_the_complete_list_of_messages():
    messages = [prompt("One"), assistant("Yes.", id="a"), prompt("Two"), assistant("Done.", tokens=4_000, id="b")]
    assert session(*messages, sidecar=compaction(2)).context == Context(4_000, "measured")
    assert session(*messages, sidecar=compaction(4)).context == UNKNOWN
    kinds = [type(event) for event in events(*messages, sidecar=compaction(2))]
    assert kinds.index(ev.Compacted) < kinds.index(ev.Prompt, kinds.index(ev.Compacted))
    assert kinds[: kinds.index(ev.Compacted)].count(ev.Prompt) == 1


def test_the_summary_of_a_compaction_is_kept():
    [compacted] = [event for event in events(prompt(), sidecar=compaction(1)) if isinstance(event, ev.Compacted)]
    assert compacted.text == "What was done."


def test_what_a_compaction_kept_is_content_and_no_second_history():
    kept = [prompt("One"), assistant(call("run_commands", {"commands": ["ls"]}), id="a"), result([done("a.py", "ls")])]
    found = session(*kept, assistant("Done.", id="b"), sidecar=compaction(4, *kept))
    assert (found.prompt_count, found.commands, found.compactions) == (1, (Ran("ls", ok=True),), 1)
    assert found.context == UNKNOWN
    after = events(*kept, sidecar=compaction(3, *kept))
    after = after[next(at for at, event in enumerate(after) if isinstance(event, ev.Compacted)) :]
    assert [event.text for event in after if isinstance(event, ev.Fed)] == ["One"]
    assert [event.text for event in after if isinstance(event, ev.Returned)] == ["a.py"]


def test_a_compaction_without_a_summary_is_one_too():
    sidecar = {"source_message_count": 2, "messages": [assistant("Yes.", id="a")]}
    found = session(prompt(), assistant("Yes.", id="a"), sidecar=sidecar)
    assert (found.compactions, found.context) == (1, UNKNOWN)


@pytest.mark.parametrize("count", [3, None, "2", -1])
def test_a_compaction_of_a_history_that_is_not_there_counts_nothing(count):
    found = session(prompt(), assistant("Yes."), sidecar=compaction(count))
    assert (found.compactions, found.context.tokens) == (0, 12_000)


def test_a_summary_among_the_messages_is_a_compaction():
    summary = user("What was done.", metadata={"kind": "compaction_summary"})
    found = session(prompt(), assistant("Yes."), summary)
    assert (found.compactions, found.prompt_count, found.context) == (1, 1, UNKNOWN)


# Prompts


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<user_input mode="act">Fix it</user_input>', "Fix it"),
        ("<user_input>a < b</user_input>", "a < b"),
        ("Fix it", "Fix it"),
        ("<mode_notice>Plan <b>only</b>.</mode_notice>\n<user_input mode='plan'>Fix it</user_input>", "Fix it"),
        ("<mode_notice>never closed <user_input>Fix it</user_input>", "<mode_notice>never closed Fix it"),
        ('<user_command slash="deep">look at it</user_command>', "/deep look at it"),
    ],
)
def test_a_prompt_is_what_the_user_typed(written, shown):
    [found] = session(user(written)).prompts
    assert found.text == shown


@pytest.mark.parametrize(
    "message",
    [
        user("Resumed after a crash.", metadata={"displayRole": "system"}),
        user("Hooks say no.", metadata={"kind": "hook_notice"}),
        user("<mode_notice>Now in act mode.</mode_notice>"),
        user({"type": "tool_result", "tool_use_id": "c1", "content": "ok"}, "A reminder."),
    ],
)
def test_what_nobody_typed_is_no_prompt(message):
    found = events(prompt(), assistant(call("search_codebase", {"queries": ["x"]})), message)
    assert sum(isinstance(event, ev.Prompt) for event in found) == 1
    assert sum(isinstance(event, ev.Fed) for event in found) == 1


def test_a_prompt_that_came_with_the_results_of_tools_counts():
    both = user({"type": "tool_result", "tool_use_id": "c1", "content": "ok"}, "<user_input>Stop</user_input>")
    found = session(prompt(), assistant(call("search_codebase", {})), both)
    assert [one.text for one in found.prompts] == ["Fix it", "Stop"]


def test_a_file_that_was_mentioned_is_attached():
    mentioned = {"type": "file", "path": f"{CWD}/a.py", "content": "x = 1"}
    found = session(user("<user_input>see @a.py</user_input>", mentioned), own=manifest())
    assert [(file.path, file.reads) for file in found.attachments] == [(f"{CWD}/a.py", 1)]
    assert found.files_read == ()


# Tools


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"files": [{"path": "a.py"}, {"path": "b.py"}]}, ["a.py", "b.py"]),
        ({"files": {"path": "a.py"}}, ["a.py"]),
        ({"files": ["a.py", {"path": "b.py"}]}, ["a.py", "b.py"]),
        ({"paths": "a.py"}, ["a.py"]),
        ({"file_paths": ["a.py"]}, ["a.py"]),
        ({"path": "a.py", "start_line": 1}, ["a.py"]),
        (["a.py", "b.py"], ["a.py", "b.py"]),
        ("a.py", ["a.py"]),
        ({"files": [None, 3, {"path": ""}, {"path": "a.py"}]}, ["a.py"]),
        ({"files": 3}, []),
        ({}, []),
        (None, []),
    ],
)
def test_every_form_of_a_read_names_its_files(given, expected):
    found = events(assistant(call("read_files", given)))
    assert [event.path for event in found if isinstance(event, ev.FileRead)] == expected


def test_a_read_tells_its_lines():
    asked = {"path": "a.py", "start_line": 10, "end_line": 20}
    [found] = [e for e in events(assistant(call("read_files", {"files": [asked]}))) if isinstance(e, ev.FileRead)]
    assert (found.first, found.count) == (10, 11)


def test_of_files_read_at_once_only_those_count_that_were_found():
    asked = call("read_files", {"files": [{"path": "a.py"}, {"path": "b.py"}]})
    told = result([done("1 | x"), done("no such file", success=False)])
    assert session(prompt(), assistant(asked), told, own=manifest()).files_read == (f"{CWD}/a.py",)


@pytest.mark.parametrize(
    "content",
    [
        [done(success=False)],
        json.dumps(done(success=False)),
        json.dumps([done(success=False)]),
        [{"query": "a.py", "success": "yes"}],
        [done(), done(success=False)],
    ],
)
def test_a_read_that_failed_is_no_read(content):
    asked = assistant(call("read_files", {"files": [{"path": "a.py"}]}))
    assert session(prompt(), asked, result(content)).files_read == ()


def test_a_result_marked_as_an_error_is_one():
    asked = assistant(call("read_files", {"files": [{"path": "a.py"}]}))
    assert session(prompt(), asked, result("no", is_error=True)).files_read == ()
    assert session(prompt(), asked, result("x = 1")).files_read == ("a.py",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"commands": ["ls", "pwd"]}, ["ls", "pwd"]),
        ({"commands": [{"command": "git", "args": ["commit", "-m", "a b"]}]}, ["git commit -m 'a b'"]),
        ({"commands": "ls"}, ["ls"]),
        ({"command": "ls"}, ["ls"]),
        ({"cmd": "ls"}, ["ls"]),
        ({"command": "git", "args": ["status"]}, ["git status"]),
        (["ls"], ["ls"]),
        ("ls", ["ls"]),
        ({"commands": [None, {"command": 3}, {"command": "a", "args": [3]}, ""]}, []),
        (None, []),
    ],
)
def test_every_form_of_a_run_names_its_commands(given, expected):
    assert [ran.command for ran in session(prompt(), assistant(call("run_commands", given))).commands] == expected


def test_commands_run_at_once_succeed_one_by_one():
    ran = call("run_commands", {"commands": ["true", "false"]})
    told = result([done("", "true"), done("Command failed", "false", success=False)])
    found = session(prompt(), assistant(ran), told)
    assert found.commands == (Ran("true", ok=True), Ran("false", ok=False))


@pytest.mark.parametrize("given", [{"input": "PATCH"}, "PATCH"])
def test_a_patch_edits_the_files_that_it_names(given):
    patch = "*** Begin Patch\n*** Update File: a.py\n@@\n-x\n+y\n*** Add File: b.py\n+z\n*** End Patch"
    given = patch if isinstance(given, str) else {"input": patch}
    told = result(json.dumps(done("Successfully applied patch", "apply_patch")))
    assert session(prompt(), assistant(call("apply_patch", given)), told).files_edited == ("a.py", "b.py")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"path": "a.py", "old_text": "x", "new_text": "y"}, ev.FileEdit("c1", "a.py", "y", "x")),
        ({"path": "a.py", "new_text": "y", "insert_line": 3}, ev.FileEdit("c1", "a.py", "y")),
        ({"path": "a.py", "new_text": "y"}, ev.FileEdit("c1", "a.py", "y", whole=True)),
        (
            {"path": "a.py", "old_text": None, "new_text": "y", "insert_line": None},
            ev.FileEdit("c1", "a.py", "y", whole=True),
        ),
    ],
)
def test_the_editor_of_other_models_edits_its_file(given, expected):
    assert expected in events(assistant(call("editor", given)))
    assert session(prompt(), assistant(call("editor", given)), result(json.dumps(done()))).files_edited == ("a.py",)


def test_a_question_to_the_user_waits_until_it_is_answered():
    asked = assistant(call("ask_question", {"question": "Which?"}))
    assert session(prompt(), asked).waiting
    assert not session(prompt(), asked, result("That one.")).waiting


# How it stands


@pytest.mark.parametrize(
    ("messages", "status", "turn"),
    [
        ([prompt()], "running", "open"),
        ([prompt(), assistant(call("run_commands", {"commands": ["ls"]}))], "running", "open"),
        ([prompt(), assistant(call("run_commands", {"commands": ["ls"]})), result([done()])], "running", "open"),
        ([prompt(), assistant("Done.")], "idle", "ended"),
        ([prompt(), assistant("Done.")], "completed", "ended"),
        ([prompt()], "completed", "ended"),
        ([prompt()], "cancelled", "interrupted"),
        ([prompt()], "failed", "failed"),
        ([prompt(), {"role": "error", "content": "overloaded"}], "idle", "failed"),
        ([prompt()], ["failed"], "open"),
        ([prompt()], None, "open"),
    ],
)
def test_the_newest_message_and_the_status_tell_how_the_turn_stands(messages, status, turn):
    assert session(*messages, own=manifest(status)).turn == turn


def test_the_end_of_a_turn_is_a_guess_while_the_run_goes_on():
    assert not session(prompt(), assistant("Done."), own=manifest("running")).turn_sure
    assert session(prompt(), assistant("Done."), own=manifest("idle")).turn_sure


def test_a_run_whose_process_was_found_dead_left_its_turn_open():
    own = manifest("failed", metadata={"terminal_marker": "failed_external_process_exit"})
    assert session(prompt(), own=own).turn == "open"


def test_a_run_is_over_when_nothing_came_after_its_end():
    over = manifest("completed", ended_at=iso(10))
    assert session(prompt(), assistant("Done."), own=over, updated_at=iso(5)).ended
    assert not session(prompt(), assistant("Done."), own=over, updated_at=iso(60)).ended
    assert not session(prompt(), assistant("Done."), own=manifest("idle"), updated_at=iso(5)).ended


# Who it is


def test_a_fork_tells_whose_history_it_took_over():
    own = manifest(metadata={"fork": {"forkedFromSessionId": "1795100000000_aaaaa"}})
    found = session(prompt(), assistant("Done."), own=own)
    assert (found.forked_from, found.base) == ("1795100000000_aaaaa", None)


def test_the_title_is_the_recorded_one_else_the_first_prompt():
    assert session(prompt(), own=manifest(metadata={"title": "Fix the parser"})).title == "Fix the parser"
    assert session(prompt(), own=manifest()).title == "Fix it"
    assert session(prompt()).title is None


@pytest.mark.parametrize(
    ("origin", "session_id", "parent"),
    [
        ({"parentThreadId": ID}, f"{ID}__agent_1_a", ID),
        ({"parentThreadId": f"{ID}__agent_1_a"}, f"{ID}__agent_2_b", f"{ID}__agent_1_a"),
        ({}, f"{ID}__agent_1_a", ID),
        (None, f"{ID}__team__writer__task1", ID),
    ],
)
def test_a_subagent_is_a_session_of_its_own_with_its_parent(origin, session_id, parent):
    told = document(user("Look."), assistant("Found."), session=session_id, agent="subagent", origin=origin)
    name = "agent_1_a.messages.json"
    assert set(CORE.beside(name, {name: told})) >= {f"{ID}.json"}
    [found] = CORE.decode(f"{FOLDER}/{name}", {name: told, f"{ID}.json": manifest(metadata={"title": "Main"})})
    folding = SessionFold("cline", found.session)
    for at, record in enumerate(found.records):
        folding.add(at, record)
    drawn = folding.session()
    assert (drawn.id, drawn.parent, drawn.cwd, drawn.title) == (session_id, parent, CWD, None)
    assert (drawn.turn, drawn.ended) == ("ended", False)


def test_a_subagent_without_an_id_is_named_after_its_parent_and_its_file():
    told = {**document(user("Look."), origin={"parentThreadId": ID}), "sessionId": None}
    [found] = CORE.decode(f"{FOLDER}/agent_1_a.messages.json", {"agent_1_a.messages.json": told})
    assert found.session == f"{ID}__agent_1_a"


def test_a_file_without_messages_is_no_session():
    assert decode(document()) == ()


@pytest.mark.parametrize(
    "parent", ["../../settings/providers", "/etc/passwd", "a/b", "*", "..", "", 3, None, "x" * 300]
)
def test_a_hostile_parent_opens_no_other_file(parent):
    told = document(user("Look."), session=parent, origin={"parentThreadId": parent})
    for name in CORE.beside(f"{ID}.messages.json", {f"{ID}.messages.json": told}):
        assert "/" not in name
        assert "*" not in name
        assert name.startswith(ID)


# Where it lies


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Home("/home/dev/.cline")),
        ({"CLINE_DIR": "/data/cline"}, Home("/data/cline", "CLINE_DIR")),
        ({"CLINE_DIR": "/data/cline", "CLINE_DATA_DIR": "/data/x"}, Home("/data/x", "CLINE_DATA_DIR")),
        (
            {"CLINE_DATA_DIR": "/data/x", "CLINE_SESSION_DATA_DIR": "/data/y/sessions/"},
            Home("/data/y", "CLINE_SESSION_DATA_DIR"),
        ),
        ({"CLINE_SESSION_DATA_DIR": "/data/own"}, Home("/data/own", "CLINE_SESSION_DATA_DIR")),
        ({"CLINE_DIR": "  ", "CLINE_DATA_DIR": ""}, Home("/home/dev/.cline")),
    ],
)
def test_variables_move_the_core(environ, expected):
    assert homes(environ, "/home/dev")[0] == expected


@pytest.mark.parametrize(
    ("home", "core", "extension"),
    [
        ("/home/dev", "/home/dev/.cline", "/home/dev/.config/Cursor/User/globalStorage"),
        ("/Users/dev", "/Users/dev/.cline", "/Users/dev/Library/Application Support/Cursor/User/globalStorage"),
        (r"C:\Users\dev", "c:/Users/dev/.cline", "c:/Users/dev/AppData/Roaming/Cursor/User/globalStorage"),
    ],
)
def test_core_and_extension_have_their_places_on_every_system(home, core, extension):
    found = [one.path for one in homes({}, home)]
    assert found[0] == core
    assert extension in found


@pytest.mark.parametrize(
    "path",
    [
        f"data/sessions/{ID}/{ID}.messages.json",
        f"sessions/{ID}/{ID}.messages.json",
        f"sessions/{ID}/agent_1795199518898_yhid59.messages.json",
        f"data/sessions/{ID}/writer__task1.messages.json",
    ],
)
def test_a_messages_file_is_its_own(path):
    assert AGENT.store_of(path) is CORE


@pytest.mark.parametrize(
    "path",
    [
        f"sessions/{ID}/{ID}.json",
        f"sessions/{ID}/{ID}.compaction.json",
        f"sessions/{ID}/.messages.json",
        f"sessions/.trash/{ID}.messages.json",
        f"sessions/{ID}.messages.json",
        f"sessions/{ID}/more/{ID}.messages.json",
        f"elsewhere/{ID}/{ID}.messages.json",
        "data/secrets.json",
        "data/settings/providers.json",
        "data/settings/cline_mcp_settings.json",
        "data/sessions/sessions.index.json",
        "data/db/sessions.db",
        "saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
        "",
    ],
)
def test_other_files_are_not(path):
    assert not AGENT.owns(path)


# Whatever a file may hold

VALUES = (None, True, 0, -1, 1.5, 10**30, "", "text", "{", [], [[]], {}, {"role": "user"}, [None, 3, "x", {}])


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_of_a_file_is_read_without_an_error(value):
    assert CORE.recognises(value) is False
    CORE.beside(f"{ID}.messages.json", {f"{ID}.messages.json": value})
    assert decode(value) == ()
    document_of = document(prompt(), assistant("Done."))
    contents = {f"{ID}.messages.json": document_of, f"{ID}.json": value, f"{ID}.compaction.json": value}
    [told] = CORE.decode(f"{FOLDER}/{ID}.messages.json", contents)
    assert told.session == ID


FIELDS = ("role", "content", "ts", "metadata", "modelInfo", "metrics", "id")


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", FIELDS)
def test_any_shape_of_a_field_is_read_without_an_error(field, value):
    for message in (prompt(), assistant(call("read_files", {"files": ["a.py"]})), result([done()])):
        found = session(prompt(), {**message, field: value}, own=manifest())
        assert found.prompt_count >= 1


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_of_a_block_is_read_without_an_error(value):
    blocks = [value, call("read_files", value), call(value, {}), call("editor", value), call("x", {}, call_id=value)]
    more = [{"type": "file", "path": value, "content": value}, {"type": value}, {"type": "text", "text": value}]
    found = session(prompt(), assistant(*more, *blocks), result(value), result([value]), result([{"success": value}]))
    assert found.context == Context(12_000, "measured")


def test_a_message_that_is_no_object_is_counted():
    assert session(prompt(), "text", assistant("Done.")).bad_records == 1
