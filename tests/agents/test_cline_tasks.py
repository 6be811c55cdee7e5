"""Task folders of Cline's VS Code extension, as documented: no recording exists.

The messages here are made after the facts and the public sources of Cline; what Roo Code writes otherwise has a test
of its own.
"""

import json

import pytest

from relaymark.agents.cline import AGENT, CORE, TASKS
from relaymark.agents.cline_tasks.history import SHARED
from relaymark.agents.fields import inner, milliseconds
from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import NotReadableError, Whole

TASK = "1795200628271"
FOLDER = f"/home/dev/.config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks/{TASK}"
CWD = "/home/dev/projects/shop"
AT = 1_795_200_628_271
UNKNOWN = Context()
DETAILS = f"<environment_details>\n# Current Working Directory ({CWD}) Files\na.py\n</environment_details>"


def say(kind, text="", **more):
    return {"ts": AT, "type": "say", "say": kind, "text": text, **more}


def ask(kind, text="", **more):
    return {"ts": AT, "type": "ask", "ask": kind, "text": text, **more}


def task(text="Fix it"):
    return say("task", text)


def request(sent=None, answered=150, written=0, read=0, details="", **more):
    told = {"request": f"<task>Fix it</task>\n\n{details}"}
    if sent is not None:
        told |= {"tokensIn": sent, "tokensOut": answered, "cacheWrites": written, "cacheReads": read, "cost": 0.01}
    return say("api_req_started", json.dumps({**told, **more}))


def tool(name, path=None, *, asks=False, **more):
    text = json.dumps({"tool": name, **({} if path is None else {"path": path}), **more})
    return ask("tool", text) if asks else say("tool", text)


def told_by(store, *messages, agent="cline", folder=FOLDER, **beside):
    names = {"metadata": "task_metadata.json", "item": "history_item.json", "shared": SHARED}
    contents = {"ui_messages.json": list(messages), **{names[key]: value for key, value in beside.items()}}
    [told] = store.decode(f"{folder}/ui_messages.json", contents)
    folding = SessionFold(agent, told.session)
    for at, record in enumerate(told.records):
        folding.add(at, record)
    return folding.session()


def session(*messages, **beside):
    return told_by(TASKS, *messages, **beside)


def events(*messages):
    [told] = TASKS.decode(f"{FOLDER}/ui_messages.json", {"ui_messages.json": list(messages)})
    return [event for record in told.records for event in record.events]


# The context


def test_the_context_is_the_sum_of_the_four_figures_of_the_newest_request():
    found = session(task(), request(100, 150, 3_000, 9_000), request(8, 200, 400, 12_000))
    assert found.context == Context(12_608, "measured")
    assert found.first_context == 12_100


def test_the_answer_is_known_as_a_part_of_the_context():
    [reply] = [event for event in events(task(), request(100, 150)) if isinstance(event, ev.Reply)]
    assert (reply.tokens, reply.output) == (250, 150)


@pytest.mark.parametrize("newest", [request(), request(0, 0, 0, 0), say("api_req_started"), say("text", "Hm.")])
def test_a_request_without_figures_leaves_the_last_good_ones(newest):
    assert session(task(), request(100, 150), newest).context == Context(250, "measured")


@pytest.mark.parametrize("sums", ["deleted_api_reqs", "subagent_usage"])
def test_sums_of_other_requests_are_no_context(sums):
    assert session(task(), request(100, 150), say(sums, request(9_000, 9)["text"])).context.tokens == 250


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        "3",
        7,
        [1],
        '{"tokensIn": "12"}',
        '{"tokensIn": -1, "tokensOut": 5}',
        '{"tokensIn": 5, "tokensOut": true}',
        '{"tokensIn": 5, "cacheReads": 1.5}',
        '{"tokensIn": 10000000000}',
        "[" * 3_000,
        "\ud800",
    ],
)
def test_usage_that_cannot_be_read_makes_the_context_unknown(text):
    found = session(task(), request(100, 150), say("api_req_started", text))
    assert (found.context, found.bad_records) == (UNKNOWN, 1)


