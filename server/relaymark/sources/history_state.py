"""Tells how a work tree stands: its last commit and the files that differ from it, by one call of git."""

import logging
import os
import shutil
import subprocess

from msgspec import Struct

from relaymark.sources.commits import OWN_FOLDER
from relaymark.sources.git import environment
from relaymark.sources.git_files import is_shallow, top_folder

_log = logging.getLogger(__name__)

_MOST_BYTES = 4 * 1024 * 1024
_INITIAL = "(initial)"
_FIELDS_BEFORE_PATH = {"1": 8, "2": 9, "u": 10, "?": 1}
"""Of `git status --porcelain=v2`."""


class State(Struct, frozen=True):
    """How a work tree stands: two equal ones hold the same files, ignored ones aside.

    Attributes:
        head: The last commit, None before the first one.
        shallow: Older history is cut off.
        dirty: The files that differ from it.
        files: Their times and sizes.
    """

    head: str | None
    shallow: bool
    dirty: frozenset[str]
    files: tuple[tuple[str, int, int], ...]

    def changed_since(self, before: "State") -> frozenset[str] | None:
        """Return the files that changed since an earlier look, ignored ones aside; None: there is another commit."""
        if (self.head, self.shallow) != (before.head, before.shallow):
            return None
        return frozenset(path for path, _, _ in {*self.files} ^ {*before.files})


class Asking:
    """A question to git, put at once: it looks at the work tree while others work."""

    def __init__(self, top: str) -> None:
        """Ask how the work tree with this top stands."""
        self._top = top
        self._process: subprocess.Popen[bytes] | None = None
        program = shutil.which("git")
        if program is None or top_folder(top) != top:
            return
        command = [
            program, "--no-pager", "-c", "core.quotePath=false", "-c", "core.hooksPath=/dev/null", "status",
            "--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--untracked-files=all", "--no-renames",
            "--ignore-submodules=dirty",
        ]  # fmt: skip
        try:
            self._process = subprocess.Popen(  # noqa: S603  (git, by fixed words)
                command, cwd=top, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            _log.warning("git cannot be run in %s: %s", top, error)

    def answer(self) -> State | None:
        """Return how the work tree stands, None outside of git."""
        if self._process is None:
            return None
        assert self._process.stdout
        with self._process as process, self._process.stdout as stream:
            told = stream.read(_MOST_BYTES)
            if cut := bool(stream.read(1)):
                process.kill()
        if self._process.returncode != 0 and not cut:
            _log.warning("git status tells nothing of %s", self._top)
            return State(head_commit(self._top), is_shallow(self._top), frozenset(), ())
        head, dirty = _read(told.decode("utf-8", "replace"))
        return State(head, is_shallow(self._top), dirty, tuple(_stamp(self._top, path) for path in sorted(dirty)))


def state_of(top: str) -> State | None:
    """Return how a work tree stands, None outside of git."""
    return Asking(top).answer()


def head_commit(top: str) -> str | None:
    """Return HEAD's commit, None before the first one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", "HEAD^{commit}"],  # noqa: S607
            cwd=top, env=environment(), capture_output=True, timeout=20, check=False, text=True,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _read(told: str) -> tuple[str | None, frozenset[str]]:
    head = None
    dirty = set()
    for entry in told.split("\0")[:-1]:
        kind = entry[:1]
        if entry.startswith("# branch.oid "):
            name = entry.rpartition(" ")[2]
            head = None if name == _INITIAL else name
        elif kind in _FIELDS_BEFORE_PATH and entry[1:2] == " ":
            path = entry.split(" ", _FIELDS_BEFORE_PATH[kind])[-1]
            if not path.startswith(OWN_FOLDER):
                dirty.add(path)
    return head, frozenset(dirty)


def _stamp(top: str, path: str) -> tuple[str, int, int]:
    try:
        known = os.stat(os.path.join(top, path))
    except OSError:
        return path, 0, 0
    return path, known.st_mtime_ns, known.st_size
