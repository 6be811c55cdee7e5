"""Cursor's agent transcripts: no recordings exist, every line here is written by hand after the documented facts."""

import json

import pytest

from relaymark.agents.cursor import AGENT, LINES
from relaymark.agents.cursor.transcripts import decode, slug
from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.transcript import Transcript

ID = "98251e54-8aed-4515-b2b4-08895453eedd"
OTHER = "fbd30712-94fd-48d3-b674-ed162dbf56ab"
CWD = "/home/dev/my.shop"
NAMED = "home-dev-my-shop"
ENDED = {"type": "turn_ended", "status": "success"}


def user(text="<user_query>\nGo\n</user_query>"):
    return {"role": "user", "message": {"content": [{"type": "text", "text": text}]}}


def said(*calls, text="I look."):
    blocks = [{"type": "tool_use", "name": name, "input": given} for name, given in calls]
    return {"role": "assistant", "message": {"content": [{"type": "text", "text": text}, *blocks]}}


def fold(*lines, named=NAMED, parent=None):
    folding = SessionFold("cursor", ID)
    for at, line in enumerate(lines):
        folding.add(at, decode(line, ID, parent, named))
    return folding.session()


def test_a_transcript_on_disk_is_a_session(tmp_path):
    file = tmp_path / f"projects/{NAMED}/agent-transcripts/{ID}/{ID}.jsonl"
    file.parent.mkdir(parents=True)
    lines = [user(), said(("Read", {"path": f"{CWD}/src/a.py"})), said(text="Done."), ENDED]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    session = Transcript(AGENT, str(file), LINES).read_all()
    assert (session.id, session.cwd, session.agent) == (ID, CWD, "cursor")
    assert (session.prompt_count, session.prompts[0].text, session.turn) == (1, "Go", "ended")
    assert session.files_read == (f"{CWD}/src/a.py",)
    assert (session.context, session.window, session.bad_records) == (Context(), None, 0)


@pytest.mark.parametrize(
    ("path", "session"),
    [
        (f"/home/dev/.cursor/projects/{NAMED}/agent-transcripts/{ID}/{ID}.jsonl", ID),
        (f"C:\\Users\\dev\\.cursor\\projects\\c-shop\\agent-transcripts\\{ID}.jsonl", ID),
        (f"/x/agent-transcripts/{OTHER}/subagents/{ID}.jsonl", ID),
        (f"/x/{ID}.jsonl", None),
        ("x.jsonl", None),
    ],
)
def test_the_id_that_a_path_gives(path, session):
    assert LINES.session_id(path) == session


def test_a_subagent_stands_under_the_session_that_its_folder_names():
    decoder = LINES.decoder(f"/home/dev/.cursor/projects/{NAMED}/agent-transcripts/{ID}/subagents/{OTHER}.jsonl")
    assert decoder(user()).events[0] == ev.Started(OTHER, ID)
    own = LINES.decoder(f"/home/dev/.cursor/projects/{NAMED}/agent-transcripts/{ID}.jsonl")
    assert own(user()).events == (ev.Prompt("Go"),)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("/home/dev/shop", "home-dev-shop"),
        ("/Users/dev/My Shop/", "Users-dev-My-Shop"),
        ("C:\\Programm", "c-Programm"),
        ("c:/Users/dev/shop_2", "c-Users-dev-shop-2"),
        ("\\\\wsl.localhost\\Ubuntu\\home", "wsl-localhost-Ubuntu-home"),
        ("/home/dev/übung", "home-dev-bung"),
    ],
)
def test_the_name_of_a_folder(folder, name):
    assert slug(folder) == name
    assert AGENT.near(folder) == f"/projects/{name}/agent-transcripts"


