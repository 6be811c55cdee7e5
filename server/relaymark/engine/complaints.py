"""What could not be read, and why: said once per file in the log, kept while it lasts."""

import logging

from msgspec import Struct

from relaymark.sources.stores import Unit

_log = logging.getLogger(__name__)


class Unreadable(Struct, frozen=True):
    """A folder or file that could not be looked at, and why."""

    agent: str
    path: str
    reason: str


class Complaints:
    """Collects what is wrong with stores."""

    def __init__(self) -> None:
        self.lasting: dict[str, Unreadable] = {}
        """What cannot be read now, by path."""
        self._said: set[str] = set()

    def about(self, problem: Unreadable) -> None:
        """Take what cannot be read now."""
        self.lasting[problem.path] = problem
        self._say(problem.path, problem.reason)

    def settled(self, path: str) -> None:
        """Take that a path can be read again, or is gone."""
        self.lasting.pop(path, None)

    def records_of(self, unit: Unit) -> None:
        """Name the first record of a unit that is skipped, if there is one."""
        if unit.first_bad:
            offset, reason = unit.first_bad
            self._say(unit.path, f"a record at byte {offset} is skipped: {reason}" if offset else f"skipped: {reason}")

    def _say(self, path: str, reason: str) -> None:
        if path not in self._said:
            self._said.add(path)
            _log.warning("%s: %s", path, reason)