def test_the_window_is_not_recorded():
    assert session(task(), request(100, 150)).window is None


# Compaction


def compaction(**told):
    return say("compaction", json.dumps({"status": "completed", "mode": "auto", **told}))


def test_a_compaction_scales_the_context_by_the_ratio_of_its_estimates():
    found = session(task(), request(10_000, 1), compaction(tokensBefore=3_000, tokensAfter=1_000))
    assert (found.context, found.compactions) == (Context(3_334, "estimated"), 1)


def test_compactions_in_a_row_scale_one_after_the_other():
    halves = compaction(tokensBefore=2_000, tokensAfter=1_000)
    found = session(task(), request(10_000, 0), halves, halves)
    assert (found.context, found.compactions) == (Context(2_500, "estimated"), 2)
    again = session(task(), request(10_000, 0), halves, request(4_000, 0), halves)
    assert again.context == Context(2_000, "estimated")


@pytest.mark.parametrize(
    "estimates", [{}, {"tokensBefore": 0, "tokensAfter": 9}, {"tokensBefore": "9", "tokensAfter": 3}]
)
def test_without_estimates_the_context_is_unknown_until_the_next_request(estimates):
    assert session(task(), request(10_000, 0), compaction(**estimates)).context == UNKNOWN
    assert session(task(), request(10_000, 0), compaction(**estimates), request(50, 0)).context.tokens == 50


@pytest.mark.parametrize("status", ["started", "skipped", "failed", "cancelled", None, 3])
def test_a_compaction_that_was_not_finished_is_none(status):
    found = session(task(), request(10_000, 0), compaction(tokensBefore=2, tokensAfter=1, status=status))
    assert (found.context.tokens, found.compactions) == (10_000, 0)


@pytest.mark.parametrize("summary", [ask("condense", "All of it."), tool("summarizeTask", content="All of it.")])
def test_a_summary_counts_once_more_of_the_history_is_left_out(summary):
    before = {"conversationHistoryDeletedRange": [2, 5]}
    head = [task(), request(100, 0), {**say("text", "Hm."), **before}, {**summary, **before}]
    assert session(*head, say("user_feedback", "No.", **before)).compactions == 0
    found = session(*head, {**request(), "conversationHistoryDeletedRange": [2, 9]})
    assert (found.compactions, found.context) == (1, UNKNOWN)


def test_a_history_that_only_lost_its_beginning_was_not_compacted():
    cut = [{**request(100, 0), "conversationHistoryDeletedRange": [2, end]} for end in (5, 9)]
    assert session(task(), *cut).compactions == 0


def test_a_said_condensation_is_a_compaction():
    found = events(task(), request(100, 0), say("condense", "All of it."))
    assert ev.Compacted("All of it.") in found


# Prompts, files, commands


def test_the_task_and_later_feedback_are_prompts():
    found = session(task("Fix it"), request(9, 9), say("text", "Done."), say("user_feedback", "Not yet."))
    assert [one.text for one in found.prompts] == ["Fix it", "Not yet."]
    assert found.prompts[0].time == pytest.approx(AT / 1000)


def test_what_the_model_says_first_is_no_prompt():
    assert session(request(9, 9), say("text", "Hello.")).prompts == ()


def test_files_that_tools_read_and_edited():
    found = session(
        task(),
        request(9, 9, details=DETAILS),
        tool("readFile", "src/a.py", content=f"{CWD}/src/a.py", readLineStart=10, readLineEnd=20),
        tool("editedExistingFile", "src/b.py", asks=True, diff="..."),
        tool("newFileCreated", "src/c.py", content="x = 1"),
        tool("listFilesTopLevel", "src"),
        request(10, 9),
    )
    assert found.files_read == (f"{CWD}/src/a.py",)
    assert found.files_edited == (f"{CWD}/src/b.py", f"{CWD}/src/c.py")


