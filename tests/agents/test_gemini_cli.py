"""Gemini CLI: recorded sessions, and hand-made chats written after the observed and the published format."""

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tests.agents.gemini_chats import (
    CONTEXT,
    CWD,
    FILE,
    FIRST,
    HASH,
    ID,
    PLACE,
    SUMMARY,
    UNDERSTOOD,
    UNKNOWN,
    at,
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

from relaymark.agents.gemini_cli import AGENT, FILES, slug
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import Whole

CASES = Path(__file__).resolve().parents[1] / "transcripts/gemini-cli"
TURN = {"done": "ended", "open": "open"}


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][:8]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def whole(path):
    unit = Whole(AGENT, str(path), FILES)
    unit.refresh()
    return unit


def read(folder, expected):
    [session] = whole(folder / expected["file"]).sessions()
    return session


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


# Recorded sessions


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 8


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected):
    session = read(folder, expected)
    assert (session.id, session.parent, session.cwd) == (expected["id"], expected["parent"], expected["cwd"])
    assert (session.title, session.model, session.agent) == (expected["title"], expected["model"], "gemini-cli")
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert (session.window, session.compactions) == (expected["window_recorded"], expected["compactions"])
    assert expected["prompts"] in (None, session.prompt_count)
    assert session.prompts[0].text == expected["first_prompt"]
    assert expected["turn_open"] in (None, session.turn_open)
    assert TURN.get(expected["turn_end"], session.turn) == session.turn
    assert below(case, session.files_read) == expected["files_read"]
    assert below(case, session.files_edited) == expected["files_edited"]
    assert session.commands == tuple(Ran(ran["cmd"], ran["exit"], ok=True) for ran in expected["commands"])
    assert session.bad_records == 0


@EVERY_SESSION
def test_the_times_of_a_recorded_session(folder, case, expected):
    session = read(folder, expected)
    times = [seconds(expected[name]) for name in ("started_at", "updated_at")]
    assert [session.started_at, session.updated_at] == pytest.approx(times, abs=0.002)


@EVERY_SESSION
def test_the_files_that_a_recorded_prompt_named(folder, case, expected):
    [found] = whole(folder / expected["file"]).records().values()
    named = {event.path for _, record in found for event in record.events if isinstance(event, ev.Mentioned)}
    assert sorted(named) == expected["files_attached"]


@EVERY_SESSION
def test_the_place_of_a_recorded_session_says_whose_it_is(folder, case, expected):
    assert AGENT.owns(expected["file"].split("/", 2)[2])
    text = (folder / expected["file"]).read_text()
    values = (
        [json.loads(text)] if expected["file"].endswith(".json") else [json.loads(one) for one in text.split("\n")[:-1]]
    )
    assert FILES.recognises(values[0])
    assert FILES.recognises(values)


def test_a_chat_of_which_only_the_head_was_written_has_no_content():
    [stub] = CASES.glob("0.61.0-resume-with-stub/home/.gemini/tmp/*/chats/session-2026-11-20T18-24-*")
    [session] = whole(stub).sessions()
    assert session.id == "0dd9d8fa-4305-4e91-9057-02eeaf16abac"
    assert (session.context, session.prompts, session.turn, session.model) == (UNKNOWN, (), "none", None)


def test_at_every_moment_of_a_recorded_session_the_context_is_that_of_its_newest_reply(tmp_path):
    [recording] = CASES.glob("0.61.0-tui-compress/home/.gemini/tmp/*/chats/*.jsonl")
    lines = recording.read_bytes().splitlines(keepends=True)
    seen = []
    for end in range(1, len(lines) + 1):
        grown = tmp_path / f"session-{end}.jsonl"
        grown.write_bytes(b"".join(lines[:end]))
        [session] = whole(grown).sessions()
        if not seen or seen[-1] != session.context.tokens:
            seen.append(session.context.tokens)
    assert seen == [None, 352_034, 398_420, None, 15_420, None, 16_420]


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.gemini")),
        ({"GEMINI_CLI_HOME": "/data"}, "/home/dev", Home("/data/.gemini", "GEMINI_CLI_HOME")),
        ({"GEMINI_CLI_HOME": "own"}, "/home/dev", Home("/home/dev/own/.gemini", "GEMINI_CLI_HOME")),
        ({"GEMINI_CLI_HOME": " "}, "/Users/dev", Home("/Users/dev/.gemini")),
        ({"APPDATA": "C:\\Users\\dev\\AppData\\Roaming"}, "C:\\Users\\dev", Home("c:/Users/dev/.gemini")),
    ],
)
def test_homes(environ, home, found):
    assert AGENT.homes(environ, home) == (found,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"tmp/shop/chats/{FILE}", True),
        ("tmp/shop/chats/session-2026-11-20T18-31-1346589e.json", True),
        (f"tmp/{HASH}/chats/{FILE}", True),
        (f"tmp/shop/chats/{ID}/39ff7034-c82d-4612-892e-12d34c7c8749.jsonl", True),
        ("tmp/shop/chats/notes.jsonl", False),
        (f"tmp/shop/chats/{FILE}.tmp-17", False),
        (f"tmp/shop/chats/{FILE}.unreadable-1795199230000", False),
        ("tmp/shop/logs.json", False),
        ("tmp/shop/checkpoint-mytag.json", False),
        ("tmp/shop/.project_root", False),
        ("projects.json", False),
        ("settings.json", False),
        ("oauth_creds.json", False),
        ("google_accounts.json", False),
        ("mcp-oauth-tokens.json", False),
        ("mcp-oauth-tokens-v2.json", False),
        (".env", False),
        (f"history/shop/chats/{FILE}", False),
    ],
)
def test_what_is_a_chat(path, owned):
    assert AGENT.owns(path) == owned


