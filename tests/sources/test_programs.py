"""Programs that a user chose to run: bounded in time and output, ended with all that they started, past any shell."""

import json
import os
import sys
import threading
import time

import pytest

from relaymark.sources.programs import run

ENV = {"PATH": os.environ["PATH"]}


def python(source, *arguments, given="", timeout=20.0, **more):
    return run([sys.executable, "-c", source, *arguments], "/", given, timeout=timeout, environ=ENV, **more)


def test_the_text_goes_in_and_the_answer_comes_out():
    ended = python("import sys; print(sys.stdin.read().upper())", given="ä note\n")
    assert (ended.how, ended.code, ended.out, ended.fault) == ("ended", 0, "Ä NOTE\n\n", "")


@pytest.mark.parametrize("hostile", ["$(touch x)", "`id`", "a'b\"c", "-rf", "two\nlines", "; ls", "ü*?"])
def test_arguments_arrive_as_they_are(hostile):
    ended = python("import json, sys; json.dump(sys.argv[1:], sys.stdout)", hostile)
    assert json.loads(ended.out) == [hostile]


def test_a_failure_is_told_with_the_last_line_of_its_complaint():
    ended = python("import sys; print('first', file=sys.stderr); sys.exit('no credit')")
    assert (ended.code, ended.fault) == (1, "it ended with exit code 1: no credit")


def test_what_takes_too_long_is_ended_with_its_children(tmp_path):
    mark = tmp_path / "child"
    source = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import sys, time; time.sleep(2); open(sys.argv[1], \"w\")',"
        " sys.argv[1]])\ntime.sleep(60)"
    )
    began = time.monotonic()
    assert python(source, str(mark), timeout=0.5).how == "timeout"
    assert time.monotonic() - began < 5
    time.sleep(2.5)
    assert not mark.exists()


def test_what_does_not_end_when_told_to_is_killed():
    ended = python("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", timeout=0.5)
    assert ended.fault == "it took too long"


def test_a_cancelled_program_ends_at_once():
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    began = time.monotonic()
    assert python("import time; time.sleep(60)", cancel=cancel).how == "cancelled"
    assert time.monotonic() - began < 5


def test_a_flood_is_stopped():
    ended = python("import sys\nwhile True: sys.stdout.write('x' * 65536)")
    assert ended.how == "flood"
    assert len(ended.out) == 1024 * 1024


def test_a_program_that_is_not_there_is_said_to_be_missing(tmp_path):
    assert run(["no-such-program"], "/", "", timeout=1, environ=ENV).how == "missing"
    assert run([], "/", "", timeout=1, environ=ENV).how == "missing"
    ended = run([sys.executable], str(tmp_path / "gone"), "", timeout=1, environ=ENV)
    assert ended.fault == "it could not be started (No such file or directory)"