def test_an_edit_of_a_new_file_has_its_content():
    created = tool("newFileCreated", "c.py", content="x = 1")
    [edit] = [event for event in events(task(), created, request(9)) if isinstance(event, ev.FileEdit)]
    assert (edit.added, edit.whole) == ("x = 1", True)


def test_a_tool_that_waits_for_approval_has_done_nothing():
    found = session(task(), request(9, 9), tool("readFile", "a.py", asks=True))
    assert (found.files_read, found.waiting) == ((), True)


@pytest.mark.parametrize(
    "after", [say("user_feedback", "No!"), say("diff_error"), say("error", "no"), say("clineignore_error", "a.py")]
)
def test_a_tool_that_was_refused_or_failed_has_done_nothing(after):
    found = session(task(), request(9, 9), tool("editedExistingFile", "a.py", asks=True), after, request(9, 9))
    assert found.files_edited == ()


def test_a_tool_that_was_approved_with_a_remark_was_carried_out():
    noted = {"files_in_context": [entry("a.py", "cline_edited")]}
    head = (task(), request(9, 9), tool("editedExistingFile", "a.py", asks=True), say("user_feedback", "Fine."))
    assert session(*head, request(9, 9), metadata=noted).files_edited == ("a.py",)


def test_a_tool_that_is_still_being_written_is_no_call():
    found = session(task(), request(9, 9), {**tool("readFile", "a.p"), "partial": True}, say("text", "x"))
    assert found.files_read == ()


def test_commands_have_no_exit_codes():
    found = session(
        task(),
        request(9, 9),
        say("command", "make test"),
        say("command_output", "ok"),
        ask("command_output", "more"),
        ask("command", "git pushREQ_APP"),
        say("command_output", "done"),
        request(9, 9),
    )
    assert found.commands == (Ran("make test"), Ran("git push"))


@pytest.mark.parametrize("after", [[], [say("user_feedback", "No!")], [say("command_permission_denied", "no")]])
def test_a_command_that_was_not_run_is_none(after):
    assert session(task(), request(9, 9), ask("command", "rm -r ."), *after).commands == ()


def test_a_command_approved_with_a_remark_was_run():
    after = [say("user_feedback", "Carefully."), say("command_output", "ok"), request(9, 9)]
    assert session(task(), request(9, 9), ask("command", "ls"), *after).commands == (Ran("ls"),)


# What is noted beside the messages


def entry(path, source, state="active", **dates):
    dated = {"cline_read_date": AT + 1, "cline_edit_date": AT + 1, "user_edit_date": None}
    return {"path": path, "record_state": state, "record_source": source, **dated, **dates}


def test_noted_files_are_read_edited_and_attached():
    noted = [
        entry("a.py", "read_tool", cline_edit_date=None),
        entry("b.py", "cline_edited"),
        entry("c.py", "file_mentioned", cline_edit_date=None),
        entry("d.py", "user_edited", user_edit_date=AT),
    ]
    found = session(task(), request(9, 9, details=DETAILS), metadata={"files_in_context": noted})
    assert found.files_read == (f"{CWD}/a.py",)
    assert found.files_edited == (f"{CWD}/b.py",)
    assert [(file.path, file.reads) for file in found.attachments] == [(f"{CWD}/a.py", 1), (f"{CWD}/c.py", 1)]


def test_what_messages_and_notes_both_tell_counts_once():
    noted = {"files_in_context": [entry(f"{CWD}/a.py", "read_tool")]}
    messages = [task(), request(9, 9, details=DETAILS), tool("readFile", "a.py"), request(9, 9)]
    [file] = session(*messages, metadata=noted).attachments
    assert (file.path, file.reads) == (f"{CWD}/a.py", 1)


