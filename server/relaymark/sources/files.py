"""Small files, whole: read without raising, written in one step."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

_MOST = 4 * 1024 * 1024


def read_json(path: Path | str) -> Any:
    """Return the JSON value of a small file (at most 4 MB); None if there is none or it is being written.

    Numbers and depths that JSON readers choke on count as unreadable too.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST)
        return msgspec.json.decode(data)
    except (OSError, ValueError, RecursionError):
        return None


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` in place of a file in one step; its folder is made, for the user alone.

    Raises:
        OSError: The folder cannot be written.
    """
    import tempfile  # noqa: PLC0415  (a status line has 80 ms in all, and writes next to never)

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_pairs(path: Path | str, decode: Callable[[Any], tuple[str, str] | None]) -> dict[str, str]:
    """Return the pairs that the lines of a small file of JSON lines give, the newest per key; none without the file."""
    try:
        with open(path, "rb") as file:
            lines = file.read(_MOST).splitlines()
    except OSError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        try:
            pair = decode(msgspec.json.decode(line))
        except (ValueError, RecursionError):
            continue
        if pair:
            found[pair[0]] = pair[1]
    return found
