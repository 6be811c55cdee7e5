"""Copilot CLI: sessions that the real program wrote, and their subagents, are read as `expected.json` tells."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.copilot_cli import AGENT, LINES
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.session import Ran
from relaymark.sources import transcript
from relaymark.sources.passing import record_of
from relaymark.sources.transcript import Transcript

CASES = Path(__file__).resolve().parents[1] / "transcripts/copilot-cli"
ID = "2c4b4cc4-4d65-4067-90c8-7e75f6ff63a4"
TURN = {"done": "ended", "open": "open", "interrupted": "interrupted"}
GAUGE = ("id", "parent", "cwd", "branch", "model", "provider", "context", "window", "turn", "waiting", "ended")


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][:8]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def read(folder, expected):
    reading = Transcript(AGENT, str(folder / expected["file"]))
    reading.read_all()
    return next(session for session in reading.sessions() if session.id == expected["id"])


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def gauge_of(session):
    return {name: getattr(session, name) for name in GAUGE}


def test_the_recorded_cases_are_all_there():
    parents = [param.values[2]["parent"] for param in recorded()]
    assert (len(parents), parents.count(None)) == (6, 4)


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected):
    session = read(folder, expected)
    assert (session.id, session.parent, session.cwd) == (expected["id"], expected["parent"], expected["cwd"])
    assert (session.version, session.branch, session.agent) == (case["version"], "main", "copilot-cli")
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert (session.window, session.model) == (expected["window_recorded"], expected["model"])
    assert session.compactions == expected["compactions"]
    if expected["prompts"] is not None:
        assert session.prompt_count == expected["prompts"]
    assert session.prompts[0].text == expected["first_prompt"]
    assert session.turn_open == expected["turn_open"]
    assert session.turn == TURN[expected["turn_end"]]
    assert below(case, session.files_read) == expected["files_read"]
    assert below(case, session.files_edited) == expected["files_edited"]
    assert session.commands == tuple(Ran(ran["cmd"], ran["exit"], ok=True) for ran in expected["commands"])
    assert (session.bad_records, session.partial) == (0, False)


@EVERY_SESSION
def test_the_times_of_a_recorded_session(folder, case, expected):
    session = read(folder, expected)
    told = [seconds(expected[name]) for name in ("started_at", "updated_at")]
    assert [session.started_at, session.updated_at] == pytest.approx(told, abs=0.002)


@EVERY_SESSION
def test_the_title_of_a_recorded_session_lies_beside_it(folder, case, expected):
    beside = (folder / expected["file"]).parent / LINES.neighbours.named
    title = LINES.neighbours.title(beside.read_text())
    assert (title if expected["parent"] is None else read(folder, expected).title) == expected["title"]


def test_a_file_holds_its_own_session_first_and_then_its_subagents():
    for file in CASES.glob("*/expected.json"):
        case = json.loads(file.read_bytes())
        reading = Transcript(AGENT, str(file.parent / case["sessions"][0]["file"]))
        reading.read_all()
        assert [session.id for session in reading.sessions()] == [one["id"] for one in case["sessions"]]


@EVERY_SESSION
def test_the_place_of_a_recorded_session_says_whose_it_is(folder, case, expected):
    assert AGENT.owns(expected["file"].split("/", 2)[2])
    assert LINES.session_id(str(folder / expected["file"])) == (expected["parent"] or expected["id"])
    lines = (folder / expected["file"]).read_bytes().splitlines()
    assert all(LINES.recognises(json.loads(one)) for one in lines)


@pytest.mark.parametrize("tail", [2_048, 8_192])
@EVERY_SESSION
def test_the_end_of_a_recorded_session_gives_the_gauge_of_the_whole(folder, case, expected, tail, monkeypatch):
    monkeypatch.setattr(transcript, "_CHUNK", 5_000)
    reading = Transcript(AGENT, str(folder / expected["file"]))
    whole = reading.read_all()
    sessions = reading.sessions()
    monkeypatch.setattr(transcript, "TAIL", tail)
    reading = Transcript(AGENT, str(folder / expected["file"]))
    assert gauge_of(reading.refresh()) == gauge_of(whole)
    assert reading.read_all() == whole
    assert reading.sessions() == sessions


def test_at_every_moment_of_a_recorded_session_its_end_gives_the_gauge_of_the_whole(tmp_path, monkeypatch):
    [recording] = CASES.glob("1.0.102-resume-subagent-compact/home/.copilot/session-state/*/events.jsonl")
    grown = tmp_path / "session-state" / ID / "events.jsonl"
    grown.parent.mkdir(parents=True)
    followed = Transcript(AGENT, str(grown))
    partial = parts = 0
    with open(grown, "wb") as file:
        for one in recording.read_bytes().splitlines(keepends=True):
            file.write(one)
            file.flush()
            monkeypatch.setattr(transcript, "TAIL", 1 << 30)
            whole = followed.refresh()
            known = {session.id: gauge_of(session) for session in followed.sessions()}
            monkeypatch.setattr(transcript, "TAIL", 3_000)
            reading = Transcript(AGENT, str(grown))
            fresh = reading.refresh()
            assert gauge_of(fresh) == gauge_of(whole), f"read at byte {file.tell()}"
            for part in reading.sessions()[1:]:
                # Its beginning may lie before the end that was read: what is told must be right, not complete.
                parts += 1
                assert (part.parent, part.cwd) == (ID, known[part.id]["cwd"])
                assert part.context.tokens in (None, known[part.id]["context"].tokens)
                assert part.turn in ("none", known[part.id]["turn"])
            partial += fresh.partial
    assert partial > 50
    assert parts > 10


def test_a_mentioned_file_of_a_recorded_session_is_attached():
    [file] = CASES.glob("1.0.102-tui-mention/home/.copilot/session-state/*/events.jsonl")
    decoder = LINES.decoder(str(file))
    records = [record_of(LINES, decoder, one) for one in file.read_bytes().splitlines()]
    found = [event for record in records if record for event in record.events if isinstance(event, ev.Mentioned)]
    assert found == [ev.Mentioned("/home/dev/projects/ws-copilot/src/window.py")]


# Beside the log


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("id: x\nname: Fix the parser\nuser_named: false\n", "Fix the parser"),
        ("name: '[S1] It''s done: now @PLAN.md'\n", "[S1] It's done: now @PLAN.md"),
        ('name: "A \\"quoted\\" name: \\u00e9\\x21\\n\\tnext"\n', 'A "quoted" name: \u00e9! next'),
        ("name: a long name that goes on\n  in the next line\nuser_named: true\n",
         "a long name that goes on in the next line"),
        ("name: 'a long name that\n  goes on'\n", "a long name that goes on"),
        ('name: "a long na\\\n  me that\n  goes on"\n', "a long name that goes on"),
        ("name: |-\n  First line\n\n  second line\nbranch: main\n", "First line second line"),
        ("name: >-\n  First line\n  second line\n", "First line second line"),
        ("name: plain # a comment\n", "plain"),
        ("name: issue #4\n", "issue"),
        ("name: C#4\r\n", "C#4"),
        ("summary: Of an older version\nsummary_count: 0\n", "Of an older version"),
        ("summary: Older\nname: Newer\n", "Newer"),
        ("name: ''\nsummary: Older\n", "Older"),
        ("name:\nbranch: main\n", None),
        ("name: null\n", None),
        ("name: 'never closed\n", None),
        ('name: "never closed\n', None),
        ('name: "\\U0011ffff\\ud800 odd"\n', "odd"),
        ("user_named: false\nclient_name: vscode\n", None),
        ("nested:\n  name: not this one\n", None),
        ("{]\x00", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_name_in_a_workspace_file(text, title):
    assert LINES.neighbours.title(text) == title


@pytest.mark.parametrize("client", ["github/cli", "vscode", "vscode-agent-host", "copilot-intellij"])
def test_the_name_is_found_whatever_client_wrote_the_file(client):
    assert LINES.neighbours.title(f"id: {ID}\nclient_name: {client}\nname: Fix it\n") == "Fix it"


@pytest.mark.parametrize(
    ("name", "process"),
    [
        ("inuse.4711.lock", 4711),
        ("inuse..lock", None),
        ("inuse.x.lock", None),
        ("inuse.-1.lock", None),
        ("inuse.99999999999999.lock", None),
        ("inuse.4711.lock.tmp", None),
        ("xinuse.4711.lock", None),
        ("events.jsonl", None),
        ("session.db", None),
    ],
)
def test_whose_lock_a_file_is(name, process):
    assert LINES.neighbours.holder(name) == process
