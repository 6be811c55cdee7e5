"""Copilot CLI: what single lines of `events.jsonl` tell, where they lie, and whose they are."""

import pytest

from relaymark.agents.copilot_cli import AGENT, LINES
from relaymark.agents.copilot_cli.decode import decode
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.passing import record_of

ID = "2c4b4cc4-4d65-4067-90c8-7e75f6ff63a4"
OTHER = "8f2296bf-f974-443a-b65b-e9c530e43e88"
CWD = "/home/dev/shop"
UNKNOWN = Context()


def line(kind, at="2026-11-20T18:28:25.000Z", agent=None, **data):
    made = {"type": kind, "data": data, "id": f"event of {kind}", "timestamp": at, "parentId": None}
    return {**made, "agentId": agent} if agent else made


def start(model="claude-sonnet-4.5", session=ID, **more):
    told = {"sessionId": session, "copilotVersion": "1.0.102", "startTime": "2026-11-20T18:27:52.972Z"}
    context = {"cwd": CWD, "gitRoot": CWD, "branch": "main"}
    return line("session.start", **told, selectedModel=model, context=context, **more)


def resume(cwd=CWD, model="claude-sonnet-4.5"):
    return line("session.resume", selectedModel=model, context={"cwd": cwd, "branch": "next"})


def usage(tokens, call="call-1", agent=None, **more):
    told = {"model": "claude-sonnet-4.5", "inputTokens": tokens, "outputTokens": 150, "maxPromptTokens": 184_000}
    return line("session.usage_record", agent=agent, usage={**told, "apiCallId": call, **more})


def prompt(text="Go", agent=None, **more):
    return line("user.message", agent=agent, content=text, transformedContent=f"<date>\n\n{text}", **more)


def said(text="Done.", **more):
    return line("assistant.message", content=text, model="claude-sonnet-4.5", toolRequests=[], **more)


def call(name, arguments, call_id="c1", agent=None):
    return line("tool.execution_start", agent=agent, toolCallId=call_id, toolName=name, arguments=arguments)


def result(text="ok", call_id="c1", *, success=True, agent=None, **more):
    told = (
        {"success": success, "result": {"content": text}} if success else {"success": False, "error": {"message": text}}
    )
    return line("tool.execution_complete", agent=agent, toolCallId=call_id, **{**told, **more})


def compacted(*, success=True, **more):
    return line("session.compaction_complete", success=success, postCompactionTokens=11_750, **more)


def fold(*lines, session=ID, part=None):
    """Return the file's own session, or the subagent `part`, of lines that stand in one file."""
    folding = SessionFold("copilot-cli", part or "fallback")
    for at, one in enumerate(lines):
        record = decode(one, session)
        if record.of == part:
            folding.add(at, record)
    return folding.session()


def events(one):
    return decode(one, ID).events


OPENS, ENDS = line("assistant.turn_start", turnId="0"), line("assistant.turn_end", turnId="0")
ABORTED = line("abort", reason="user_initiated")
SHUTDOWN = line("session.shutdown", currentModel="claude-sonnet-4.5", currentTokens=12_951, modelMetrics={})
RAN = "OK\n<shellId: 0 completed with exit code {}>"


# Where it lies


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, (Home("/home/dev/.copilot"),)),
        ({"COPILOT_HOME": "/data/copilot"}, (Home("/data/copilot", "COPILOT_HOME"),)),
        ({"COPILOT_HOME": "own", "XDG_STATE_HOME": "/state"}, (Home("/home/dev/own", "COPILOT_HOME"),)),
        ({"COPILOT_HOME": " "}, (Home("/home/dev/.copilot"),)),
        (
            {"XDG_STATE_HOME": "/state"},
            (Home("/home/dev/.copilot"), Home("/state/.copilot", "XDG_STATE_HOME")),
        ),
    ],
)
def test_homes(environ, found):
    assert AGENT.homes(environ, "/home/dev") == found


