"""Claude Code: what single lines tell, and what their fold makes of rewinds, forks, failures and compactions."""

import json
from pathlib import Path

import pytest

from relaymark.agents.claude_code import AGENT, LINES, windows
from relaymark.agents.claude_code.decode import SKIPPED, decode
from relaymark.core import events as ev
from relaymark.core.agent import Home, Running
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources import transcript
from relaymark.sources.transcript import Transcript

SESSION = "06b2a57d-3af1-4693-98d7-0a1ca30b2e6e"
OTHER = "7b30aa19-7827-439e-b746-1f1bc0ffc246"
CWD = "/home/dev/shop"
MODEL = "claude-opus-5-5"
UNKNOWN = Context()


def line(kind, uuid, parent, **more):
    chained = {"sessionId": SESSION, "cwd": CWD, "gitBranch": "main", "version": "2.1.329", "entrypoint": "cli"}
    return {"type": kind, "uuid": uuid, "parentUuid": parent, "isSidechain": False, **chained, **more}


def user(uuid, parent, content, **more):
    return line("user", uuid, parent, message={"role": "user", "content": content}, **more)


def usage(tokens, **more):
    return {"input_tokens": 4, "cache_creation_input_tokens": 996, "cache_read_input_tokens": tokens - 1_000, **more}


def reply(uuid, parent, tokens, *blocks, stop="end_turn", model=MODEL, message=None, **more):
    """Return an assistant line; `tokens` is its context, or the whole usage object as it shall stand there."""
    told = tokens if tokens is None or isinstance(tokens, dict) else usage(tokens, output_tokens=300)
    content = list(blocks) or [{"type": "text", "text": "Done."}]
    body = {"id": message or f"msg_{uuid}", "model": model, "content": content, "stop_reason": stop, "usage": told}
    return line("assistant", uuid, parent, message=body, **more)


def tool(call, name, **given):
    return {"type": "tool_use", "id": call, "name": name, "input": given}


def result(uuid, parent, call, text="ok", *, error=None, outcome=None, **more):
    block = {"type": "tool_result", "tool_use_id": call, "content": text}
    if error is not None:
        block["is_error"] = error
    return user(uuid, parent, [block], toolUseResult=outcome, **more)


def boundary(uuid, after):
    told = {"trigger": "auto", "preTokens": 167_000, "postTokens": 3_000}
    return line("system", uuid, None, subtype="compact_boundary", logicalParentUuid=after, compactMetadata=told)


def fold(*lines, subagent=False, session=SESSION, partial=False):
    folding = SessionFold("claude-code", "fallback")
    for at, one in enumerate(lines):
        folding.add(at, decode(one, session, subagent=subagent))
    return folding.session(partial=partial)


def typed(session):
    return [prompt.text for prompt in session.prompts]


def written(folder, lines):
    path = folder / f"{SESSION}.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return str(path)


FIRST_TURN = (user("u1", None, "First"), reply("a1", "u1", 20_000, tool("c1", "Read", file_path=f"{CWD}/a.py")),
              result("r1", "a1", "c1"), reply("a2", "r1", 30_000))  # fmt: skip
SECOND_TURN = (user("u2", "a2", "Second"),
               reply("a3", "u2", 60_000, tool("c2", "Bash", command="make"), tool("c3", "Read", file_path="b.py")),
               result("r2", "a3", "c2"), result("r3", "a3", "c3"), reply("a4", "r3", 90_000))  # fmt: skip


# The live branch


def test_two_turns_add_up():
    session = fold(*FIRST_TURN, *SECOND_TURN)
    assert typed(session) == ["First", "Second"]
    assert session.context == Context(90_000, "measured")
    assert session.files_read == (f"{CWD}/a.py", f"{CWD}/b.py")
    assert session.commands == (Ran("make", None, ok=True),)
    assert session.turn == "ended"
    assert (session.id, session.cwd, session.branch, session.model) == (SESSION, CWD, "main", MODEL)


def test_a_rewind_takes_the_dropped_turn_back_and_its_figure_with_it():
    again = user("u3", "a2", "Other second")
    session = fold(*FIRST_TURN, *SECOND_TURN, again)
    assert typed(session) == ["First", "Other second"]
    assert session.context == Context(30_000, "measured")
    assert session.files_read == (f"{CWD}/a.py",)
    assert session.commands == ()
    assert session.turn == "open"
    session = fold(*FIRST_TURN, *SECOND_TURN, again, reply("a5", "u3", 41_000))
    assert session.context == Context(41_000, "measured")
    assert session.prompt_count == 2


def test_a_rewind_to_the_very_start_leaves_nothing_of_the_dropped_turns():
    session = fold(*FIRST_TURN, *SECOND_TURN, user("u3", None, "New first"))
    assert typed(session) == ["New first"]
    assert session.context == UNKNOWN
    assert session.first_context is None
    assert session.files_read == ()
    assert fold(*FIRST_TURN, user("u3", None, "New first"), reply("a5", "u3", 19_000)).first_context == 19_000


def test_a_rewind_before_a_compaction_takes_the_compaction_back():
    compacted = (boundary("b1", "a2"), user("s1", "b1", "A summary", isCompactSummary=True))
    assert fold(*FIRST_TURN, *compacted).compactions == 1
    session = fold(*FIRST_TURN, *compacted, user("u2", "s1", "After"), reply("a3", "u2", 9_000),
                   user("u3", "a2", "Instead"))  # fmt: skip
    assert session.compactions == 0
    assert session.context == Context(30_000, "measured")


