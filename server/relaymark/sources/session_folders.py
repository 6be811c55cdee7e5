"""Folders of sessions whose own database does not hold them: read from the databases of the workspaces beside it."""

import os
from collections.abc import Mapping
from glob import iglob

from relaymark.core.store import SessionFolders
from relaymark.sources.files import read_json
from relaymark.sources.sqlite import reading, state_of


class FolderIndex:
    """Knows which session works in which folder; a workspace's database is read again only when it changed.

    Args:
        home: The agent's folder.
        where: What to look at there.
    """

    def __init__(self, home: str, where: SessionFolders) -> None:
        self._home, self._where = home, where
        self._known: dict[str, tuple[tuple[int, float], tuple[tuple[str, str], ...]]] = {}

    def __call__(self) -> Mapping[str, str]:
        """Return session id to folder."""
        found: dict[str, str] = {}
        for path in iglob(os.path.join(self._home, *self._where.pattern.split("/"))):
            found.update(self._pairs(path))
        return found

    def _pairs(self, path: str) -> tuple[tuple[str, str], ...]:
        try:
            state = state_of(path)
            known = self._known.get(path)
            if known and known[0] == state:
                return known[1]
            with reading(path) as rows:
                texts = tuple(_text(value) for row in rows(self._where.query) for value in row.values())
        except OSError:
            return self._known[path][1] if path in self._known else ()
        file = read_json(os.path.join(os.path.dirname(path), self._where.file))
        pairs = self._where.decode(texts, file)
        self._known[path] = (state, pairs)
        return pairs


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
