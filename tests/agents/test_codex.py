"""Codex: what single lines of its three dialects tell, and what their fold makes of turns, compactions and patches."""

import json

import pytest

from relaymark.agents.codex import AGENT, LINES
from relaymark.agents.codex.decode import decode
from relaymark.agents.codex.shell import Change, changes, command_text, shown_file
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources import transcript
from relaymark.sources.transcript import Transcript

ID = "01a1fa26-95ca-7332-b445-2828a03a2800"
PARENT = "01a1fa28-5de9-7dc3-a34f-daee4585eb21"
CHILD = "01a1fa28-5e40-7a02-a9da-acd3a6edd953"
CWD = "/home/dev/shop"
UNKNOWN = Context()


def line(kind, payload, at="2026-11-20T18:10:00.000Z"):
    return {"timestamp": at, "type": kind, "payload": payload}


def meta(version="0.169.0", **more):
    told = {"id": ID, "timestamp": "2026-11-20T18:09:55.180Z", "cwd": CWD, "cli_version": version, "source": "cli"}
    return line("session_meta", {**told, "model_provider": "openai", "git": {"branch": "main"}, **more})


def context(model="gpt-5.5-codex", cwd=CWD):
    return line("turn_context", {"model": model, "cwd": cwd, "effort": "medium"})


def event(kind, **more):
    return line("event_msg", {"type": kind, **more})


def item(kind, **more):
    return line("response_item", {"type": kind, **more})


def completed(kind, **more):
    return event("item_completed", item={"type": kind, **more})


def prompt(text="Go"):
    return event("user_message", message=text, images=[])


def said(text="Done.", **more):
    return item("message", role="assistant", content=[{"type": "output_text", "text": text}], **more)


def usage(tokens, output=200, **more):
    parts = {"input_tokens": tokens - output, "cached_input_tokens": 1_000, "output_tokens": output}
    return {**parts, "reasoning_output_tokens": 100, "total_tokens": tokens, **more}


def count(tokens, total=None, window=258_400, **more):
    last = tokens if tokens is None or isinstance(tokens, dict) else usage(tokens)
    info = {"last_token_usage": last, "total_token_usage": usage(total or 900_000), "model_context_window": window}
    return event("token_count", info={**info, **more}, rate_limits=None)


def estimate(tokens, total=900_000):
    parts = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0}
    return count({**parts, "total_tokens": tokens}, total)


def call(name, call_id="c1", **arguments):
    return item("function_call", name=name, arguments=json.dumps(arguments), call_id=call_id)


def output(text, call_id="c1"):
    return item("function_call_output", call_id=call_id, output=text)


def fold(*lines, session=ID, partial=False):
    folding = SessionFold("codex", "fallback")
    for at, one in enumerate(lines):
        folding.add(at, decode(one, session))
    return folding.session(partial=partial)


def typed(session):
    return [one.text for one in session.prompts]


STARTED, ENDED = event("task_started", model_context_window=258_400), event("task_complete", last_agent_message="x")
COMPACTED = line("compacted", {"message": "A summary"})


# Who it is


def test_a_main_session():
    session = fold(meta(), context())
    assert (session.id, session.parent, session.forked_from) == (ID, None, None)
    assert (session.cwd, session.branch, session.version, session.entry) == (CWD, "main", "0.169.0", "cli")
    assert (session.model, session.provider) == ("gpt-5.5-codex", "openai")
    assert session.started_at == pytest.approx(1_795_198_195.18)


@pytest.mark.parametrize(
    ("told", "parent"),
    [
        ({"source": "exec"}, None),
        ({"source": "exec", "session_id": PARENT}, None),
        ({"source": {"subagent": {"thread_spawn": {"parent_thread_id": PARENT, "depth": 1}}}}, PARENT),
        ({"source": {"subagent": "review"}, "session_id": PARENT}, PARENT),
        ({"source": {"subagent": "review"}, "session_id": ID}, None),
        ({"source": {"subagent": {"other": {}}}, "session_id": PARENT}, PARENT),
        ({"parent_thread_id": PARENT}, PARENT),
        ({"source": 7}, None),
        ({"source": None}, None),
    ],
)
def test_a_subagent_names_the_session_that_started_it(told, parent):
    session = fold(meta(**told))
    assert (session.id, session.parent) == (ID, parent)


