"""Copilot Chat in VS Code: files, commands and hostile records, in chats written by hand after the documented facts."""

import copy

import pytest
from tests.agents.copilot_chats import (
    CWD,
    calls,
    chat,
    fold,
    of_kind,
    part,
    request,
    running,
    selected,
    terminal,
    told,
    uri,
)

from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Ran

# Files and commands


def test_files_are_read_and_changed_by_calls_that_came_back():
    made = [("read_file", {"filePath": f"{CWD}/a.py", "startLine": 5, "endLine": 14}),
            ("read_file", {"filePath": f"{CWD}/b.py", "offset": 3, "limit": 40}),
            ("replace_string_in_file", {"filePath": f"{CWD}/a.py", "oldString": "x", "newString": "y"}),
            ("multi_replace_string_in_file", {"replacements": [{"filePath": f"{CWD}/c.py"}, 7, {"filePath": 7}]}),
            ("create_file", {"filePath": f"{CWD}/d.py", "content": "d"}),
            ("insert_edit_into_file", {"filePath": f"{CWD}/e.py", "code": "e"}),
            ("edit_notebook_file", {"filePath": f"{CWD}/f.ipynb", "newCode": ["f", "g"]}),
            ("apply_patch", {"input": f"*** Begin Patch\n*** Update File: {CWD}/g.py\n@@\n-a\n+b\n*** End Patch"}),
            ("grep_search", {"query": "x"})]  # fmt: skip
    session = fold(calls(*made))
    assert session.files_read == (f"{CWD}/a.py", f"{CWD}/b.py")
    assert session.files_edited == tuple(
        f"{CWD}/{name}" for name in ("a.py", "c.py", "d.py", "e.py", "f.ipynb", "g.py")
    )
    reads = of_kind(ev.FileRead, calls(*made))
    assert [(read.first, read.count) for read in reads] == [(5, 10), (3, 40)]
    assert of_kind(ev.FileEdit, calls(*made))[0] == ev.FileEdit("c3", f"{CWD}/a.py", "y", "x")
    lost = fold(calls(*made, results={}))
    assert (lost.files_read, lost.files_edited) == ((), ())


def test_a_file_may_be_named_by_a_uri_or_on_windows():
    made = [("read_file", {"filePath": "c:\\shop\\a.py"}),
            ("read_file", {"filePath": "file:///c%3A/shop/b%20c.py"}),
            ("read_file", {"filePath": "https://example.com/x"})]  # fmt: skip
    window = {"folder": "file:///c%3A/shop"}
    assert fold(calls(*made), window=window).files_read == ("c:/shop/a.py", "c:/shop/b c.py")


@pytest.mark.parametrize(
    ("shown", "ran"),
    [
        ([terminal()], Ran("make", 0, ok=True)),
        ([terminal(code=2)], Ran("make", 2, ok=False)),
        ([terminal(code=2, key="other id")], Ran("make", 2, ok=False)),
        ([terminal(code=None)], Ran("make")),
        ([terminal(code="2")], Ran("make")),
        ([terminal(code=True)], Ran("make")),
        ([terminal("ls", 3, key="c9")], Ran("make")),
        ([terminal(isConfirmed={"type": 0}, code=None)], Ran("make", None, ok=False)),
        ([terminal(isConfirmed=False, code=None)], Ran("make", None, ok=False)),
        ([terminal(resultError="no shell", code=None)], Ran("make", None, ok=False)),
        ([terminal(subAgentInvocationId="s1", code=7)], Ran("make")),
        ([], Ran("make")),
    ],
)
def test_how_a_command_ended(shown, ran):
    done = calls(("run_in_terminal", {"command": "make", "isBackground": False}), response=shown)
    assert fold(done).commands == (ran,)


def test_two_runs_of_one_command_keep_their_own_exit_codes():
    both = [("run_in_terminal", {"command": "make"}), ("run_in_terminal", {"command": "make"})]
    done = calls(*both, response=[terminal(code=2, key="x"), terminal(code=0, key="y")])
    assert [ran.exit for ran in fold(done).commands] == [2, 0]


def test_while_a_request_runs_its_parts_tell_of_commands_and_files():
    link = {"value": "Read [](file:///home/dev/shop/a%20b.py#5-14), lines 5 to 14"}
    parts = [{"value": "I look."}, {"kind": "thinking", "value": ["hm"]}, part(pastTenseMessage=link),
             terminal(code=1, key="c2"), part(key="c3", invocationMessage="Reading a file"),
             part(key="c4", subAgentInvocationId="s1", pastTenseMessage={"value": "[](file:///home/dev/shop/z.py)"}),
             {"kind": "textEditGroup", "uri": uri(f"{CWD}/c.py"), "edits": [[{"text": "x"}]]},
             {"kind": "inlineReference", "inlineReference": uri(f"{CWD}/n.py")}, 7, None]  # fmt: skip
    session = fold(running(response=parts))
    assert session.files_read == (f"{CWD}/a b.py",)
    assert session.files_edited == (f"{CWD}/c.py",)
    assert session.commands == (Ran("make", 1, ok=False),)
    assert session.turn == "open"


