"""Roo Code and the older Kilo Code, as documented: no recording exists.

What they share with Cline's task folders has tests of its own; here is what Roo Code writes otherwise. The messages are
made after the facts and Roo Code's public source.
"""

import json

import pytest

from relaymark.agents.cline import AGENT as CLINE
from relaymark.agents.kilo_legacy import AGENT as KILO
from relaymark.agents.roo import AGENT as ROO
from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import Whole

TASK = "0197d3a2-5f0e-7a60-9d39-2f6f7a0c1b1e"
CHILD = "0197d3a2-9999-7a60-9d39-2f6f7a0c1b1e"
ROOT = "/home/dev/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/tasks"
CWD = "/home/dev/projects/shop"
AT = 1_795_200_628_271
BOTH = pytest.mark.parametrize("agent", [ROO, KILO], ids=["roo", "kilo-legacy"])


def say(kind, text=None, **more):
    return {"ts": AT, "type": "say", "say": kind, **({} if text is None else {"text": text}), **more}


def ask(kind, text="", **more):
    return {"ts": AT, "type": "ask", "ask": kind, "text": text, **more}


def task(text="Fix it"):
    return say("text", text)


def request(sent=None, answered=150, written=0, read=0, **more):
    figures = {"tokensIn": sent, "tokensOut": answered, "cacheWrites": written, "cacheReads": read, "cost": 0.01}
    return say("api_req_started", json.dumps({**({} if sent is None else figures), **more}))


def tool(name, path=None, *, asks=False, **more):
    text = json.dumps({"tool": name, **({} if path is None else {"path": path}), **more})
    return ask("tool", text) if asks else say("tool", text)


def condensed(new=9_000, summary="All of it.", **more):
    told = {"cost": 0.1, "prevContextTokens": 90_000, "newContextTokens": new, "summary": summary, "condenseId": "c"}
    return say("condense_context", contextCondense={**told, **more})


def session(*messages, agent=ROO, **beside):
    names = {"metadata": "task_metadata.json", "item": "history_item.json"}
    contents = {"ui_messages.json": list(messages), **{names[key]: value for key, value in beside.items()}}
    [told] = agent.stores[0].decode(f"{ROOT}/{TASK}/ui_messages.json", contents)
    folding = SessionFold(agent.name, told.session)
    for at, record in enumerate(told.records):
        folding.add(at, record)
    return folding.session()


def events(*messages, **beside):
    contents = {"ui_messages.json": list(messages), **beside}
    [told] = ROO.stores[0].decode(f"{ROOT}/{TASK}/ui_messages.json", contents)
    return [event for record in told.records for event in record.events]


# The context


@BOTH
@pytest.mark.parametrize(
    ("figures", "tokens"),
    [
        ((31_000, 150, 0, 0), 31_150),
        ((31_000, 150, 1_000, 29_000), 31_150),
        ((30_000, 150, 1_000, 29_000), 30_150),
        ((8, 150, 3_000, 20_000), 23_158),
        ((8, 150, 3_000, 0), 3_158),
        ((29_999, 150, 1_000, 29_000), 60_149),
    ],
)
def test_cached_tokens_are_in_the_input_unless_there_are_more_of_them(agent, figures, tokens):
    assert session(task(), request(*figures), agent=agent).context == Context(tokens, "measured")


def test_the_way_is_chosen_for_each_request():
    found = session(task(), request(8, 150, 3_000, 20_000), request(31_000, 150, 1_000, 29_000))
    assert found.context.tokens == 31_150
    assert found.first_context == 23_008


@pytest.mark.parametrize("newest", [request(), request(0, 0), request(apiProtocol="anthropic"), say("api_req_started")])
def test_a_started_request_leaves_the_last_good_figures(newest):
    assert session(task(), request(100, 50), newest).context == Context(150, "measured")


def test_usage_that_cannot_be_read_makes_the_context_unknown():
    assert session(task(), request(100, 50), request("many")).context == Context()


# Condensing


def test_after_condensing_the_agents_own_estimate_counts_until_the_next_request():
    found = session(task(), request(90_000), condensed())
    assert (found.context, found.compactions) == (Context(9_000, "estimated"), 1)
    again = session(task(), request(90_000), condensed(), request(12_000, 100))
    assert again.context == Context(12_100, "measured")


@pytest.mark.parametrize("new", [0, None, "9000", -1])
def test_without_an_estimate_the_context_is_unknown(new):
    assert session(task(), request(90_000), condensed(new)).context == Context()


def test_the_summary_is_kept():
    assert ev.Compacted("All of it.") in events(task(), condensed())