def test_of_several_heads_the_first_is_who_it_is():
    session = fold(meta(forked_from_id=PARENT), meta(id=PARENT, cwd="/home/dev/other"), session=None)
    assert (session.id, session.forked_from) == (ID, PARENT)


def test_without_a_telling_file_name_the_recorded_id_counts():
    assert fold(meta(), session=None).id == ID
    assert fold(prompt(), session=None).id == "fallback"


def test_the_newest_turn_says_where_it_works_and_with_which_model():
    session = fold(meta(), context(), prompt(), context("gpt-5.4-mini", "/home/dev/shop/api"))
    assert (session.model, session.cwd) == ("gpt-5.4-mini", "/home/dev/shop/api")


def test_a_thread_can_be_named():
    assert fold(meta(), event("thread_name_updated", thread_name="Keys")).title == "Keys"
    assert fold(meta(), event("thread_name_updated", thread_name=None)).title is None


# Context and window


def test_the_context_is_the_total_of_the_last_usage_and_nothing_cumulative():
    session = fold(meta(), STARTED, prompt(), count(31_234, total=31_234), count(66_300, total=97_534))
    assert session.context == Context(66_300, "measured")
    assert session.window == 258_400
    assert session.first_context == 31_034


def test_figures_told_twice_change_nothing():
    assert fold(meta(), count(31_234), count(31_234)) == fold(meta(), count(31_234))


def test_a_count_without_figures_changes_nothing():
    session = fold(meta(), count(31_234), event("token_count", info=None), event("token_count"))
    assert session.context == Context(31_234, "measured")
    assert session.bad_records == 0


def test_a_usage_record_is_fresher_than_the_count_before_it():
    record = line("token_usage_record", {"usage": usage(70_000), "thread_token_usage": usage(500_000),
                                         "turn_token_usage": usage(300_000)})  # fmt: skip
    session = fold(meta(), count(31_234), record)
    assert session.context == Context(70_000, "measured")
    assert session.window == 258_400


@pytest.mark.parametrize("value", ["12000", -1, True, 1.5, 1e30, float("inf"), None, [1], {}])
def test_a_total_that_is_no_figure_makes_the_context_unknown_not_stale(value):
    broken = count({**usage(40_000), "total_tokens": value})
    session = fold(meta(), count(31_234), broken)
    assert session.context == UNKNOWN
    assert session.bad_records == 1
    assert fold(meta(), count(31_234), broken, count(45_000)).context == Context(45_000, "measured")


@pytest.mark.parametrize("last", [None, 7, "12000", [], True], ids=repr)
def test_a_usage_that_is_no_object_makes_the_context_unknown_not_stale(last):
    broken = event("token_count", info={"last_token_usage": last, "model_context_window": 258_400})
    session = fold(meta(), count(31_234), broken)
    assert session.context == UNKNOWN
    assert session.bad_records == 1


@pytest.mark.parametrize("window", ["258400", 0, None, -1, True, 1e30, []])
def test_a_window_that_is_no_figure_is_not_taken(window):
    assert fold(meta(), event("task_started", model_context_window=window)).window is None
    assert fold(meta(), STARTED, count(31_234, window=window)).window == 258_400


def test_the_window_may_change():
    assert fold(meta(), STARTED, count(31_234, window=121_600)).window == 121_600


