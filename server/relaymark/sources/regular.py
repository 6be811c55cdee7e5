"""A look at what stands at a path before it is opened: a pipe or a device would hold the reader for ever."""

import os
import stat


def check_regular(path: str) -> os.stat_result:
    """Return the state of a file.

    Raises:
        OSError: There is none, or something else stands there.
    """
    found = os.stat(path)
    if stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode):  # opening a folder fails with a reason of its own
        return found
    error = OSError("no regular file")
    error.strerror, error.filename = "no regular file", path
    raise error
