"""Qwen Code: recorded sessions are read exactly, and what single lines tell, also those that no program would write."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.qwen_code import AGENT, LINES, homes, owns, slug
from relaymark.agents.qwen_code.decode import decode
from relaymark.agents.qwen_code.usage import window
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.lean import texts, weighs
from relaymark.core.session import Context, Ran
from relaymark.sources import transcript
from relaymark.sources.transcript import Transcript

CASES = Path(__file__).resolve().parents[1] / "transcripts" / "qwen-code"
TURN = {"done": "ended", "open": "open", "interrupted": "interrupted"}
GAUGE = ("id", "parent", "cwd", "model", "context", "window", "turn", "waiting", "ended")
ID = "43ccb0b7-d7d8-4001-bc9a-cfb3d9e67a0b"
OTHER = "83364ddc-b605-41cc-8d65-01565f436576"
CWD = "/home/dev/shop"
UNKNOWN = Context()


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][:18]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def reading_of(folder, expected):
    return Transcript(AGENT, str(folder / expected["file"]))


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


# Recorded sessions


def test_the_cases_are_all_there():
    assert len(list(CASES.glob("*/expected.json"))) == 9
    assert len(list(recorded())) == 10


@EVERY_SESSION
def test_who_where_and_when_it_is(folder, case, expected):
    session = reading_of(folder, expected).read_all()
    assert (session.id, session.parent, session.cwd) == (expected["id"], expected["parent"], expected["cwd"])
    assert (session.title, session.version, session.branch) == (expected["title"], case["version"], "main")
    assert (session.bad_records, session.partial, session.forked_from) == (0, False, None)
    for told, found in ((expected["started_at"], session.started_at), (expected["updated_at"], session.updated_at)):
        assert found == pytest.approx(datetime.fromisoformat(told).timestamp(), abs=0.002)


@EVERY_SESSION
def test_its_file_name_and_place_say_whose_it_is(folder, case, expected):
    assert AGENT.owns(expected["file"].removeprefix("home/.qwen/"))
    assert LINES.session_id(expected["file"]) == expected["id"]
    assert AGENT.near(case["workspace"]) in expected["file"]
    lines = (folder / expected["file"]).read_bytes().splitlines()
    assert LINES.recognises(json.loads(lines[0]))


@EVERY_SESSION
def test_its_gauge(folder, case, expected):
    session = reading_of(folder, expected).read_all()
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    # The lines of a subagent name no model.
    assert (session.window, session.model) == (
        expected["window_recorded"],
        None if expected["parent"] else expected["model"],
    )


@EVERY_SESSION
def test_its_turns(folder, case, expected):
    session = reading_of(folder, expected).read_all()
    assert (session.compactions, session.turn_open) == (expected["compactions"], expected["turn_open"])
    assert session.turn == TURN[expected["turn_end"]]
    assert session.prompts[0].text == expected["first_prompt"]
    if expected["prompts"] is not None:
        assert session.prompt_count == expected["prompts"]


@EVERY_SESSION
def test_its_work(folder, case, expected):
    session = reading_of(folder, expected).read_all()
    assert below(case, session.files_read) == expected["files_read"]
    assert below(case, session.files_edited) == expected["files_edited"]
    assert [(ran.command, ran.exit) for ran in session.commands] == [
        (r["cmd"], r["exit"]) for r in expected["commands"]
    ]


@EVERY_SESSION
def test_its_attached_files_come_with_their_contents(folder, case, expected):
    decoder = LINES.decoder(expected["file"])
    told = [event for line in (folder / expected["file"]).read_bytes().splitlines()
            for event in decoder(json.loads(line)).events if isinstance(event, ev.Mentioned)]  # fmt: skip
    attached = [event for event in told if not event.again]
    assert below(case, {paths.join(case["workspace"], event.path) for event in attached}) == expected["files_attached"]
    assert all(len(event.text) > 100 for event in attached)


@pytest.mark.parametrize("tail", [1_024, 4_096, 16_384])
@EVERY_SESSION
def test_its_end_alone_gives_the_gauge_and_the_history_gives_the_rest(folder, case, expected, tail, monkeypatch):
    whole = reading_of(folder, expected).read_all()
    monkeypatch.setattr(transcript, "TAIL", tail)
    monkeypatch.setattr(transcript, "_CHUNK", 5_000)
    reading = reading_of(folder, expected)
    first = reading.refresh()
    assert {name: getattr(first, name) for name in GAUGE} == {name: getattr(whole, name) for name in GAUGE}
    while not reading.read_history(most=20_000):
        assert reading.session() == first
    assert reading.session() == whole


@pytest.mark.parametrize("case", ["0.24.4-tui-rename-compress", "0.24.4-resume-mentions", "0.15.10-auto-compress"])
def test_at_every_moment_its_end_gives_the_gauge_of_the_whole(case, tmp_path, monkeypatch):
    [recording] = (CASES / case).glob("home/.qwen/projects/*/chats/*.jsonl")
    grown, partial = tmp_path / recording.name, 0
    whole = Transcript(AGENT, str(grown))
    with open(grown, "wb") as file:
        for line in recording.read_bytes().splitlines(keepends=True):
            file.write(line)
            file.flush()
            monkeypatch.setattr(transcript, "TAIL", 1 << 30)
            expected = whole.refresh()
            monkeypatch.setattr(transcript, "TAIL", 3_000)
            first = Transcript(AGENT, str(grown)).refresh()
            partial += first.partial
            for name in ("context", "model", "window", "turn_open", "cwd"):
                assert getattr(first, name) == getattr(expected, name), f"{name} at byte {file.tell()}"
    assert partial > 10


# Lines of a session by hand: each follows the one before it


class Chain:
    """Makes lines that follow each other."""

    def __init__(self, version="0.24.4"):
        self.version, self.count, self.last = version, 0, None

    def line(self, kind, after="", **more):
        self.count += 1
        told = {"uuid": f"u{self.count}", "parentUuid": self.last if after == "" else after, "sessionId": ID,
                "timestamp": "2026-11-20T18:10:00.000Z", "type": kind, "cwd": CWD, "version": self.version}  # fmt: skip
        self.last = told["uuid"]
        return {**told, **more}

    def user(self, *texts, **more):
        parts = [{"text": one} for one in texts or ("Go",)]
        return self.line("user", message={"role": "user", "parts": parts}, **{"provenance": "real_user", **more})

    def reply(self, tokens=12_000, *parts, **more):
        usage = tokens if not isinstance(tokens, int) else {"promptTokenCount": tokens, "totalTokenCount": tokens + 200}
        told = {"model": "qwen3-coder-plus", "usageMetadata": usage, "contextWindowSize": 1_000_000, **more}
        return self.line("assistant", message={"role": "model", "parts": list(parts or [{"text": "Done."}])}, **told)

    def call(self, name, call="c1", tokens=12_000, **args):
        return self.reply(tokens, {"functionCall": {"id": call, "name": name, "args": args}})

    def result(self, name, call="c1", output="ok", status="success", display=None, **more):
        response = output if isinstance(output, dict) else {"output": output}
        part = {"functionResponse": {"id": call, "name": name, "response": response}}
        told = {"callId": call, "status": status, "resultDisplay": display}
        return self.line("tool_result", message={"role": "user", "parts": [part]}, toolCallResult=told, **more)

    def system(self, subtype, **payload):
        after = payload.pop("after", "")
        return self.line("system", after, subtype=subtype, systemPayload=payload)

    def telemetry(self, name, **more):
        told = {"event.name": f"qwen-code.{name}", "prompt_id": f"{ID}########0", "input_token_count": 99_999, **more}
        return self.system("ui_telemetry", uiEvent=told)

    def compressed(self, **info):
        history = [{"role": "user", "parts": [{"text": "A summary"}]}]
        return self.system("chat_compression", info={"compressionStatus": 1, **info}, compressedHistory=history)


@pytest.fixture
def chain():
    return Chain()


def fold(*lines, session=ID, subagent=False):
    folding = SessionFold("qwen-code", "fallback")
    for at, one in enumerate(lines):
        folding.add(at, decode(one, session, subagent=subagent))
    return folding.session()


def typed(session):
    return [one.text for one in session.prompts]


# Who it is


def test_a_main_session(chain):
    session = fold(chain.user(gitBranch="main"), chain.reply())
    assert (session.id, session.parent, session.cwd, session.branch) == (ID, None, CWD, "main")
    assert (session.version, session.model, session.window) == ("0.24.4", "qwen3-coder-plus", 1_000_000)


def test_a_subagent_stands_under_the_session_that_its_lines_record(chain):
    path = f"/home/dev/.qwen/projects/-home-dev-shop/subagents/{ID}/agent-general-purpose-call_1.jsonl"
    record = LINES.decoder(path)(chain.user(isSidechain=True, agentId="general-purpose-call_1", provenance=None))
    folding = SessionFold("qwen-code", "fallback")
    folding.add(0, record)
    assert (folding.session().id, folding.session().parent) == ("general-purpose-call_1", ID)


def test_lines_of_a_subagent_in_a_main_session_are_left_out_and_still_link(chain):
    lines = [chain.user(), chain.reply(12_000), chain.reply(90_000, isSidechain=True), chain.user("Next")]
    session = fold(*lines)
    assert session.context == Context(12_000, "measured")
    assert typed(session) == ["Go", "Next"]


def test_a_branched_session_names_where_it_came_from(chain):
    assert fold(chain.user(forkedFrom={"sessionId": OTHER, "messageUuid": "x"})).forked_from == OTHER


def test_without_a_telling_file_name_the_recorded_id_counts(chain):
    assert fold(chain.user(), session=None).id == ID
    assert fold({"type": "user"}, session=None).id == "fallback"


def test_the_newest_title_counts(chain):
    first = chain.system("custom_title", customTitle="Keys", titleSource="manual")
    assert fold(first).title == "Keys"
    assert fold(first, chain.system("custom_title", customTitle="Locks", titleSource="auto")).title == "Locks"
    assert fold(chain.system("custom_title", customTitle=7)).title is None


# Context and window


def test_the_context_is_the_prompt_of_the_last_reply(chain):
    usage = {"promptTokenCount": 58_420, "cachedContentTokenCount": 50_000, "candidatesTokenCount": 180,
             "thoughtsTokenCount": 64, "totalTokenCount": 58_600}  # fmt: skip
    session = fold(chain.user(), chain.reply(12_000), chain.reply(usage))
    assert session.context == Context(58_420, "measured")
    assert session.first_context == 12_000


def test_telemetry_and_the_output_of_a_command_are_no_gauge(chain):
    shown = chain.system("slash_command", phase="result", outputHistoryItems=[{"totalTokens": 77_000}])
    lines = [chain.user(), chain.reply(12_000), chain.telemetry("api_response"), shown]
    assert fold(*lines).context == Context(12_000, "measured")


@pytest.mark.parametrize("value", ["12000", -1, True, 1.5, 1e30, float("inf"), None, [1], {}], ids=repr)
def test_a_prompt_that_is_no_figure_makes_the_context_unknown_not_stale(chain, value):
    lines = [chain.user(), chain.reply(12_000), chain.reply({"promptTokenCount": value, "totalTokenCount": 5})]
    session = fold(*lines)
    assert (session.context, session.bad_records) == (UNKNOWN, 1)
    assert fold(*lines, chain.reply(13_000)).context == Context(13_000, "measured")


@pytest.mark.parametrize("usage", ["12000", [], True, 7.5, {"totalTokenCount": 9}], ids=repr)
def test_a_usage_that_is_no_usage_makes_the_context_unknown_not_stale(chain, usage):
    broken = chain.reply(12_000) | {"usageMetadata": usage}
    session = fold(chain.user(), chain.reply(12_000), broken)
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


@pytest.mark.parametrize("usage", [None, {}, {"promptTokenCount": 0, "totalTokenCount": 0}], ids=repr)
def test_a_reply_without_usage_changes_nothing(chain, usage):
    session = fold(chain.user(), chain.reply(12_000), chain.reply(usage))
    assert (session.context, session.bad_records) == (Context(12_000, "measured"), 0)


def test_an_answer_to_an_empty_prompt_cannot_be(chain):
    usage = {"promptTokenCount": 0, "totalTokenCount": 300}
    assert fold(chain.user(), chain.reply(12_000), chain.reply(usage)).context == UNKNOWN


@pytest.mark.parametrize("size", ["128000", 0, None, -1, True, 1e30, []], ids=repr)
def test_a_window_that_is_no_figure_is_not_taken(chain, size):
    assert fold(chain.user(), chain.reply(contextWindowSize=size)).window is None
    assert fold(chain.user(), chain.reply(), chain.reply(contextWindowSize=size)).window == 1_000_000


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("qwen3-coder-plus", 1_000_000),
        ("Qwen/Qwen3-Coder-Flash", 1_000_000),
        ("openai:qwen3.5-plus", 1_000_000),
        ("coder-model", 1_000_000),
        ("qwen3-max", 262_144),
        ("qwen3-coder-480b-a35b-instruct", 262_144),
        ("qwen3-coder-30b:free", 262_144),
        ("gpt-5", None),
        ("", None),
    ],
)
def test_the_window_of_its_own_models_where_none_is_recorded(model, tokens):
    assert window("0.15.10", model) == tokens
    assert window(None, model) == tokens


def test_after_a_compression_its_own_estimate_counts_and_says_so(chain):
    lines = [chain.user(), chain.reply(58_420)]
    lines.append(chain.compressed(originalTokenCount=58_420, newTokenCount=107, newTokenCountIsEstimated=True))
    session = fold(*lines)
    assert (session.context, session.compactions, session.turn) == (Context(107, "estimated"), 1, "ended")
    assert fold(*lines, chain.user(), chain.reply(16_420)).context == Context(16_420, "measured")


@pytest.mark.parametrize(
    "info",
    [
        {"newTokenCount": 43_098},
        {"newTokenCount": 0},
        {"newTokenCount": 0, "newTokenCountIsEstimated": True},
        {"newTokenCount": "107", "newTokenCountIsEstimated": True},
        {"newTokenCount": 107, "newTokenCountIsEstimated": "yes"},
        {},
    ],
    ids=repr,
)
def test_a_compression_without_a_usable_estimate_leaves_the_context_unknown(chain, info):
    session = fold(chain.user(), chain.reply(62_254), chain.compressed(**info))
    assert (session.context, session.compactions) == (UNKNOWN, 1)


def test_a_compression_carries_the_new_history_and_its_cause(chain):
    line = chain.compressed(triggerReason="manual")
    line["systemPayload"]["compressedHistory"] += [
        {"parts": [{"functionCall": {"args": {"file_path": "a.py"}}}]},
        {"parts": [{"functionResponse": {"response": {"output": "text of a.py"}}}]},
        7,
        {"parts": "x"},
    ]
    [told] = [event for event in decode(line).events if isinstance(event, ev.Compacted)]
    assert told == ev.Compacted("A summary\na.py\ntext of a.py", "manual")


# Turns, prompts and rewinds


@pytest.mark.parametrize(
    ("make", "turn"),
    [
        (lambda c: [], "none"),
        (lambda c: [c.user()], "open"),
        (lambda c: [c.user(), c.reply()], "ended"),
        (lambda c: [c.user(), c.reply(9, {"text": "Hm", "thought": True})], "open"),
        (lambda c: [c.user(), c.call("glob")], "open"),
        (lambda c: [c.user(), c.call("glob"), c.result("glob")], "open"),
        (lambda c: [c.user(), c.call("glob"), c.result("glob"), c.reply()], "ended"),
        (lambda c: [c.user(), c.call("glob"), c.result("glob", status="cancelled")], "interrupted"),
        (lambda c: [c.user(), c.telemetry("api_error", error_type="APIUserAbortError")], "interrupted"),
        (lambda c: [c.user(), c.telemetry("api_cancel")], "interrupted"),
        (lambda c: [c.user(), c.telemetry("api_error", error_type="RateLimit")], "failed"),
        (lambda c: [c.user(), c.telemetry("api_error", prompt_id="672efad578a9")], "failed"),
        (lambda c: [c.user(), c.telemetry("api_error"), c.call("glob")], "open"),
        (lambda c: [c.user(), c.reply(), c.telemetry("api_error", subagent_name="x")], "ended"),
        (lambda c: [c.user(), c.reply(), c.telemetry("api_error", prompt_id=f"{ID}#memory-1#0")], "ended"),
        (lambda c: [c.user(), c.reply(), c.telemetry("api_error", prompt_id="compress-17951")], "ended"),
        (lambda c: [c.user(), c.reply(), c.telemetry("api_error", prompt_id=None)], "ended"),
        (lambda c: [c.user(), c.system("turn_result", state="completed")], "ended"),
        (lambda c: [c.user(), c.system("turn_result", state="cancelled")], "interrupted"),
        (lambda c: [c.user(), c.system("turn_result", state="error")], "failed"),
        (lambda c: [c.user(), c.system("turn_result", state=[7])], "open"),
    ],
)
def test_the_state_of_the_turn(chain, make, turn):
    assert fold(*make(chain)).turn == turn


@pytest.mark.parametrize("tool", ["ask_user_question", "exit_plan_mode"])
def test_a_question_waits_for_its_answer(chain, tool):
    lines = [chain.user(), chain.call(tool, plan="Do it")]
    assert fold(*lines).waiting
    assert not fold(*lines, chain.result(tool)).waiting


@pytest.mark.parametrize(
    ("more", "prompts"),
    [
        ({}, ["Go"]),
        ({"provenance": None}, ["Go"]),
        ({"provenance": "system", "subtype": "notification"}, []),
        ({"provenance": None, "subtype": "notification"}, []),
        ({"provenance": None, "subtype": "cron"}, []),
        ({"provenance": "goal_runtime"}, []),
        ({"subtype": "mid_turn_user_message"}, ["Go"]),
        ({"systemPayload": {"displayText": "/review"}}, ["/review"]),
        ({"provenance": [], "subtype": {}}, []),
    ],
)
def test_only_what_the_user_typed_is_a_prompt(chain, more, prompts):
    assert typed(fold(chain.user("Go", **more))) == prompts


def test_a_message_typed_while_a_tool_ran_stays_in_its_turn(chain):
    said = "\n[User message received during tool execution]: also the logs"
    lines = [chain.user(), chain.call("glob"), chain.user(said, subtype="mid_turn_user_message"), chain.result("glob")]
    assert typed(fold(*lines)) == ["Go", "also the logs"]
    assert decode(lines[2]).kind == "step"


def attached(*middle):
    return ("Look at @a.py", "\n--- Content from referenced files ---", *middle, "\n--- End of content ---")


def test_mentioned_files_come_with_their_contents_and_are_no_part_of_the_prompt(chain):
    one, other = ("\nContent from a.py:\n", "A = 1\n"), (f"\nContent from {CWD}/src/b.py:\n", "B = 2\n")
    chain.system("at_command", filesRead=["a.py"], status="success", userText="Look at @a.py")
    record = decode(chain.user(*attached(*one, *other)))
    assert [event for event in record.events if not isinstance(event, ev.Started | ev.CwdChanged)] == [
        ev.Prompt("Look at @a.py"),
        ev.Mentioned("a.py", "A = 1\n"),
        ev.Mentioned(f"{CWD}/src/b.py", "B = 2\n"),
    ]
    session = fold(chain.user(*attached(*one, *other)))
    assert [one.path for one in session.attachments] == [f"{CWD}/a.py", f"{CWD}/src/b.py"]


def test_files_that_could_not_be_read_were_not_mentioned(chain):
    assert typed(fold(chain.user(*attached()))) == ["Look at @a.py"]
    assert not fold(chain.user(*attached("stray text"))).attachments
    assert typed(fold(chain.system("at_command", filesRead=["a.py"], status="error", userText="x"))) == []


def test_a_rewind_takes_back_what_came_after_its_parent(chain):
    lines = [chain.user("One"), chain.call("run_shell_command", command="one"), chain.result("run_shell_command")]
    lines += [chain.reply(10_000), chain.system("at_command", userText="Two")]
    back_to = chain.last
    lines += [chain.user("Two"), chain.call("run_shell_command", "c2", 20_000, command="two"), chain.reply(30_000)]
    assert typed(fold(*lines)) == ["One", "Two"]
    lines.append(chain.system("rewind", truncatedCount=4, after=back_to))
    session = fold(*lines)
    assert typed(session) == ["One"]
    assert [ran.command for ran in session.commands] == ["one"]
    assert (session.context, session.turn) == (Context(10_000, "measured"), "ended")
    lines += [chain.telemetry("api_response"), chain.user("Three"), chain.reply(15_000)]
    session = fold(*lines)
    assert typed(session) == ["One", "Three"]
    assert session.context == Context(15_000, "measured")


def test_a_rewind_to_the_start_leaves_nothing_of_the_context(chain):
    lines = [chain.user("One"), chain.reply(10_000), chain.compressed(newTokenCount=9), chain.user("Two")]
    session = fold(*lines, chain.system("rewind", after=None))
    assert (typed(session), session.context, session.compactions) == ([], UNKNOWN, 0)


def test_parallel_results_and_side_lines_are_no_rewind(chain):
    lines = [chain.user("One"), chain.call("glob"), chain.result("glob", "c1"), chain.result("glob", "c2")]
    lines += [chain.telemetry("tool_call"), chain.line("system", subtype="new_kind"), chain.line("unheard")]
    assert typed(fold(*lines, chain.reply(), chain.user("Two"))) == ["One", "Two"]


# Files, commands and subagents


def test_files_read_and_edited(chain):
    lines = [
        chain.call("read_file", "c1", file_path=f"{CWD}/a.py", offset=40, limit=10),
        chain.result("read_file", "c1"),
        chain.call("edit", "c2", file_path=f"{CWD}/a.py", old_string="A = 1", new_string="A = 22"),
        chain.result("edit", "c2"),
        chain.call("write_file", "c3", file_path="docs/b.md", content="# B"),
        chain.result("write_file", "c3"),
    ]
    session = fold(*lines)
    assert session.files_read == (f"{CWD}/a.py",)
    assert session.files_edited == (f"{CWD}/a.py", f"{CWD}/docs/b.md")
    told = [event for one in lines for event in decode(one).events]
    assert ev.FileRead("c1", f"{CWD}/a.py", 41, 10) in told
    assert ev.FileEdit("c2", f"{CWD}/a.py", "A = 22", "A = 1") in told
    assert ev.FileEdit("c3", "docs/b.md", "# B", whole=True) in told


@pytest.mark.parametrize(
    ("output", "status", "counts"),
    [
        ("ok", "success", True),
        ("ok", None, True),
        ({"error": "x"}, None, False),
        ({"error": "x"}, "error", False),
        ("ok", "cancelled", False),
    ],
)
def test_a_failed_call_read_and_changed_nothing(chain, output, status, counts):
    lines = [chain.call("read_file", "c1", file_path="a.py"), chain.result("read_file", "c1", output, status)]
    lines += [chain.call("edit", "c2", file_path="a.py"), chain.result("edit", "c2", output, status)]
    session = fold(*lines)
    assert (bool(session.files_read), bool(session.files_edited)) == (counts, counts)


def test_a_file_that_was_not_read_again_still_weighs_what_it_did(chain):
    notice = "[File a.py unchanged since last read in this session — the full content was provided earlier]"
    lines = [chain.user(*attached("\nContent from a.py:\n", "A = 1\n" * 50)), chain.reply(),
             chain.call("read_file", file_path=f"{CWD}/a.py"), chain.result("read_file", output=notice)]  # fmt: skip
    folding = SessionFold("qwen-code", ID)
    for at, one in enumerate(lines):
        record = decode(one)
        folding.add(at, record)
        folding.weigh(at, tuple(tuple(map(len, texts(event))) for event in record.events if weighs(event)))
    session = folding.session()
    assert session.files_read == (f"{CWD}/a.py",)
    assert [(one.path, one.tokens, one.reads) for one in session.attachments] == [(f"{CWD}/a.py", 300, 2)]
    assert session.sums.tool_output == len(notice)


def shell(code, **more):
    return {"type": "shell_result", "exitCode": code, "output": "x", **more}


@pytest.mark.parametrize(
    ("output", "display", "status", "ran"),
    [
        ("x", shell(0), "success", Ran("ls", 0, True)),
        ("x", shell(2), "success", Ran("ls", 2, False)),
        ("Exit Code: 5", shell(None), "success", Ran("ls", None, True)),
        ("x", shell(True), "success", Ran("ls", None, True)),
        ("x", shell("1"), "error", Ran("ls", None, False)),
        ("Command: ls\nOutput: a\nExit Code: 0\nSignal: 0", "a", "success", Ran("ls", 0, True)),
        ("Output: Exit Code: 3\nExit Code: 3\n\nExit Code: 1\nSignal: 0", "", "success", Ran("ls", 1, False)),
        ("Output: a\nExit Code: 3\nExit Code: (none)\nSignal: 9", "", "success", Ran("ls", None, True)),
        ("Exit Code: 99999999999999999999", "", "success", Ran("ls", None, True)),
        ("x", None, "cancelled", Ran("ls", None, False)),
        ({}, None, None, Ran("ls", None, None)),
    ],
)
def test_exit_codes(chain, output, display, status, ran):
    call = chain.call("run_shell_command", command="ls", is_background=False)
    assert fold(call, chain.result("run_shell_command", "c1", output, status, display)).commands == (ran,)


def test_a_command_that_runs_has_no_exit_code_and_its_turn_is_open(chain):
    session = fold(chain.user(), chain.call("run_shell_command", command="sleep 600"))
    assert (session.commands, session.turn) == ((Ran("sleep 600"),), "open")


def test_a_subagent_is_named_as_its_file_is(chain):
    display = {"type": "task_execution", "subagentName": "general-purpose", "subagentSessionReady": True}
    told = decode(chain.result("agent", "call_1", display=display)).events
    assert ev.SubagentStarted("general-purpose-call_1") in told
    told = decode(chain.result("agent", "call_1", display={**display, "subagentSessionReady": None})).events
    assert not any(isinstance(event, ev.SubagentStarted) for event in told)


# Hostile lines


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [[]], [None], {"parts": 7}, True, 1e308], ids=repr)
@pytest.mark.parametrize("kind", ["user", "assistant", "tool_result", "system", "unheard"])
def test_wrong_types_never_raise(chain, odd, kind):
    good = chain.line(kind, message={"parts": [{"text": "x"}]}, systemPayload={"info": {}}, toolCallResult={})
    fields = (*good, "provenance", "subtype", "usageMetadata", "contextWindowSize", "model", "forkedFrom", "gitBranch")
    for subtype in ("chat_compression", "ui_telemetry", "custom_title", "turn_result", "rewind", "at_command"):
        for field in (*fields, "isSidechain"):
            fold({**good, "subtype": subtype, field: odd}, {**good, field: odd}, session=None)
    for inner in ("functionCall", "functionResponse", "text", "thought"):
        fold({**good, "message": {"parts": [odd, {inner: odd}, {inner: {"id": odd, "name": odd, "args": odd}}]}})
        fold({**good, "message": {"parts": [{inner: {"id": "c", "name": "read_file", "args": odd, "response": odd}}]}})
    for tool in ("read_file", "edit", "write_file", "run_shell_command", "agent"):
        args = {"file_path": odd, "offset": odd, "limit": odd, "command": odd, "content": odd, "old_string": odd}
        result = chain.result(tool, output={"output": odd}, display=odd, status=odd)
        fold(chain.call(tool, **args), result | {"toolCallResult": odd}, result)
    for field in ("info", "compressedHistory", "uiEvent", "customTitle", "state", "displayText"):
        for subtype in ("chat_compression", "ui_telemetry", "custom_title", "turn_result"):
            fold({**good, "subtype": subtype, "systemPayload": {field: odd}})
    fold({**good, "subtype": "ui_telemetry", "systemPayload": {"uiEvent": {"event.name": odd, "prompt_id": odd}}})


@pytest.mark.parametrize("line", [None, 7, "x", [], {}, [{}]], ids=repr)
def test_what_is_no_object_is_counted(line):
    assert fold(line).bad_records == 1


# Where it lies


@pytest.mark.parametrize(
    ("environ", "path", "variable"),
    [
        ({}, "/home/dev/.qwen", None),
        ({"QWEN_HOME": "/data/qwen"}, "/data/qwen", "QWEN_HOME"),
        ({"QWEN_HOME": "/data/qwen", "QWEN_RUNTIME_DIR": "/run/qwen"}, "/run/qwen", "QWEN_RUNTIME_DIR"),
        ({"QWEN_HOME": "~/q"}, "/home/dev/q", "QWEN_HOME"),
        ({"QWEN_HOME": "~"}, "/home/dev", "QWEN_HOME"),
        ({"QWEN_RUNTIME_DIR": " ", "QWEN_HOME": ""}, "/home/dev/.qwen", None),
    ],
)
def test_its_home(environ, path, variable):
    assert homes(environ, "/home/dev") == (Home(path, variable),)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"projects/-home-dev-shop/chats/{ID}.jsonl", True),
        (f"projects/-home-dev-shop/subagents/{ID}/agent-general-purpose-call_1.jsonl", True),
        (f"projects/-home-dev-shop/subagents/{ID}/agent-general-purpose-call_1.jsonl.stream", False),
        (f"projects/-home-dev-shop/subagents/{ID}/agent-general-purpose-call_1.meta.json", False),
        (f"projects/-home-dev-shop/chats/{ID}.runtime.json", False),
        (f"projects/-home-dev-shop/{ID}.jsonl", False),
        ("projects/-home-dev-shop/chats/notes.jsonl", False),
        ("projects/-home-dev-shop/memory/x.jsonl", False),
        ("usage_record.jsonl", False),
        ("oauth_creds.json", False),
        (".env", False),
        ("settings.json", False),
        ("settings.json.orig", False),
    ],
)
def test_it_owns_transcripts_and_nothing_else(path, owned):
    assert owns(path) is owned


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/dev/my-shop_2.0", "-home-dev-my-shop-2-0"),
        ("/home/dev/Käse 🧀", "-home-dev-K-se---"),
        ("C:\\Users\\Dev\\Shop", "c--users-dev-shop"),
        ("\\\\nas\\Dev", "--nas-dev"),
    ],
)
def test_the_name_of_a_folder(folder, name):
    assert slug(folder) == name


def test_lines_of_other_agents_are_not_taken_for_its_own(chain):
    assert LINES.recognises(chain.user())
    assert LINES.recognises(chain.system("ui_telemetry"))
    claude = {"uuid": "u", "parentUuid": None, "sessionId": ID, "type": "user", "message": {"content": "Go"}}
    for line in (claude, {"type": "session_meta", "payload": {}}, {"sessionId": ID}, None, [], {"uuid": 1}):
        assert not LINES.recognises(line)
