"""A unit that the reader keeps: its sessions, the facts beside them, and what was asked of the counter."""

import time
from collections.abc import Iterator

from relaymark.core.observed import Observed
from relaymark.core.session import Session
from relaymark.engine.wanted import Wanted
from relaymark.sources.counting import Asked, Counted
from relaymark.sources.stores import Unit

_REST = 3.0
"""A database rests for this many times what reading it took: no more than a quarter of a core goes into one."""


class Kept:
    """One unit with the sessions of it that matter.

    Args:
        unit: As it was opened.
        home: The agent's folder that it lies in.
        foreign: That folder may be another machine's.
    """

    def __init__(self, unit: Unit, home: str, *, foreign: bool = False) -> None:
        self.unit, self.home, self.foreign = unit, home, foreign
        self.sessions: dict[str, Session] = {}
        self.observed: dict[str, Observed] = {}
        self.stuck = False
        """Its history could not be read; tried again when something is appended."""
        self.place = unit.agent.stores.index(unit.store)
        """Of its store in the agent's list."""
        self._asked: dict[str, set[int]] = {}
        self._rests_until = 0.0

    def refresh(self) -> None:
        """Read what is new; what took long is not read again for a while.

        Raises:
            OSError: It cannot be read now, the last good state stays.
        """
        began = time.monotonic()
        self.unit.refresh()
        ended = time.monotonic()
        self._rests_until = ended + _REST * (ended - began)

    def rests(self) -> bool:
        """Tell whether it was read so lately, and took so long, that it should wait."""
        return time.monotonic() < self._rests_until

    def take(self, wanted: Wanted) -> None:
        """Take the sessions as they were read; the facts beside one that is unchanged stay."""
        before, self.sessions = self.sessions, {}
        for session in self.unit.sessions():
            if wanted.matters(session):
                self.sessions[session.id] = session
        for name in list(self.observed):
            now = self.sessions.get(name)
            if len(before) == 1 or now is None or now.updated_at is None or before.get(name) != now:
                del self.observed[name]
        self.stuck = False

    def forget(self) -> None:
        """Have the facts beside its sessions asked for anew."""
        self.observed.clear()

    def to_count(self) -> Iterator[Asked]:
        """Yield the records whose tokens should be counted and were not asked for before."""
        for name in self.sessions:
            fold = self.unit.fold(name)
            if fold is None or self.unit.partial:
                continue
            asked = self._asked.setdefault(name, set())
            wanted = [key for key in fold.wanted if key not in asked]
            if wanted:
                asked.update(wanted)
                yield Asked(self.unit.agent.name, self.unit.path, tuple(sorted(wanted)), name, self.place)

    def weigh(self, counted: Counted) -> bool:
        """Take counts; True if that changes what is shown."""
        fold = self.unit.fold(counted.session)
        asked = self._asked.setdefault(counted.session, set())
        if fold is None:
            return False
        if not counted.counts:
            asked.clear()  # asked for again with the next change
            return False
        for key, counts in counted.counts.items():
            fold.weigh(key, counts)
        asked.difference_update(counted.counts)
        new = next((each for each in self.unit.sessions() if each.id == counted.session), None)
        if new is None or counted.session not in self.sessions:
            return False
        self.sessions[new.id] = new
        self.observed.pop(new.id, None)
        return True