def test_notes_take_their_place_by_their_date():
    noted = {"files_in_context": [entry("old.py", "read_tool", cline_read_date=AT - 5), entry("new.py", "read_tool")]}
    found = session(task(), request(9, 9), {**compaction(), "ts": AT + 1}, metadata=noted)
    late = session(task(), request(9, 9), compaction(), metadata=noted)
    assert [file.path for file in found.attachments] == []
    assert [file.path for file in late.attachments] == ["new.py"]
    assert late.files_read == ("old.py", "new.py")


def test_the_date_of_the_users_own_edit_is_not_that_of_the_agents():
    dates = {"user_edit_date": AT - 9, "cline_edit_date": AT + 9}
    noted = {"path": "a.py", "record_source": "cline_edited", **dates}
    messages = [
        task(),
        {**request(9, 9), "ts": AT + 5},
        {**compaction(), "ts": AT + 7},
        {**request(5, 5), "ts": AT + 20},
    ]
    contents = {"ui_messages.json": messages, "task_metadata.json": {"files_in_context": [noted]}}
    [told] = TASKS.decode(f"{FOLDER}/ui_messages.json", contents)
    kinds = [type(event) for record in told.records for event in record.events]
    assert kinds.index(ev.FileEdit) > kinds.index(ev.Compacted)


def test_the_model_is_the_newest_that_was_used():
    used = [
        {"ts": AT - 5, "model_id": "gpt-4o", "model_provider_id": "openai-native", "mode": "act"},
        {"ts": AT + 5, "model_id": "claude-sonnet-4-5", "model_provider_id": "anthropic", "mode": "act"},
    ]
    found = session(task(), request(9, 9), metadata={"model_usage": used})
    assert (found.model, found.provider) == ("claude-sonnet-4-5", "anthropic")


def test_a_message_may_name_its_model():
    info = {"providerId": "openrouter", "modelId": "anthropic/claude-sonnet-4.5", "mode": "act"}
    found = session(task(), {**request(9, 9), "modelInfo": info})
    assert (found.model, found.provider) == ("anthropic/claude-sonnet-4.5", "openrouter")


def test_the_version_of_the_extension_is_noted():
    noted = {"environment_history": [{"cline_version": "3.38.0"}, {"cline_version": "3.39.1"}, {"os_name": "linux"}]}
    assert session(task(), metadata=noted).version == "3.39.1"


# Which folder, and the list of all tasks


def test_the_first_request_tells_the_directory():
    found = session(task(), request(9, 9, details=DETAILS))
    assert (found.id, found.cwd, found.title) == (TASK, CWD, None)
    assert TASKS.beside("ui_messages.json", {"ui_messages.json": [request(9, 9, details=DETAILS)]})[-1] != SHARED


def test_a_directory_in_the_users_own_words_is_none():
    quoted = json.dumps({"request": "<task># Current Working Directory (/etc) Files</task>\n\n" + DETAILS})
    assert session(task(), say("api_req_started", quoted)).cwd == CWD
    alone = json.dumps({"request": "<task># Current Working Directory (/etc) Files</task>"})
    assert session(task(), say("api_req_started", alone)).cwd is None


def test_else_the_list_of_all_tasks_tells_directory_title_and_model():
    assert TASKS.beside("ui_messages.json", {"ui_messages.json": [task()]})[-1] == SHARED
    item = {"id": TASK, "task": "Fix it", "cwdOnTaskInitialization": CWD, "modelId": "gpt-4o", "apiProvider": "openai"}
    found = session(task(), shared=[{"id": "1", "cwdOnTaskInitialization": "/x"}, None, item])
    assert (found.cwd, found.title, found.model, found.provider) == (CWD, "Fix it", "gpt-4o", "openai")


def test_paths_of_windows_are_seen_from_its_folder():
    item = {"id": TASK, "cwdOnTaskInitialization": r"C:\Users\dev\shop"}
    found = session(task(), tool("readFile", r"src\a.py"), request(9), shared=[item])
    assert (found.cwd, found.files_read) == (r"C:\Users\dev\shop", ("c:/Users/dev/shop/src/a.py",))