@pytest.mark.parametrize(
    ("file", "around"),
    [
        (FILE, ("../.project_root", "../../../projects.json")),
        ("39ff7034-c82d-4612-892e-12d34c7c8749.jsonl", ("../../.project_root", "../../../../projects.json")),
    ],
)
def test_what_is_read_around_a_chat(file, around):
    assert FILES.beside(file, {}) == around


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/dev/My Shop (2)", "my-shop-2"),
        ("C:\\Work\\Größe", "gr-e"),
        ("/", "project"),
        ("/home/dev/---", "project"),
    ],
)
def test_the_name_of_a_projects_folder(folder, name):
    assert slug(folder) == name
    assert AGENT.near(folder) == f"/tmp/{name}"


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("gemini-2.5-pro", 1_048_576),
        ("gemini-3-flash-preview", 1_048_576),
        ("something-new", 1_048_576),
        ("gemma-4-31b-it", 256_000),
        ("gemma-4-26b-a4b-it", 256_000),
    ],
)
def test_its_windows(name, tokens):
    assert AGENT.window(None, name) == tokens


# Whose workspace it is


@pytest.mark.parametrize(
    ("records", "place", "around", "cwd"),
    [
        ([head()], PLACE, {"../.project_root": CWD}, CWD),
        ([head()], PLACE, {"../.project_root": f"{CWD}\n"}, CWD),
        ([head(projectHash="x")], PLACE, {"../.project_root": CWD}, CWD),
        ([head(projectHash=None)], PLACE, {"../../../projects.json": {"projects": {CWD: "shop"}}}, CWD),
        ([head(projectHash=None)], PLACE, {"../../../projects.json": {"projects": {CWD: "other"}}}, None),
        ([head()], f"/x/tmp/{HASH}/chats/{FILE}",
         {"../../../projects.json": {"projects": {"/home/dev": "dev", CWD: "shop"}}}, CWD),
        ([head(projectHash=None)], f"/x/tmp/{HASH}/chats/{FILE}",
         {"../../../projects.json": {"projects": {CWD: "shop"}}}, CWD),
        ([head(), history(CONTEXT)], f"/x/tmp/{HASH}/chats/{FILE}", {}, CWD),
        ([head(directories=["/home/dev/lib", CWD])], PLACE, {}, CWD),
        ([head(projectHash="x"), history(CONTEXT)], PLACE, {}, None),
        ([head(projectHash=sha256(b"C:\\Work\\Shop").hexdigest()),
          history(user("ctx", "<session_context>\n- **Workspace Directories:**\n  - C:\\Work\\Shop\n"))],
         "C:\\Users\\dev\\.gemini\\tmp\\shop\\chats\\" + FILE,
         {"../.project_root": "c:\\work\\shop"}, "C:\\Work\\Shop"),
        ([head()], PLACE, {"../.project_root": "not a path"}, None),
        ([head()], PLACE, {"../.project_root": 7, "../../../projects.json": [7]}, None),
        ([head()], PLACE, {"../../../projects.json": {"projects": {"x": 7, "/": None}}}, None),
    ],
)  # fmt: skip
def test_the_workspace(records, place, around, cwd):
    assert fold(*records, place=place, **around).cwd == cwd


# The log


def test_a_message_that_is_written_again_counts_once_and_in_its_newest_state():
    read = call("read_file", {"file_path": f"{CWD}/a.py"})
    session = fold(*FIRST[:-1], model("r1", content=""), model("r1", 12_000, content=""),
                   model("r1", 12_000, content="", calls=[read]), user("f1", [response("c1")]))  # fmt: skip
    assert (session.context, session.first_context) == (Context(12_000, "measured"), 12_000)
    assert (session.files_read, session.turn) == ((f"{CWD}/a.py",), "open")