def test_the_home_on_windows():
    assert AGENT.homes({}, "C:\\Users\\dev") == (Home("c:/Users/dev/.copilot"),)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"session-state/{ID}/events.jsonl", True),
        ("session-state/my-own-id/events.jsonl", True),
        (f"session-state/{ID}.jsonl", True),
        ("session-state/.session-operation-locks/events.jsonl", False),
        (f"session-state/{ID}/session.db", False),
        (f"session-state/{ID}/workspace.yaml", False),
        (f"session-state/{ID}/files/events.jsonl", False),
        (f"session-state/{ID}", False),
        ("session-state/notes.jsonl", False),
        (f"other/{ID}/events.jsonl", False),
        ("config.json", False),
        ("mcp-config.json", False),
        ("session-store.db", False),
    ],
)
def test_what_is_a_transcript(path, owned):
    assert AGENT.owns(path) == owned


@pytest.mark.parametrize(
    ("path", "session"),
    [
        (f"/home/dev/.copilot/session-state/{ID}/events.jsonl", ID),
        (f"C:\\Users\\dev\\.copilot\\session-state\\{ID}\\events.jsonl", ID),
        ("/home/dev/.copilot/session-state/my-own-id/events.jsonl", "my-own-id"),
        (f"/home/dev/.copilot/session-state/{ID}.jsonl", ID),
        (f"/tmp/{ID}/events.jsonl", ID),
        ("/home/dev/events.jsonl", None),
        ("events.jsonl", None),
        ("/home/dev/x.jsonl", None),
    ],
)
def test_the_id_that_a_path_gives(path, session):
    assert LINES.session_id(path) == session


def test_a_file_with_no_telling_path_has_the_recorded_id():
    assert fold(start(), session=None).id == ID
    assert fold(prompt(), session=None).id == "fallback"


def test_a_copy_below_another_id_says_where_it_came_from():
    session = fold(start(session=OTHER))
    assert (session.id, session.forked_from) == (ID, OTHER)
    assert fold(start()).forked_from is None


def test_a_run_of_the_program_itself_stands_under_its_session():
    assert fold(start(detachedFromSpawningParentSessionId=OTHER)).parent == OTHER


@pytest.mark.parametrize(
    "head",
    [b'{"type":"system.message","data":{', b'{"type":"model.messages_snapshot"', b'{"type":"hook.start"'],
)
def test_large_lines_of_no_interest_are_not_parsed(head):
    assert record_of(LINES, decode, head + b"x" * 99) is None


# Where it works, and with what


def test_a_resume_says_where_it_goes_on():
    session = fold(start(), resume("/home/dev/shop/api", "gpt-5.5"))
    assert (session.cwd, session.branch, session.model) == ("/home/dev/shop/api", "next", "gpt-5.5")
    assert session.version == "1.0.102"


def test_the_folder_may_change():
    assert fold(start(), line("session.context_changed", cwd="/home/dev/other")).cwd == "/home/dev/other"


def test_the_newest_word_on_the_model_counts_and_auto_is_no_model():
    assert fold(start("auto")).model is None
    assert fold(start("auto"), usage(9_000)).model == "claude-sonnet-4.5"
    assert fold(start(), line("session.model_change", newModel="gpt-5.5")).model == "gpt-5.5"
    assert fold(start(), line("session.model_change", agent=OTHER, newModel="gpt-5.5")).model == "claude-sonnet-4.5"


@pytest.mark.parametrize(
    ("told", "provider"),
    [
        ({"isByok": True, "modelProvider": "anthropic", "providerType": "openai"}, "anthropic"),
        ({"isByok": True, "providerType": "openai"}, "openai"),
        ({"isByok": False, "modelProvider": "anthropic"}, "github-copilot"),
        ({}, None),
        ({"isByok": "yes", "modelProvider": 7}, None),
    ],
)
def test_who_serves_the_model(told, provider):
    assert fold(start(), usage(9_000, **told)).provider == provider


# Context and window