def test_several_rewinds_in_a_row_keep_only_the_last():
    tries = [user(f"t{number}", "a2", f"Try {number}") for number in range(5)]
    replies = [reply(f"x{number}", f"t{number}", 40_000 + number) for number in range(5)]
    session = fold(*FIRST_TURN, *(one for pair in zip(tries, replies, strict=True) for one in pair))
    assert typed(session) == ["First", "Try 4"]
    assert session.context.tokens == 40_004


def test_an_answer_on_an_older_turn_shows_where_the_talk_goes_on():
    session = fold(*FIRST_TURN, *SECOND_TURN, reply("a5", "a2", 33_000))
    assert typed(session) == ["First"]
    assert session.context.tokens == 33_000


def test_a_late_notice_on_a_dropped_turn_moves_nothing():
    notice = line("system", "n1", "a4", subtype="turn_duration", durationMs=5)
    session = fold(*FIRST_TURN, *SECOND_TURN, user("u3", "a2", "Other"), notice)
    assert typed(session) == ["First", "Other"]
    assert session.turn == "open"


def test_parallel_tool_calls_are_no_rewind():
    session = fold(
        user("u1", None, "Go"),
        reply("a1", "u1", 20_000, tool("c1", "Read", file_path="a.py"), stop="tool_use", message="m"),
        reply("a2", "a1", 20_000, tool("c2", "Read", file_path="b.py"), stop="tool_use", message="m"),
        result("r1", "a1", "c1"),
        result("r2", "a2", "c2"),
        reply("a3", "r1", 25_000),
    )
    assert session.files_read == (f"{CWD}/a.py", f"{CWD}/b.py")
    assert typed(session) == ["Go"]
    assert session.context.tokens == 25_000


def test_lines_written_twice_count_once():
    once = fold(*FIRST_TURN, *SECOND_TURN)
    twice = fold(*FIRST_TURN, *FIRST_TURN, *SECOND_TURN, *SECOND_TURN)
    assert typed(twice) == ["First", "Second"]
    assert (twice.context, twice.commands, twice.files_read) == (once.context, once.commands, once.files_read)
    assert [(file.path, file.reads) for file in twice.attachments] == [(f"{CWD}/a.py", 1), (f"{CWD}/b.py", 1)]


def test_a_line_written_anew_under_its_id_takes_the_place_of_the_old_one():
    session = fold(*FIRST_TURN, user("u1", None, "First, better"))
    assert typed(session) == ["First, better"]
    assert session.context.tokens == 30_000


@pytest.mark.parametrize("tail", [200, 700, 1_500, 3_000])
@pytest.mark.parametrize("kept", [0, 2, 4, 8, 9])
def test_the_end_of_a_rewound_transcript_never_shows_a_dropped_figure(tmp_path, monkeypatch, tail, kept):
    turns = [one for number in range(10) for one in (
        user(f"u{number}", f"a{number - 1}" if number else None, f"Prompt {number}"),
        reply(f"a{number}", f"u{number}", 10_000 * (number + 1)))]  # fmt: skip
    path = written(tmp_path, [*turns, user("new", f"a{kept}", "Somewhere else")])
    whole = Transcript(AGENT, path).read_all()
    assert whole.context == Context(10_000 * (kept + 1), "measured")
    monkeypatch.setattr(transcript, "TAIL", tail)
    assert Transcript(AGENT, path).refresh().context == whole.context
    path = written(tmp_path, [*turns, user("new", f"a{kept}", "Somewhere else"), reply("end", "new", 5_000)])
    assert Transcript(AGENT, path).refresh().context == Context(5_000, "measured")


@pytest.mark.parametrize("kept", [0, 3, 7])
def test_a_rewind_behind_what_was_read_is_seen_when_it_is_appended(tmp_path, monkeypatch, kept):
    turns = [one for number in range(10) for one in (
        user(f"u{number}", f"a{number - 1}" if number else None, f"Prompt {number}"),
        reply(f"a{number}", f"u{number}", 10_000 * (number + 1)))]  # fmt: skip
    monkeypatch.setattr(transcript, "TAIL", 700)
    reading = Transcript(AGENT, written(tmp_path, turns))
    assert reading.refresh().partial
    written(tmp_path, [*turns, user("new", f"a{kept}", "Somewhere else")])
    assert reading.refresh().context == Context(10_000 * (kept + 1), "measured")
    written(tmp_path, [*turns, user("new", f"a{kept}", "Somewhere else"), reply("end", "new", 5_000)])
    assert reading.refresh().context == Context(5_000, "measured")
    assert reading.read_all().prompt_count == kept + 2


def test_a_line_of_another_type_in_the_chain_links_what_stands_around_it(tmp_path, monkeypatch):
    turns = [one for number in range(40) for one in (
        line("progress", f"p{number}", f"a{number - 1}" if number else None, data={"type": "hook_progress"}),
        user(f"u{number}", f"p{number}", f"Prompt {number}"),
        reply(f"a{number}", f"u{number}", 10_000 + number))]  # fmt: skip
    monkeypatch.setattr(transcript, "TAIL", 3_000)
    session = Transcript(AGENT, written(tmp_path, turns)).refresh()
    assert session.partial
    assert session.context == Context(10_039, "measured")
    back = fold(*turns, user("new", "p7", "Instead"))
    assert (back.context.tokens, back.prompt_count) == (10_006, 8)


