"""Shows Relaymark at work on two replayed sessions, in a project and a home folder made for this run."""

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from project import make_project
from replay import Stage, play, schedule

PLAY_FOLDER = Path(__file__).resolve().parent / ".play"
RELAYMARK = (sys.executable, "-P", "-m", "relaymark")  # -P: no module of the project can stand in for it

LIVE_SPEED, PLAIN_SPEED = 1.0, 10.0
INTRODUCTION = 6.0  # the text above the live view stays this long to be read
LINGER = 8.0  # the live view stays this long after the last line
READY = 3.0  # the watcher may take this long to print its first line; without sessions it need not print any
QUIET = 1.5  # after the play, silence of this length says that the last state was printed
PATIENCE = 20.0  # and this is how long the silence may take to come
ENDING = 10.0  # a watcher that was told to end may take this long
TIME_LIMIT = 300  # a watcher that lost its parent ends by itself

GAUGE = re.compile(r"\S+/[\d.,]+[kM]?\s+(?P<level>clear|near|over|reset|unknown)\b")

# Nothing else of the user's surroundings reaches Relaymark: it could name their own agents' folders.
KEPT = {"PATH", "PYTHONPATH", "TERM", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES", "LANG", "TZ", "TMPDIR"}
KEPT |= {"TEMP", "SYSTEMROOT", "COMSPEC", "PATHEXT", "WT_SESSION"}  # Windows

OPENING = """\
Relaymark on a small example

  You see   the context of two coding agents' sessions fill up, as tokens held /
            working ceiling, and its level: clear, near, over (past the ceiling,
            30 % of the window), reset (past 45 %: hand over to a new session).
            What an editor would warn of is shown as it comes: `warning ...`.
  Real      Relaymark: `relaymark watch`, `status`, `handover` and `next`.
  Replayed  the sessions. Claude Code and Codex were recorded at work on a plan;
            their lines are written again. No agent runs, no model is called.
  Where     {play}
            project/ is a git repository, home/ stands in for your home folder.
            The recorded model was scripted: how full each session is was set by
            its script, so the files weigh less than their share.
"""

LIVE_HINT = """\
            The view opens in {wait:.0f} seconds and ends after about a minute, or with Ctrl-C.
"""

CLOSING = """\
Now in a project of your own:

  cd <your project>
  {relaymark} status    the sessions that work there, and how full they are
  {relaymark} doctor    which agents were found, what is missing, and why

In VS Code or Neovim the gauge stands in the status bar and the warnings on the plan: README.md tells how.
"""


class ExampleError(Exception):
    """The example did not show what it should; the message says what was missing."""


@dataclass(frozen=True)
class Play:
    """The folders of one run.

    Attributes:
        folder: Holds the others; made anew by each run.
    """

    folder: Path

    @property
    def project(self) -> Path:
        """The git repository that the sessions work in."""
        return self.folder / "project"

    @property
    def home(self) -> Path:
        """What Relaymark takes for the user's home."""
        return self.folder / "home"

    def environment(self) -> dict[str, str]:
        """Gives the whole environment of Relaymark: every place where an agent could write lies in `home`."""
        kept = {key: value for key, value in os.environ.items() if key in KEPT or key.startswith("LC_")}
        if "PYTHONPATH" in kept:  # relative to where the example was started
            kept["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, kept["PYTHONPATH"].split(os.pathsep)))
        places = {
            "HOME": "",
            "USERPROFILE": "",
            "APPDATA": "AppData/Roaming",
            "LOCALAPPDATA": "AppData/Local",
            "XDG_CONFIG_HOME": ".config",
            "XDG_CACHE_HOME": ".cache",
            "XDG_STATE_HOME": ".local/state",
            "XDG_DATA_HOME": ".local/share",
            "CLAUDE_CONFIG_DIR": ".claude",
            "CODEX_HOME": ".codex",
        }
        return kept | {name: str(self.home / place) for name, place in places.items()}

    def stage(self, speed: float) -> Stage:
        """Sets the stage for sessions that begin now."""
        return Stage(
            project=self.project,
            claude=self.home / ".claude",
            codex=self.home / ".codex",
            start=datetime.now(UTC),
            speed=speed,
        )


@dataclass
class Printed:
    """What the plain watcher printed: passed on at once, and the levels remembered."""

    levels: set[str] = field(default_factory=set)
    newest: float = field(default_factory=time.monotonic)
    begun: threading.Event = field(default_factory=threading.Event)

    def pass_on(self, stream: IO[str]) -> None:
        """Prints each line of the stream until it ends."""
        for line in stream:
            print(line, end="", flush=True)
            self.levels.update(found["level"] for found in GAUGE.finditer(line))
            self.newest = time.monotonic()
            self.begun.set()

    def complete(self) -> bool:
        """Tells whether both lines were seen passed and nothing more comes."""
        return {"over", "reset"} <= self.levels and time.monotonic() - self.newest >= QUIET


def prepare(folder: Path) -> Play:
    """Makes the folders of a run.

    Args:
        folder: Where; what an earlier run left there is removed. If that fails, a temporary folder is taken.

    Returns:
        The project with its history, and a home in which both agents are installed and have no session yet.

    Raises:
        ExampleError: If the folder holds what no earlier run put there.
    """
    if folder.exists() and not {child.name for child in folder.iterdir()} <= {"project", "home"}:
        raise ExampleError(f"{folder} holds other files; name a folder that may be removed")
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="relaymark-example-"))
    made = Play(folder.resolve())
    make_project(made.project)
    for store in (".claude/projects", ".codex/sessions"):
        (made.home / store).mkdir(parents=True)
    return made