def test_after_a_compaction_the_programs_own_estimate_counts_and_says_so():
    lines = [meta(), STARTED, prompt(), count(66_300, total=97_534), COMPACTED]
    assert fold(*lines).context == UNKNOWN
    lines.append(estimate(7_303, total=97_534))
    session = fold(*lines)
    assert session.context == Context(7_303, "estimated")
    assert session.compactions == 1
    assert fold(*lines, count(14_306, total=111_840)).context == Context(14_306, "measured")


def test_the_figure_of_the_summarising_call_told_again_after_the_compaction_is_stale():
    lines = [meta("0.50.0"), prompt(), count(66_300, total=97_534), count(621, total=98_155), COMPACTED]
    lines += [context(), count(621, total=98_155)]
    assert fold(*lines).context == UNKNOWN
    assert fold(*lines, count(621, total=98_155)).context == UNKNOWN
    lines.append(count(14_306, total=112_461))
    assert fold(*lines).context == Context(14_306, "measured")
    assert fold(*lines, count(14_306, total=112_461)).context == Context(14_306, "measured")


def test_the_stale_figure_stays_out_after_an_estimate_too():
    lines = [meta(), count(66_300, total=97_534), COMPACTED, estimate(7_303, total=97_534)]
    assert fold(*lines, count(66_300, total=97_534)).context == Context(7_303, "estimated")


def test_the_usage_record_and_the_count_of_the_summarising_call_are_before_the_compaction():
    record = line("token_usage_record", {"usage": usage(92_146), "thread_token_usage": usage(159_894)})
    session = fold(meta(), count(15_500, total=67_748), record, count(92_146, total=159_894), COMPACTED,
                   count(92_146, total=159_894))  # fmt: skip
    assert session.context == UNKNOWN


def test_the_same_context_as_before_the_compaction_can_be_measured_again_later():
    lines = [meta(), count(20_000, total=50_000), COMPACTED, count(20_000, total=70_000)]
    assert fold(*lines).context == Context(20_000, "measured")


# Turns and prompts


@pytest.mark.parametrize(
    ("lines", "turn"),
    [
        ([], "none"),
        ([STARTED], "open"),
        ([STARTED, prompt()], "open"),
        ([STARTED, prompt(), said(phase="final_answer")], "open"),
        ([STARTED, prompt(), said(), count(9_000)], "open"),
        ([STARTED, prompt(), said(), ENDED], "ended"),
        ([STARTED, prompt(), ENDED, STARTED], "open"),
        ([event("turn_started"), prompt(), event("turn_complete")], "ended"),
        ([STARTED, prompt(), event("turn_aborted", reason="interrupted")], "interrupted"),
        ([STARTED, prompt(), event("error", message="x")], "failed"),
        ([STARTED, prompt(), call("exec_command", cmd="sleep 9")], "open"),
        ([STARTED, call("exec_command", cmd="ls"), ENDED, output("late")], "ended"),
        ([prompt()], "open"),
        ([prompt(), said()], "ended"),
        ([prompt(), said(), call("shell", command=["ls"])], "open"),
        ([prompt(), said(), call("shell", command=["ls"]), output("x")], "open"),
        ([prompt(), said(), call("shell", command=["ls"]), output("x"), said()], "ended"),
        ([prompt(), said(phase="commentary")], "open"),
    ],
)
def test_the_state_of_the_turn(lines, turn):
    assert fold(meta(), *lines).turn == turn


def test_between_the_last_word_and_the_end_mark_a_tail_says_the_turn_is_open_too(tmp_path, monkeypatch):
    padding = [said("word " * 200, phase="commentary") for _ in range(20)]
    lines = [meta(), STARTED, context(), prompt(), *padding, context(), count(9_000), said(phase="final_answer"),
             count(9_900)]  # fmt: skip
    path = tmp_path / f"rollout-2026-11-20T18-09-55-{ID}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    monkeypatch.setattr(transcript, "TAIL", 2_500)
    reading = Transcript(AGENT, str(path))
    assert reading.refresh().turn == "open"
    assert reading.read_all().turn == "open"