@pytest.mark.parametrize("message", [say("condense_context", partial=True), say("condense_context_error", "no")])
def test_condensing_that_is_not_done_changes_nothing(message):
    found = session(task(), request(90_000, 0), message)
    assert (found.context.tokens, found.compactions) == (90_000, 0)


@pytest.mark.parametrize(
    ("new", "context"), [(40_000, Context(40_000, "estimated")), (None, Context()), ("x", Context())]
)
def test_a_cut_without_a_summary_is_no_compaction_but_the_old_figure_is_gone(new, context):
    cut = say("sliding_window_truncation", contextTruncation={"messagesRemoved": 9, "newContextTokens": new})
    found = session(task(), request(90_000), cut)
    assert (found.context, found.compactions) == (context, 0)


# Who it is


def item(**more):
    return {"id": TASK, "number": 3, "ts": AT, "task": "Fix it", "workspace": CWD, "tokensIn": 10**6, **more}


@BOTH
def test_the_history_item_tells_directory_and_title(agent):
    found = session(task(), item=item(), agent=agent)
    assert (found.id, found.cwd, found.title, found.agent) == (TASK, CWD, "Fix it", agent.name)
    assert session(task(), item=item(title="Parser"), agent=agent).title == "Parser"
    assert found.context == Context()


def test_an_older_task_tells_directory_and_model_in_its_requests():
    details = f"<environment_details>\n# Current Workspace Directory ({CWD}) Files\na.py\n\n# Current Mode\n"
    asked = request(100, 50, request=f"<task>Fix it</task>\n{details}<slug>code</slug>\n<model>gpt-4o</model>")
    found = session(task(), asked)
    assert (found.cwd, found.model) == (CWD, "gpt-4o")


def test_the_newest_directory_is_that_of_the_history():
    details = "<environment_details>\n# Current Workspace Directory (/elsewhere) Files\n"
    assert session(task(), request(1, 1, request=details), item=item()).cwd == CWD


def test_a_subtask_is_a_session_of_its_own_with_its_parent():
    found = session(task(), item=item(parentTaskId=CHILD, rootTaskId=CHILD))
    assert (found.id, found.parent) == (TASK, CHILD)


def test_a_task_names_its_subtasks():
    contents = {"history_item.json": item(childIds=[CHILD, None, 3])}
    assert [event for event in events(task(), **contents) if isinstance(event, ev.SubagentStarted)] == [
        ev.SubagentStarted(CHILD)
    ]


def test_the_result_of_a_subtask_is_no_prompt():
    found = session(task(), request(1, 1), say("subtask_result", "It is in a.py."))
    assert [one.text for one in found.prompts] == ["Fix it"]


# Files and commands


def test_files_of_every_tool_that_reads_or_edits():
    found = session(
        task(),
        request(1, 1),
        tool("readFile", batchFiles=[{"path": "a.py"}, {"path": "b.py"}, None], asks=True),
        tool("appliedDiff", "c.py", diff="..."),
        tool("appliedDiff", batchDiffs=[{"path": "d.py"}], asks=True),
        tool("newFileCreated", "e.py", content="x"),
        tool("insertContent", "f.py"),
        tool("searchAndReplace", "g.py"),
        tool("codebaseSearch", "src"),
        tool("newTask", content="more"),
        request(1, 1),
        item=item(),
    )
    assert found.files_read == (f"{CWD}/a.py", f"{CWD}/b.py")
    assert found.files_edited == tuple(f"{CWD}/{name}.py" for name in "cdefg")


@pytest.mark.parametrize("prefix", ["roo", "kilocode"])
def test_notes_carry_the_name_of_the_program(prefix):
    dates = {f"{prefix}_read_date": AT, f"{prefix}_edit_date": AT}
    noted = [
        {"path": "a.py", "record_state": "active", "record_source": "read_tool", **dates},
        {"path": "b.py", "record_state": "stale", "record_source": f"{prefix}_edited", **dates},
        {"path": "c.py", "record_state": "active", "record_source": "user_edited", "user_edit_date": AT, **dates},
    ]
    found = session(task(), metadata={"files_in_context": noted})
    assert (found.files_read, found.files_edited) == (("a.py",), ("b.py",))


def test_commands_that_were_approved():
    found = session(task(), request(1, 1), ask("command", "make"), say("command_output", "ok"), request(1, 1))
    assert found.commands == (Ran("make"),)


# How it stands


