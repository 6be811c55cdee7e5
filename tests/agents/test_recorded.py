"""Sessions that the real programs wrote are read exactly as `expected.json` of their case tells."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.known import AGENTS
from relaymark.core import paths
from relaymark.sources import transcript
from relaymark.sources.files import read_pairs
from relaymark.sources.transcript import Transcript

CASES = Path(__file__).resolve().parents[1] / "transcripts"
ONE_FILE_EACH = ("claude-code", "codex", "qwen-code")
"""Agents that write one session per file of lines, which can be read from its end; others have own tests."""
AGENT = {agent.name: agent for agent in AGENTS}
TURN = {"done": "ended", "open": "open", "interrupted": "interrupted"}
GAUGE = ("id", "parent", "cwd", "model", "requested", "provider", "context", "window", "turn", "waiting", "ended")
NOT_FROM_A_TAIL = {
    "first_context": None,
    "base": None,
    "compactions": None,
    "prompt_count": None,
    "started_at": None,
    "files_read": (),
    "files_edited": (),
    "commands": (),
    "attachments": (),
    "spent": (),
    "sums": None,
}


def recorded():
    for file in sorted(CASES.glob("*/*/expected.json")):
        case = json.loads(file.read_bytes())
        if case["agent"] not in ONE_FILE_EACH:
            continue
        for session in case["sessions"]:
            named = f"{case['agent']}/{file.parent.name}/{session['id'][:18]}"
            yield pytest.param(file.parent, case, session, id=named)


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def read(folder, case, expected):
    return Transcript(AGENT[case["agent"]], str(folder / expected["file"])).read_all()


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


def seconds(text):
    return datetime.fromisoformat(text).timestamp()


def title_beside(folder, agent, session):
    """Return the name that stands in the agent's home, beside the transcript."""
    home = next((folder / "home").glob(".*"))
    return read_pairs(home / agent.titles.file, agent.titles.decode).get(session.id) if agent.titles else None


def test_the_cases_are_all_there():
    cases = Counter(folder.parent.name for folder in {param.values[0] for param in recorded()})
    sessions = Counter(param.values[0].parent.name for param in recorded())
    assert cases == {"claude-code": 16, "codex": 12, "qwen-code": 9}
    assert sessions == {"claude-code": 41, "codex": 15, "qwen-code": 10}


@EVERY_SESSION
def test_who_and_where_it_is(folder, case, expected):
    session = read(folder, case, expected)
    assert session.id == expected["id"]
    assert session.agent == case["agent"]
    assert session.parent == expected["parent"]
    assert session.cwd == expected["cwd"]
    assert session.forked_from == expected.get("forked_from")
    assert session.warm_up == expected.get("warmup", False)
    assert session.bad_records == 0
    assert not session.partial


@EVERY_SESSION
def test_the_file_name_and_its_place_say_whose_it_is(folder, case, expected):
    agent = AGENT[case["agent"]]
    inner = expected["file"].split("/", 2)[2]
    assert agent.owns(inner)
    assert agent.stores[0].session_id(str(folder / expected["file"])) == expected["id"]
    assert agent.closed(expected["file"]) == expected.get("archived", False)


@EVERY_SESSION
def test_its_gauge(folder, case, expected):
    session = read(folder, case, expected)
    assert (session.context.tokens, session.context.source) == (expected["context_tokens"], expected["context_source"])
    assert session.window == expected["window_recorded"]
    if session.agent != "qwen-code" or session.parent is None:  # there it stands in a file beside the transcript
        assert session.model == expected["model"]
    assert session.requested == expected.get("model_requested")


@EVERY_SESSION
def test_its_turns(folder, case, expected):
    session = read(folder, case, expected)
    if expected["compactions"] is not None:
        assert session.compactions == expected["compactions"]
    if expected["prompts"] is not None:
        assert session.prompt_count == expected["prompts"]
        assert (session.prompts[0].text if session.prompts else None) == expected["first_prompt"]
    if expected["turn_open"] is not None:
        assert session.turn_open == expected["turn_open"]
    if expected["turn_end"] in TURN:
        assert session.turn == TURN[expected["turn_end"]]


@EVERY_SESSION
def test_its_work(folder, case, expected):
    session = read(folder, case, expected)
    assert below(case, session.files_read) == sorted(expected["files_read"])
    assert below(case, session.files_edited) == sorted(expected["files_edited"])
    assert [ran.command for ran in session.commands] == [ran["cmd"] for ran in expected["commands"]]
    for ran, told in zip(session.commands, expected["commands"], strict=True):
        assert ran.exit == told["exit"] or told["exit"] is None