def test_the_context_is_the_input_of_the_last_main_usage():
    session = fold(start(), prompt(), usage(12_000), usage(31_000, "call-2"), SHUTDOWN)
    assert session.context == Context(31_000, "measured")
    assert (session.window, session.first_context) == (184_000, 12_000)


@pytest.mark.parametrize(
    "other",
    [
        usage(58_000, agent=OTHER),
        usage(58_000, initiator="sub-agent"),
        usage(146_000, initiator="compaction"),
        line("subagent.completed", agent=OTHER, totalTokens=101_561),
        SHUTDOWN,
        line("session.compaction_start", currentTokens=12_743),
        compacted(success=False, error="x"),
        compacted(success="yes"),
        compacted(outcome="discarded"),
    ],
)
def test_other_figures_are_not_the_context(other):
    session = fold(start(), usage(31_000), other)
    assert (session.context, session.compactions) == (Context(31_000, "measured"), 0)


@pytest.mark.parametrize("value", ["12000", -1, True, 1.5, 1e30, float("inf"), float("nan"), None, [1], {}])
def test_an_input_that_is_no_figure_makes_the_context_unknown_not_stale(value):
    session = fold(start(), usage(31_000), usage(value, "call-2"))
    assert (session.context, session.bad_records) == (UNKNOWN, 1)
    again = fold(start(), usage(31_000), usage(value, "call-2"), usage(45_000, "call-3"))
    assert again.context == Context(45_000, "measured")


@pytest.mark.parametrize("value", [None, 7, "x", [], True, {}])
def test_a_usage_that_is_no_object_makes_the_context_unknown_not_stale(value):
    session = fold(start(), usage(31_000), line("session.usage_record", usage=value))
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


def test_a_usage_of_zero_tells_nothing():
    session = fold(start(), usage(31_000), usage(0, "call-2", outputTokens=0))
    assert (session.context, session.bad_records) == (Context(31_000, "measured"), 0)


@pytest.mark.parametrize("window", ["184000", 0, None, -1, True, 1e30, []])
def test_a_window_that_is_no_figure_is_not_taken(window):
    assert fold(start(), usage(31_000, maxPromptTokens=window)).window is None
    assert fold(start(), usage(9_000), usage(31_000, "call-2", maxPromptTokens=window)).window == 184_000


def test_versions_without_usage_records_have_no_known_context():
    session = fold(start(), prompt(), OPENS, said(outputTokens=200), ENDS, SHUTDOWN)
    assert (session.context, session.window, session.turn) == (UNKNOWN, None, "ended")


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply():
    lines = [start(), prompt(), usage(139_000), line("session.compaction_start", tokenLimit=184_000),
             compacted(summaryContent="In short", trigger="manual")]  # fmt: skip
    session = fold(*lines)
    assert (session.context, session.compactions, session.window) == (UNKNOWN, 1, 184_000)
    assert fold(*lines, SHUTDOWN, resume()).context == UNKNOWN
    assert fold(*lines, usage(12_000, "call-2")).context == Context(12_000, "measured")
    assert ev.Compacted("In short", "manual") in events(lines[-1])


def test_a_subagents_compaction_is_not_the_sessions():
    session = fold(start(), usage(31_000), {**compacted(), "agentId": OTHER})
    assert (session.context.tokens, session.compactions) == (31_000, 0)


@pytest.mark.parametrize(
    ("cut", "context"),
    [
        (line("session.truncation", messagesRemovedDuringTruncation=3, tokenLimit=184_000), UNKNOWN),
        (line("session.truncation", messagesRemovedDuringTruncation=0), Context(31_000, "measured")),
        (line("session.context_cleared", messagesCleared=9), UNKNOWN),
    ],
)
def test_when_messages_are_dropped_the_context_is_unknown_until_the_next_reply(cut, context):
    assert fold(start(), usage(31_000), cut).context == context
    assert fold(start(), usage(31_000), cut, usage(20_000, "call-2")).context == Context(20_000, "measured")


# Turns and prompts


