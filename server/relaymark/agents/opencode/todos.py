"""The opencode family: the list of what is to do that a session keeps, for taking it over into a plan."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import text

SQL = "SELECT content, status FROM todo WHERE session_id = :session ORDER BY position"
"""Gives the rows of a session's list, in order."""


class Todo(Struct, frozen=True):
    """One entry; `status` as the program writes it: pending, in_progress, completed, cancelled."""

    content: str
    status: str


def todos(rows: Iterable[Mapping[str, Any]]) -> tuple[Todo, ...]:
    """Return the entries that rows hold; a row without both texts is left out."""
    pairs = ((text(row.get("content")), text(row.get("status"))) for row in rows)
    return tuple(Todo(content, status) for content, status in pairs if content and status)