def test_a_lost_line_before_an_answered_prompt_does_not_make_the_whole_file_be_read(tmp_path, monkeypatch):
    turns = [one for number in range(60) for one in (
        user(f"u{number}", f"a{number - 1}" if number else None, f"Prompt {number}"),
        reply(f"a{number}", f"u{number}", 10_000 + number))]  # fmt: skip
    path = written(tmp_path, turns)
    lines = Path(path).read_bytes().splitlines(keepends=True)
    Path(path).write_bytes(b"".join(lines[:-3]) + b"{broken\n" + b"".join(lines[-2:]))
    monkeypatch.setattr(transcript, "TAIL", 3_000)
    session = Transcript(AGENT, path).refresh()
    assert (session.partial, session.bad_records, session.context.tokens) == (True, 1, 10_059)


def test_a_rewind_to_a_parent_before_the_tail_is_seen():
    session = fold(user("u2", "gone", "Second"), reply("a2", "u2", 50_000), user("u3", "gone", "Third"),
                   reply("a3", "u3", 40_000), partial=True)  # fmt: skip
    assert typed(session) == ["Third"]
    assert session.context.tokens == 40_000


# Usage


def test_one_message_on_several_lines_is_one_reply():
    lines = [reply(f"a{at}", f"a{at - 1}" if at else "u1", usage(50_000, output_tokens=at), message="m1", stop=None)
             for at in range(4)]  # fmt: skip
    session = fold(user("u1", None, "Go"), *lines)
    assert session.context == Context(50_000, "measured")
    assert session.first_context == 50_000


def test_output_and_splits_of_the_same_tokens_are_not_added():
    told = usage(50_000, output_tokens=9_000, cache_creation={"ephemeral_5m_input_tokens": 996},
                 server_tool_use={"web_search_requests": 7}, iterations=[{"input_tokens": 5}])  # fmt: skip
    assert fold(user("u1", None, "Go"), reply("a1", "u1", told)).context.tokens == 50_000


