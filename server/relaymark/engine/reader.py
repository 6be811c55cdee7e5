"""The reader: keeps every store that matters read, and the facts beside it. Lives on one thread."""

import os
from collections.abc import Iterable

from relaymark.core.agent import Agent
from relaymark.core.copies import without_copies
from relaymark.core.liveness import CLOSED_AFTER, OPEN_FOR
from relaymark.core.observed import Observed
from relaymark.core.store import Database, Files, Store
from relaymark.engine.beside import Beside
from relaymark.engine.catalog import Listed, Owned, listed, owners
from relaymark.engine.complaints import Complaints, Unreadable
from relaymark.engine.kept import Kept
from relaymark.engine.machine import Machine
from relaymark.engine.opener import Opener
from relaymark.engine.outside import is_dismissal
from relaymark.engine.wanted import Wanted
from relaymark.sources import told
from relaymark.sources.counting import Asked, Counted

_WAL = "-wal"
_TRIES = 5
_UNTIL_IT_MAY = -1_000


class Reader:
    """Reads stores and the small files beside them.

    Args:
        machine: Where to look.
        wanted: Which sessions are read whole and kept.
    """

    def __init__(self, machine: Machine, wanted: Wanted) -> None:
        self._whole_machine = machine
        self.machine = machine.chosen(wanted.agents, wanted.agent_folders)
        self.wanted = wanted
        self.again: dict[str, int] = {}
        """Paths that could not be read as they stood, or may have been read a moment too early, and how often."""
        self._kept: dict[str, Kept] = {}
        self._beside = Beside(self.machine)
        self._complaints = Complaints()
        self._opener = Opener(lambda: self.wanted)
        self._seen: dict[str, tuple[int, float]] = {}
        self._of_no_interest: set[str] = set()

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """What could not be read, and why."""
        return tuple(self._complaints.lasting.values())

    # What there is

    def scan(self, newest_since: float | None = None) -> list[Listed]:
        """Return the stores to look at, those that probably matter first.

        Args:
            newest_since: Leaves out older ones, in seconds since the epoch; None: those too old to be open.
        """
        found, failed = listed(self.machine, self.wanted.projects)
        for problem in failed:
            self._complaints.about(problem)
        self._opener.since = since = self.machine.now() - OPEN_FOR if newest_since is None else newest_since
        hints = [hint for folder in self.wanted.near for agent in self.machine.agents if (hint := agent.near(folder))]
        recent = [item for item in found if item.modified >= since]
        return sorted(recent, key=lambda item: (not _hinted(item.path, hints), -item.modified))

    def look(self, path: str) -> bool:
        """Take what is new at a path that changed; True if that may change what is shown."""
        changed = self._look(path)
        if not changed and path.endswith(_WAL):
            self.again.setdefault(path, _TRIES - 1)  # the system may tell of a write before its commit can be seen
        return changed

    def _look(self, path: str) -> bool:
        changed, known = False, False
        own = path.removesuffix(_WAL)
        for owned in owners(self.machine, own, self.wanted.projects):
            store = owned.agent.store_of(owned.inner)
            if store and (own == path or isinstance(store, Database)):
                changed |= self._unit(owned.agent, store, own, owned.home.path, foreign=owned.home.foreign)
                known = True
            else:
                changed |= self._small_file(owned)
        return changed if known else changed | self._beside_units(path) | self._outside(path)

    def take(self, item: Listed) -> bool:
        """Take a listed store; True if that may change what is shown."""
        return self._unit(item.agent, item.store, item.path, item.home, foreign=item.foreign)

    def look_if_new(self, item: Listed) -> bool:
        """Take a listed store that differs from what was seen of it; True if that may change what is shown."""
        if self._seen.get(item.path) == (item.size, item.modified) and item.path not in self.again:
            return False
        self._of_no_interest.discard(item.path)
        return self.take(item)

    def look_again(self) -> bool:
        """Look at what could not be read as it stood; True if that may change what is shown."""
        paths, self.again = self.again, {}
        changed = False
        for path in paths:
            changed |= self._look(path)
        self.again = {path: tries for path in self.again if (tries := paths.get(path, 0) + 1) < _TRIES}
        return changed

    def look_at_file(self, agent: Agent, store: Store, path: str) -> None:
        """Take a store that may lie anywhere.

        Raises:
            OSError: It cannot be read.
        """
        found = next((each for each in owners(self.machine, path) if each.agent is agent), None)
        home = found.home.path if found else _home_above(agent, path)
        kept = self._kept[path] = Kept(self._opener.open(agent, store, path, home), home)
        kept.unit.refresh()
        kept.take(self.wanted)
        self._complaints.records_of(kept.unit)
        self._beside.add_home(agent, home)

    def _small_file(self, owned: Owned) -> bool:
        agent, inner = owned.agent, owned.inner
        if agent.registry and inner.split("/")[0] == agent.registry.folder:
            return self.read_running()
        if agent.titles and inner == agent.titles.file:
            self._beside.forget_titles(agent, owned.home.path)
            return self._renew(agent.name)
        return False

    def _beside_units(self, path: str) -> bool:
        """Take a change in a file that belongs to units which are kept, or in one beside a unit that is not yet."""
        changed = False
        for kept in [kept for kept in self._kept.values() if kept.unit.concerns(path)]:
            if isinstance(kept.unit.store, Files):
                changed |= self._unit(kept.unit.agent, kept.unit.store, kept.unit.path, kept.home, foreign=kept.foreign)
            else:
                kept.forget()
                changed = True
        return changed

    def _outside(self, path: str) -> bool:
        if os.path.dirname(path) != str(told.folder()):
            return is_dismissal(path)
        session = os.path.basename(path).removesuffix(".json")
        known = [kept for kept in self._kept.values() if kept.observed.pop(session, None)]
        return bool(known)

    def _unit(self, agent: Agent, store: Store, path: str, home: str, *, foreign: bool = False) -> bool:
        kept = self._kept.get(path)
        if kept is None and path in self._of_no_interest:
            return False
        kept = kept or Kept(self._opener.open(agent, store, path, home), home, foreign=foreign)
        unit, read = kept.unit, kept.unit.reads
        if isinstance(store, Database) and kept.rests():
            self.again.setdefault(path, _UNTIL_IT_MAY)
            return False
        try:
            kept.refresh()
        except FileNotFoundError:
            self._complaints.settled(path)
            return self._kept.pop(path, None) is not None
        except OSError as error:
            self.again.setdefault(path, 0)
            self._complaints.about(Unreadable(agent.name, path, error.strerror or str(error)))
            return False
        self._complaints.settled(path)
        self._seen[path] = (unit.size, unit.modified)
        self._complaints.records_of(unit)
        if path in self._kept and unit.reads == read:
            return False  # systems tell of one append more than once
        kept.take(self.wanted)
        if not kept.sessions and not isinstance(store, Database):
            if isinstance(store, Files) and (found := unit.sessions()) and all(each.cwd for each in found):
                # Somebody else's, rewritten whole with each word: looked at again once a minute.
                self._of_no_interest.add(path)
            return self._kept.pop(path, None) is not None
        self._kept[path] = kept
        return True

    # History and weights

    def history_step(self) -> bool:
        """Read some more history; False when all is read."""
        for kept in self._kept.values():
            if kept.unit.partial and not kept.stuck:
                try:
                    done = kept.unit.read_history()
                except OSError as error:
                    problem = Unreadable(kept.unit.agent.name, kept.unit.path, error.strerror or str(error))
                    self._complaints.about(problem)
                    kept.stuck = True
                    return True
                if done:
                    kept.take(self.wanted)
                    self._complaints.records_of(kept.unit)
                return True
        return False

    @property
    def partial(self) -> int:
        """How many kept transcripts are not read whole yet."""
        return sum(kept.unit.partial for kept in self._kept.values())

    def to_count(self) -> tuple[Asked, ...]:
        """Return the records whose tokens should be counted and were not asked for before."""
        return tuple(asked for kept in self._kept.values() for asked in kept.to_count())

    def weigh(self, counted: Counted) -> bool:
        """Take counts; True if that changes what is shown."""
        kept = self._kept.get(counted.path)
        return kept is not None and kept.weigh(counted)

    # What is beside a transcript

    def read_running(self) -> bool:
        """Read the agents' lists of running sessions anew; True if anything differs."""
        changed = self._beside.read_running()
        if changed:
            self._renew()
        return changed

    def check_processes(self) -> bool:
        """Look whether a registered process ended without a word; True if anything differs."""
        changed = False
        for kept in self._kept.values():
            for name, observed in list(kept.observed.items()):
                known = observed.process
                if known.pid and self._beside.process(kept, observed.session) != known:
                    del kept.observed[name]
                    changed = True
        return changed

    def renew(self) -> None:
        """Ask anew for the facts beside every transcript."""
        self._renew()

    def drop_missing(self) -> bool:
        """Drop stores that are gone; True if there were any."""
        gone = [path for path in self._kept if not os.path.exists(path)]
        for path in gone:
            del self._kept[path]
        return bool(gone)

    def _renew(self, agent: str | None = None) -> bool:
        for kept in self._kept.values():
            if agent in (None, kept.unit.agent.name):
                kept.forget()
        return bool(self._kept)

    def forget_idle(self) -> bool:
        """Drop what was silent for so long that it is closed; True if anything was dropped."""
        limit = self.machine.now() - CLOSED_AFTER
        old = [path for path, kept in self._kept.items() if kept.unit.modified < limit]
        for path in old:
            del self._kept[path]
        return bool(old)

    def choose(self, wanted: Wanted) -> None:
        """Exchange what is wanted, and drop what no longer matters."""
        if (wanted.agents, wanted.agent_folders) != (self.wanted.agents, self.wanted.agent_folders):
            self.machine = self._whole_machine.chosen(wanted.agents, wanted.agent_folders)
            self._beside = Beside(self.machine)
            self._beside.read_running()
        self.wanted = wanted
        self._of_no_interest.clear()
        read = {agent.name for agent in self.machine.agents}
        for path, kept in list(self._kept.items()):
            kept.take(wanted)
            kept.forget()
            if not kept.sessions or kept.unit.agent.name not in read:
                del self._kept[path]

    # The answer

    def observed(self) -> tuple[Observed, ...]:
        """Return every kept session with the facts beside it, each once."""
        found: list[tuple[int, Observed]] = []
        for kept in self._kept.values():
            for name, session in kept.sessions.items():
                if name not in kept.observed:
                    kept.observed[name] = self._beside.observe(kept, session)
                found.append((kept.place, kept.observed[name]))
        return without_copies(found)


def _hinted(path: str, hints: Iterable[str]) -> bool:
    folded = path.replace("\\", "/").casefold()  # as Windows compares
    return any(hint.casefold() in folded for hint in hints)


def _home_above(agent: Agent, path: str) -> str:
    """Return the folder above a store that could be its agent's home: one in which the agent would own it."""
    folder = os.path.dirname(path)
    while (parent := os.path.dirname(folder)) != folder:
        if agent.owns(path[len(parent) + 1 :].replace(os.sep, "/")):
            return parent
        folder = parent
    return os.path.dirname(path)
