"""A short read-only look into a SQLite database that another program writes: with its WAL, never `immutable`."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import quote

from relaymark.sources.regular import check_regular

BUSY = 0.1
"""Seconds that a query waits for a database that is locked; then it is tried again with the next change."""
_LARGEST_ROW = 128 * 1024 * 1024
_FAILURES = (sqlite3.Error, OverflowError, UnicodeError, MemoryError)
"""What a query raises: a broken database asks for absurd amounts of memory, and has messages that are no UTF-8."""

Rows = Callable[..., list[dict[str, Any]]]
"""From SQL and its parameters to rows by column name."""


class reading:  # noqa: N801  (reads as a statement: with reading(path) as rows)
    """One short read-only look into a database; gives a function from SQL and parameters to rows.

    Raises:
        OSError: It is not there, locked, no database, or has other tables or columns.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> Rows:
        check_regular(self._path)
        try:
            self._connection = sqlite3.connect(
                f"file:{quote(os.fsencode(self._path))}?mode=ro", uri=True, timeout=BUSY, isolation_level=None
            )
            self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_ROW)
            self._connection.text_factory = lambda data: data.decode("utf-8", "replace")
            self._connection.execute("PRAGMA query_only = 1")
            self._connection.execute("BEGIN")
        except _FAILURES as error:
            self._close()
            raise _failure(self._path, error) from error
        return self._rows

    def _rows(self, query: str, **values: str) -> list[dict[str, Any]]:
        try:
            with closing(self._connection.execute(query, values)) as cursor:
                names = [column[0] for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor]
        except _FAILURES as error:
            raise _failure(self._path, error) from error

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if connection := getattr(self, "_connection", None):
            connection.close()


def _failure(path: str, error: Exception) -> OSError:
    text = str(error)
    reason = "busy, tried again later" if "locked" in text or "busy" in text else f"not readable as expected: {text}"
    found = OSError(reason)
    found.strerror, found.filename = reason, path
    return found


def tables(path: str) -> frozenset[str]:
    """Return the names of a database's tables.

    Raises:
        OSError: It cannot be read.
    """
    with reading(path) as rows:
        return frozenset(str(row["name"]) for row in rows("SELECT name FROM sqlite_master WHERE type = 'table'"))


def state_of(path: str) -> tuple[int, float]:
    """Return bytes and newest modification time (seconds since the epoch) of a database and its WAL.

    Raises:
        OSError: It is not there.
    """
    own = os.stat(path)
    try:
        wal = os.stat(f"{path}-wal")
    except OSError:
        return own.st_size, own.st_mtime
    return own.st_size + wal.st_size, max(own.st_mtime, wal.st_mtime)