@pytest.mark.parametrize("missing", ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"])
def test_a_part_that_is_absent_or_null_counts_nothing(missing):
    told = usage(50_000)
    rest = 50_000 - told.pop(missing)
    for given in (told, {**told, missing: None}):
        session = fold(user("u1", None, "Go"), reply("a1", "u1", given))
        assert session.context.tokens == rest
        assert session.bad_records == 0


@pytest.mark.parametrize("part", ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"])
@pytest.mark.parametrize("value", ["12000", "", -1, True, 1.5, 1e30, float("inf"), [12_000], {"tokens": 12_000}])
def test_a_figure_that_is_none_makes_the_context_unknown_not_stale(part, value):
    broken = reply("a5", "a2", {**usage(35_000), part: value})
    session = fold(*FIRST_TURN, broken)
    assert session.context == UNKNOWN
    assert session.bad_records == 1
    assert fold(*FIRST_TURN, broken, reply("a6", "a5", 40_000)).context == Context(40_000, "measured")


def test_a_reply_with_null_for_its_usage_is_counted_and_skipped():
    broken = reply("a5", "a2", 1)
    broken["message"]["usage"] = None
    session = fold(*FIRST_TURN, broken)
    assert session.context == Context(30_000, "measured")
    assert session.bad_records == 1


@pytest.mark.parametrize("told", [12_000, "12000", [], True], ids=repr)
def test_a_usage_that_is_no_object_makes_the_context_unknown_not_stale(told):
    broken = reply("a5", "a2", 1)
    broken["message"]["usage"] = told
    session = fold(*FIRST_TURN, broken)
    assert session.context == UNKNOWN
    assert session.bad_records == 1


def test_whole_numbers_written_as_floats_are_numbers():
    told = {"input_tokens": 4.0, "cache_creation_input_tokens": 0.0, "cache_read_input_tokens": 1.2e4}
    assert fold(user("u1", None, "Go"), reply("a1", "u1", told)).context.tokens == 12_004


def test_a_synthetic_line_is_no_reply_of_a_model():
    zero = {"input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
    session = fold(*FIRST_TURN, reply("a5", "a2", zero, model="<synthetic>"))
    assert session.model == MODEL
    assert session.context.tokens == 30_000
    assert session.turn == "ended"


def test_an_api_error_fails_the_turn_and_tells_no_figure():
    error = reply("a5", "u2", usage(99_000), model="<synthetic>", isApiErrorMessage=True)
    session = fold(*FIRST_TURN, user("u2", "a2", "Second"), error)
    assert (session.turn, session.context.tokens, session.model) == ("failed", 30_000, MODEL)
    assert not session.turn_open
    assert fold(*FIRST_TURN, user("u2", "a2", "Second"), error, reply("a6", "u2", 31_000, stop="tool_use")).turn_open


@pytest.mark.parametrize(
    ("tried", "most", "turn"), [(1, 10, "open"), (9, 10, "open"), (10, 10, "failed"), (None, 10, "failed")]
)
def test_a_failed_request_fails_the_turn_only_when_it_is_not_tried_again(tried, most, turn):
    error = line("system", "e1", "u1", subtype="api_error", retryAttempt=tried, maxRetries=most)
    assert fold(user("u1", None, "Go"), error).turn == turn


def test_a_fork_with_zeroed_figures_knows_its_context_from_its_own_first_reply():
    zeroed = {"input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0,
              "cache_creation": {"ephemeral_5m_input_tokens": 11_996}}  # fmt: skip
    kept = (user("u1", None, "First", requestSessionId=OTHER), reply("a1", "u1", zeroed, requestSessionId=OTHER))
    session = fold(*kept)
    assert session.forked_from == OTHER
    assert session.context == UNKNOWN
    session = fold(*kept, user("u2", "a1", "Second"), reply("a2", "u2", 45_000))
    assert session.context == Context(45_000, "measured")
    assert session.id == SESSION
    assert session.base is None


def test_a_session_that_asks_for_itself_is_no_fork():
    assert fold(user("u1", None, "First", requestSessionId=SESSION)).forked_from is None


# Compaction


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply():
    lines = [*FIRST_TURN, boundary("b1", "a2"), user("s1", "b1", "A summary", isCompactSummary=True)]
    session = fold(*lines)
    assert session.context == UNKNOWN
    assert session.compactions == 1
    assert typed(session) == ["First"]
    lines.append(user("u2", "s1", "<command-name>/compact</command-name>"))
    lines.append(user("u3", "u2", "Go on"))
    assert fold(*lines).context == UNKNOWN
    lines.append(reply("a3", "u3", 12_000))
    session = fold(*lines)
    assert session.context == Context(12_000, "measured")
    assert typed(session) == ["First", "Go on"]
    assert session.first_context == 20_000


def test_a_compaction_empties_the_attachments_and_files_attached_anew_come_back():
    attached = line("attachment", "t1", "s1", attachment={"type": "file", "filename": f"{CWD}/b.py", "content": "x"})
    lines = [*FIRST_TURN, *SECOND_TURN, boundary("b1", "a4"), user("s1", "b1", "Sum", isCompactSummary=True)]
    assert fold(*lines).attachments == ()
    assert [file.path for file in fold(*lines, attached).attachments] == [f"{CWD}/b.py"]
    assert fold(*lines, attached).files_read == (f"{CWD}/a.py", f"{CWD}/b.py")


# Model and window


def test_the_model_is_that_of_the_newest_reply():
    session = fold(*FIRST_TURN, reply("a5", "a2", 31_000, model="claude-sonnet-4-5", requestedModel="opusplan"))
    assert (session.model, session.requested) == ("claude-sonnet-4-5", "opusplan")


def test_a_switch_from_the_large_variant_to_a_plain_one_forgets_what_was_asked_for_before():
    large = reply("a1", "u1", 20_000, requestedModel=f"{MODEL}[1m]")
    plain = reply("a2", "a1", 21_000, model="claude-sonnet-4-5")
    assert fold(user("u1", None, "Go"), large).requested == f"{MODEL}[1m]"
    assert fold(user("u1", None, "Go"), large, plain).requested is None


@pytest.mark.parametrize(
    ("model", "message", "provider"),
    [
        ("claude-opus-5-5", "msg_01", None),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "msg_01", "aws"),
        ("claude-sonnet-4-5", "msg_bdrk_01", "aws"),
        ("claude-sonnet-4-5@20250929", "msg_01", "google"),
        ("claude-sonnet-4-5", "msg_vrtx_01", "google"),
    ],
)
def test_the_host_shows_in_the_names_of_models_and_messages(model, message, provider):
    assert fold(user("u1", None, "Go"), reply("a1", "u1", 9_000, model=model, message=message)).provider == provider


@pytest.mark.parametrize(
    ("version", "model", "tokens"),
    [
        ("2.1.329", "claude-opus-5-5", 1_000_000),
        ("2.1.329", "claude-sonnet-5-5", 1_000_000),
        ("2.1.329", "claude-haiku-5-5", 1_000_000),
        ("2.1.329", "claude-haiku-5-5-20261001", 1_000_000),
        ("2.1.330", "claude-opus-5-5", 1_000_000),
        ("2.1.329", "claude-sonnet-4-5", 200_000),
        ("2.1.329", "claude-sonnet-4-5-20250929", 200_000),
        ("2.1.329", "claude-haiku-4-5", 200_000),
        ("2.1.329", "claude-opus-4-6", 200_000),
        ("2.1.329", "some-gateway-model", 1_000_000),
        ("2.1.330", "some-gateway-model", None),
        ("2.1.329", "claude-sonnet-4", None),
        ("2.1.329", "claude-opus-4-1-20250805", None),
        ("2.1.329", "claude-3-5-sonnet-20241022", None),
        ("2.1.197", "claude-sonnet-5", 200_000),
        ("2.1.198", "claude-sonnet-5", None),
        ("2.1.196", "claude-sonnet-5", None),
        ("2.1.328", "claude-opus-5-5", None),
        ("2.1.197", "claude-opus-5-5", None),
        ("1.0.100", "claude-opus-5-5", None),
        ("99", "claude-opus-5-5", None),
        ("", "claude-opus-5-5", None),
        (None, "claude-opus-5-5", None),
        ("2.x", "claude-opus-5-5", None),
    ],
)
def test_the_programs_own_table_of_windows_says_only_what_was_observed(version, model, tokens):
    assert windows.window(version, model) == tokens
    assert AGENT.window(version, model) == tokens


@pytest.mark.parametrize(
    ("model", "large"),
    [
        ("claude-opus-5-5[1m]", True),
        ("opus[1M]", True),
        ("claude-opus-5-5", False),
        ("claude[1m]-opus", False),
        ("", False),
    ],
)
def test_the_mark_of_the_large_variant(model, large):
    assert AGENT.one_million(model) == large


@pytest.mark.parametrize(
    ("asked", "model", "fits"),
    [
        ("opus[1m]", "claude-opus-4-8", True),
        ("opus", "claude-opus-5-5-20261001", True),
        ("Opus", "claude-opus-5-5", True),
        ("sonnet[1m]", "claude-opus-4-8", False),
        ("claude-opus-4-8[1m]", "claude-opus-4-8", True),
        ("claude-opus-4-8", "claude-opus-4-8-20261001", True),
        ("claude-opus-4-7", "claude-opus-4-8", False),
        ("claude-opus-4", "claude-opus-4-8", False),
        ("4", "claude-opus-4-8", False),
        ("", "claude-opus-4-8", False),
        ("[1m]", "claude-opus-4-8", False),
    ],
)
def test_a_name_in_the_settings_means_the_model_that_answers_or_it_does_not(asked, model, fits):
    assert AGENT.settings.fits(asked, model) == fits


def test_the_settings_of_the_project_are_stronger_than_those_of_the_user():
    assert AGENT.settings.files("/home/dev/.claude", "/home/dev/shop") == (
        "/home/dev/shop/.claude/settings.local.json",
        "/home/dev/shop/.claude/settings.json",
        "/home/dev/.claude/settings.json",
    )
    assert AGENT.settings.files("/home/dev/.claude", None) == ("/home/dev/.claude/settings.json",)
    assert AGENT.settings.model({"model": "opus[1m]", "env": {"KEY": "secret"}}) == "opus[1m]"
    for value in (None, [], {"model": 4}, {"model": ""}, "opus"):
        assert AGENT.settings.model(value) is None


# Prompts


@pytest.mark.parametrize(
    ("content", "more", "prompts"),
    [
        ("Fix it", {}, ["Fix it"]),
        ("Fix it", {"promptSource": "typed"}, ["Fix it"]),
        ("Fix it", {"promptSource": "sdk"}, ["Fix it"]),
        ([{"type": "text", "text": "Fix"}, {"type": "text", "text": "it"}], {}, ["Fix\nit"]),
        ([{"type": "text", "text": "See"}, {"type": "image", "source": {}}], {}, ["See"]),
        ("Fix it", {"promptSource": "system"}, []),
        ("Fix it", {"isMeta": True}, []),
        ("Fix it", {"isCompactSummary": True}, []),
        ("", {}, []),
        (None, {}, []),
        (7, {}, []),
        ("<command-name>/clear</command-name>", {}, []),
        ("<command-message>init is running</command-message>", {}, []),
        ("<local-command-stdout>ok</local-command-stdout>", {}, []),
        ("<local-command-caveat>Caveat</local-command-caveat>", {}, []),
        ("<bash-input> ls</bash-input>", {}, []),
        ("<bash-stdout>a</bash-stdout>", {}, []),
        ("<task-notification>done</task-notification>", {}, []),
        ("<system-reminder>x</system-reminder>", {}, []),
        ("<bash-input> is a tag that I typed", {"promptSource": "typed"}, ["<bash-input> is a tag that I typed"]),
        ("<div> breaks", {}, ["<div> breaks"]),
    ],
)
def test_a_prompt_is_what_the_user_typed(content, more, prompts):
    assert typed(fold(user("u1", None, content, **more))) == prompts


@pytest.mark.parametrize(
    "said",
    [
        "<ide_opened_file>The user opened /home/dev/shop/a.py</ide_opened_file>\nFix it",
        "<ide_selection>lines 1 to 2\nof a.py</ide_selection> Fix it",
        "<ide_opened_file>a</ide_opened_file><ide_selection>b</ide_selection>Fix it",
        [{"type": "text", "text": "<ide_opened_file>a.py</ide_opened_file>"}, {"type": "text", "text": "Fix it"}],
    ],
)
def test_what_an_editor_puts_before_a_prompt_is_not_typed(said):
    assert typed(fold(user("u1", None, said))) == ["Fix it"]


@pytest.mark.parametrize("said", ["[Request interrupted by user]", "[Request interrupted by user for tool use]"])
def test_an_interrupted_turn_is_open_and_no_prompt(said):
    session = fold(
        user("u1", None, "Go"), reply("a1", "u1", 20_000, stop="tool_use"), user("i1", "a1", [{"text": said}])
    )
    assert (session.turn, session.turn_open, typed(session)) == ("interrupted", True, ["Go"])
    assert fold(user("u1", None, "Go"), user("i1", "u1", said), user("u2", "i1", "Again")).turn == "open"


def test_a_question_of_the_agent_waits_until_it_is_answered():
    asked = (user("u1", None, "Go"),
             reply("a1", "u1", 20_000, tool("c1", "AskUserQuestion", question="Which?"), stop="tool_use"))  # fmt: skip
    assert fold(*asked).waiting
    assert not fold(*asked, result("r1", "a1", "c1", "This one")).waiting
    assert not fold(*asked, result("r1", "a1", "c1"), reply("a2", "r1", 21_000)).waiting
    plan = reply("a1", "u1", 20_000, tool("c1", "ExitPlanMode", plan="P"), stop=None)
    assert fold(user("u1", None, "Go"), plan).waiting


@pytest.mark.parametrize(
    ("stop", "blocks", "turn"),
    [
        ("end_turn", (), "ended"),
        ("stop_sequence", (), "ended"),
        ("max_tokens", (), "ended"),
        ("refusal", (), "ended"),
        ("tool_use", (), "open"),
        ("pause_turn", (), "open"),
        (None, (), "ended"),
        (None, (tool("c1", "Bash", command="ls"),), "open"),
        ("tool_use", (tool("c1", "Bash", command="ls"),), "open"),
    ],
)
def test_the_turn_ends_with_its_last_reply(stop, blocks, turn):
    assert fold(user("u1", None, "Go"), reply("a1", "u1", 20_000, *blocks, stop=stop)).turn == turn


@pytest.mark.parametrize("subtype", ["turn_duration", "stop_hook_summary"])
def test_the_programs_own_mark_ends_the_turn(subtype):
    session = fold(user("u1", None, "Go"), reply("a1", "u1", 20_000, stop=None), line("system", "s", "a1",
                   subtype=subtype))  # fmt: skip
    assert session.turn == "ended"


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ([], None),
        ([{"type": "summary", "summary": "Old words", "leafUuid": "a2"}], "Old words"),
        ([{"type": "ai-title", "aiTitle": "By AI"}, {"type": "summary", "summary": "S", "leafUuid": "a2"}], "By AI"),
        ([{"type": "custom-title", "customTitle": "Mine"}, {"type": "ai-title", "aiTitle": "By AI"}], "Mine"),
        ([{"type": "custom-title", "customTitle": "A"}, {"type": "custom-title", "customTitle": "B"}], "B"),
        ([{"type": "custom-title", "customTitle": ""}, {"type": "ai-title", "aiTitle": 7}], None),
    ],
)
def test_the_best_title_counts_and_of_equal_ones_the_newest(titles, title):
    assert fold(*FIRST_TURN, *titles).title == title