@pytest.mark.parametrize(
    ("lines", "turn"),
    [
        ([], "none"),
        ([prompt()], "open"),
        ([prompt(), OPENS], "open"),
        ([prompt(), OPENS, usage(9_000), said(), ENDS], "ended"),
        ([prompt(), OPENS, ENDS, OPENS], "open"),
        ([prompt(), OPENS, call("bash", {"command": "sleep 9"})], "open"),
        ([prompt(), OPENS, call("bash", {"command": "sleep 9"}), SHUTDOWN], "open"),
        ([prompt(), OPENS, ENDS, SHUTDOWN, resume()], "ended"),
        ([prompt(), OPENS, ABORTED], "interrupted"),
        ([prompt(), OPENS, ENDS, ABORTED], "interrupted"),
        ([prompt(), OPENS, ABORTED, prompt()], "open"),
        ([prompt(), OPENS, line("session.error", errorType="query", message="x")], "failed"),
        ([prompt(), OPENS, line("session.error", errorType="query"), usage(9_000)], "open"),
        ([ENDS, result("late")], "ended"),
        ([ABORTED, result("late", success=False)], "interrupted"),
        ([prompt(), OPENS, ENDS, {**OPENS, "agentId": OTHER}], "ended"),
        ([prompt(), OPENS, {**ENDS, "agentId": OTHER}], "open"),
        ([prompt(), OPENS, {**ABORTED, "agentId": OTHER}], "open"),
    ],
)
def test_the_state_of_the_turn(lines, turn):
    session = fold(start(), *lines)
    assert session.turn == turn
    assert not session.ended


@pytest.mark.parametrize(
    ("lines", "prompts"),
    [
        ([prompt("One"), prompt("Two")], ["One", "Two"]),
        ([prompt("Look", agent=OTHER, source=f"agent-{ID}")], []),
        ([prompt("Look", source=f"agent-{ID}")], []),
        ([prompt("Skill text", source="skill-pdf")], []),
        ([prompt("Go on", isAutopilotContinuation=True)], []),
        ([prompt("One", source=None), prompt("Two", source=7)], ["One", "Two"]),
        ([line("system.notification", content="A shell ended")], []),
    ],
)
def test_prompts_are_what_the_user_typed(lines, prompts):
    session = fold(start(), *lines)
    assert [one.text for one in session.prompts] == prompts
    assert session.prompt_count == len(prompts)


def test_what_nobody_typed_is_fed():
    assert events(prompt("Skill text", source="skill-pdf")) == (ev.Fed("Skill text"),)
    assert events(line("system.notification", content="A shell ended")) == (ev.Fed("A shell ended"),)


def test_a_wait_for_approval_ends_with_the_answer():
    lines = [start(), prompt(), OPENS, call("bash", {"command": "rm x"}), line("permission.requested")]
    assert fold(*lines).waiting
    assert not fold(*lines, line("permission.completed", result={"kind": "approved"})).waiting
    denied = [*lines, line("permission.completed", result={"kind": "denied-interactively-by-user"})]
    assert not fold(*denied, result("denied", success=False)).waiting
    assert fold(*lines, ABORTED, line("permission.completed", result={"kind": "cancelled"})).turn == "interrupted"


def test_a_question_of_the_agent_waits_for_the_user():
    lines = [start(), prompt(), OPENS, call("ask_user", {"question": "Which one?"})]
    assert fold(*lines).waiting
    assert not fold(*lines, result("The first")).waiting


def test_the_words_of_the_model():
    assert events(said("Done.", reasoningText="Hm."))[1:] == (ev.Said("Hm."), ev.Said("Done."))


def test_attachments():
    attached = [
        {"type": "file", "path": "/home/dev/shop/a.py", "displayName": "@a.py", "lineRange": {"start": 1, "end": 5}},
        {"type": "selection", "filePath": "/home/dev/shop/b.py", "text": "b = 1"},
        {"type": "directory", "path": "/home/dev/shop/src"},
        {"type": "github_file", "path": "c.py"},
        {"type": "file", "path": 7},
        {"type": "file"},
        "file",
        None,
    ]
    assert events(prompt("See", attachments=attached))[1:] == (
        ev.Mentioned("/home/dev/shop/a.py"),
        ev.Mentioned("/home/dev/shop/b.py", "b = 1"),
    )


