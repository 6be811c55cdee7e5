"""Copilot Chat in VS Code: chats written by hand after the documented facts, since no recordings exist."""

import copy
import json
import os

import pytest
from tests.agents.copilot_chats import (
    CANCELLED,
    COMPLETE,
    CWD,
    DONE,
    FAILED,
    ID,
    NEEDS_INPUT,
    START,
    chat,
    fold,
    of_kind,
    request,
    running,
    selected,
    terminal,
    told,
)  # fmt: skip

from relaymark.agents.copilot_vscode import AGENT, FILES
from relaymark.agents.copilot_vscode.decode import beside
from relaymark.agents.copilot_vscode.replay import replay
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.session import Context
from relaymark.sources.whole import Whole

UNKNOWN = Context()


# Where it lies


@pytest.mark.parametrize(
    ("environ", "home", "first"),
    [
        ({}, "/home/dev", Home("/home/dev/.config/Code/User")),
        ({"XDG_CONFIG_HOME": "/data"}, "/home/dev", Home("/data/Code/User", "XDG_CONFIG_HOME")),
        ({}, "/Users/dev", Home("/Users/dev/Library/Application Support/Code/User")),
        ({"APPDATA": "D:\\Roaming"}, "C:\\Users\\dev", Home("d:/Roaming/Code/User", "APPDATA")),
        ({"VSCODE_PORTABLE": "/opt/data"}, "/home/dev", Home("/opt/data/user-data/User", "VSCODE_PORTABLE")),
    ],
)
def test_homes(environ, home, first):
    assert AGENT.homes(environ, home)[0] == first


def test_other_editors_of_the_family_and_servers_are_homes_too():
    found = [home.path for home in AGENT.homes({}, "/home/dev")]
    assert "/home/dev/.config/Code - Insiders/User" in found
    assert "/home/dev/.config/VSCodium/User" in found
    assert "/home/dev/.vscode-server/data/User" in found


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"workspaceStorage/0a1b/chatSessions/{ID}.json", True),
        (f"workspaceStorage/0a1b/chatSessions/{ID}.jsonl", True),
        (f"workspaceStorage/no-workspace/chatSessions/{ID}.json", True),
        (f"globalStorage/emptyWindowChatSessions/{ID}.jsonl", True),
        (f"globalStorage/transferredChatSessions/{ID}.json", True),
        ("workspaceStorage/0a1b/workspace.json", False),
        ("workspaceStorage/0a1b/state.vscdb", False),
        (f"workspaceStorage/0a1b/chatSessions/{ID}.json.vsctmp", False),
        (f"workspaceStorage/0a1b/chatSessions/.{ID}.json", False),
        (f"workspaceStorage/0a1b/chatEditingSessions/{ID}/state.json", False),
        (f"workspaceStorage/0a1b/GitHub.copilot-chat/transcripts/{ID}.jsonl", False),
        ("globalStorage/state.vscdb", False),
        ("globalStorage/github.copilot-chat/agent-traces.db", False),
        ("globalStorage/storage.json", False),
    ],
)
def test_what_is_a_chat(path, owned):
    assert AGENT.owns(path) == owned


def test_a_chat_is_recognised_wherever_it_lies():
    assert FILES.recognises(chat())
    assert FILES.recognises([{"kind": 0, "v": chat()}, {"kind": 1, "k": ["customTitle"], "v": "x"}])
    assert FILES.recognises({"kind": 0, "v": chat()})
    for other in ({"requests": []}, {"kind": 1, "v": chat()}, [], None, "text", [[]], {"sessionId": ID, "history": []}):
        assert not FILES.recognises(other)


# Where it works


@pytest.mark.parametrize(
    ("window", "folder"),
    [
        ({"folder": "file:///home/dev/shop"}, "/home/dev/shop"),
        ({"folder": "file:///c%3A/Users/dev/my%20shop"}, "c:/Users/dev/my shop"),
        ({"folder": "file://server/share/shop"}, "//server/share/shop"),
        ({"folder": "vscode-remote://wsl%2Bubuntu/home/dev/shop"}, "/home/dev/shop"),
        ({"folder": "vscode-remote://ssh-remote%2Bbox/srv/shop"}, "/srv/shop"),
        ({"folder": {"$mid": 1, "scheme": "file", "path": "/c:/shop"}}, "c:/shop"),
        ({"workspace": "file:///home/dev/all/shop.code-workspace"}, "/home/dev/all"),
        ({"workspace": "untitled:x"}, None),
        ({"folder": "git:/x"}, None),
        ({"folder": 7}, None),
        ({}, None),
        ([], None),
    ],
)
def test_the_folder_is_that_of_its_window(window, folder):
    [one] = told(chat(request()), window=window or {"no": "folder"})
    assert one.records[0].events[0].cwd == folder


