"""The files of agents and of users that hooks are put into: read whole, replaced in one step, links and modes kept."""

import os
import stat
import tempfile
from pathlib import Path

MOST = 4 * 1024 * 1024
"""Bytes: what is larger is no settings file."""


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None if there is none.

    Raises:
        OSError: It cannot be read, is no file, or is too large.
    """
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(state.st_mode):
        raise OSError(f"{path} is no file")
    if state.st_size > MOST:
        raise OSError(f"{path} has more than 4 MB")
    return path.read_bytes()


def replace(path: Path, before: bytes | None, after: bytes | None) -> None:
    """Put `after` in place of a file that still holds `before`; None stands for no file.

    A link stays a link: what it points to is replaced. The mode is kept; a new file is the user's alone.

    Raises:
        OSError: The file was changed meanwhile, or it cannot be written; then it is as it was.
    """
    real = Path(os.path.realpath(path))
    if read(real) != before:
        raise OSError(f"{path} was changed meanwhile; nothing was written, run it again")
    if after is None:
        real.unlink(missing_ok=True)
        return
    real.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = stat.S_IMODE(real.stat().st_mode) if before is not None else 0o600
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, real)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