def watch_live(made: Play, speed: float) -> bool:
    """Shows the live view while the sessions are played; Ctrl-C or q ends it early.

    Args:
        made: The folders of the run.
        speed: How fast to play.

    Returns:
        True if the sessions were played to their end, False if the view was left before.

    Raises:
        ExampleError: If the view failed.
    """
    played = False
    with _watcher(made, "watch") as watcher:
        try:
            _wait(watcher, READY / 2)
            with _playing(made, speed) as playing:
                while watcher.poll() is None and not playing.done():
                    time.sleep(0.1)
                played = playing.done()
            _wait(watcher, LINGER)
        except KeyboardInterrupt:  # the terminal tells the watcher too
            _wait(watcher, ENDING)
        if watcher.poll() is None:
            watcher.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        _expect_end(watcher, also=(-signal.SIGINT, 128 + signal.SIGINT))
    return played


def watch_plain(made: Play, speed: float) -> None:
    """Prints the gauge, a line per change, while the sessions are played.

    Args:
        made: The folders of the run.
        speed: How fast to play.

    Raises:
        ExampleError: If the watcher failed, or no session was seen past the ceiling and past the reset line.
    """
    printed = Printed()
    arguments = ("watch", "--plain", "--for", str(TIME_LIMIT))
    with _watcher(made, *arguments, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdout is not None
        passing = threading.Thread(target=printed.pass_on, args=(watcher.stdout,), daemon=True)
        passing.start()
        printed.begun.wait(READY)
        with _playing(made, speed) as playing:
            while watcher.poll() is None and not playing.done():
                time.sleep(0.05)
        deadline = time.monotonic() + PATIENCE
        while watcher.poll() is None and time.monotonic() < deadline and not printed.complete():
            time.sleep(0.05)
        if watcher.poll() is not None:
            raise ExampleError(f"`relaymark watch` ended too early, with exit code {watcher.returncode}")
        watcher.terminate()
        _expect_end(watcher)
        passing.join(ENDING)
    for level, line in (("over", "ceiling"), ("reset", "reset line")):
        if level not in printed.levels:
            raise ExampleError(f"`relaymark watch` printed no session with the level `{level}`: past its {line}")


def show(made: Play, *arguments: str) -> None:
    """Prints what a command of Relaymark says of the project.

    Args:
        made: The folders of the run.
        arguments: The command and its arguments.

    Raises:
        ExampleError: If it failed.
    """
    ended = subprocess.run((*RELAYMARK, *arguments), cwd=made.project, env=made.environment(), check=False)
    if ended.returncode:
        raise ExampleError(f"`relaymark {arguments[0]}` failed with exit code {ended.returncode}")


def show_relay(made: Play) -> None:
    """Hands the first session over, and shows what the next one would be started with.

    Args:
        made: The folders of the run.

    Raises:
        ExampleError: If a command failed, or no note was written.
    """
    heading("`relaymark handover` writes the note that hands the session over")
    show(made, "handover")
    notes = sorted((made.project / ".relaymark" / "handovers").glob("*.md"))
    if not notes:
        raise ExampleError("`relaymark handover` wrote no note")
    print(f"\n{notes[-1].read_text(encoding='utf-8')}", flush=True)
    heading("`relaymark next --phase 2 --dry-run`: how the next session would begin")
    show(made, "next", "--phase", "2", "--dry-run")


def heading(text: str) -> None:
    """Prints the heading of a part.

    Args:
        text: What comes.
    """
    print(f"\n{text}\n{'-' * len(text)}\n", flush=True)


@contextmanager
def _watcher(made: Play, *arguments: str, stdout: int | None = None) -> Iterator[subprocess.Popen[str]]:
    piped = {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"} if stdout else {}
    with subprocess.Popen(
        (*RELAYMARK, *arguments),
        cwd=made.project,
        env=made.environment() | piped,
        stdout=stdout,
        encoding="utf-8",
        errors="replace",
    ) as watcher:
        try:
            yield watcher
        finally:
            if watcher.poll() is None:
                watcher.terminate()
                if not _wait(watcher, ENDING):
                    watcher.kill()


@contextmanager
def _playing(made: Play, speed: float) -> Iterator[Future[None]]:
    """Plays in the background until the body is left; what went wrong there is raised then."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as player:
        playing = player.submit(play, schedule(made.stage(speed)), stop)
        try:
            yield playing
        finally:
            stop.set()
    playing.result()


def _wait(watcher: subprocess.Popen[str], seconds: float) -> bool:
    try:
        watcher.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _expect_end(watcher: subprocess.Popen[str], also: tuple[int, ...] = ()) -> None:
    if not _wait(watcher, ENDING):
        raise ExampleError(f"`relaymark watch` did not end within {ENDING:.0f} s after it was told to")
    if os.name == "posix" and watcher.returncode not in (0, *also):
        raise ExampleError(f"`relaymark watch` failed with exit code {watcher.returncode}")


def _run(chosen: argparse.Namespace) -> None:
    if importlib.util.find_spec("relaymark") is None:
        raise ExampleError(f"Relaymark is not installed for {sys.executable}; install the clone there first")
    made = prepare(chosen.play)
    live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb" and not chosen.plain
    print(OPENING.format(play=made.folder), end="", flush=True)
    print(LIVE_HINT.format(wait=INTRODUCTION) if live else "", flush=True)
    if live:
        time.sleep(INTRODUCTION)
        if not watch_live(made, chosen.speed or LIVE_SPEED):
            print("You ended it early; let it run to see the handover note and the next prompt.")
            return
    else:
        watch_plain(made, chosen.speed or PLAIN_SPEED)
    heading("The same sessions, as `relaymark status` tells of them")
    show(made, "status")
    show_relay(made)
    print()
    print(CLOSING.format(relaymark=Path(sys.executable).with_name("relaymark")), end="", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Runs the example.

    Args:
        arguments: The command line without the program's name; the process's own when it is None.

    Returns:
        0 if Relaymark showed what it should, 1 if it did not, 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, help=f"default: {LIVE_SPEED:g} in a terminal, else {PLAIN_SPEED:g}")
    parser.add_argument("--plain", action="store_true", help="print lines, in a terminal too")
    parser.add_argument("--play", type=Path, default=PLAY_FOLDER, help="the folder to play in; it is made anew")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        _run(parser.parse_args(arguments))
    except (ExampleError, OSError, subprocess.CalledProcessError) as error:
        print(f"The example failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