# Subagents


BEGUN = line("subagent.started", agent=OTHER, toolCallId="c1", agentName="explore", model="gpt-5-mini")
WORK = [
    line("session.model_change", agent=OTHER, newModel="claude-haiku-4.5"),
    prompt("Look", agent=OTHER, source=f"agent-{ID}"),
    {**OPENS, "agentId": OTHER},
    usage(9_000, "call-8", agent=OTHER, initiator="sub-agent", model="claude-haiku-4.5", maxPromptTokens=128_000),
    call("bash", {"command": "ls"}, "c2", agent=OTHER),
    result("x", "c2", agent=OTHER),
    call("view", {"path": "/w/a.py"}, "c3", agent=OTHER),
    result("y", "c3", agent=OTHER),
    {**ENDS, "agentId": OTHER},
]
MAIN = [start(), prompt(), OPENS, usage(31_000)]


def test_nothing_of_a_subagent_is_the_sessions():
    session = fold(*MAIN, BEGUN, *WORK)
    assert (session.id, session.model, session.window, session.turn) == (ID, "claude-sonnet-4.5", 184_000, "open")
    assert (session.commands, session.files_read, session.prompt_count) == ((), (), 1)
    assert session.context == Context(31_000, "measured")


def test_a_subagent_is_a_session_of_its_own_below_it():
    part = fold(*MAIN, BEGUN, *WORK, part=OTHER)
    assert (part.id, part.parent, part.turn, part.forked_from) == (OTHER, ID, "ended", None)
    assert (part.context, part.window) == (Context(9_000, "measured"), 128_000)
    assert (part.model, part.prompts[0].text) == ("claude-haiku-4.5", "Look")
    assert (part.commands, part.files_read) == ((Ran("ls", None, ok=True),), ("/w/a.py",))


def test_every_line_of_a_subagent_says_whose_it_is():
    assert {decode(one, ID).of for one in (BEGUN, *WORK)} == {OTHER}
    started = ev.Started(session=OTHER, parent=ID)
    assert all(started in decode(one, ID).events for one in (BEGUN, *WORK))
    assert {decode(one, ID).of for one in MAIN} == {None}


def test_two_subagents_are_told_apart():
    third = {**usage(7_000, "call-9", initiator="sub-agent"), "agentId": "third"}
    assert fold(*MAIN, *WORK, third, part=OTHER).context.tokens == 9_000
    assert fold(*MAIN, *WORK, third, part="third").context.tokens == 7_000


def test_the_model_of_a_subagent_is_known_from_its_start():
    assert fold(*MAIN, BEGUN, part=OTHER).model == "gpt-5-mini"
    assert fold(*MAIN, line("subagent.configured", agent=OTHER, model="gpt-5.5"), part=OTHER).model == "gpt-5.5"


@pytest.mark.parametrize(
    ("last", "turn"),
    [
        ([], "open"),
        ([{**ENDS, "agentId": OTHER}], "ended"),
        ([line("subagent.completed", agent=OTHER, toolCallId="c1", totalTokens=101_561)], "ended"),
        ([line("subagent.failed", agent=OTHER, toolCallId="c1", error="x")], "failed"),
        ([{**ABORTED, "agentId": OTHER}], "interrupted"),
    ],
)
def test_how_a_subagent_ends(last, turn):
    lines = [*MAIN, BEGUN, *WORK[:-1], *last]
    part = fold(*lines, part=OTHER)
    assert (part.turn, part.ended, part.context.tokens) == (turn, False, 9_000)
    assert fold(*lines).turn == "open"


def test_a_subagents_compaction_makes_its_own_context_unknown():
    lines = [*MAIN, *WORK, {**compacted(), "agentId": OTHER}]
    part = fold(*lines, part=OTHER)
    assert (part.context, part.compactions) == (UNKNOWN, 1)