@pytest.mark.parametrize(
    ("place", "named", "cwd"),
    [
        (f"{CWD}/src/a.py", NAMED, CWD),
        (CWD, NAMED, CWD),
        ("/home/dev/my/shop/a.py", NAMED, "/home/dev/my/shop"),
        ("/home/dev/other/a.py", NAMED, None),
        ("src/a.py", NAMED, None),
        ("/etc/hosts", NAMED, None),
        ("C:\\Users\\dev\\shop\\a.py", "c-Users-dev-shop", "c:/Users/dev/shop"),
        ("D:\\x", "zz", None),
        ("/a", None, None),
        ("/", "x", None),
        (7, NAMED, None),
    ],
)
def test_the_folder_is_the_parent_of_a_path_that_has_the_transcripts_name(place, named, cwd):
    assert fold(user(), said(("Read", {"path": place})), named=named).cwd == cwd


def test_only_what_the_user_typed_is_a_prompt():
    both = user("<open_files>a.py</open_files>\n<user_query>Go</user_query>\n<user_query>on</user_query>")
    session = fold(both, user("<system_reminder>x</system_reminder>"), user("plain"), user(""))
    assert [prompt.text for prompt in session.prompts] == ["Go\non", "plain"]
    text = {"role": "user", "message": {"content": "as text"}}
    assert decode(text, ID, None, None).events == (ev.Prompt("as text"),)


@pytest.mark.parametrize(
    ("lines", "turn", "sure"),
    [
        ([user()], "open", True),
        ([user(), said(("Grep", {"pattern": "x"}))], "open", True),
        ([user(), said(text="Done.")], "ended", False),
        ([user(), said(text="Done."), ENDED], "ended", True),
        ([user(), {"type": "turn_ended", "status": "aborted", "error": "User aborted"}], "interrupted", True),
        ([user(), {"type": "turn_ended", "status": "error"}], "failed", True),
        ([user(), {"type": "turn_ended"}], "ended", True),
        ([user(), {"type": "turn_ended", "status": []}], "ended", True),
        ([user(), ENDED, user()], "open", True),
        ([ENDED], "ended", True),
    ],
)
def test_the_turn(lines, turn, sure):
    session = fold(*lines)
    assert (session.turn, session.turn_sure) == (turn, sure)


def test_files_and_commands():
    calls = [("Read", {"path": "a.py", "offset": 3, "limit": 9}), ("Write", {"path": "b.py", "contents": "b"}),
             ("StrReplace", {"path": "c.py", "old_string": "x", "new_string": "y"}), ("Shell", {"command": "make"}),
             ("Shell", {"command": "make"}), ("ApplyPatch", "*** Update File: d.py\n-a\n+b\n*** End Patch"),
             ("Delete", {"path": "e.py"}), ("Glob", {"glob": "*"}), ("Read", {}), (None, None)]  # fmt: skip
    session = fold(user(), said(("Read", {"path": f"{CWD}/a.py"})), said(*calls))
    assert session.files_read == (f"{CWD}/a.py",)
    assert session.files_edited == tuple(f"{CWD}/{name}.py" for name in "bcde")
    assert session.commands == (Ran("make"), Ran("make"))


def test_whose_line_it_is():
    assert LINES.recognises(user())
    assert LINES.recognises(said())
    for other in ({"type": "user", "uuid": "x", **user()}, {"role": "user", "content": "x"}, ENDED, [], None):
        assert not LINES.recognises(other)


@pytest.mark.parametrize("odd", [None, 7, "x", "<user_query>", [], [[]], {}, {"x": []}, True, 1e300, "\udcff"])
def test_wrong_types_never_raise(odd):
    block = {"type": "tool_use", "name": "Read", "input": {"path": "/w/a"}, "id": "c1"}
    lines = [odd, {**user(), "role": odd}, {**user(), "message": odd}, {"role": "user", "message": {"content": odd}},
             {**ENDED, "status": odd}, {"type": odd}]  # fmt: skip
    lines += [{"role": "assistant", "message": {"content": odd}}, {"role": "assistant", "message": {"content": [odd]}}]
    lines += [{"role": "assistant", "message": {"content": [{**block, field: odd}]}} for field in block]
    both = {"type": "tool_use", "name": "Read", "input": {"path": odd, "command": odd}}
    lines += [{"role": "assistant", "message": {"content": [both]}}]
    assert fold(user(), *lines).prompt_count >= 1
