"""Reads the logs of work trees, each once however many ask for it, and ahead of who will ask."""

from threading import Lock, Thread

from relaymark.sources.git_files import is_shallow, top_folder
from relaymark.sources.history_log import Log, read_log
from relaymark.sources.history_state import head_commit
from relaymark.sources.history_store import LOG, Store


class Logs:
    """The logs of work trees. Worker threads may share one; answers are frozen."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._store = Store()
        self._lock = Lock()
        self._reading: dict[str, Lock] = {}
        self._begun: set[str] = set()

    def begin(self, top: str) -> None:
        """Start to read the log in the background, unless that was done: git takes seconds for a long one."""
        if top not in self._begun and top_folder(top) == top:
            self._begun.add(top)
            Thread(target=self._ahead, args=(top,), daemon=True).start()

    def _ahead(self, top: str) -> None:
        if head := head_commit(top):
            self.get(top, head, shallow=is_shallow(top))

    def get(self, top: str, head: str, *, shallow: bool) -> Log | None:
        """Return the log of a commit, None if git tells none."""
        with self._lock:
            reading = self._reading.setdefault(top, Lock())
        with reading:
            return self._store.get(top, LOG, head, Log, lambda: read_log(top, head, shallow=shallow))
