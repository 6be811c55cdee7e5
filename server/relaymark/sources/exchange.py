"""Puts a mended text in the place of a user's file: in one step, and only if the file is still what was read."""

import contextlib
import os
import stat
import tempfile

from relaymark.sources.encoded import encoding_of


class ChangedError(Exception):
    """The file is not what was read any more, or not all of it could be read; it was left alone."""


def exchanged(path: str, before: str, after: str) -> tuple[bytes, bytes]:
    """Return the bytes of a file that holds `before`, and those that it would have with `after`.

    Raises:
        ChangedError: It holds anything but `before`.
        OSError: It cannot be read.
    """
    data, new, _ = _read(path, before, after)
    return data, new


def exchange(path: str, before: str, after: str) -> None:
    """Write `after` in place of `before`, with the file's mode and encoding; of a link what it leads to is written.

    Raises:
        ChangedError: It holds anything but `before`.
        OSError: It cannot be written.
    """
    real = os.path.realpath(path)
    _, new, mode = _read(real, before, after)
    handle, name = tempfile.mkstemp(dir=os.path.dirname(real), prefix=f".{os.path.basename(real)}.")
    try:
        with os.fdopen(handle, "wb") as made:
            made.write(new)
            made.flush()
            os.fsync(made.fileno())
        os.chmod(name, mode)
        os.replace(name, real)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _read(path: str, before: str, after: str) -> tuple[bytes, bytes, int]:
    """Return what `exchanged` does, and the file's mode."""
    with open(path, "rb") as file:
        state, data = os.fstat(file.fileno()), file.read()
    encoding = encoding_of(data)
    if not stat.S_ISREG(state.st_mode) or data != before.encode(encoding, "surrogatepass"):
        raise ChangedError(path)
    return data, after.encode(encoding, "surrogatepass"), stat.S_IMODE(state.st_mode)