@EVERY_SESSION
def test_its_title_is_its_own(folder, case, expected):
    if "title" in case.get("open_fields", ()):
        pytest.skip("the file does not settle it")
    session = read(folder, case, expected)
    assert (title_beside(folder, AGENT[case["agent"]], session) or session.title) == expected["title"]


@EVERY_SESSION
def test_its_times(folder, case, expected):
    session = read(folder, case, expected)
    for recorded_time, found in (
        (expected["started_at"], session.started_at),
        (expected["updated_at"], session.updated_at),
    ):
        assert found == (recorded_time and pytest.approx(seconds(recorded_time), abs=0.002))


@pytest.mark.parametrize("tail", [4_096, 16_384])
@EVERY_SESSION
def test_its_end_alone_gives_the_gauge_and_the_history_gives_the_rest(folder, case, expected, tail, monkeypatch):
    whole = read(folder, case, expected)
    monkeypatch.setattr(transcript, "TAIL", tail)
    monkeypatch.setattr(transcript, "_CHUNK", 5_000)
    reading = Transcript(AGENT[case["agent"]], str(folder / expected["file"]))
    first = reading.refresh()
    assert {name: getattr(first, name) for name in GAUGE} == {name: getattr(whole, name) for name in GAUGE}
    assert first.partial == reading.partial
    if not first.partial:
        assert first == whole
        return
    assert {name: getattr(first, name) for name in NOT_FROM_A_TAIL} == NOT_FROM_A_TAIL
    steps = 1
    while not reading.read_history(most=20_000):
        assert reading.session() == first
        steps += 1
    assert steps >= reading.size // 25_000
    assert reading.session() == whole
    assert reading.refresh() == whole


def test_a_small_tail_leaves_most_recorded_sessions_partial(monkeypatch):
    """Or the test above would look at nothing."""
    monkeypatch.setattr(transcript, "TAIL", 16_384)
    readings = [Transcript(AGENT[case["agent"]], str(folder / one["file"])) for folder, case, one in values()]
    assert sum(reading.refresh().partial for reading in readings) > 25


def values():
    return [param.values for param in recorded()]


def gauge_of(session):
    return session.context, session.model, session.window, session.turn_open, session.cwd


@pytest.mark.parametrize(
    ("case", "agent", "part"),
    [
        ("2.1.329-tui-rename-rewind", "claude-code", "06b2a57d-3af1-4693-98d7-0a1ca30b2e6e.jsonl"),
        ("2.1.329-auto-compact", "claude-code", "40b4558a-a7ef-4b6e-8d18-942b8240bac5.jsonl"),
        ("2.0.30-resume-subagent-compact", "claude-code", "7e3a4434-b1b8-4d26-99d9-3bc8aea75aed.jsonl"),
        ("0.50.0-auto-compact", "codex", "01a1fa33-e2a8-7660-a557-d6c13b6a1525.jsonl"),
        ("0.120.0-resume", "codex", "01a1fa34-0a2f-74b1-8666-56cba4d40f56.jsonl"),
        ("0.169.0-several-sessions", "codex", "01a1fa26-95ca-7332-b445-2828a03a2800.jsonl"),
    ],
)
def test_at_every_moment_of_a_recorded_session_its_end_gives_the_gauge_of_the_whole(
    case, agent, part, tmp_path, monkeypatch
):
    [recording] = (CASES / agent / case).glob(f"home/**/*{part}")
    grown = tmp_path / recording.name
    whole, end = (Transcript(AGENT[agent], str(grown)) for _ in range(2))
    partial = 0
    with open(grown, "wb") as file:
        for line in recording.read_bytes().splitlines(keepends=True):
            file.write(line)
            file.flush()
            monkeypatch.setattr(transcript, "TAIL", 1 << 30)
            expected = gauge_of(whole.refresh())
            monkeypatch.setattr(transcript, "TAIL", 3_000)
            fresh = Transcript(AGENT[agent], str(grown)).refresh()
            assert gauge_of(fresh) == expected, f"read at byte {file.tell()}"
            if not end.partial:
                end = Transcript(AGENT[agent], str(grown))
            assert gauge_of(end.refresh()) == expected, f"followed to byte {file.tell()}"
            partial += end.partial
    assert partial > 10