def test_a_tail_is_read_until_model_and_window_are_known(tmp_path, monkeypatch):
    padding = [said("word " * 200, phase="commentary") for _ in range(40)]
    record = line("token_usage_record", {"usage": usage(70_000), "thread_token_usage": usage(500_000)})
    lines = [meta(), STARTED, context(), prompt(), count(31_000), *padding, record]
    path = tmp_path / f"rollout-2026-11-20T18-09-55-{ID}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    monkeypatch.setattr(transcript, "TAIL", 1_500)
    session = Transcript(AGENT, str(path)).refresh()
    assert session.context == Context(70_000, "measured")
    assert session.model == "gpt-5.5-codex"
    assert session.window == 258_400


def test_the_head_says_who_a_session_is_when_only_the_end_was_read(tmp_path, monkeypatch):
    padding = [said("word " * 200, phase="commentary") for _ in range(40)]
    lines = [meta(source={"subagent": {"thread_spawn": {"parent_thread_id": PARENT}}}), *padding, context(), STARTED,
             count(9_000)]  # fmt: skip
    path = tmp_path / "some-name.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    monkeypatch.setattr(transcript, "TAIL", 1_500)
    session = Transcript(AGENT, str(path)).refresh()
    assert session.partial
    assert (session.id, session.parent, session.version) == (ID, PARENT, "0.169.0")


@pytest.mark.parametrize(
    ("lines", "prompts"),
    [
        ([prompt("One"), prompt("Two")], ["One", "Two"]),
        ([completed("UserMessage", content=[{"type": "text", "text": "One"}, {"type": "text", "text": "more"}])],
         ["One\nmore"]),
        ([item("message", role="user", content=[{"type": "input_text", "text": "# AGENTS.md"}])], []),
        ([item("message", role="developer", content=[{"type": "input_text", "text": "rules"}])], []),
        ([completed("AgentMessage", content=[{"type": "Text", "text": "x"}])], []),
    ],
)  # fmt: skip
def test_prompts_come_from_the_event_of_the_dialect_only(lines, prompts):
    assert typed(fold(meta(), *lines)) == prompts


@pytest.mark.parametrize("kind", ["exec_approval_request", "apply_patch_approval_request"])
def test_a_wait_for_approval_ends_with_the_answer(kind):
    lines = [meta(), STARTED, prompt(), call("exec_command", cmd="rm x"), event(kind, call_id="c1")]
    assert fold(*lines).waiting
    assert not fold(*lines, output("Process exited with code 0")).waiting
    assert not fold(*lines, ENDED).waiting
    assert not fold(*lines, event("turn_aborted")).waiting


TURNS = (meta(), context(), prompt("One"), call("exec_command", "c1", cmd="one"), output("Process exited with code 0"),
         count(10_000, total=10_000), prompt("Two"), call("exec_command", "c2", cmd="two"),
         output("Process exited with code 0", "c2"), count(20_000, total=30_000), prompt("Three"),
         count(30_000, total=60_000))  # fmt: skip


@pytest.mark.parametrize(
    ("turns", "prompts", "context_left", "commands"),
    [
        (1, ["One", "Two"], Context(20_000, "measured"), ["one", "two"]),
        (2, ["One"], Context(10_000, "measured"), ["one"]),
        (3, [], UNKNOWN, []),
        (9, [], UNKNOWN, []),
        (None, ["One", "Two"], Context(20_000, "measured"), ["one", "two"]),
    ],
)
def test_a_rollback_takes_back_the_newest_turns(turns, prompts, context_left, commands):
    session = fold(*TURNS, event("thread_rolled_back", num_turns=turns))
    assert typed(session) == prompts
    assert session.prompt_count == len(prompts)
    assert session.context == context_left
    assert [ran.command for ran in session.commands] == commands
    assert (session.model, session.cwd, session.window) == ("gpt-5.5-codex", CWD, 258_400)


