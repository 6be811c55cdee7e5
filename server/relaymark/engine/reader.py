"""The reader: keeps every transcript that matters read, and the facts beside it. Lives on one thread."""

import logging
import os

from relaymark.core.agent import Agent
from relaymark.core.liveness import CLOSED_AFTER, OPEN_FOR, Process
from relaymark.core.observed import Observed
from relaymark.core.session import Session
from relaymark.engine.beside import Beside
from relaymark.engine.catalog import Listed, Unreadable, listed, owner
from relaymark.engine.machine import Machine
from relaymark.engine.wanted import Wanted
from relaymark.sources import told
from relaymark.sources.counting import Asked, Counted
from relaymark.sources.transcript import Transcript

_log = logging.getLogger(__name__)


class _Kept:
    __slots__ = ("asked", "home", "observed", "session", "stuck", "transcript")

    def __init__(self, transcript: Transcript, session: Session, home: str) -> None:
        self.transcript = transcript
        self.home = home
        self.session = session
        self.observed: Observed | None = None
        self.asked: set[int] = set()
        self.stuck = False
        """Its history could not be read; tried again when something is appended."""


class Reader:
    """Reads transcripts and the small files beside them.

    Args:
        machine: Where to look.
        wanted: Which sessions are read whole and kept.
    """

    def __init__(self, machine: Machine, wanted: Wanted) -> None:
        self.machine = machine
        self.wanted = wanted
        self.unreadable: dict[str, Unreadable] = {}
        self._kept: dict[str, _Kept] = {}
        self._beside = Beside(machine)
        self._complained: set[str] = set()
        self._seen: dict[str, tuple[int, float]] = {}

    # What there is

    def scan(self, newest_since: float | None = None) -> list[Listed]:
        """Return the transcripts to look at, those that probably matter first.

        Args:
            newest_since: Leaves out older ones, in seconds since the epoch; None: those too old to be open.
        """
        found, failed = listed(self.machine)
        for problem in failed:
            self._complain(problem.agent, problem.path, problem.reason)
        since = self.machine.now() - OPEN_FOR if newest_since is None else newest_since
        hints = [hint for folder in self.wanted.near for agent in self.machine.agents if (hint := agent.near(folder))]
        recent = [item for item in found if item.modified >= since]
        return sorted(recent, key=lambda item: (not any(hint in item.path for hint in hints), -item.modified))

    def look(self, path: str) -> bool:
        """Take what is new at a path that changed; True if that may change what is shown."""
        found = owner(self.machine, path)
        if found is None:
            return self._outside(path)
        agent, home, inner = found
        if agent.owns(inner):
            return self._transcript(agent, path, home.path)
        if agent.registry and inner.split("/")[0] == agent.registry.folder:
            return self.read_running()
        if agent.titles and inner == agent.titles.file:
            self._beside.forget_titles(agent, home.path)
            return self._renew(agent.name)
        return False

    def look_if_new(self, item: Listed) -> bool:
        """Take a listed transcript that differs from what was seen of it; True if that may change what is shown."""
        seen = self._seen.get(item.path)
        if seen == (item.size, item.modified):
            return False
        return self._transcript(item.agent, item.path, item.home)

    def look_at_file(self, name: str, path: str) -> None:
        """Take a transcript of the agent `name` that may lie anywhere.

        Raises:
            OSError: It cannot be read.
        """
        agent = next(agent for agent in self.machine.agents if agent.name == name)
        found = owner(self.machine, path)
        home = found[1].path if found else _home_above(agent, path)
        transcript = Transcript(agent, path)
        self._kept[path] = _Kept(transcript, transcript.refresh(), home)
        self._note_bad(transcript)
        self._beside.add_home(agent, home)

    def _outside(self, path: str) -> bool:
        if os.path.dirname(path) != str(told.folder()):
            return False
        session = os.path.basename(path).removesuffix(".json")
        kept = [item for item in self._kept.values() if item.session.id == session]
        for item in kept:
            item.observed = None
        return bool(kept)

    def _transcript(self, agent: Agent, path: str, home: str) -> bool:
        kept = self._kept.get(path)
        transcript = kept.transcript if kept else Transcript(agent, path)
        read = transcript.reads
        try:
            session = transcript.refresh()
        except FileNotFoundError:
            self.unreadable.pop(path, None)
            return self._kept.pop(path, None) is not None
        except OSError as error:
            self._complain(agent.name, path, error.strerror or str(error))
            return False
        self.unreadable.pop(path, None)
        self._seen[path] = (transcript.size, transcript.modified)
        self._note_bad(transcript)
        if not self.wanted.matters(session):
            return self._kept.pop(path, None) is not None
        if kept is not None and transcript.reads == read:
            return False  # systems tell of one append more than once
        if kept is None:
            kept = self._kept[path] = _Kept(transcript, session, home)
        kept.session, kept.observed, kept.stuck = session, None, False
        return True

    def _note_bad(self, transcript: Transcript) -> None:
        if transcript.first_bad:
            offset, reason = transcript.first_bad
            self._complain(transcript.agent.name, transcript.path, f"a record at byte {offset} is skipped: {reason}",
                           lasting=False)  # fmt: skip

    def _complain(self, agent: str, path: str, reason: str, *, lasting: bool = True) -> None:
        """Say once per file what is wrong with it."""
        if lasting:
            self.unreadable[path] = Unreadable(agent, path, reason)
        if path not in self._complained:
            self._complained.add(path)
            _log.warning("%s: %s", path, reason)

    # History and weights

    def history_step(self) -> bool:
        """Read some more history; False when all is read."""
        for kept in self._kept.values():
            if kept.transcript.partial and not kept.stuck:
                try:
                    done = kept.transcript.read_history()
                except OSError as error:
                    self._complain(kept.transcript.agent.name, kept.transcript.path, error.strerror or str(error))
                    kept.stuck = True
                    done = True
                if done:
                    kept.session, kept.observed = kept.transcript.session(), None
                    self._note_bad(kept.transcript)
                return True
        return False

    @property
    def partial(self) -> int:
        """How many kept transcripts are not read whole yet."""
        return sum(kept.transcript.partial for kept in self._kept.values())

    def to_count(self) -> tuple[Asked, ...]:
        """Return the records whose tokens should be counted and were not asked for before."""
        found = []
        for path, kept in self._kept.items():
            if kept.transcript.partial or kept.transcript.fold is None:
                continue
            wanted = [offset for offset in kept.transcript.fold.wanted if offset not in kept.asked]
            if wanted:
                kept.asked.update(wanted)
                found.append(Asked(kept.transcript.agent.name, path, tuple(sorted(wanted))))
        return tuple(found)

    def weigh(self, counted: Counted) -> bool:
        """Take counts; True if that changes what is shown."""
        kept = self._kept.get(counted.path)
        if kept is None or kept.transcript.fold is None:
            return False
        if not counted.counts:
            kept.asked.clear()  # asked for again with the next change
            return False
        for offset, counts in counted.counts.items():
            kept.transcript.fold.weigh(offset, counts)
        kept.asked.difference_update(counted.counts)
        kept.session, kept.observed = kept.transcript.session(), None
        return True

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
            known = kept.observed.process if kept.observed else None
            if known and known.pid and self._process(kept) != known:
                kept.observed = None
                changed = True
        return changed

    def _process(self, kept: _Kept) -> Process:
        return self._beside.process(kept.transcript.agent, kept.home, kept.session)

    def renew(self) -> None:
        """Ask anew for the facts beside every transcript."""
        self._renew()

    def drop_missing(self) -> bool:
        """Drop transcripts that are gone; True if there were any."""
        gone = [path for path in self._kept if not os.path.exists(path)]
        for path in gone:
            del self._kept[path]
        return bool(gone)

    def _renew(self, agent: str | None = None) -> bool:
        for kept in self._kept.values():
            if agent in (None, kept.session.agent):
                kept.observed = None
        return bool(self._kept)

    def forget_idle(self) -> bool:
        """Drop what was silent for so long that it is closed; True if anything was dropped."""
        limit = self.machine.now() - CLOSED_AFTER
        old = [path for path, kept in self._kept.items() if kept.transcript.modified < limit]
        for path in old:
            del self._kept[path]
        return bool(old)

    def choose(self, wanted: Wanted) -> None:
        """Exchange what is wanted, and drop what no longer matters."""
        self.wanted = wanted
        for path in [path for path, kept in self._kept.items() if not wanted.matters(kept.session)]:
            del self._kept[path]

    # The answer

    def observed(self) -> tuple[Observed, ...]:
        """Return every kept session with the facts beside it."""
        for kept in self._kept.values():
            if kept.observed is None:
                transcript = kept.transcript
                kept.observed = self._beside.observe(transcript.agent, kept.home, kept.session, transcript.modified)
        return tuple(kept.observed for kept in self._kept.values() if kept.observed)


def _home_above(agent: Agent, path: str) -> str:
    """Return the folder above a transcript that could be its agent's home: one in which the agent would own it."""
    folder = os.path.dirname(path)
    while (parent := os.path.dirname(folder)) != folder:
        if agent.owns(path[len(parent) + 1 :].replace(os.sep, "/")):
            return parent
        folder = parent
    return os.path.dirname(path)