@pytest.mark.parametrize(
    ("messages", "status", "turn", "waiting"),
    [
        ([task(), request()], "active", "open", False),
        ([task(), request(1, 1), say("text", "So.")], "active", "open", False),
        ([task(), request(1, 1), ask("followup", "{}")], "active", "open", True),
        ([task(), request(1, 1), ask("tool", "{}", isAnswered=True)], "active", "open", False),
        ([task(), request(1, 1), ask("auto_approval_max_req_reached")], "active", "open", True),
        ([task(), request(1, 1), say("completion_result", "Done."), ask("completion_result")], None, "ended", False),
        ([task(), request(1, 1), say("text", "Done.")], "completed", "ended", False),
        ([task(), request()], "completed", "open", False),
        ([task(), request(1, 1), tool("newTask")], "delegated", "open", False),
        ([task(), request(1, 1), ask("resume_task")], "active", "interrupted", False),
        ([task(), request(cancelReason="user_cancelled")], "active", "interrupted", False),
    ],
)
def test_the_newest_message_and_the_history_tell_how_it_stands(messages, status, turn, waiting):
    found = session(*messages, item=item(status=status))
    assert (found.turn, found.waiting) == (turn, waiting)


# Where it lies


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("/home/dev", "/home/dev/.config/VSCodium/User/globalStorage"),
        ("/home/dev", "/home/dev/.vscode-server/data/User/globalStorage"),
        ("/Users/dev", "/Users/dev/Library/Application Support/VSCodium/User/globalStorage"),
        (r"C:\Users\dev", "c:/Users/dev/AppData/Roaming/VSCodium/User/globalStorage"),
    ],
)
@BOTH
def test_it_lies_in_the_storage_of_every_editor(agent, home, expected):
    assert expected in [one.path for one in agent.homes({}, home)]


@BOTH
def test_variables_move_the_editors(agent):
    [code] = [one for one in agent.homes({"XDG_CONFIG_HOME": "/data"}, "/home/dev") if "/Code/" in one.path][:1]
    assert (code.path, code.variable) == ("/data/Code/User/globalStorage", "XDG_CONFIG_HOME")


def test_each_extension_owns_its_tasks_alone():
    agents = {"rooveterinaryinc.roo-cline": ROO, "kilocode.kilo-code": KILO, "saoudrizwan.claude-dev": CLINE}
    for folder, own in agents.items():
        path = f"{folder}/tasks/{TASK}/ui_messages.json"
        assert [agent.name for agent in agents.values() if agent.owns(path)] == [own.name]
        assert own.folders.count(f"{folder}/tasks") == 1


@pytest.mark.parametrize(
    "path",
    [
        f"rooveterinaryinc.roo-cline/tasks/{TASK}/api_conversation_history.json",
        f"rooveterinaryinc.roo-cline/tasks/{TASK}/history_item.json",
        "rooveterinaryinc.roo-cline/tasks/_index.json",
        "rooveterinaryinc.roo-cline/settings/custom_modes.yaml",
        "roo-code-settings.json",
        "secrets.json",
        "state.vscdb",
    ],
)
def test_other_files_are_not_owned(path):
    assert not ROO.owns(path)
    assert not KILO.owns(path)


def test_only_tasks_that_begin_as_its_own_do_are_recognised():
    [store] = ROO.stores
    assert store.recognises([task(), request()])
    assert not store.recognises([say("task", "Fix it")])


def test_a_task_is_read_from_its_folder(tmp_path):
    folder = tmp_path / f"rooveterinaryinc.roo-cline/tasks/{TASK}"
    folder.mkdir(parents=True)
    for name, value in {"ui_messages": [task(), request(100, 50)], "history_item": item()}.items():
        (folder / f"{name}.json").write_text(json.dumps(value))
    unit = Whole(ROO, str(folder / "ui_messages.json"), ROO.stores[0])
    unit.refresh()
    [found] = unit.sessions()
    assert (found.id, found.cwd, found.context.tokens, found.agent) == (TASK, CWD, 150, "roo")


# Whatever a file may hold

VALUES = (None, True, -1, 1.5, 10**30, "", "text", "{", [], [[]], {}, {"newContextTokens": []}, [None, 3, {}])


@pytest.mark.parametrize("value", VALUES)
def test_any_shape_is_read_without_an_error(value):
    fields = ("workspace", "task", "title", "parentTaskId", "childIds", "status")
    found = session(task(), request(100, 50), item=dict.fromkeys(fields, value))
    assert found.context.tokens == 150
    for kind in ("condense_context", "sliding_window_truncation"):
        told = say(kind, value, contextCondense=value, contextTruncation=value)
        assert session(task(), told, request(100, 50)).context.tokens == 150
    for batch in ("batchFiles", "batchDiffs"):
        assert session(task(), tool("readFile", value, **{batch: value}), request(100, 50)).context.tokens == 150