def test_after_a_rollback_the_talk_goes_on_and_can_be_rolled_back_again():
    lines = [*TURNS, event("thread_rolled_back", num_turns=2), prompt("Instead"), count(12_000, total=72_000)]
    assert typed(fold(*lines)) == ["One", "Instead"]
    assert fold(*lines).context == Context(12_000, "measured")
    assert typed(fold(*lines, event("thread_rolled_back", num_turns=1))) == ["One"]


# Files


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("cat PLAN.md", "PLAN.md"),
        ("cat -n src/a.py", "src/a.py"),
        ("cat 'my file.md'", "my file.md"),
        ('cat "my file.md"', "my file.md"),
        ("nl -ba src/a.py", "src/a.py"),
        ("head -n 20 a.py", "a.py"),
        ("head -20 a.py", "a.py"),
        ("tail -c 100 a.py", "a.py"),
        ("sed -n 1,200p src/a.py", "src/a.py"),
        ("sed -n '10,$p' src/a.py", "src/a.py"),
        ("sed -n '5p' src/a.py", "src/a.py"),
        ("cat PLAN.md AGENTS.md", None),
        ("cat a.py | head", None),
        ("cat a.py && ls", None),
        ("cat a.py; rm b.py", None),
        ("cat a.py\nrm b.py", None),
        ("cat > a.py", None),
        ("cat < a.py", None),
        ("cat a.py > b.py", None),
        ("cat *.py", None),
        ("cat a?.py", None),
        ("cat {a,b}.py", None),
        ("cat src/[ab].py", None),
        ("cat $FILE", None),
        ("cat $(ls)", None),
        ("cat `ls`", None),
        ("cat", None),
        ("cat -", None),
        ("head -n 20", None),
        ("sed -i s/a/b/ a.py", None),
        ("sed s/a/b/ a.py", None),
        ("sed -n /x/p a.py", None),
        ("sed -n 1,5p a.py b.py", None),
        ("grep x a.py", None),
        ("ls src", None),
        ("python3 a.py", None),
        ("wc -l a.py", None),
        ("sudo cat a.py", None),
        ("cat 'unclosed", None),
        ("", None),
        ("   ", None),
    ],
)
def test_only_a_command_that_plainly_shows_one_file_reads_it(command, file):
    assert shown_file(command) == file


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ("ls -l", "ls -l"),
        (["bash", "-lc", "cat a | head"], "cat a | head"),
        (["/bin/zsh", "-c", "ls"], "ls"),
        (["ls", "-l", "my file"], "ls -l 'my file'"),
        (["bash", "script.sh"], "bash script.sh"),
        ("", None),
        ([], None),
        (["ls", 7], None),
        (None, None),
        (7, None),
        ({"cmd": "ls"}, None),
    ],
)
def test_a_command_as_the_user_would_type_it(given, command):
    assert command_text(given) == command


PATCH = """\
*** Begin Patch
*** Add File: docs/new.md
+# New
+text
*** Update File: src/a.py
@@ def f():
-    return 1
+    return 2
 unchanged
*** Delete File: src/old.py
*** Update File: src/from.py
*** Move to: src/to.py
@@
-x
+y
*** End Patch"""


def test_the_changes_of_a_patch():
    assert list(changes(PATCH)) == [
        Change("docs/new.md", "# New\ntext", "", whole=True),
        Change("src/a.py", "    return 2", "    return 1", whole=False),
        Change("src/old.py", "", "", whole=False),
        Change("src/to.py", "y", "x", whole=False),
    ]


@pytest.mark.parametrize("patch", ["", "no patch", "*** Begin Patch\n*** End Patch", "+added\n-removed"])
def test_a_text_without_files_changes_none(patch):
    assert list(changes(patch)) == []


def test_a_cut_patch_tells_the_files_that_it_named():
    assert [change.path for change in changes(PATCH[: PATCH.index("@@\n-x")])] == [
        "docs/new.md",
        "src/a.py",
        "src/old.py",
        "src/to.py",
    ]