def test_a_summary_of_another_conversation_is_no_title_of_this_one():
    summary = {"type": "summary", "summary": "Somebody else's", "leafUuid": "not-in-this-file"}
    assert fold(summary, *FIRST_TURN).title is None
    assert fold({**summary, "leafUuid": "a2"}, *FIRST_TURN).title == "Somebody else's"


# Tools


@pytest.mark.parametrize(
    ("block", "read", "edited"),
    [
        (tool("c", "Read", file_path="/home/dev/shop/a.py"), ("/home/dev/shop/a.py",), ()),
        (tool("c", "Read", file_path="src/../a.py"), ("/home/dev/shop/a.py",), ()),
        (tool("c", "Read", file_path=r"C:\code\a.py"), ("c:/code/a.py",), ()),
        (tool("c", "Edit", file_path="a.py", old_string="x", new_string="y"), (), ("/home/dev/shop/a.py",)),
        (tool("c", "Write", file_path="a.py", content="x"), (), ("/home/dev/shop/a.py",)),
        (tool("c", "MultiEdit", file_path="a.py", edits=[{"new_string": "x"}, 7]), (), ("/home/dev/shop/a.py",)),
        (tool("c", "NotebookEdit", notebook_path="a.ipynb", new_source="x"), (), ("/home/dev/shop/a.ipynb",)),
        (tool("c", "Grep", pattern="x", path="src"), (), ()),
        (tool("c", "Read"), (), ()),
        (tool("c", "Read", file_path=7), (), ()),
        (tool("c", "Edit", file_path=None), (), ()),
    ],
)
def test_files_count_when_their_tool_succeeded(block, read, edited):
    called = (user("u1", None, "Go"), reply("a1", "u1", 20_000, block, stop="tool_use"))
    assert (fold(*called).files_read, fold(*called).files_edited) == ((), ())
    done = fold(*called, result("r1", "a1", "c"))
    assert (done.files_read, done.files_edited) == (read, edited)
    for refused in (result("r1", "a1", "c", "no", error=True), result("r1", "a1", "c", outcome="Error: no such file")):
        failed = fold(*called, refused)
        assert (failed.files_read, failed.files_edited) == ((), ())


