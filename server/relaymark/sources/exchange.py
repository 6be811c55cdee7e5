"""Puts a mended text in the place of a user's file: in one step, and only if the file is still what was read."""

import contextlib
import os
import stat
import tempfile

from relaymark.sources.encoded import encoding_of


class ChangedError(Exception):
    """The file is not what was read any more, or not all of it could be read; it was left alone."""


def exchange(path: str, before: str, after: str) -> None:
    """Write `after` in place of `before`, with the file's mode and encoding; of a link what it leads to is written.

    Raises:
        ChangedError: It holds anything but `before`.
        OSError: It cannot be written.
    """
    real = os.path.realpath(path)
    with open(real, "rb") as file:
        state, data = os.fstat(file.fileno()), file.read()
    encoding = encoding_of(data)
    if not stat.S_ISREG(state.st_mode) or data != before.encode(encoding, "surrogatepass"):
        raise ChangedError(path)
    handle, name = tempfile.mkstemp(dir=os.path.dirname(real), prefix=f".{os.path.basename(real)}.")
    try:
        with os.fdopen(handle, "wb") as made:
            made.write(after.encode(encoding, "surrogatepass"))
            made.flush()
            os.fsync(made.fileno())
        os.chmod(name, stat.S_IMODE(state.st_mode))
        os.replace(name, real)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