def test_a_resume_tells_the_same_messages_once_more():
    run = call("run_shell_command", {"command": "make"})
    content = [{"text": "Hm.", "thought": True}, {"text": "Run."}, {"functionCall": {"id": "c1", "args": {}}}]
    reply = model("r1", 12_000, content="Run.", calls=[run])
    lines = [*FIRST[:-1], reply, user("f1", [response("c1")]), model("r2", 14_000, second=3)]
    again = [CONTEXT, user("p1", "One"), reply | {"content": content}, user("r1", [response("c1")]),
             user("f1", [response("c1")]), model("r2", 14_000, content=[{"text": "Done."}], second=3)]  # fmt: skip
    before, session = fold(*lines), fold(*lines, changed(sessionId=ID), history(*again))
    assert (session.context, session.turn) == (Context(14_000, "measured"), "ended")
    assert (typed(session), session.commands) == (["One"], before.commands)
    assert fold(*lines, history(*again), user("p2", "Two", 5)).turn == "open"


def test_one_id_may_stand_for_a_reply_and_for_the_answer_to_its_call():
    lines = [head(), history(CONTEXT, user("p1", "One"), model("r1", 12_000, calls=[call("glob", {})]),
                             user("r1", [response("c1")]))]  # fmt: skip
    assert fold(*lines).context == Context(12_000, "measured")


COMPRESSED = [*FIRST, model("r2", 90_000, second=3), changed(sessionId=ID)]


@pytest.mark.parametrize(
    "lines",
    [
        [history(CONTEXT, SUMMARY, UNDERSTOOD), notice("info", "Context compressed from 9% to 1%.")],
        [history(CONTEXT, SUMMARY, UNDERSTOOD), notice("info", "")],
        [history(CONTEXT, SUMMARY, UNDERSTOOD, user("x", "One"), model("y", content=[{"text": "Done."}]))],
        [history(CONTEXT, SUMMARY, UNDERSTOOD, user("p1", "One"), model("r2", 90_000, second=3))],
        [history(user("sum", "All of it, in short."), UNDERSTOOD)],
        [SUMMARY, UNDERSTOOD, user("x", "One"), history(CONTEXT, SUMMARY, UNDERSTOOD, user("x", "One"))],
    ],
    ids=["automatic", "manual", "kept as copies", "kept as they were", "no tag", "messages first"],
)
def test_after_a_compression_the_context_is_unknown_until_the_next_reply(lines):
    """The last case is written after the public source."""
    session = fold(*COMPRESSED, *lines)
    assert (session.context, session.compactions, session.turn) == (UNKNOWN, 1, "ended")
    assert typed(session) == ["One"]
    after = fold(*COMPRESSED, *lines, user("p2", "Two", 5), model("r3", 9_000, second=6))
    assert (after.context, after.compactions, typed(after)) == (Context(9_000, "measured"), 1, ["One", "Two"])
    again = history(CONTEXT, SUMMARY, UNDERSTOOD, user("p2", "Two", 5), model("r3", 9_000, second=6))
    assert fold(*COMPRESSED, *lines, user("p2", "Two", 5), model("r3", 9_000, second=6), again).compactions == 1


def test_what_a_summary_replaced_was_done_all_the_same():
    calls = [
        call("run_shell_command", {"command": "make"}, key="c1"),
        call("read_file", {"file_path": "a.py"}, key="c2"),
    ]
    copies = [model("y", content=[{"functionCall": {"id": "c1", "name": "run_shell_command",
                                                    "args": {"command": "make"}}}]),
              user("z", [response("c1", "all fine")])]  # fmt: skip
    lines = [*FIRST, model("r2", 90_000, calls=calls), history(CONTEXT, SUMMARY, UNDERSTOOD, *copies)]
    session = fold(*lines, **{"../.project_root": CWD})
    assert session.commands == (Ran("make", None, ok=True),)
    assert session.files_read == (f"{CWD}/a.py",)
    found = events(*lines)
    assert found[found.index(ev.Compacted(SUMMARY["content"][0]["text"])) + 1 :] == [
        ev.Said("Got it. Thanks for the additional context!"),
        ev.Said("make"),
        ev.Fed("all fine"),
    ]


def test_old_files_tell_of_a_compression_only_by_a_notice():
    """Written after the public source of 0.30."""
    said = "IMPORTANT: This conversation exceeded the compress threshold. A compressed context will be sent"
    old = head() | {"messages": [*FIRST[2:], notice("info", said), user("p2", "Two", 4)]}
    session = fold(old, place=PLACE.removesuffix("l"))
    assert (session.context, session.compactions, typed(session)) == (UNKNOWN, 1, ["One", "Two"])