def test_a_result_of_another_call_proves_nothing():
    session = fold(user("u1", None, "Go"), reply("a1", "u1", 20_000, tool("c1", "Read", file_path="a.py")),
                   result("r1", "a1", "other"))  # fmt: skip
    assert session.files_read == ()


@pytest.mark.parametrize(
    ("text", "error", "ran"),
    [
        ("ok", False, Ran("make", None, ok=True)),
        ("ok", None, Ran("make", None, ok=True)),
        ("Exit code 2\nboom", True, Ran("make", 2, ok=False)),
        ("Error: Exit code 127\nnot found", True, Ran("make", 127, ok=False)),
        ([{"type": "text", "text": "Exit code 1"}], True, Ran("make", 1, ok=False)),
        ("The user doesn't want to proceed", True, Ran("make", None, ok=False)),
        ("Exit code 2 is what it said before", False, Ran("make", None, ok=True)),
        ("It printed Exit code 2", True, Ran("make", None, ok=False)),
        ("Exit code 1234", True, Ran("make", None, ok=False)),
    ],
)
def test_the_exit_code_of_a_command(text, error, ran):
    session = fold(user("u1", None, "Go"), reply("a1", "u1", 20_000, tool("c", "Bash", command="make")),
                   result("r1", "a1", "c", text, error=error))  # fmt: skip
    assert session.commands == (ran,)