EDITED = tuple(f"{CWD}/{path}" for path in ("docs/new.md", "src/a.py", "src/old.py", "src/to.py"))


@pytest.mark.parametrize(
    "called",
    [
        item("custom_tool_call", name="apply_patch", input=PATCH, call_id="c1"),
        call("apply_patch", input=PATCH),
        call("shell", command=["apply_patch", PATCH]),
    ],
)
@pytest.mark.parametrize(
    ("answer", "edited"),
    [
        ('{"output":"Success. Updated","metadata":{"exit_code":0,"duration_seconds":0.0}}', EDITED),
        ('{"output":"bad","metadata":{"exit_code":1}}', ()),
        ("Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess.", EDITED),
        ("Exit code: 1\nOutput:\nno such file", ()),
        ("apply_patch verification failed: Failed to find context", ()),
    ],
)
def test_the_files_of_a_patch_count_when_it_was_applied(called, answer, edited):
    answered = item("custom_tool_call_output", call_id="c1", output=answer)
    assert fold(meta(), called).files_edited == ()
    session = fold(meta(), called, answered)
    assert session.files_edited == edited
    assert session.commands == ()


@pytest.mark.parametrize(
    ("told", "edited"),
    [
        (event("patch_apply_end", call_id="c1", success=True, changes={f"{CWD}/a.py": {}}), (f"{CWD}/a.py",)),
        (event("patch_apply_end", call_id="c1", success=False, changes={f"{CWD}/a.py": {}}), ()),
        (completed("FileChange", id="c1", status="completed", changes={f"{CWD}/a.py": {}}), (f"{CWD}/a.py",)),
        (completed("FileChange", id="c1", status="failed", changes={f"{CWD}/a.py": {}}), ()),
        (completed("FileChange", id="c1", changes=[1]), ()),
    ],
)
def test_files_changed_as_the_program_told_it(told, edited):
    assert fold(meta(), told).files_edited == edited


@pytest.mark.parametrize(
    ("parsed", "read"),
    [
        ([{"type": "read", "path": "src/a.py", "cmd": "cat src/a.py"}], (f"{CWD}/src/a.py",)),
        ([{"type": "read", "path": "file:///home/dev/x.py"}], ("/home/dev/x.py",)),
        ([{"type": "read", "path": "a"}, {"type": "read", "path": "b"}], ()),
        ([{"type": "read", "path": "a"}, {"type": "unknown"}], ()),
        ([{"type": "search", "path": "src"}], ()),
        ([{"type": "unknown", "cmd": "cat a b"}], ()),
        ([{"type": "read", "path": 7}], ()),
        (None, ()),
    ],
)
def test_a_command_that_the_program_itself_took_for_reading_one_file(parsed, read):
    told = completed("CommandExecution", id="c1", status="completed", exit_code=0, parsed_cmd=parsed)
    assert fold(meta(), told).files_read == read
    failed = completed("CommandExecution", id="c1", status="failed", exit_code=1, parsed_cmd=parsed)
    assert fold(meta(), failed).files_read == ()


def test_a_file_shown_by_a_command_is_seen_from_the_commands_folder():
    called = call("exec_command", cmd="cat a.py", workdir="/home/dev/lib")
    assert fold(meta(), called).files_read == ()
    assert fold(meta(), called, output("Process exited with code 0\nOutput:\nx")).files_read == ("/home/dev/lib/a.py",)
    assert fold(meta(), called, output("Process exited with code 1\nOutput:\nno")).files_read == ()


def test_images_are_read_and_mentioned():
    seen = (call("view_image", path="docs/logo.png"), output("attached local image path"))
    assert fold(meta(), *seen).files_read == (f"{CWD}/docs/logo.png",)
    shown = completed(
        "UserMessage", content=[{"type": "text", "text": "See"}, {"type": "local_image", "path": "/l.png"}]
    )
    assert [file.path for file in fold(meta(), shown).attachments] == ["/l.png"]
    older = event("user_message", message="See", local_images=["/old.png", 7])
    assert [file.path for file in fold(meta(), older).attachments] == ["/old.png"]
    viewed = decode(completed("ImageView", id="c1", path="/l.png"), ID)
    assert ev.FileRead("c1", "/l.png") in viewed.events


