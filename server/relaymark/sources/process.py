"""Processes of this machine: whether the one that an agent registered still runs, or only its number."""

import os
import sys

_START_FIELD = 19
"""Place of the start time in what follows the command name in /proc/PID/stat (field 22, counted from 1)."""
_PARENT_FIELD = 1


def alive(pid: int, start: str | None) -> bool | None:
    """Tell whether a registered process runs.

    Args:
        pid: Its number.
        start: When it started, as the agent noted it: on Linux the start time of /proc/PID/stat in clock ticks.

    Returns:
        False when no such process runs, or one that started at another time; None when that cannot be told here.
    """
    if sys.platform == "win32":
        return None  # signal 0 would be a Ctrl-C there
    if not sys.platform.startswith("linux"):
        return None if _exists(pid) else False
    fields = _stat(pid)
    if fields is None:
        return False
    if start is None or not start.isdigit():
        return None
    return fields[_START_FIELD] == start


def start_time(pid: int) -> str | None:
    """Return a process's start time in clock ticks as text, None if it does not run or this is not Linux."""
    fields = _stat(pid)
    return fields[_START_FIELD] if fields else None


def started(pid: int) -> float | None:
    """Return when a process was started, in seconds since the epoch; None if it does not run or this is not Linux."""
    fields = _stat(pid)
    if fields is None:
        return None
    try:
        with open("/proc/stat", "rb") as file:
            booted = next(int(line.split()[1]) for line in file if line.startswith(b"btime"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
    return booted + int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")


def exists(pid: int) -> bool | None:
    """Tell whether a process of this number runs, whoever it is: False if none does, None if one does or may."""
    if sys.platform == "win32":
        return None
    return None if _exists(pid) else False


def ancestors(pid: int) -> tuple[int, ...]:
    """Return a process and those above it, nearest first; only itself where that cannot be told."""
    found = [pid]
    while len(found) < 64 and (fields := _stat(found[-1])) and (parent := int(fields[_PARENT_FIELD])) > 1:
        found.append(parent)
    return tuple(found)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _stat(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read().decode("ascii", "replace")
    except OSError:
        return None
    # The command name stands in brackets and may hold anything, brackets too.
    fields = text.rpartition(")")[2].split()
    return fields if len(fields) > _START_FIELD else None