# How it stands


@pytest.mark.parametrize(
    ("messages", "turn", "waiting"),
    [
        ([task()], "open", False),
        ([task(), request()], "open", False),
        ([task(), request(9, 9), say("text", "Hm.")], "open", False),
        ([task(), request(9, 9), ask("tool", "{}")], "open", True),
        ([task(), request(9, 9), ask("followup", "{}")], "open", True),
        ([task(), request(9, 9), ask("plan_mode_respond", "{}")], "open", True),
        ([task(), request(9, 9), ask("followup", "{}", partial=True)], "open", False),
        ([task(), request(9, 9), say("command", "make"), ask("command_output", "...")], "open", False),
        ([task(), request(9, 9), say("completion_result", "Done.")], "ended", False),
        ([task(), request(9, 9), say("completion_result", "Don", partial=True)], "open", False),
        ([task(), request(9, 9), ask("completion_result")], "ended", False),
        ([task(), request(9, 9), say("completion_result", "Done."), say("checkpoint_created")], "ended", False),
        ([task(), request(9, 9), ask("completion_result"), ask("resume_completed_task")], "ended", False),
        ([task(), request(9, 9), ask("completion_result"), say("user_feedback", "More.")], "open", False),
        ([task(), request(9, 9), say("plan_completion_result", "So.")], "ended", False),
        ([task(), request(9, 9), ask("resume_task")], "interrupted", False),
        ([task(), request(9, 9), ask("resume_task"), request()], "open", False),
        ([task(), request(cancelReason="user_cancelled"), say("text", "I wi")], "interrupted", False),
        ([task(), request(cancelReason="streaming_failed")], "failed", False),
        ([task(), request(cancelReason="streaming_failed"), request(9, 9)], "open", False),
        ([task(), request(), ask("api_req_failed", "overloaded")], "failed", False),
        ([task(), request(9, 9), ask("mistake_limit_reached", "?")], "open", True),
        ([task(), request(9, 9), ask("tool", "{}"), request()], "open", False),
    ],
)
def test_the_newest_message_tells_how_it_stands(messages, turn, waiting):
    found = session(*messages)
    assert (found.turn, found.waiting) == (turn, waiting)


def test_the_messages_tell_when_it_was():
    found = session({**task(), "ts": AT}, {**request(9, 9), "ts": AT + 5_000})
    assert (found.started_at, found.updated_at) == (AT / 1000, AT / 1000 + 5)


# Where it lies, and what is read


@pytest.mark.parametrize(
    "path",
    [
        f"saoudrizwan.claude-dev/tasks/{TASK}/ui_messages.json",
        f"Code/User/globalStorage/saoudrizwan.claude-dev/tasks/{TASK}/ui_messages.json",
        f"data/tasks/{TASK}/ui_messages.json",
    ],
)
def test_messages_of_a_task_are_its_own(path):
    assert AGENT.store_of(path) is TASKS


@pytest.mark.parametrize(
    "path",
    [
        f"saoudrizwan.claude-dev/tasks/{TASK}/api_conversation_history.json",
        f"saoudrizwan.claude-dev/tasks/{TASK}/task_metadata.json",
        f"saoudrizwan.claude-dev/tasks/{TASK}/deep/ui_messages.json",
        "saoudrizwan.claude-dev/tasks/.trash/ui_messages.json",
        "saoudrizwan.claude-dev/tasks/ui_messages.json",
        "saoudrizwan.claude-dev/state/taskHistory.json",
        f"rooveterinaryinc.roo-cline/tasks/{TASK}/ui_messages.json",
        f"x-saoudrizwan.claude-dev/tasks/{TASK}/ui_messages.json",
        f"data/tasks/{TASK}/secrets.json",
        "secrets.json",
    ],
)
def test_other_files_are_not(path):
    assert not AGENT.owns(path)