# Commands


@pytest.mark.parametrize(
    ("lines", "ran"),
    [
        ([call("shell", command=["bash", "-lc", "make"], workdir=CWD),
          output('{"output":"ok","metadata":{"exit_code":0,"duration_seconds":0.1}}')], Ran("make", 0, ok=True)),
        ([call("shell", command=["bash", "-lc", "make"]), output('{"output":"no","metadata":{"exit_code":2}}')],
         Ran("make", 2, ok=False)),
        ([call("exec_command", cmd="make"), output("Chunk ID: 1\nProcess exited with code 0\nOutput:\n")],
         Ran("make", 0, ok=True)),
        ([call("exec_command", cmd="make"), output("Wall time: 1\nProcess exited with code 127\nOutput:\n")],
         Ran("make", 127, ok=False)),
        ([call("exec_command", cmd="make"), output("Process exited with code -1\n")], Ran("make", -1, ok=False)),
        ([call("exec_command", cmd="make"),
          output([{"type": "input_text", "text": "Process exited with code 3"}, {"type": "input_image"}])],
         Ran("make", 3, ok=False)),
        ([call("exec_command", cmd="make"), completed("CommandExecution", id="c1", status="completed", exit_code=0)],
         Ran("make", 0, ok=True)),
        ([call("exec_command", cmd="make"), completed("CommandExecution", id="c1", status="failed", exit_code=5),
          output("no code here")], Ran("make", 5, ok=False)),
        ([call("exec_command", cmd="make")], Ran("make", None, None)),
        ([call("exec_command", cmd="make"), output("Process running with session ID 7")], Ran("make", None, None)),
        ([call("exec_command", cmd="make"), output("exec command rejected by user")], Ran("make", None, ok=False)),
        ([call("exec_command", cmd="make"), output('{"output":"x","metadata":{"exit_code":true}}')],
         Ran("make", None, None)),
        ([call("exec_command", cmd="make"), output("x" * 500 + "Process exited with code 1")], Ran("make", None, None)),
        ([item("local_shell_call", call_id="c1", action={"command": ["ls", "-l"], "working_directory": CWD})],
         Ran("ls -l", None, None)),
    ],
)  # fmt: skip
def test_the_exit_code_of_a_command_in_every_dialect(lines, ran):
    assert fold(meta(), *lines).commands == (ran,)


@pytest.mark.parametrize("arguments", ["", "{", "[]", "7", '{"cmd": 7}', "[" * 2_000, None, 7, {"cmd": "ls"}])
def test_arguments_that_cannot_be_read_are_no_command(arguments):
    session = fold(meta(), item("function_call", name="exec_command", arguments=arguments, call_id="c1"))
    assert session.commands == ()
    assert session.bad_records == 0


def test_calls_are_told_apart_by_their_ids():
    session = fold(meta(), call("exec_command", "c1", cmd="one"), call("exec_command", "c2", cmd="two"),
                   output("Process exited with code 2", "c2"), output("Process exited with code 1", "c1"))  # fmt: skip
    assert session.commands == (Ran("one", 1, ok=False), Ran("two", 2, ok=False))


def test_another_tool_is_no_command():
    session = fold(meta(), call("update_plan", plan=[]), output("Plan updated"))
    assert (session.commands, session.files_read, session.files_edited) == ((), (), ())


@pytest.mark.parametrize(
    "told",
    [
        completed("CollabAgentToolCall", receiver_thread_ids=[CHILD, 7]),
        completed("CollabAgentToolCall", receiver_thread_id=CHILD),
        completed("SubAgentActivity", thread_id=CHILD),
    ],
)
def test_a_started_subagent_is_named(told):
    assert ev.SubagentStarted(CHILD) in decode(told, ID).events