def test_older_versions_mark_a_subagent_with_the_call_that_started_it():
    """Written after the deprecated fields of the public schema."""
    lines = [
        line("subagent.started", toolCallId="c1", agentName="explore"),
        line("assistant.turn_start", turnId="0"),
        line("assistant.message", content="Found.", parentToolCallId="c1", model="gpt-5-mini"),
        line("tool.execution_start", toolCallId="c2", toolName="bash", arguments={"command": "ls"},
             parentToolCallId="c1"),
        line("tool.execution_complete", toolCallId="c2", success=True, result={"content": "x"}, parentToolCallId="c1"),
        line("subagent.completed", toolCallId="c1", agentName="explore"),
    ]  # fmt: skip
    part = fold(*MAIN, *lines, part="c1")
    assert (part.parent, part.model, part.turn) == (ID, "gpt-5-mini", "ended")
    assert [ran.command for ran in part.commands] == ["ls"]
    session = fold(*MAIN, *lines)
    assert (session.commands, session.turn) == ((), "open")


def test_an_agent_with_the_id_of_the_session_is_the_session():
    assert decode(usage(9_000, agent=ID), ID).of is None


@pytest.mark.parametrize("agent", [7, True, [OTHER], {"id": OTHER}, 1.5])
def test_a_subagent_without_an_id_is_nobodys(agent):
    record = decode({**usage(58_000), "agentId": agent}, ID)
    assert (record.events, record.of, bool(record.bad)) == ((), None, True)


@pytest.mark.parametrize("kind", ["subagent.started", "subagent.completed", "subagent.failed", "subagent.selected"])
def test_a_word_on_a_subagent_that_is_not_named_tells_nothing_of_the_session(kind):
    assert decode(line(kind, model="gpt-5-mini", error="x"), ID).events == ()


# Files and commands


@pytest.mark.parametrize(
    ("name", "arguments", "found"),
    [
        ("view", {"path": "/w/a.py"}, ev.FileRead("c1", "/w/a.py")),
        ("view", {"path": "/w/a.py", "view_range": [5, 14]}, ev.FileRead("c1", "/w/a.py", 5, 10)),
        ("view", {"path": "/w/a.py", "view_range": [5, -1]}, ev.FileRead("c1", "/w/a.py", 5)),
        ("view", {"path": "/w/a.py", "view_range": [9, 2]}, ev.FileRead("c1", "/w/a.py", 9)),
        ("view", {"path": "/w/a.py", "view_range": ["5", None]}, ev.FileRead("c1", "/w/a.py")),
        ("view", {"path": "/w/a.py", "view_range": 5}, ev.FileRead("c1", "/w/a.py")),
        ("edit", {"path": "/w/a.py", "old_str": "a", "new_str": "b"}, ev.FileEdit("c1", "/w/a.py", "b", "a")),
        ("edit", {"path": "/w/a.py", "old_str": 7}, ev.FileEdit("c1", "/w/a.py")),
        ("create", {"path": "/w/a.py", "file_text": "x\n"}, ev.FileEdit("c1", "/w/a.py", "x\n", whole=True)),
        ("apply_patch", "*** Begin Patch\n*** Update File: a.py\n@@\n-a\n+b\n*** End Patch",
         ev.FileEdit("c1", "a.py", "b", "a")),
        ("apply_patch", {"input": "*** Add File: a.py\n+b\n*** End Patch"},
         ev.FileEdit("c1", "a.py", "b", whole=True)),
        ("bash", {"command": "ls", "description": "List"}, ev.Command("c1", "ls")),
        ("powershell", {"command": "dir"}, ev.Command("c1", "dir")),
        ("bash", {"command": 7}, ev.Called("c1", "bash")),
        ("bash", "ls", ev.Called("c1", "bash")),
        ("view", {}, ev.Called("c1", "view")),
        ("edit", None, ev.Called("c1", "edit")),
        ("apply_patch", 7, ev.Called("c1", "apply_patch")),
        ("grep", {"pattern": "x", "path": "src"}, ev.Called("c1", "grep")),
        (None, {}, ev.Called("c1", "unknown")),
    ],
)  # fmt: skip
def test_what_a_tool_call_tells(name, arguments, found):
    assert events(call(name, arguments))[0] == found


