"""What was told on this machine, and what its user wants to hear no more of."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from relaymark.sources import crossings
from relaymark.sources.folders import state_folder

CLAIM = "from relaymark.sources.crossings import tell_once; print(tell_once('0f3c0000', 'ceiling', 1.0))"


def test_a_crossing_is_told_once():
    assert crossings.tell_once("0f3c0000", "ceiling", 100.0)
    assert not crossings.tell_once("0f3c0000", "ceiling", 100.0)


def test_each_line_of_each_session_is_told_by_itself():
    told = [(session, line) for session in ("0f3c0000", "0f3c0001") for line in ("ceiling", "reset")]
    assert all(crossings.tell_once(*each, 100.0) for each in told)


def test_after_it_is_rearmed_a_crossing_is_told_again_once():
    crossings.tell_once("0f3c0000", "ceiling", 100.0)
    crossings.tell_once("0f3c0000", "reset", 100.0)
    crossings.rearm("0f3c0000", "ceiling", 200.0)
    assert crossings.tell_once("0f3c0000", "ceiling", 100.0)
    assert not crossings.tell_once("0f3c0000", "ceiling", 100.0)
    assert not crossings.tell_once("0f3c0000", "reset", 100.0)


@pytest.mark.parametrize("at", [99.9, 100.0])
def test_who_is_behind_and_sees_the_context_of_before_the_crossing_rearms_nothing(at):
    crossings.tell_once("0f3c0000", "ceiling", 100.0)
    crossings.rearm("0f3c0000", "ceiling", at)
    assert not crossings.tell_once("0f3c0000", "ceiling", 100.0)


def test_what_was_never_told_can_be_rearmed():
    crossings.rearm("0f3c0000", "reset", 200.0)
    assert crossings.tell_once("0f3c0000", "reset", 100.0)


def test_of_many_who_want_to_tell_at_once_one_does():
    answers, start = [], threading.Barrier(16)

    def claim():
        start.wait()
        answers.append(crossings.tell_once("0f3c0000", "ceiling", 100.0))

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 15 + [True]


@pytest.mark.slow
def test_of_several_programs_one_tells():
    running = [subprocess.Popen([sys.executable, "-c", CLAIM], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(program.communicate(timeout=30)[0] for program in running) == ["False\n"] * 3 + ["True\n"]


def test_where_the_state_folder_cannot_be_written_nobody_is_told():
    state_folder().parent.mkdir(parents=True, exist_ok=True)
    state_folder().write_text("in the way")
    assert not crossings.tell_once("0f3c0000", "ceiling", 100.0)
    crossings.rearm("0f3c0000", "ceiling", 200.0)
    with pytest.raises(OSError, match="relaymark"):
        crossings.snooze("0f3c0000", "over")


def test_a_session_that_nobody_snoozed_is_heard():
    assert crossings.snoozed("0f3c0000") is None


def test_a_snooze_holds_at_its_level():
    crossings.snooze("0f3c0000", "over")
    assert crossings.snoozed("0f3c0000") == "over"
    assert crossings.snoozed("0f3c0001") is None


def test_a_second_snooze_takes_the_place_of_the_first():
    for level in ("reset", "near", "over", "over"):
        crossings.snooze("0f3c0000", level)
        assert crossings.snoozed("0f3c0000") == level


@pytest.mark.parametrize("session", ["../../evil", "a/b", ".", "x" * 5_000, "\0", "ä 語", "a\nb"])
def test_no_id_of_a_session_leads_out_of_the_state_folder(session):
    assert crossings.tell_once(session, "ceiling", 100.0)
    assert not crossings.tell_once(session, "ceiling", 100.0)
    crossings.snooze(session, "over")
    assert crossings.snoozed(session) == "over"
    files = [path for path in state_folder().rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {path.parent.parent for path in files} == {state_folder()}


@pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")
def test_only_the_user_can_read_what_is_kept():
    crossings.tell_once("0f3c0000", "ceiling", 100.0)
    crossings.snooze("0f3c0000", "over")
    for path in state_folder().rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