# Lines without a word on the session


@pytest.mark.parametrize(
    "record",
    [
        line("world_state", {"full": True}),
        line("inter_agent_communication_metadata", {}),
        line("nonsense", {}),
        line(None, None),
        {"type": "event_msg"},
        event("context_compacted"),
        event("agent_message", message="x"),
        event(7),
        completed("ContextCompaction"),
        item("web_search_call"),
    ],
)
def test_lines_of_other_types_tell_nothing(record):
    assert decode(record, ID).events == ()
    assert not decode(record, ID).bad


@pytest.mark.parametrize("value", [None, 7, "text", [], [1], {}, True])
def test_what_is_no_object_is_a_bad_record(value):
    assert decode(value, ID).bad


def test_the_mark_beside_a_compaction_does_not_count_it_twice():
    session = fold(meta(), COMPACTED, event("context_compacted"), completed("ContextCompaction", id="x"))
    assert session.compactions == 1


# Where they lie


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({}, Home("/home/dev/.codex")),
        ({"CODEX_HOME": "/data/codex"}, Home("/data/codex", "CODEX_HOME")),
        ({"CODEX_HOME": " codex "}, Home("/home/dev/codex", "CODEX_HOME")),
        ({"CODEX_HOME": " "}, Home("/home/dev/.codex")),
        ({"XDG_CONFIG_HOME": "/xdg"}, Home("/home/dev/.codex")),
    ],
)
def test_the_home_follows_the_environment(environ, home):
    assert AGENT.homes(environ, "/home/dev") == (home,)


ROLLOUT = f"rollout-2026-11-20T18-09-55-{ID}.jsonl"


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"sessions/2026/11/20/{ROLLOUT}", True),
        (f"archived_sessions/{ROLLOUT}", True),
        (f"sessions/2026/11/20/{ROLLOUT}.zst", False),
        ("sessions/2026/11/20/rollout-2026-11-20T18-09-55.jsonl", False),
        (f"sessions/2026/11/20/{ID}.jsonl", False),
        (f"other/{ROLLOUT}", False),
        ("session_index.jsonl", False),
        ("history.jsonl", False),
        ("auth.json", False),
    ],
)
def test_it_owns_its_rollouts_and_nothing_beside_them(path, owned):
    assert AGENT.owns(path) == owned
    assert not owned or LINES.session_id(f"/home/dev/.codex/{path}") == ID


def test_archived_sessions_are_closed():
    assert AGENT.closed(f"/home/dev/.codex/archived_sessions/{ROLLOUT}")
    assert AGENT.closed(rf"C:\Users\dev\.codex\archived_sessions\{ROLLOUT}")
    assert not AGENT.closed(f"/home/dev/.codex/sessions/2026/11/20/{ROLLOUT}")


@pytest.mark.parametrize(
    ("record", "title"),
    [
        ({"id": ID, "thread_name": "Keys", "updated_at": "x"}, (ID, "Keys")),
        ({"id": ID, "thread_name": ""}, None),
        ({"id": ID}, None),
        ({"thread_name": "Keys"}, None),
        ({"id": 7, "thread_name": "Keys"}, None),
        ([], None),
        (None, None),
    ],
)
def test_a_line_of_the_index_names_a_session(record, title):
    assert AGENT.titles.decode(record) == title


@pytest.mark.parametrize(
    ("record", "recognised"),
    [
        (meta(), True),
        (line("token_usage_record", {}), True),
        ({"type": "session_meta"}, False),
        ({"type": "user", "payload": {}}, False),
        ([], False),
        (None, False),
    ],
)
def test_its_lines_are_recognised_wherever_the_file_lies(record, recognised):
    assert LINES.recognises(record) == recognised


def test_its_own_percentage_leaves_out_a_base_of_12000():
    assert AGENT.baseline == 12_000
