"""Amp: threads written by hand after the documented facts, since no recordings exist."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relaymark.agents.amp import AGENT, FILES
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import Whole

ID = "T-0199d7c1-6a52-7d0c-8e5d-1f1f0c11aa01"
CWD = "/home/dev/my shop"
PATH = f"/home/dev/.local/share/amp/threads/{ID}.json"
UNKNOWN = Context()
DONE = {"type": "complete", "stopReason": "end_turn"}
GOES_ON = {"type": "complete", "stopReason": "tool_use"}


def thread(*messages, **more):
    tree = {"uri": "file:///home/dev/my%20shop", "displayName": "my shop"}
    repository = {"type": "git", "url": "https://example.com/shop.git", "ref": "refs/heads/main", "sha": "abc"}
    platform = {"os": "linux", "client": "CLI", "clientVersion": "0.0.1795165000-g1"}
    return {
        "v": 12,
        "id": ID,
        "created": 1_795_165_964_000,
        "title": "Keys",
        "agentMode": "smart",
        "env": {"initial": {"trees": [{**tree, "repository": repository}], "platform": platform}},
        "~debug": {"lastInferenceInput": {"messages": [{"role": "user", "content": "secret"}]}},
        "usageLedger": {"events": [{"tokens": {"input": 4, "output": 9}}]},
        "messages": list(messages),
        **more,
    }


def user(*blocks, at=1_795_165_970_000, **more):
    content = [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]
    return {"role": "user", "messageId": 0, "content": content, "meta": {"sentAt": at}, **more}


def usage(total=4_312, **more):
    return {
        "model": "claude-opus-4-5-20251101",
        "maxInputTokens": 168_000,
        "inputTokens": 12,
        "outputTokens": 80,
        "cacheCreationInputTokens": 900,
        "cacheReadInputTokens": total - 912,
        "totalInputTokens": total,
        "timestamp": "2026-11-20T09:13:00.000Z",
        **more,
    }


def reply(*blocks, told=None, state=None, **more):
    content = [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]
    made = {"role": "assistant", "messageId": 1, "content": content, "state": DONE if state is None else state}
    return {**made, "usage": usage() if told is None else told, **more}


def call(name, given, call_id="c1"):
    return {"type": "tool_use", "complete": True, "id": call_id, "name": name, "input": given}


def result(status="done", call_id="c1", **more):
    return {"type": "tool_result", "toolUseID": call_id, "run": {"status": status, **more}}


def fold(value, path=PATH):
    (told,) = FILES.decode(path, {path.rsplit("/", 1)[-1]: value})
    folding = SessionFold(AGENT.name, told.session)
    for at, record in enumerate(told.records):
        folding.add(at, record)
    return folding.session(path)


def session(*messages, **more):
    return fold(thread(*messages, **more))


def used(told):
    return session(user("Go"), reply("Done.", told=told))


# Who, where, when


def test_a_thread_tells_who_and_where_it_is():
    found = session(user("Add the keys"), reply("Done."))
    assert (found.id, found.cwd, found.branch, found.title) == (ID, CWD, "main", "Keys")
    assert (found.version, found.model) == ("0.0.1795165000-g1", "claude-opus-4-5-20251101")
    assert [(typed.text, typed.time) for typed in found.prompts] == [("Add the keys", 1_795_165_970.0)]
    assert (found.started_at, found.updated_at) == (1_795_165_964.0, 1_795_165_980.0)
    assert (found.turn, found.turn_sure, found.bad_records) == ("ended", True, 0)


def test_a_thread_without_a_place_or_a_name_has_none():
    found = session(user("Go"), env={"initial": {}}, title=None)
    assert (found.cwd, found.branch, found.title, found.version) == (None, None, None, None)
    assert session(env={"initial": {"trees": [{"uri": "file:///C%3A/dev/shop"}]}}).cwd == "c:/dev/shop"


# The context


def test_the_context_is_what_the_last_request_sent_with_the_cached_part():
    found = session(user("Go"), reply("a"), reply("Done.", told=usage(5_000)))
    assert (found.context, found.window) == (Context(5_000, "measured"), 168_000)


def test_the_ledger_and_the_answer_are_left_out():
    assert used(usage(4_312, outputTokens=50_000)).context.tokens == 4_312


def test_without_a_total_the_three_buckets_are_added_up():
    told = usage()
    del told["totalInputTokens"]
    assert used(told).context == Context(4_312, "measured")
    assert used({**told, "cacheCreationInputTokens": None}).context == Context(3_412, "measured")


def test_without_total_and_cache_nothing_is_known():
    found = used({"model": "claude-opus-4-8", "inputTokens": 2, "outputTokens": 9})
    assert (found.context, found.model, found.bad_records) == (UNKNOWN, "claude-opus-4-8", 0)


def test_a_reply_that_runs_keeps_the_figure_before():
    running = {**reply("Working", state={"type": "streaming"}), "usage": None}
    found = session(user("Go"), reply("Done."), user("More"), running)
    assert (found.context.tokens, found.turn) == (4_312, "open")


def test_a_usage_of_zero_keeps_the_figure_before():
    found = session(user("Go"), reply("Done."), reply("x", told=usage(0, cacheReadInputTokens=0)))
    assert found.context.tokens == 4_312


@pytest.mark.parametrize("told", ["12", [1], {"totalInputTokens": "12"}, {"totalInputTokens": -1}, usage(True)])
def test_a_usage_that_cannot_be_read_makes_the_context_unknown(told):
    found = session(user("Go"), reply("a"), reply("Done.", told=told))
    assert (found.context, found.bad_records) == (UNKNOWN, 1)


def test_before_the_first_reply_nothing_is_known():
    found = session(user("Go"))
    assert (found.context, found.window, found.turn) == (UNKNOWN, None, "open")


# Turns


@pytest.mark.parametrize(
    ("state", "turn", "sure"),
    [
        (DONE, "ended", True),
        ({"type": "complete", "stopReason": "max_tokens"}, "ended", True),
        (GOES_ON, "open", True),
        ({"type": "streaming"}, "open", True),
        ({"type": "cancelled"}, "interrupted", True),
        ({"type": "error"}, "failed", True),
        ({}, "ended", False),
    ],
)
def test_how_a_turn_ended(state, turn, sure):
    found = session(user("Go"), reply("Done.", state=state))
    assert (found.turn, found.turn_sure) == (turn, sure)


def test_a_call_without_a_result_leaves_the_turn_open():
    found = session(user("Go"), reply("Look", call("Read", {"path": "/a"}), state={}))
    assert found.turn == "open"


def test_a_call_that_needs_an_approval_waits():
    found = session(user("Go"), reply(call("Bash", {"cmd": "make"}), state=GOES_ON), user(result("blocked-on-user")))
    assert (found.waiting, found.prompt_count) == (True, 1)


def test_a_cancelled_call_interrupts_the_turn():
    asked = reply(call("Bash", {"cmd": "make"}), state=GOES_ON)
    found = session(user("Go"), asked, user(result("cancelled", reason="user pressed esc")))
    assert (found.turn, found.commands) == ("interrupted", (Ran("make", None, ok=False),))


# Files and commands


def test_results_of_tools_are_no_prompts():
    found = session(user("Go"), reply(call("Read", {"path": "/a"})), user(result(result="1: x")))
    assert [typed.text for typed in found.prompts] == ["Go"]


def test_files_are_read_and_edited_when_the_call_came_back_well():
    calls = [
        call("Read", {"path": "src/keys.ts", "read_range": [280, 300]}, "c1"),
        call("edit_file", {"path": f"{CWD}/src/keys.ts", "old_str": "a", "new_str": "b"}, "c2"),
        call("create_file", {"path": "file:///tmp/new.ts", "content": "x"}, "c3"),
        call("edit_file", {"path": "/tmp/gone.ts", "old_str": "a", "new_str": "b"}, "c4"),
        call("apply_patch", {"patchText": "*** Begin Patch\n*** Add File: p.ts\n+x\n*** End Patch"}, "c5"),
        call("Read", {"path": "~/.ssh/config"}, "c6"),
        call("Read", {"path": "/tmp/running.ts"}, "c7"),
    ]
    results = [result(call_id=f"c{n}") for n in (1, 2, 3, 5, 6)]
    results += [result("error", "c4", error={"message": "not there"}), result("in-progress", "c7")]
    found = session(user("Go"), reply(*calls, state=GOES_ON), user(*results))
    assert found.files_read == (f"{CWD}/src/keys.ts",)
    assert found.files_edited == (f"{CWD}/src/keys.ts", "/tmp/new.ts", f"{CWD}/p.ts")
    (told,) = FILES.decode(PATH, {f"{ID}.json": thread(reply(*calls))})
    assert told.records[1].events[3] == ev.FileRead("c1", "src/keys.ts", 280, 21)


@pytest.mark.parametrize(("name", "given"), [("Bash", {"cmd": "make"}), ("shell_command", {"command": "make"})])
def test_a_command_tells_its_exit_code(name, given):
    calls = reply(call(name, given, "c1"), call(name, given, "c2"), state=GOES_ON)
    results = user(
        result(call_id="c1", result={"output": "ok\n", "exitCode": 0}),
        result(call_id="c2", result={"output": "no\n", "exitCode": 2}),
    )
    assert session(user("Go"), calls, results).commands == (Ran("make", 0, ok=True), Ran("make", 2, ok=False))


def test_a_file_that_was_mentioned_is_attached_and_one_that_was_only_visible_is_not():
    mentioned = {"files": [{"uri": "file:///home/dev/my%20shop/a.ts", "content": "x"}, {"path": "b.ts"}]}
    found = session(user("Go", fileMentions=mentioned, userState={"currentlyVisibleFiles": ["file:///tmp/c.ts"]}))
    assert {file.path for file in found.attachments} == {f"{CWD}/a.ts", f"{CWD}/b.ts"}


def test_what_no_reader_knows_tells_nothing():
    found = session(
        {"role": "supervisor", "note": "x"}, user({"type": "image"}), reply({"type": "other"}, state=GOES_ON)
    )
    assert (found.prompt_count, found.turn, found.bad_records) == (0, "none", 0)


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.local/share/amp")),
        ({}, "/Users/dev", Home("/Users/dev/.local/share/amp")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/.local/share/amp")),
        ({"XDG_DATA_HOME": "/data"}, "/home/dev", Home("/data/amp", "XDG_DATA_HOME")),
        ({"AMP_DATA_DIR": "/amp", "XDG_DATA_HOME": "/data"}, "/home/dev", Home("/amp", "AMP_DATA_DIR")),
        ({"AMP_DATA_DIR": " "}, "/home/dev", Home("/home/dev/.local/share/amp")),
    ],
)
def test_homes(environ, home, found):
    assert AGENT.homes(environ, home) == (found,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"threads/{ID}.json", True),
        ("threads/settings.json", False),
        ("threads/T-.json.tmp", False),
        (f"threads/old/{ID}.json", False),
        (f"{ID}.json", False),
        ("secrets.json", False),
        ("history.jsonl", False),
    ],
)
def test_owns(path, owned):
    assert AGENT.owns(path) is owned


def test_a_thread_is_recognised_and_other_files_are_not():
    assert FILES.recognises(thread())
    for other in ({}, [], None, {"id": "T-1", "messages": []}, {"id": 1, "messages": [], "created": 1}):
        assert not FILES.recognises(other)


# From disk


def test_a_thread_that_is_being_written_keeps_its_last_good_state(tmp_path):
    path = tmp_path / f"{ID}.json"
    path.write_text(json.dumps(thread(user("Go"), reply("Done."))))
    unit = Whole(AGENT, str(path), FILES)
    unit.refresh()
    path.write_text(json.dumps(thread(user("Go"), reply("Done."), user("More")))[:-20])
    with pytest.raises(OSError, match="half-written"):
        unit.refresh()
    assert [one.prompt_count for one in unit.sessions()] == [1]
    path.write_text(json.dumps(thread(user("Go"), reply("Done."), user("More"))))
    unit.refresh()
    assert [(one.prompt_count, one.context.tokens) for one in unit.sessions()] == [(2, 4_312)]


# Hostile files

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_a_file_holds_it_becomes_sessions(data):
    value = thread(user("Go", fileMentions={"files": ["/a"]}), reply("a", call("Bash", {"cmd": "x"})), user(result()))
    for _ in range(data.draw(st.integers(1, 3))):
        place = value
        while True:
            key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
                break
            place = inner
        place[key] = data.draw(ANYTHING)
    FILES.recognises(value)
    for told in FILES.decode(PATH, {f"{ID}.json": value}):
        folding = SessionFold(AGENT.name, told.session)
        for at, record in enumerate(told.records):
            folding.add(at, record)
        assert folding.session(PATH).agent == "amp"


@pytest.mark.parametrize("value", [None, [], "x", 1, {}])
def test_a_file_that_is_no_thread_has_no_session(value):
    assert FILES.decode(PATH, {f"{ID}.json": value}) == ()


@pytest.mark.parametrize("value", [None, {}, "x"])
def test_messages_that_are_no_list_are_bad(value):
    assert session(messages=value).bad_records == 1