def test_files_that_the_user_kept_were_edited_and_those_undone_were_not():
    events = [{"uri": uri(f"{CWD}/{name}.py"), "eventKind": kind} for name, kind in (("a", 1), ("b", 2), ("c", 3))]
    assert fold(request(editedFileEvents=events)).files_edited == (f"{CWD}/a.py", f"{CWD}/c.py")


def test_attached_files_are_mentioned():
    variables = [{"kind": "file", "value": uri(f"{CWD}/a.py")},
                 {"kind": "file", "value": {"uri": uri(f"{CWD}/b.py"), "range": {"startLineNumber": 1}}},
                 {"kind": "implicit", "value": uri("/srv/c.py", "vscode-remote", authority="ssh-remote+box")},
                 {"kind": "directory", "value": uri(f"{CWD}/src")},
                 {"kind": "paste", "code": "x = 1", "copiedFrom": {"uri": uri(f"{CWD}/d.py")}},
                 {"isFile": True, "value": "file:///home/dev/shop/e.py"},
                 {"kind": "string", "value": "a note"},
                 {"kind": "tool", "id": "t"}, {"kind": "file", "value": uri("Untitled-1", "untitled")}, 7]  # fmt: skip
    used = [{"kind": "reference", "reference": uri(f"{CWD}/a.py")}, {"reference": {"variableName": "v"}},
            {"kind": "reference", "reference": {"uri": uri(f"{CWD}/f.py")}}, None]  # fmt: skip
    asked = request(variableData={"variables": variables}, contentReferences=used)
    found = of_kind(ev.Mentioned, asked)
    assert [mention.path for mention in found] == [
        f"{CWD}/a.py", f"{CWD}/b.py", "/srv/c.py", f"{CWD}/d.py", f"{CWD}/e.py", f"{CWD}/f.py"
    ]  # fmt: skip
    assert found[3].text == "x = 1"
    assert of_kind(ev.Fed, asked) == [ev.Fed("a note")]


def test_the_text_of_results_is_what_the_model_got():
    tree = {
        "node": {
            "type": 1,
            "children": [{"type": 2, "text": "one"}, {"type": 1, "children": [{"type": 2, "text": "two"}]}],
        }
    }
    content = [{"$mid": 21, "value": "plain"}, {"$mid": 23, "value": tree}, {"value": 7}, None]
    done = calls(("read_file", {"filePath": f"{CWD}/a.py"}), results={"c1": {"content": content}})
    assert of_kind(ev.Returned, done) == [ev.Returned("c1", None, None, "plain\none\ntwo")]


# Hostile records


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


def put(value, path, new):
    made = copy.deepcopy(value)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return made


@pytest.mark.parametrize("odd", [None, 7, -1, "x", "file://[", [], [[]], True, 1e300, {}, {"x": []}, {"value": {}}])
def test_wrong_types_anywhere_never_raise(odd):
    variables = {"variables": [{"kind": "file", "value": {"uri": uri("/w/a"), "range": {"startLineNumber": 1}}}]}
    full = calls(("read_file", {"filePath": "/w/a"}), ("run_in_terminal", {"command": "ls"}), variableData=variables,
                 response=[{"value": "x"}, terminal(key="c2"), {"kind": "textEditGroup", "uri": uri("/w/b")}],
                 editedFileEvents=[{"uri": uri("/w/c"), "eventKind": 1}], shouldBeRemovedOnSend=None, promptTokens=5,
                 contentReferences=[{"reference": uri("/w/d")}])  # fmt: skip
    full["result"]["metadata"]["summaries"] = [{"toolCallRoundId": "a", "text": "b"}]
    whole = chat(full, running(key="r2", response=[part(pastTenseMessage={"value": "[](file:///w/a)"})]),
                 inputState=selected(), repoData={"localBranch": "main"})  # fmt: skip
    for place in places(whole):
        for one in told(put(whole, place, odd) if place else odd):
            folding = SessionFold("copilot-vscode", one.session)
            for at, record in enumerate(one.records):
                folding.add(at, record)
            assert folding.session().agent == "copilot-vscode"
