"""The counting process: answers like counting here would, ends without work, and is started again when it is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import Queue

import msgspec
import pytest

from relaymark.sources import counting
from relaymark.sources.counting import Asked, Counted, TokenCounter

CASES = Path(__file__).resolve().parents[1] / "transcripts"
CODEX = next((CASES / "codex" / "0.50.0-auto-compact").rglob("rollout-*.jsonl"))
CLAUDE = next((CASES / "claude-code" / "2.0.30-two-sessions").rglob("068cefa2-*.jsonl"))
PATIENCE = 30
DRIVER = """\
import sys
from relaymark.engine import counting_child
counting_child.IDLE = float(sys.argv[1])
counting_child.main()
"""


@pytest.fixture(scope="module", autouse=True)
def one_vocabulary(tmp_path_factory):
    """Let all processes of these tests share one unpacked vocabulary."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", "")
        yield str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def shared_cache(isolated_home, one_vocabulary, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", one_vocabulary)


@pytest.fixture
def answers():
    return Queue()


@pytest.fixture
def counter(answers):
    made = TokenCounter(answers.put)
    yield made
    made.close()


def offsets(path):
    at, found = 0, []
    for line in path.read_bytes().splitlines(keepends=True):
        found.append(at)
        at += len(line)
    return tuple(found)


def here(asked):
    from relaymark.engine.counting_child import RecordCounter

    return RecordCounter().counted(asked)


@pytest.mark.parametrize(("agent", "path"), [("codex", CODEX), ("claude-code", CLAUDE)])
def test_the_process_counts_as_counting_here_does(counter, answers, agent, path):
    asked = Asked(agent, str(path), offsets(path))
    counter.ask(asked)
    told = answers.get(timeout=PATIENCE)
    assert told == here(asked)
    assert set(told.counts) == set(asked.offsets)
    assert sum(tokens for counts in told.counts.values() for texts in counts for tokens in texts) > 300


def test_records_that_are_gone_have_no_texts(counter, answers, tmp_path):
    missing = Asked("codex", str(tmp_path / "missing.jsonl"), (0, 7))
    counter.ask(missing)
    assert answers.get(timeout=PATIENCE) == Counted(missing.path, {0: (), 7: ()})
    beyond = Asked("codex", str(CODEX), (0, 10_000_000))
    counter.ask(beyond)
    assert answers.get(timeout=PATIENCE).counts[10_000_000] == ()


def test_broken_records_have_no_texts(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"type":\n\xff\n' + b"[" * 5_000 + b"\n")
    asked = Asked("claude-code", str(path), offsets(path))
    assert here(asked).counts == dict.fromkeys(asked.offsets, ())


def test_a_long_list_is_asked_for_in_parts(counter, answers, monkeypatch):
    monkeypatch.setattr(counting, "LINES_AT_ONCE", 10)
    asked = Asked("codex", str(CODEX), offsets(CODEX))
    counter.ask(asked)
    parts = [answers.get(timeout=PATIENCE) for _ in range(-(-len(asked.offsets) // 10))]
    assert max(len(part.counts) for part in parts) == 10
    assert {offset: counts for part in parts for offset, counts in part.counts.items()} == here(asked).counts


def test_nothing_asked_starts_no_process(counter):
    counter.ask(Asked("codex", str(CODEX), ()))
    time.sleep(0.1)
    assert counter._child is None


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_was_killed_is_started_again(counter, answers, how):
    asked = Asked("codex", str(CODEX), offsets(CODEX)[:3])
    counter.ask(asked)
    first = answers.get(timeout=PATIENCE)
    before = counter._child.pid
    os.kill(before, how)
    time.sleep(0.05)
    counter.ask(asked)
    assert answers.get(timeout=PATIENCE) == first
    assert counter._child.pid != before


def test_a_process_that_dies_over_a_request_stops_nothing(counter, answers, caplog):
    counter.ask(Asked("no-such-agent", str(CODEX), (0,)))
    asked = Asked("codex", str(CODEX), (0,))
    counter.ask(asked)
    lost = answers.get(timeout=PATIENCE)
    assert lost.counts == {}, "it is said that there are none, so that they are asked for again"
    assert answers.get(timeout=PATIENCE) == here(asked)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_request_that_its_process_did_not_live_to_answer_is_asked_again(counter, answers, monkeypatch):
    started = subprocess.Popen
    programs = iter([[sys.executable, "-c", "input()"]])
    monkeypatch.setattr(counting.subprocess, "Popen", lambda argv, **more: started(next(programs, argv), **more))
    asked = Asked("codex", str(CODEX), (0,))
    counter.ask(asked)
    assert answers.get(timeout=PATIENCE) == here(asked)


def test_closing_ends_the_process(counter, answers):
    counter.ask(Asked("codex", str(CODEX), (0,)))
    answers.get(timeout=PATIENCE)
    child = counter._child
    counter.close()
    assert child.poll() is not None
    assert not counter._thread.is_alive()


def test_the_process_ends_by_itself_without_work():
    with subprocess.Popen([sys.executable, "-c", DRIVER, "0.3"], stdin=subprocess.PIPE) as child:
        assert child.wait(timeout=PATIENCE) == 0


@pytest.mark.slow
def test_work_keeps_the_process_alive():
    asked = msgspec.json.encode(Asked("codex", str(CODEX), offsets(CODEX)[:3])) + b"\n"
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, "1.2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        for _ in range(3):
            child.stdin.write(asked)
            child.stdin.flush()
            assert len(msgspec.json.decode(child.stdout.readline(), type=Counted).counts) == 3
            time.sleep(0.6)
        assert child.poll() is None
        assert child.wait(timeout=PATIENCE) == 0


def test_the_process_ends_when_its_input_does():
    with subprocess.Popen([sys.executable, "-c", DRIVER, "60"], stdin=subprocess.PIPE) as child:
        child.stdin.close()
        assert child.wait(timeout=PATIENCE) == 0


def test_a_counter_outlives_a_process_that_ended_for_lack_of_work(counter, answers, monkeypatch):
    started = subprocess.Popen
    quick = [sys.executable, "-c", DRIVER, "0.1"]
    monkeypatch.setattr(counting.subprocess, "Popen", lambda _argv, **more: started(quick, **more))
    asked = Asked("codex", str(CODEX), (0,))
    for _ in range(2):
        counter.ask(asked)
        assert answers.get(timeout=PATIENCE) == here(asked)
        counter._child.wait(timeout=PATIENCE)
