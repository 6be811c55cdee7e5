"""Programs that a hook starts: without a shell, and where the system allows it without loading `subprocess`."""

import os
import sys
import time
from collections.abc import Mapping

_PATIENCE = 1.0
_STEP = 0.001


def detached(argv: list[str]) -> None:
    """Start a program for which nobody waits; silent, and with no terminal.

    Raises:
        OSError: It cannot be started.
    """
    try:
        _spawned(argv, os.environ, setsid=True)
    except (AttributeError, NotImplementedError):
        import subprocess  # noqa: PLC0415  (10 ms)

        apart = {"creationflags": 0x0800_0208} if sys.platform == "win32" else {"start_new_session": True}
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(argv, stdin=nothing, stdout=nothing, stderr=nothing, **apart)  # noqa: S603
        process.returncode = 0  # nobody waits for it, and that is no fault


def succeeds(argv: list[str], environ: Mapping[str, str]) -> bool:
    """Tell whether a program ends with 0 within a second; what it prints is not read."""
    try:
        pid = _spawned(argv, environ, setsid=False)
    except (AttributeError, NotImplementedError):
        import subprocess  # noqa: PLC0415  (10 ms)

        try:
            done = subprocess.run(argv, env=dict(environ), capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0
    except OSError:
        return False
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(_STEP)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return False


def _spawned(argv: list[str], environ: Mapping[str, str], *, setsid: bool) -> int:
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0o600),
        (os.POSIX_SPAWN_DUP2, 0, 1),
        (os.POSIX_SPAWN_DUP2, 0, 2),
    ]
    return os.posix_spawnp(argv[0], argv, environ, file_actions=actions, setsid=setsid)