@pytest.mark.parametrize(
    ("listed", "folder"),
    [
        ('{"folders": [{"path": "shop"}, {"path": "api"}]}', "/home/dev/all/shop"),
        ('{// two\n"folders": [{"path": "../shop",},], /* end */}', "/home/dev/shop"),
        ('{"folders": [{"uri": "vscode-remote://wsl+ubuntu/srv/shop"}]}', "/srv/shop"),
        ('{"folders": [{"name": "a // b"}, {"path": "/srv/shop"}]}', "/srv/shop"),
        ({"folders": [{"path": "shop"}]}, "/home/dev/all/shop"),
        ('{"folders": [', "/home/dev/all"),
        ('{"folders": {"path": 7}}', "/home/dev/all"),
        ("", "/home/dev/all"),
    ],
)
def test_a_window_with_several_folders_works_in_the_first(listed, folder):
    file = "/home/dev/all/shop.code-workspace"
    [one] = told(chat(request()), window={"workspace": f"file://{file}"}, **{file: listed})
    assert one.records[0].events[0].cwd == folder


def test_only_a_list_of_folders_is_read_beside_a_chat():
    asked = {"../workspace.json": {"workspace": "file:///home/dev/all/shop.code-workspace"}}
    assert beside(f"{ID}.jsonl", asked) == ("../workspace.json", "/home/dev/all/shop.code-workspace")
    assert beside(f"{ID}.json", {}) == ("../workspace.json", f"{ID}.jsonl")
    hostile = {"../workspace.json": {"workspace": "file:///home/dev/.ssh/id_ed25519"}}
    assert beside(f"{ID}.jsonl", hostile) == ("../workspace.json",)


def test_a_chat_names_its_own_folder_branch_and_title():
    repo = {"localBranch": "main", "remoteUrl": "https://example.com/shop.git"}
    session = fold(request(), repoData=repo, workingDirectory="file:///home/dev/tree", customTitle="Keys")
    assert (session.cwd, session.branch, session.title) == ("/home/dev/tree", "main", "Keys")
    assert fold(request(), computedTitle="Older").title == "Older"
    assert fold(request()).title is None


def test_times():
    session = fold(request())
    assert (session.started_at, session.updated_at) == (START / 1000, DONE / 1000)
    old = request(state=None)
    del old["timestamp"]
    assert fold(old, lastMessageDate=DONE).updated_at == DONE / 1000


# Files and logs on disk


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "Code/User/workspaceStorage/0a1b/chatSessions"
    made.mkdir(parents=True)
    (made.parent / "workspace.json").write_text(json.dumps({"folder": f"file://{CWD}"}))
    return made


def write(path, *entries):
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def opened(path):
    unit = Whole(AGENT, str(path), FILES)
    unit.refresh()
    return unit