def test_files_count_when_their_call_succeeded():
    lines = [start(), call("view", {"path": "a.py"}), call("edit", {"path": f"{CWD}/b.py", "new_str": "x"}, "c2")]
    assert fold(*lines).files_read == ()
    session = fold(*lines, result(), result("", "c2"))
    assert (session.files_read, session.files_edited) == ((f"{CWD}/a.py",), (f"{CWD}/b.py",))
    session = fold(*lines, result("no such file", success=False), result("no match", "c2", success=False))
    assert (session.files_read, session.files_edited) == ((), ())


def test_a_result_may_name_the_edited_files():
    edits = [{"path": f"{CWD}/a.py", "kind": "edit"}, {"path": 7}, None]
    assert fold(start(), call("other_edit", {}), result(fileEdits=edits)).files_edited == (f"{CWD}/a.py",)
    failed = result("no", success=False, fileEdits=edits)
    assert fold(start(), call("other_edit", {}), failed).files_edited == ()


@pytest.mark.parametrize(
    ("returned", "ran"),
    [
        (None, Ran("make")),
        (result(RAN.format(0), shellExecution={"exitCode": 0}), Ran("make", 0, ok=True)),
        (result(RAN.format(2), shellExecution={"exitCode": 2}), Ran("make", 2, ok=False)),
        (result(RAN.format(0)), Ran("make", 0, ok=True)),
        (result("x\n<exited with exit code 127>\n"), Ran("make", 127, ok=True)),
        (result("x\n<command with shellId: 0 is still running>"), Ran("make", None, ok=True)),
        (result("completed with exit code 1, it says"), Ran("make", None, ok=True)),
        (result("x", result={"content": "x", "contents": [{"type": "shell_exit", "exitCode": 3}]}),
         Ran("make", 3, ok=False)),
        (result("denied", success=False), Ran("make", None, ok=False)),
        (result("x", success=True, shellExecution={"exitCode": "1"}), Ran("make", None, ok=True)),
        (result("x", success=True, shellExecution={"exitCode": True}), Ran("make", None, ok=True)),
        (line("tool.execution_complete", toolCallId="c1", success="yes", result=7), Ran("make")),
    ],
)  # fmt: skip
def test_how_a_command_ended(returned, ran):
    lines = [start(), call("bash", {"command": "make"}), *([returned] if returned else [])]
    assert fold(*lines).commands == (ran,)


# Hostile records


@pytest.mark.parametrize("value", [None, 7, "x", [], True, {}, 1.5])
def test_a_record_that_is_no_object_is_bad(value):
    assert decode(value).bad


@pytest.mark.parametrize("value", [None, 7, "x", [[]], True, 1e300, {"x": []}])
@pytest.mark.parametrize("place", ["data", "inside", "type", "timestamp", "agentId", "id"])
def test_wrong_types_never_raise(value, place):
    samples = [start(), resume(), usage(9), prompt(attachments=[{}]), said(), call("view", {"path": "a"}), result(),
               compacted(), SHUTDOWN, OPENS, ENDS, ABORTED, line("permission.completed", result={}),
               line("session.truncation"), line("session.error"), line("session.context_changed"),
               line("session.model_change", newModel="x"), line("subagent.started", agent=OTHER)]  # fmt: skip
    for sample in samples:
        inside = dict.fromkeys((*sample["data"], "result", "context", "usage", "arguments"), value)
        fold(start(), {**sample, "data": inside} if place == "inside" else {**sample, place: value})


def test_unknown_types_tell_nothing():
    assert decode(line("session.something_new", inputTokens=7)).events == ()
    assert not LINES.recognises({"type": "user", "uuid": "x"})
    assert not LINES.recognises([])
