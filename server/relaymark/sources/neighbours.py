"""The files in a transcript's own folder that name its session and tell who has it open."""

import os

from msgspec import Struct

from relaymark.core.store import Lines
from relaymark.sources import process
from relaymark.sources.stores import Unit

_MOST = 64 * 1024
_SLACK = 2.0
"""Seconds by which a file's time may lie before the start of the process that wrote it: clocks tick coarsely."""


class Holder(Struct, frozen=True):
    """A process that a file names, and whether it runs; None where that cannot be told."""

    pid: int
    alive: bool | None


def title(unit: Unit) -> str | None:
    """Return the name that a file beside a transcript gives its session, None without one."""
    beside = unit.store.neighbours if isinstance(unit.store, Lines) else None
    if beside is None:
        return None
    try:
        with open(os.path.join(os.path.dirname(unit.path), beside.named), encoding="utf-8", errors="replace") as file:
            return beside.title(file.read(_MOST))
    except OSError:
        return None


def holder(unit: Unit) -> Holder | None:
    """Return the process that files beside a transcript name as having it open; of several, one that runs."""
    beside = unit.store.neighbours if isinstance(unit.store, Lines) else None
    if beside is None:
        return None
    found: Holder | None = None
    try:
        entries = list(os.scandir(os.path.dirname(unit.path)))
    except OSError:
        return None
    for entry in entries:
        pid = beside.holder(entry.name)
        if pid is None:
            continue
        try:
            written = entry.stat().st_mtime
        except OSError:
            continue
        started = process.started(pid)
        alive = process.exists(pid) if started is None else started <= written + _SLACK
        if found is None or alive:
            found = Holder(pid, alive)
    return found
