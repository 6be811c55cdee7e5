"""Runs a program of the user's choice by its arguments, past any shell: bounded in time and output, and cancellable."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import IO, Literal

from msgspec import Struct

_MOST_BYTES = 1024 * 1024
_TICK = 0.05
_GRACE = 2.0
"""Seconds that a program has to end by itself when it is told to."""

How = Literal["ended", "missing", "timeout", "cancelled", "flood"]


class Ended(Struct, frozen=True):
    """How a program ended.

    Attributes:
        how: By itself; or it was not there, took too long, was cancelled, or printed too much.
        code: Its exit code where it ended by itself.
        out: What it printed, at most 1 MB.
        err: The last line that it printed on standard error.
    """

    how: How
    code: int | None = None
    out: str = ""
    err: str = ""

    @property
    def fault(self) -> str:
        """What went wrong, empty for nothing."""
        match self.how:
            case "missing":
                return f"it could not be started ({self.err})"
            case "timeout":
                return "it took too long"
            case "cancelled":
                return "it was cancelled"
            case "flood":
                return "it printed more than 1 MB"
            case _:
                said = f": {self.err}" if self.err else ""
                return f"it ended with exit code {self.code}{said}" if self.code else ""


def run(
    argv: Sequence[str],
    folder: str,
    given: str,
    *,
    timeout: float,
    environ: Mapping[str, str],
    cancel: Event | None = None,
) -> Ended:
    """Run a program with a text on its standard input, and wait until it ends.

    Args:
        argv: Program and arguments; no shell reads them.
        folder: Where it is run.
        given: Its standard input.
        timeout: Seconds that it may take.
        environ: Its environment.
        cancel: Once this is set the program is ended, with all that it started.
    """
    program = shutil.which(argv[0], path=environ.get("PATH")) if argv else None
    if program is None:
        return Ended("missing", err="not on the PATH")
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        asked.write(given.encode("utf-8", "replace"))
        asked.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603  (argv of the user's own settings, or of a fixed table)
                [program, *argv[1:]], cwd=folder, stdin=asked, stdout=out, stderr=err, env=dict(environ),
                start_new_session=os.name == "posix",
            )  # fmt: skip
        except (OSError, ValueError) as error:
            return Ended("missing", err=getattr(error, "strerror", None) or str(error))
        try:
            how = _waited(process, out, time.monotonic() + timeout, cancel)
        finally:
            _end(process)
        return Ended(how, process.returncode if how == "ended" else None, _read(out), _last_line(_read(err)))


def _waited(process: subprocess.Popen[bytes], out: IO[bytes], until: float, cancel: Event | None) -> How:
    while True:
        try:
            process.wait(_TICK)
        except subprocess.TimeoutExpired:
            if cancel and cancel.is_set():
                return "cancelled"
            if time.monotonic() > until:
                return "timeout"
            if os.fstat(out.fileno()).st_size > _MOST_BYTES:
                return "flood"
        else:
            return "ended"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that still runs, with all that it started."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, number)
            else:
                process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            return


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_MOST_BYTES).decode("utf-8", "replace")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""
