"""A registered process counts only with its start time: a number alone may be another program's."""

import os
import subprocess
import sys

import pytest

from relaymark.sources import process
from relaymark.sources.process import alive, ancestors, start_time

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture
def child():
    with subprocess.Popen(["sleep", "60"]) as running:
        yield running
        running.kill()


def ended(running):
    running.kill()
    running.wait()
    return running.pid


@linux
def test_a_running_process_with_its_start_time_is_alive(child):
    start = start_time(child.pid)
    assert start.isdigit()
    assert int(start) >= int(start_time(os.getpid()))
    assert alive(child.pid, start) is True


@linux
def test_the_same_number_with_another_start_time_is_another_program(child):
    start = int(start_time(child.pid))
    for other in (start - 1, start + 1, 0, start * 10):
        assert alive(child.pid, str(other)) is False


@linux
@pytest.mark.parametrize("start", [None, "", "2026-11-20T18:10:00Z", "12.5", "-4", " 7"])
def test_a_running_process_without_a_start_time_of_this_kind_cannot_be_told(child, start):
    assert alive(child.pid, start) is None


@linux
def test_a_dead_process_is_not_alive(child):
    start = start_time(child.pid)
    pid = ended(child)
    assert alive(pid, start) is False
    assert alive(pid, None) is False
    assert start_time(pid) is None


@linux
@pytest.mark.parametrize("pid", [0, -1, 999_999_999])
def test_a_number_that_no_process_has_is_not_alive(pid):
    assert alive(pid, "1") is False
    assert start_time(pid) is None
    assert ancestors(pid) == (pid,)


@linux
def test_brackets_and_spaces_in_a_programs_name_change_nothing(tmp_path):
    odd = tmp_path / "a) R (b 1 2"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "60"]) as running:
        try:
            with open(f"/proc/{running.pid}/stat", "rb") as file:
                stat = file.read()
            assert b"(a) R (b 1 2)" in stat
            assert start_time(running.pid) == stat.decode().split()[21 + 4]
            assert ancestors(running.pid)[:2] == (running.pid, os.getpid())
        finally:
            running.kill()


@linux
def test_the_processes_above_one_are_named_nearest_first(child):
    found = ancestors(child.pid)
    assert found[:2] == (child.pid, os.getpid())
    assert found[1:] == ancestors(os.getpid())
    assert 1 not in found
    assert len(set(found)) == len(found)


def test_elsewhere_a_running_process_cannot_be_told_from_another_one(child, monkeypatch):
    monkeypatch.setattr(process.sys, "platform", "darwin")
    assert alive(child.pid, "7") is None
    assert alive(os.getpid(), None) is None
    assert alive(ended(child), "7") is False


def test_on_windows_no_signal_is_sent(monkeypatch):
    monkeypatch.setattr(process.sys, "platform", "win32")
    monkeypatch.setattr(process.os, "kill", lambda *_: pytest.fail("that would be a Ctrl-C"))
    assert alive(os.getpid(), "7") is None


def test_a_process_of_another_user_exists(monkeypatch):
    def refused(*_args):
        raise PermissionError

    monkeypatch.setattr(process.sys, "platform", "darwin")
    monkeypatch.setattr(process.os, "kill", refused)
    assert alive(1, "7") is None