def test_only_the_tasks_of_cline_are_recognised_by_their_content():
    assert TASKS.recognises([task(), request()])
    assert not TASKS.recognises([say("text", "Fix it")])
    assert not CORE.recognises([task()])


def write(file, value):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(value if isinstance(value, str) else json.dumps(value))


def test_a_task_is_read_from_its_folder_and_the_list_of_all_tasks(tmp_path):
    base = tmp_path / "globalStorage/saoudrizwan.claude-dev"
    file = base / f"tasks/{TASK}/ui_messages.json"
    write(file, [task(), request(100, 50)])
    write(base / "state/taskHistory.json", [{"id": TASK, "cwdOnTaskInitialization": CWD}])
    write(file.with_name("task_metadata.json"), {"environment_history": [{"cline_version": "3.39.1"}]})
    unit = Whole(AGENT, str(file), TASKS)
    unit.refresh()
    [found] = unit.sessions()
    assert (found.id, found.cwd, found.version, found.context.tokens) == (TASK, CWD, "3.39.1", 150)


@pytest.mark.parametrize("broken", ["", "[{", '[{"ts": 1, "type": "say"'])
def test_a_half_written_file_leaves_the_last_good_state(tmp_path, broken):
    file = tmp_path / f"saoudrizwan.claude-dev/tasks/{TASK}/ui_messages.json"
    write(file, [task(), request(100, 50)])
    unit = Whole(AGENT, str(file), TASKS)
    unit.refresh()
    write(file, broken)
    with pytest.raises(NotReadableError):
        unit.refresh()
    assert [found.context.tokens for found in unit.sessions()] == [150]


# Whatever a file may hold

VALUES = (None, True, 0, -1, 1.5, 10**30, "", "text", "{", [], [[]], {}, {"ts": AT}, [None, 3, "x", {}])


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_of_a_file_is_read_without_an_error(value):
    assert TASKS.recognises(value) is False
    TASKS.beside("ui_messages.json", {"ui_messages.json": value, "history_item.json": value})
    TASKS.decode(f"{FOLDER}/ui_messages.json", {"ui_messages.json": value})
    assert session(task(), request(9, 9), metadata=value, item=value, shared=value).context.tokens == 18


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", ["ts", "type", "say", "ask", "text", "partial", "modelInfo", "images"])
def test_any_shape_of_a_field_is_read_without_an_error(field, value):
    for message in (task(), request(9, 9), tool("readFile", "a.py"), ask("tool"), say("command", "ls"), compaction()):
        for ranged in ({}, {"conversationHistoryDeletedRange": value}):
            assert session(task("One"), {**message, field: value, **ranged}, say("text", "x")).prompt_count >= 1


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_in_a_note_is_read_without_an_error(value):
    noted = [value, entry(value, "read_tool"), entry("a.py", value), entry("a.py", "read_tool", cline_read_date=value)]
    told = {
        "files_in_context": noted,
        "model_usage": [value, {"ts": value, "model_id": value}],
        "environment_history": [value],
    }
    assert "a.py" in session(task(), metadata=told).files_read
    assert session(task(), metadata={"files_in_context": value, "model_usage": value}).files_read == ()


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_of_a_tool_is_read_without_an_error(value):
    written = [json.dumps(value), json.dumps({"tool": value}), json.dumps({"tool": "readFile", "path": value})]
    for text in written:
        assert session(task(), say("tool", text), ask("tool", text), request(9, 9)).context.tokens == 18


@pytest.mark.parametrize(
    ("value", "expected"),
    [(AT, AT / 1000), (1.5, 0.0015), (0, None), (-1, None), (True, None), ("1", None), (1e99, None)],
)
def test_a_moment_is_a_number_of_milliseconds(value, expected):
    assert milliseconds(value) == expected


@pytest.mark.parametrize("value", ["{", "", None, 3, "[" * 5_000, "\ud800", "NaN"])
def test_text_that_is_no_json_holds_nothing(value):
    assert inner(value) is None