def test_a_command_under_way_has_no_exit_code():
    session = fold(user("u1", None, "Go"), reply("a1", "u1", 20_000, tool("c", "Bash", command="sleep 9"), stop=None))
    assert session.commands == (Ran("sleep 9", None, None),)
    assert session.turn == "open"


def test_reading_a_file_again_and_mentioning_it_keeps_one_attachment():
    mentioned = line("attachment", "t1", "a4", attachment={"type": "already_read_file", "filename": f"{CWD}/a.py"})
    again = reply("a5", "a4", 95_000, tool("c9", "Read", file_path=f"{CWD}/a.py"))
    session = fold(*FIRST_TURN, *SECOND_TURN, mentioned, again, result("r9", "a5", "c9"))
    assert {file.path: file.reads for file in session.attachments} == {f"{CWD}/a.py": 3, f"{CWD}/b.py": 1}


@pytest.mark.parametrize(
    ("attachment", "path", "text"),
    [
        ({"type": "file", "filename": "/a", "content": "text"}, "/a", "text"),
        ({"type": "file", "filename": "/a", "content": {"type": "text", "file": {"content": "deep"}}}, "/a", "deep"),
        ({"type": "file", "filename": "/a", "content": {"content": "flat"}}, "/a", "flat"),
        ({"type": "file", "filename": "/a", "content": 7}, "/a", ""),
        ({"type": "edited_text_file", "filename": "/a", "content": "x"}, "/a", "x"),
        ({"type": "nested_memory", "path": "/CLAUDE.md", "content": {"content": "rules"}}, "/CLAUDE.md", "rules"),
    ],
)
def test_an_attached_file_brings_its_text(attachment, path, text):
    events = decode(line("attachment", "t1", None, attachment=attachment), SESSION).events
    assert ev.Mentioned(path, text) in events


@pytest.mark.parametrize("attachment", [None, 7, {}, {"type": "file"}, {"type": "task_reminder", "filename": "/a"}])
def test_other_attachments_bring_no_file(attachment):
    events = decode(line("attachment", "t1", None, attachment=attachment), SESSION).events
    assert not any(isinstance(event, ev.Mentioned) for event in events)


# Subagents


def test_the_lines_of_an_inline_subagent_are_none_of_the_session():
    side = [reply("x1", None, 77_000, tool("c", "Read", file_path="z.py"), model="claude-haiku-4-5", isSidechain=True),
            result("x2", "x1", "c", isSidechain=True)]  # fmt: skip
    session = fold(*FIRST_TURN, *side)
    assert (session.context.tokens, session.model, session.files_read) == (30_000, MODEL, (f"{CWD}/a.py",))


def test_a_subagent_belongs_to_the_session_that_its_lines_name():
    path = f"/home/dev/.claude/projects/-home-dev-shop/{SESSION}/subagents/agent-a01ad44a38918766c.jsonl"
    read = LINES.decoder(path)
    folding = SessionFold("claude-code", "fallback")
    for at, one in enumerate(FIRST_TURN):
        folding.add(at, read({**one, "isSidechain": True, "agentId": "a01ad44a38918766c"}))
    session = folding.session()
    assert (session.id, session.parent, session.context.tokens) == ("a01ad44a38918766c", SESSION, 30_000)
    assert not session.warm_up


def test_a_warm_up_is_a_subagent_that_was_asked_for_nothing_else():
    lines = [user("u1", None, "Warmup", isSidechain=True), reply("a1", "u1", 9_000, isSidechain=True)]
    assert fold(*lines, subagent=True, session="06297c56").warm_up
    assert not fold(user("u1", None, "Warmup")).warm_up
    assert not fold(user("u1", None, "Warmup please", isSidechain=True), subagent=True, session="0").warm_up


def test_a_session_without_an_id_in_its_file_name_takes_the_recorded_one():
    read = LINES.decoder("/tmp/export.jsonl")
    folding = SessionFold("claude-code", "export")
    assert folding.session().id == "export"
    folding.add(0, read(FIRST_TURN[0]))
    assert folding.session().id == SESSION


# Lines without a word on the session


@pytest.mark.parametrize("kind", ["api-request", "api-request-blob", "progress", "cost-state", "last-prompt", None, 7])
def test_lines_of_other_types_tell_nothing_even_with_a_message(kind):
    record = decode({**reply("a5", "a2", 99_000), "type": kind}, SESSION)
    assert record.events == ()
    assert not record.bad


@pytest.mark.parametrize("value", [None, 7, "text", [], [1], {}, True])
def test_what_is_no_object_is_a_bad_record(value):
    assert decode(value, SESSION).bad


def test_lines_skipped_by_their_beginning_are_of_types_that_tell_nothing():
    for start in SKIPPED:
        kind = json.loads(start + (b'"}' if not start.endswith(b'"') else b"}"))["type"]
        assert decode({"type": kind, "uuid": "x", "message": {"usage": usage(5_000)}}, SESSION).events == ()


def test_the_program_may_be_replaced_and_the_folder_changed_while_a_session_goes_on():
    later = user("u2", "a2", "Second", version="2.1.400", cwd="/home/dev/shop/api", gitBranch="fix")
    session = fold(*FIRST_TURN, later)
    assert (session.version, session.cwd, session.branch) == ("2.1.400", "/home/dev/shop/api", "fix")


