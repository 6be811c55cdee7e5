"""`relaymark watch`: a live view, as lines for logs and as a screen for terminals."""

import contextlib
import os
import re
import select
import signal
import struct
import subprocess
import sys
import threading
import time

import pytest

COMMAND = [sys.executable, "-m", "relaymark", "watch"]


@contextlib.contextmanager
def watching(world, folder, *arguments, **about):
    """Runs the command; it is killed at the end of the block if it still runs."""
    child = subprocess.Popen([*COMMAND, *arguments], cwd=folder, env=world.env | about.pop("env", {}), **about)
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()


class Lines:
    """Reads a program's lines as they come."""

    def __init__(self, stream):
        self.all = []
        self._thread = threading.Thread(target=self._run, args=(stream,), daemon=True)
        self._thread.start()

    def _run(self, stream):
        for line in stream:
            self.all.append(line.rstrip("\n"))

    def until(self, pattern, seconds=8):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self.all):
                if re.search(pattern, line):
                    return line
            time.sleep(0.02)
        raise AssertionError(f"no line like {pattern!r} in {self.all}")


def plain(world, folder, *arguments):
    return watching(
        world, folder, "--plain", *arguments,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.slow
def test_gauges_and_events_are_printed_as_lines_until_the_time_is_over(world):
    shop = world.repository("shop")
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000, ends=False)
    with plain(world, shop, "--for", "3") as child:
        lines = Lines(child.stdout)
        gauge = lines.until(r"20k/60k")
        session.read(50_000, "src/parser.py", "x = 1\n").reply(95_000)
        lines.until(r"95k/60k")
        assert child.wait(10) == 0
        assert child.stderr.read() == ""
    assert re.fullmatch(r"\d\d:\d\d:\d\d Claude Code  \w{8}  ◔ 20k/60k    clear   working  phase 2 Report  '.*'", gauge)
    text = "\n".join(lines.all)
    assert "a session of Claude Code appeared" in text
    assert "prompt: Complete Phase 2 of @PLAN.md" in text
    assert "read src/parser.py" in text
    assert "passed its reset line, hand over: 95,000 of 90,000 tokens" in text
    assert "turn ended" in text
    assert text.index("20k/60k") < text.index("95k/60k")


@pytest.mark.slow
def test_a_gauge_that_stays_is_printed_once(world):
    shop = world.repository("shop")
    world.claude(shop).prompt().reply(20_000)
    done = world.run("watch", "--plain", "--for", "2.5", cwd=shop)
    assert done.returncode == 0
    assert done.stdout.count("20k/60k") == 1


def test_without_a_terminal_it_prints_lines_by_itself_and_says_that_nothing_is_open(world):
    shop = world.repository("shop")
    done = world.run("watch", "--for", "1", cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    [line] = done.stdout.splitlines()
    assert "No session of Claude Code or Codex was active in" in line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_peace(world, number):
    shop = world.repository("shop")
    world.claude(shop).prompt().reply(20_000)
    with plain(world, shop) as child:
        Lines(child.stdout).until("20k/60k")
        child.send_signal(number)
        assert child.wait(8) == 0
        assert child.stderr.read() == ""


class Terminal:
    """A terminal of 120 columns and 40 rows, and everything that was written to it."""

    def __init__(self):
        import fcntl
        import pty
        import termios

        self.main, self.other = pty.openpty()
        fcntl.ioctl(self.other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.before = termios.tcgetattr(self.other)
        self.text = ""

    def read(self, seconds):
        """Takes what comes within the time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.main], [], [], left)
            if not ready:
                return
            self.text += os.read(self.main, 65_536).decode("utf-8", "replace")

    def until(self, wanted, seconds=10):
        end = time.monotonic() + seconds
        while wanted not in self.text:
            assert time.monotonic() < end, f"{wanted!r} was not drawn: {self.text[-2_000:]!r}"
            self.read(0.1)

    def close(self):
        os.close(self.main)
        os.close(self.other)


@pytest.fixture
def terminal():
    made = Terminal()
    yield made
    made.close()


def in_terminal(world, folder, terminal, *arguments):
    return watching(
        world, folder, *arguments,
        stdin=terminal.other, stdout=terminal.other, stderr=terminal.other, start_new_session=True,
        preexec_fn=lambda: _control(terminal.other), env={"TERM": "xterm-256color"},
    )  # fmt: skip


def _control(handle):
    import fcntl
    import termios

    fcntl.ioctl(handle, termios.TIOCSCTTY, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
@pytest.mark.parametrize("ending", ["Ctrl-C", pytest.param("SIGTERM", marks=pytest.mark.slow)])
def test_in_a_terminal_it_draws_a_screen_and_leaves_it_as_it_was(world, terminal, ending):
    import termios

    shop = world.repository("shop")
    session = world.claude(shop).prompt("Price [bold]list[/bold] and [/] more").reply(20_000, ends=False)
    with in_terminal(world, shop, terminal) as child:
        terminal.until("20k/60k")
        assert "\x1b[?1049h" in terminal.text
        session.reply(95_000)
        terminal.until("95k/60k")
        terminal.until("reset")
        assert "[bold]list[/bold]" in re.sub(r"\x1b\[[0-9;]*m", "", terminal.text)
        if ending == "Ctrl-C":
            os.write(terminal.main, b"\x03")
        else:
            child.terminate()
        end = time.monotonic() + 8
        while child.poll() is None and time.monotonic() < end:
            terminal.read(0.1)
        terminal.read(0.3)
        assert child.poll() == 0
    assert "Traceback" not in terminal.text
    assert terminal.text.rindex("\x1b[?1049l") > terminal.text.rindex("\x1b[?1049h")
    assert terminal.text.rindex("\x1b[?25h") > terminal.text.rindex("\x1b[?25l")
    assert "95k/60k" in terminal.text[terminal.text.rindex("\x1b[?1049l") :]
    assert termios.tcgetattr(terminal.other) == terminal.before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_in_a_terminal_it_says_that_nothing_is_open_and_ends_in_time(world, terminal):
    with in_terminal(world, world.repository("shop"), terminal, "--for", "1.5") as child:
        terminal.until("No session of Claude Code")
        end = time.monotonic() + 8
        while child.poll() is None and time.monotonic() < end:
            terminal.read(0.1)
        assert child.poll() == 0
