"""The ledgers of the wanted workspaces: what was kept of their sessions, brought up to date by those that are read."""

import logging
from collections.abc import Mapping, Sequence

from relaymark.core.ledger import Entry, entries_of
from relaymark.core.observed import Observed
from relaymark.core.place import Place
from relaymark.core.session import Session
from relaymark.core.spending import Spent
from relaymark.sources import ledger

_log = logging.getLogger(__name__)


class Ledgers:
    """Keeps the ledger of each workspace. Lives on one thread; what it returns is frozen."""

    def __init__(self) -> None:
        self._kept: dict[Place, tuple[Entry, ...]] = {}
        self._taken: dict[tuple[Place, str, str], tuple[Spent, ...]] = {}
        self._silent = False

    def take(
        self, places: Sequence[Place], observed: Sequence[Observed], path_map: Mapping[str, str]
    ) -> dict[str, tuple[Entry, ...]]:
        """Take what the sessions spent by now; return each workspace's ledger by its folder.

        Args:
            places: The workspaces.
            observed: The sessions.
            path_map: Recorded folder to folder here.
        """
        if self._kept.keys() - set(places):
            self._kept = {place: kept for place, kept in self._kept.items() if place in places}
            self._taken = {key: taken for key, taken in self._taken.items() if key[0] in places}
        for place in places:
            if place not in self._kept:
                self._kept[place] = ledger.kept(place)
            for each in observed:
                self._take(place, each.session, path_map)
        return {place.folder: self._kept[place] for place in places}

    def _take(self, place: Place, session: Session, path_map: Mapping[str, str]) -> None:
        key = (place, session.agent, session.id)
        if session.partial or session.spent == self._taken.get(key, ()):
            return
        self._taken[key] = session.spent
        entries = entries_of(session, place, path_map)
        known = self._kept[place]
        mine = tuple(each for each in known if (each.agent, each.session) == key[1:])
        if entries == mine:
            return
        self._kept[place] = (*(each for each in known if each not in mine), *entries)
        try:
            ledger.keep(place, session.agent, session.id, entries)
        except OSError as error:
            if not self._silent:
                self._silent = True
                _log.info("what was spent on items is not kept: %s", error)
