"""Opens stores for the reader: databases get to know which of their sessions are wanted, and where those work."""

from collections.abc import Callable, Mapping

from relaymark.core.agent import Agent
from relaymark.core.store import Database, Store
from relaymark.engine.wanted import Wanted
from relaymark.sources.database import SessionRow
from relaymark.sources.session_folders import FolderIndex
from relaymark.sources.stores import Unit, opened


class Opener:
    """Opens stores.

    Args:
        wanted: Gives what is wanted now.
    """

    def __init__(self, wanted: Callable[[], Wanted]) -> None:
        self.since = 0.0
        """Sessions that are older (seconds since the epoch) are not read from databases."""
        self._wanted = wanted
        self._folders: dict[str, FolderIndex] = {}

    def open(self, agent: Agent, store: Store, path: str, home: str) -> Unit:
        """Return the reader of a store; nothing is read yet."""
        return opened(agent, path, store, self._may_matter, self._folder_index(store, home))

    def _may_matter(self, row: SessionRow) -> bool:
        if row.updated is not None and row.updated < self.since:
            return False
        return row.cwd is None or self._wanted().matters_in(row.cwd)

    def _folder_index(self, store: Store, home: str) -> Callable[[], Mapping[str, str]]:
        if not isinstance(store, Database) or store.folders is None:
            return dict
        return self._folders.setdefault(home, FolderIndex(home, store.folders))