def test_a_log_that_grows_is_the_chat_at_every_moment(folder):
    log = folder / f"{ID}.jsonl"
    write(log, {"kind": 0, "v": chat(inputState=selected())})
    unit = opened(log)
    assert unit.sessions() == ()
    steps = [
        ({"kind": 2, "k": ["requests"], "v": [running()]}, (1, "open", None)),
        ({"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "Do"}]}, (1, "open", None)),
        ({"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "Done."}], "i": 0}, (1, "open", None)),
        ({"kind": 1, "k": ["requests", 0, "result"], "v": {"metadata": {"promptTokens": 9_000}}}, (1, "open", 25_000)),
        ({"kind": 1, "k": ["requests", 0, "modelState"], "v": {"value": COMPLETE}}, (1, "ended", 25_000)),
        ({"kind": 2, "k": ["requests"], "v": [running(key="r2")]}, (2, "open", 25_000)),
        ({"kind": 1, "k": ["requests", 1, "modelState"], "v": {"value": NEEDS_INPUT}}, (2, "open", 25_000)),
        ({"kind": 2, "k": ["requests"], "i": 1}, (1, "ended", 25_000)),
        ({"kind": 3, "k": ["customTitle"]}, (1, "ended", 25_000)),
    ]
    for entry, expected in steps:
        with open(log, "a") as file:
            file.write(json.dumps(entry) + "\n")
        unit.refresh()
        [session] = unit.sessions()
        assert (session.prompt_count, session.turn, session.context.tokens) == expected, entry
        assert session == opened(log).sessions()[0]
    assert (session.id, session.cwd, session.bad_records) == (ID, CWD, 0)
    write(log, {"kind": 0, "v": chat(request(prompt_tokens=9_500))})
    unit.refresh()
    assert unit.sessions()[0].context.tokens == 9_500


def test_the_log_wins_over_the_older_file_of_the_same_chat(folder):
    flat, log = folder / f"{ID}.json", folder / f"{ID}.jsonl"
    flat.write_text(json.dumps(chat(request(prompt_tokens=5_000))))
    unit = opened(flat)
    assert unit.sessions()[0].context.tokens == 5_000
    write(log, {"kind": 0, "v": chat(request(prompt_tokens=5_000), request(key="r2", prompt_tokens=8_000))})
    unit.refresh()
    assert unit.sessions() == ()
    assert opened(log).sessions()[0].context.tokens == 8_000


def test_a_chat_of_a_window_without_a_folder_has_none(tmp_path):
    empty = tmp_path / "globalStorage/emptyWindowChatSessions"
    empty.mkdir(parents=True)
    write(empty / f"{ID}.jsonl", {"kind": 0, "v": chat(request("Explain"))})
    [session] = opened(empty / f"{ID}.jsonl").sessions()
    assert (session.id, session.cwd, session.prompts[0].text) == (ID, None, "Explain")


def test_a_copied_chat_has_the_same_id_and_is_told_apart_by_its_window_only(folder, tmp_path):
    other = tmp_path / "Code/User/workspaceStorage/9f9f/chatSessions"
    other.mkdir(parents=True)
    (other.parent / "workspace.json").write_text(json.dumps({"folder": "file:///home/dev/api"}))
    for place in (folder, other):
        write(place / f"{ID}.jsonl", {"kind": 0, "v": chat(request(prompt_tokens=7_000))})
    here, there = (opened(place / f"{ID}.jsonl").sessions()[0] for place in (folder, other))
    assert here.id == there.id == ID
    assert (here.cwd, there.cwd) == (CWD, "/home/dev/api")


def test_a_half_written_file_leaves_the_last_good_state(folder):
    flat = folder / f"{ID}.json"
    flat.write_text(json.dumps(chat(request(prompt_tokens=5_000))))
    unit = opened(flat)
    flat.write_text(json.dumps(chat(request(prompt_tokens=6_000)))[:-40])
    with pytest.raises(OSError, match="half-written"):
        unit.refresh()
    assert unit.sessions()[0].context.tokens == 5_000


def test_a_change_of_the_window_is_seen(folder):
    log = folder / f"{ID}.jsonl"
    write(log, {"kind": 0, "v": chat(request())})
    unit = opened(log)
    window = folder.parent / "workspace.json"
    assert unit.concerns(os.fspath(window))
    window.write_text(json.dumps({"folder": "file:///home/dev/elsewhere"}))
    unit.refresh()
    assert unit.sessions()[0].cwd == "/home/dev/elsewhere"


# The log


def test_a_log_is_replayed():
    lines = [
        {"kind": 0, "v": {"a": 1, "list": [1, 2, 3], "o": {"x": [{"y": 0}]}}},
        {"kind": 1, "k": ["a"], "v": 2},
        {"kind": 2, "k": ["list"], "v": [4]},
        {"kind": 2, "k": ["list"], "v": [9], "i": 1},
        {"kind": 2, "k": ["new"], "v": ["n"]},
        {"kind": 1, "k": ["o", "x", 0, "y"], "v": {"z": 1}},
        {"kind": 3, "k": ["o", "x", 0, "y", "z"]},
        {"kind": 3, "k": ["never there"]},
    ]
    assert replay(lines) == ({"a": 2, "list": [1, 9], "new": ["n"], "o": {"x": [{"y": {}}]}}, "")


def test_a_replay_changes_no_parsed_line():
    lines = [
        {"kind": 0, "v": {"requests": [{"response": [1]}]}},
        {"kind": 2, "k": ["requests"], "v": [{"response": []}]},
        {"kind": 2, "k": ["requests", 0, "response"], "v": [2], "i": 0},
        {"kind": 2, "k": ["requests", 1, "response"], "v": [3]},
        {"kind": 3, "k": ["requests", 0, "response"]},
    ]
    before = copy.deepcopy(lines)
    assert replay(lines) == replay(lines) == ({"requests": [{}, {"response": [3]}]}, "")
    assert lines == before


def test_a_later_whole_chat_replaces_all_before_it():
    assert replay([{"kind": 0, "v": {"a": 1}}, {"kind": 0, "v": {"b": 2}}]) == ({"b": 2}, "")


@pytest.mark.parametrize(
    "line",
    [
        {"kind": 1, "k": ["list", 7], "v": 1},
        {"kind": 1, "k": ["list", -1], "v": 1},
        {"kind": 1, "k": ["list", "x"], "v": 1},
        {"kind": 1, "k": ["nowhere", "x"], "v": 1},
        {"kind": 1, "k": ["a", "x"], "v": 1},
        {"kind": 1, "k": []},
        {"kind": 2, "k": ["a"], "v": [1]},
        {"kind": 2, "k": ["list"], "v": 7},
        {"kind": 2, "k": ["list"], "i": 9},
        {"kind": 2, "k": ["list"], "i": -1},
        {"kind": 2, "k": ["list"], "i": True},
        {"kind": 3, "k": ["list", 7]},
        {"kind": 3, "k": "list"},
        {"kind": 4, "k": ["a"]},
        {"kind": True, "k": ["a"], "v": 7},
        {"kind": [], "k": ["a"]},
        {"kind": 1, "k": [[]], "v": 7},
        {"kind": 1, "k": [None, {}], "v": 7},
        {},
        None,
        7,
        "x",
    ],
)
def test_a_change_that_does_not_fit_is_left_out_and_told(line):
    state, bad = replay([{"kind": 0, "v": {"a": 1, "list": [1, 2]}}, line, {"kind": 1, "k": ["b"], "v": 3}])
    assert (state, bool(bad)) == ({"a": 1, "list": [1, 2], "b": 3}, True)


@pytest.mark.parametrize("lines", [[], [{"kind": 1, "k": ["a"], "v": 1}], [{"kind": 0, "v": [1]}], [{"kind": 0}]])
def test_a_log_without_a_chat_gives_none_and_says_so(lines):
    state, bad = replay(lines)
    assert (state, bool(bad)) == ({}, True)


def test_what_could_not_be_applied_is_a_bad_record():
    lines = [{"kind": 0, "v": chat(request())}, {"kind": 1, "k": ["requests", 5, "vote"], "v": 1}]
    [one] = told(lines, f"{ID}.jsonl")
    assert [record.bad for record in one.records if record.bad] == ["a change that does not fit the chat"]


# Prompts and turns


def test_chats_without_a_request_are_no_sessions():
    assert told(chat()) == ()
    assert told({}) == ()
    assert told(None) == ()


def test_what_the_user_typed_is_a_prompt_and_what_the_editor_sent_is_none():
    sent = [request("Go"), request("Continue", confirmation="Continue"), request("Check", isSystemInitiated=True),
            request("Hidden", requestHiddenFromTranscript=True), request("As text", message="As text")]  # fmt: skip
    session = fold(*sent)
    assert [prompt.text for prompt in session.prompts] == ["Go", "As text"]
    assert of_kind(ev.Fed, *sent) == [ev.Fed("Continue"), ev.Fed("Check"), ev.Fed("Hidden")]


@pytest.mark.parametrize(
    ("last", "turn", "waiting"),
    [
        (request(), "ended", False),
        (running(), "open", False),
        (running(state=NEEDS_INPUT), "open", True),
        (request(state=CANCELLED), "interrupted", False),
        (request(state=FAILED), "failed", False),
        (request(state=None), "ended", False),
        (request(state=None, result={"errorDetails": {"message": "no"}}), "failed", False),
        (request(state=None, isCanceled=True), "interrupted", False),
        (request(state=None, result=None), "open", False),
        (request(state=None, modelState={"value": 99}), "ended", False),
        (request(state=None, modelState="done", result=None), "open", False),
    ],
)
def test_the_turn_is_that_of_the_last_request(last, turn, waiting):
    session = fold(request(key="r0"), last)
    assert (session.turn, session.waiting, session.turn_sure) == (turn, waiting, True)


def test_requests_that_were_undone_are_not_there():
    gone = request("Wrong way", "r2", prompt_tokens=90_000, shouldBeRemovedOnSend={"requestId": "r2"})
    session = fold(request(prompt_tokens=9_000), gone, request("Old", "r3", isHidden=True))
    assert (session.prompt_count, session.context) == (1, Context(9_000, "measured"))
    assert told(chat(gone)) == ()


def test_of_a_request_that_was_undone_half_way_the_first_half_stands():
    parts = [terminal("make", key="c1"), {"kind": "undoStop", "id": "stop-2"}, terminal("make test", key="c2")]
    half = request(prompt_tokens=90_000, response=parts,
                   shouldBeRemovedOnSend={"requestId": "r1", "afterUndoStop": "stop-2"})  # fmt: skip
    session = fold(half)
    assert [ran.command for ran in session.commands] == ["make"]
    assert (session.context, session.prompt_count) == (UNKNOWN, 1)


# Context, window, model


def test_the_context_counts_the_reserve_for_the_answer_as_the_editor_does():
    session = fold(request(prompt_tokens=12_000), request(key="r2", prompt_tokens=31_000), inputState=selected())
    assert (session.context, session.window) == (Context(47_000, "measured"), 127_000)
    assert session.first_context == 12_000


@pytest.mark.parametrize(
    "state",
    [None, {}, {"selectedModel": None}, selected(model="copilot/gpt-5"), selected("x", "y"), selected(0, 16_000)],
)
def test_without_figures_of_its_model_the_context_is_the_prompt_and_no_window_is_known(state):
    session = fold(request(prompt_tokens=31_000), inputState=state)
    assert (session.context, session.window) == (Context(31_000, "measured"), None)


def test_a_chat_that_went_on_with_another_model_has_the_window_of_that_one():
    older = request(prompt_tokens=12_000, modelId="copilot/gpt-4.1")
    now = request(key="r2", prompt_tokens=31_000)
    assert fold(older, now, inputState=selected()).window == 127_000
    back = fold(now, older | {"requestId": "r3"}, inputState=selected())
    assert (back.window, back.context.tokens, back.model) == (None, 12_000, "gpt-4.1")


def test_the_usage_of_a_request_itself_is_newer_than_that_of_its_result():
    assert fold(request(prompt_tokens=9_000, promptTokens=9_400)).context.tokens == 9_400
    assert fold(running(promptTokens=9_400)).context.tokens == 9_400
    assert fold(request(prompt_tokens=9_000, promptTokens=0)).context.tokens == 9_000


@pytest.mark.parametrize("value", ["12000", -1, True, 1.5, 1e30, float("inf"), float("nan"), [1], {}])
def test_a_usage_that_is_no_figure_makes_the_context_unknown_not_stale(value):
    session = fold(request(prompt_tokens=9_000), request(key="r2", prompt_tokens=value))
    assert (session.context, session.bad_records) == (UNKNOWN, 1)


@pytest.mark.parametrize(
    ("last", "context"),
    [
        (request(key="r2"), UNKNOWN),
        (request(key="r2", prompt_tokens=0), UNKNOWN),
        (request(key="r2", result=7), UNKNOWN),
        (request(key="r2", state=CANCELLED), UNKNOWN),
        (running(key="r2"), Context(9_000, "measured")),
        (running(key="r2", response=[{"value": "I am"}]), Context(9_000, "measured")),
        (request(key="r2", state=FAILED, response=[]), Context(9_000, "measured")),
        (request(key="r2", state=CANCELLED, response=[]), Context(9_000, "measured")),
    ],
)
def test_a_figure_stays_while_a_request_runs_and_when_nothing_came_of_it(last, context):
    assert fold(request(prompt_tokens=9_000), last).context == context


@pytest.mark.parametrize(
    ("picked", "resolved", "model", "provider"),
    [
        ("copilot/gpt-4.1", None, "gpt-4.1", "github-copilot"),
        ("copilot/auto", "gpt-5-mini", "gpt-5-mini", "github-copilot"),
        ("copilot/auto", None, None, None),
        ("anthropic/claude-sonnet-4-5", None, "claude-sonnet-4-5", "anthropic"),
        ("openrouter/anthropic/claude-sonnet-4.5", None, "anthropic/claude-sonnet-4.5", "openrouter"),
        ("gpt-4o", None, "gpt-4o", None),
        (7, None, None, None),
        (None, "gpt-5", "gpt-5", None),
    ],
)
def test_the_model_is_the_one_that_answered(picked, resolved, model, provider):
    session = fold(request(modelId=picked, metadata={"resolvedModel": resolved}))
    assert (session.model, session.provider) == (model, provider)


def test_after_a_summary_the_context_is_unknown_until_the_next_request():
    summary = {"summary": {"toolCallRoundId": "a", "text": "In short"}}
    first = request(prompt_tokens=95_000, metadata=summary)
    session = fold(first)
    assert (session.context, session.compactions) == (UNKNOWN, 1)
    after = fold(first, request(key="r2", prompt_tokens=22_000))
    assert (after.context, after.compactions) == (Context(22_000, "measured"), 1)


def test_each_summary_counts_once():
    both = {"summary": {"toolCallRoundId": "b", "text": "2"},
            "summaries": [{"toolCallRoundId": "a", "text": "1"}, {"toolCallRoundId": "b", "text": "2"}, 7]}  # fmt: skip
    assert fold(request(metadata=both)).compactions == 2
    assert fold(request(metadata={"summary": None, "summaries": "x"})).compactions == 0
