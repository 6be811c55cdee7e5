"""Keeps what was read of a history, by its HEAD: in memory, and on disk where it can be lost at any time."""

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from relaymark.sources.folders import cache_folder

_log = logging.getLogger(__name__)

VERSION = 4
"""Of what is kept: a file of another version is not read."""

LOG = "log"
"""The kind of a whole log: large, so few are kept in memory."""

_KEPT = 512
_LOGS = 8
_FILES = 512
_BYTES = 512 * 1024 * 1024
"""Of all files together: the log of a long history takes megabytes, what is kept of a plan kilobytes."""
_LARGEST = 256 * 1024 * 1024

T = TypeVar("T", bound=msgspec.Struct)


class Store:
    """Values by folder, kind and HEAD. Worker threads may share one."""

    def __init__(self) -> None:
        """Keep nothing in memory yet."""
        self._kept: dict[tuple[str, str], tuple[str, msgspec.Struct]] = {}
        self._lock = Lock()

    def get(self, folder: str, kind: str, head: str, form: type[T], make: Callable[[], T | None]) -> T | None:
        """Return what is kept of a folder at HEAD, else what `make` returns, which is kept."""
        key = (folder, kind)
        with self._lock:
            known = self._kept.get(key)
            if known and known[0] == head and isinstance(known[1], form):
                self._kept[key] = self._kept.pop(key)  # what is asked for stays
                return known[1]
        file = _file(folder, kind)
        value = _load(file, head, form)
        if value is None:
            value = make()
            if value is not None:
                _save(file, head, value)
        if value is not None:
            with self._lock:
                self._kept.pop(key, None)
                self._kept[key] = (head, value)
                logs = [each for each in self._kept if each[1] == LOG]
                for oldest in (*logs[:-_LOGS], *list(self._kept)[:-_KEPT]):
                    self._kept.pop(oldest, None)
        return value


def _file(folder: str, kind: str) -> Path:
    name = hashlib.sha256(f"{VERSION}\0{folder}\0{kind}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return cache_folder() / "history" / f"{name}.msgpack"


def _load(file: Path, head: str, form: type[T]) -> T | None:
    """Return what a file holds, None for one of another HEAD, a broken one, and one of another user."""
    mark = head.encode()
    try:
        with open(file, "rb") as opened:
            if os.fstat(opened.fileno()).st_size > _LARGEST or opened.read(len(mark)) != mark:
                return None
            return msgspec.msgpack.decode(opened.read(), type=form)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        _log.info("what was kept of a history cannot be read: %s", error)
        return None


def _save(file: Path, head: str, value: msgspec.Struct) -> None:
    try:
        data = head.encode() + msgspec.msgpack.encode(value)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
        try:
            with os.fdopen(number, "wb") as opened:
                opened.write(data)
            os.replace(name, file)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _tidy(file.parent)
    except (OSError, UnicodeError) as error:
        _log.info("a history is not kept: %s", error)


def _tidy(folder: Path) -> None:
    """Remove the files that were not written for longest."""
    files = sorted(((file.stat(), file) for file in folder.glob("*.msgpack")), key=lambda one: -one[0].st_mtime)
    total = 0
    for at, (known, file) in enumerate(files):
        total += known.st_size
        if at >= _FILES or (at and total > _BYTES):
            file.unlink(missing_ok=True)