# Where they lie


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/dev/shop", "-home-dev-shop"),
        ("/home/dev/my.app_2/Sub Dir", "-home-dev-my-app-2-Sub-Dir"),
        ("/home/dev/Müller", "-home-dev-M-ller"),
        ("/home/dev/x😀y", "-home-dev-x--y"),
        (r"C:\Users\x\p_q", "C--Users-x-p-q"),
        ("/home/dev/४२", "-home-dev---"),
        ("/home/dev/\udcff", "-home-dev--"),
    ],
)
def test_the_folder_name_of_a_directory(folder, name):
    from relaymark.agents.claude_code import slug

    assert slug(folder) == name


def test_a_long_directory_is_found_by_the_beginning_of_its_folder_name():
    hint = AGENT.near("/home/dev/" + "long/" * 60)
    assert hint.startswith("/projects/-home-dev-long-long-")
    assert len(hint) == len("/projects/") + 200


@pytest.mark.parametrize(
    ("environ", "homes"),
    [
        ({}, (Home("/home/dev/.claude"), Home("/home/dev/.config/claude"))),
        ({"XDG_CONFIG_HOME": "/xdg"}, (Home("/home/dev/.claude"), Home("/xdg/claude", "XDG_CONFIG_HOME"))),
        ({"CLAUDE_CONFIG_DIR": "/a"}, (Home("/a", "CLAUDE_CONFIG_DIR"),)),
        (
            {"CLAUDE_CONFIG_DIR": " /a, b/../c ,,", "XDG_CONFIG_HOME": "/xdg"},
            (Home("/a", "CLAUDE_CONFIG_DIR"), Home("/home/dev/c", "CLAUDE_CONFIG_DIR")),
        ),
        ({"CLAUDE_CONFIG_DIR": "  "}, (Home("/home/dev/.claude"), Home("/home/dev/.config/claude"))),
    ],
)
def test_the_homes_follow_the_environment(environ, homes):
    assert AGENT.homes(environ, "/home/dev") == homes


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"projects/-home-dev-shop/{SESSION}.jsonl", True),
        ("projects/-home-dev-shop/agent-06297c56.jsonl", True),
        (f"projects/-home-dev-shop/{SESSION}/subagents/agent-a01ad44a38918766c.jsonl", True),
        (f"projects/-home-dev-shop/{SESSION}/subagents/agent-acompact-1.jsonl", False),
        (f"projects/-home-dev-shop/{SESSION}/subagents/agent-a01.meta.json", False),
        (f"projects/-home-dev-shop/{SESSION}/custom-title.json", False),
        ("projects/-home-dev-shop/sessions-index.json", False),
        ("projects/-home-dev-shop/memory/notes.jsonl", False),
        (f"projects/{SESSION}.jsonl", False),
        ("history.jsonl", False),
        (".credentials.json", False),
        ("sessions/15880.json", False),
    ],
)
def test_it_owns_its_transcripts_and_nothing_beside_them(path, owned):
    assert AGENT.owns(path) == owned


@pytest.mark.parametrize(
    ("record", "recognised"),
    [
        (FIRST_TURN[0], True),
        ({"type": "summary", "summary": "x", "leafUuid": "y"}, True),
        ({"parentUuid": None, "message": {}}, True),
        ({"type": "session_meta", "payload": {}}, False),
        ([], False),
        (None, False),
    ],
)
def test_its_lines_are_recognised_wherever_the_file_lies(record, recognised):
    assert LINES.recognises(record) == recognised


@pytest.mark.parametrize(
    ("entry", "running"),
    [
        ({"pid": 7, "sessionId": "s", "procStart": "99"}, Running("s", 7, "99")),
        ({"pid": 7, "sessionId": "s", "procStart": 99}, Running("s", 7, "99")),
        ({"pid": 7, "sessionId": "s"}, Running("s", 7, None)),
        (
            {"pid": 7, "sessionId": "s", "procStart": "99", "status": "busy", "startedAt": 1_000, "updatedAt": 9_500},
            Running("s", 7, "99", "busy"),
        ),
        ({"pid": 7, "sessionId": "s", "startedAt": 1_000}, Running("s", 7, None)),
        ({"pid": 7, "sessionId": "s", "updatedAt": "1970-01-01T00:00:09Z"}, Running("s", 7, None)),
        ({"pid": 7, "sessionId": "s", "updatedAt": True, "procStart": True}, Running("s", 7, None)),
        ({"pid": 0, "sessionId": "s"}, None),
        ({"pid": "7", "sessionId": "s"}, None),
        ({"pid": -7, "sessionId": "s"}, None),
        ({"pid": 7}, None),
        ({"pid": 7, "sessionId": 8}, None),
        ([], None),
        (None, None),
    ],
)
def test_an_entry_of_the_list_of_running_sessions(entry, running):
    assert AGENT.registry.decode(entry) == running


@pytest.mark.parametrize(
    ("version", "entry", "complete"),
    [
        ("2.1.197", "cli", True),
        ("2.1.329", "cli", True),
        ("2.1.196", "cli", False),
        ("2.0.30", "cli", False),
        ("2.1.329", "sdk-cli", False),
        ("2.1.329", None, False),
        (None, "cli", False),
    ],
)
def test_only_some_programs_list_every_running_session(version, entry, complete):
    assert AGENT.registry.complete(version, entry) == complete