TWO_TURNS = [*FIRST, user("p2", "Two", 3), model("r2", 20_000, second=4)]


@pytest.mark.parametrize(
    ("to", "prompts", "context", "turn"),
    [
        ("p2", ["One"], Context(12_000, "measured"), "ended"),
        ("r2", ["One", "Two"], Context(12_000, "measured"), "open"),
        ("p1", [], UNKNOWN, "none"),
        ("unheard of", [], UNKNOWN, "none"),
    ],
)
def test_a_rewind_takes_back_a_message_and_all_after_it(to, prompts, context, turn):
    session = fold(*TWO_TURNS, {"$rewindTo": to})
    assert (typed(session), session.context, session.turn) == (prompts, context, turn)
    assert typed(fold(*TWO_TURNS, {"$rewindTo": to}, user("p3", "Three", 5))) == [*prompts, "Three"]


def test_a_rewind_before_a_stopped_turn_leaves_no_trace_of_the_stop():
    lines = [*FIRST, user("p2", "Two", 3), notice("info", "Request cancelled.", 4)]
    assert fold(*lines).turn == "interrupted"
    assert fold(*lines, {"$rewindTo": "p2"}).turn == "ended"


@pytest.mark.parametrize(
    ("before", "after", "turn"),
    [
        ([], [], "failed"),
        ([], [notice("error", "[API Error: 500]", 5)], "failed"),
        ([notice("info", "Request cancelled.", 4)], [], "interrupted"),
        ([], [notice("info", "Request cancelled.", 5)], "interrupted"),
        ([], [user("p3", "Three", 6)], "open"),
    ],
)
def test_a_turn_that_was_stopped_or_failed_may_be_taken_back_whole(before, after, turn):
    """Written after the public source: the history is set back to what it was before the prompt."""
    kept = history(CONTEXT, user("p1", "One"), model("r1", 12_000))
    lines = [*FIRST, user("p2", "Two", 3), model("r2", 20_000, calls=[call("glob", {})]), *before, kept, *after]
    session = fold(*lines)
    assert (session.context, session.turn) == (Context(12_000, "measured"), turn)
    assert "Two" not in typed(session)


def test_a_history_without_its_newest_reply_has_no_known_context():
    """Written after the public source: truncation without a summary copies everything under new ids."""
    lines = [*FIRST, history(user("x", "One"), model("y", content=[{"text": "Done."}]))]
    session = fold(*lines)
    assert (session.context, session.compactions, typed(session)) == (UNKNOWN, 0, ["One"])
    assert fold(*lines, model("r2", 9_000, second=6)).context == Context(9_000, "measured")


def test_the_head_may_come_again_and_the_first_start_counts():
    session = fold(*FIRST, head(startTime=at(9), lastUpdated=at(9)))
    assert (session.started_at, session.updated_at) == (seconds(at(0)), seconds(at(9)))
    assert session.prompt_count == 1


def test_a_late_title_is_no_activity():
    session = fold(*FIRST, changed(summary="Fix the parser", memoryScratchpad={"version": 1}))
    assert (session.title, session.updated_at) == ("Fix the parser", seconds(at(2)))
    assert fold(*FIRST).title is None
    assert fold(*FIRST, changed(lastUpdated=at(7))).updated_at == seconds(at(7))


# Subagents


def test_a_subagent_stands_under_the_session_whose_folder_it_lies_in():
    place = f"/home/dev/.gemini/tmp/shop/chats/{ID}/agent-1.jsonl"
    finish = call("complete_task", {"result": {"response": "x"}})
    lines = [head("agent-1", kind="subagent"), user("p1", "Look"), model("r1", 9_000, calls=[finish])]
    session = fold(*lines, place=place, **{"../../.project_root": CWD})
    assert (session.id, session.parent, session.cwd) == ("agent-1", ID, CWD)
    assert (session.turn, session.turn_sure, session.context.tokens) == ("ended", True, 9_000)


def test_a_call_names_the_subagent_that_it_started():
    invoked = call("invoke_agent", {"agent_name": "generalist", "prompt": "Look"}, agentId="agent-1")
    assert ev.SubagentStarted("agent-1") in events(*FIRST[:-1], model("r1", 12_000, calls=[invoked]))
    assert fold(*FIRST).parent is None


def test_a_session_in_a_project_that_is_called_chats_is_no_subagent():
    assert fold(*FIRST, place=f"/home/dev/.gemini/tmp/chats/chats/{FILE}").parent is None
