"""The live engine: one thread that reads what changes and hands out frozen pictures of it."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from queue import Empty, SimpleQueue

from msgspec import Struct

from relaymark.core.ledger import Entry
from relaymark.core.observed import Observed
from relaymark.core.sheet import Sheet
from relaymark.engine.catalog import Listed, to_watch
from relaymark.engine.complaints import Unreadable
from relaymark.engine.file_counts import FileAsked, FileCounts
from relaymark.engine.ledgers import Ledgers
from relaymark.engine.machine import Machine
from relaymark.engine.outside import is_dismissal, state_folders
from relaymark.engine.reader import Reader
from relaymark.engine.shelf import PlanShelf
from relaymark.engine.wanted import Wanted
from relaymark.sources.counting import Counted, TokenCounter
from relaymark.sources.watch import Watcher

_log = logging.getLogger(__name__)

_CHUNK = 25
_POLL = 1.0
_AGAIN = 0.05
_PROCESSES = 5.0
_RESCAN = 60.0


class Picture(Struct, frozen=True):
    """Every session that matters, as it stands.

    Attributes:
        observed: The sessions with the facts beside them.
        unreadable: What could not be read, and why.
        complete: Every recent transcript was looked at once.
        sheets: The plans of the wanted places, as they lie on disk.
        ledgers: What was spent on the items of plans, by the folder of each place.
        quiet: Only counts came in: nobody waits for that.
    """

    observed: tuple[Observed, ...]
    unreadable: tuple[Unreadable, ...]
    complete: bool
    sheets: tuple[Sheet, ...] = ()
    ledgers: Mapping[str, tuple[Entry, ...]] = {}
    quiet: bool = False


class LiveEngine:
    """Reads on a thread of its own and calls `publish` there with each new picture.

    Args:
        machine: Where to look.
        publish: Takes a picture; called on the engine's thread.
        counting: Whether tokens are counted, which costs a child process.
    """

    def __init__(self, machine: Machine, publish: Callable[[Picture], None], *, counting: bool = True) -> None:
        self._machine = machine
        self._publish = publish
        self._inbox: SimpleQueue[tuple[str, ...] | Wanted | Counted | FileAsked | None] = SimpleQueue()
        self._watcher = Watcher(lambda paths: self._inbox.put(tuple(paths)))
        self._counter = TokenCounter(self._inbox.put) if counting else None
        self._thread = threading.Thread(target=self._run, name="relaymark-reading", daemon=True)
        self._backlog: deque[Listed] = deque()
        self._shelf = PlanShelf(live=True)
        self._ledgers = Ledgers()
        self._complete = False
        self._history = False
        self._weighed = False
        self._files = FileCounts(self._counter)

    def start(self, wanted: Wanted) -> None:
        """Begin to read: first what probably matters, then the rest."""
        self._reader = Reader(self._machine, wanted)
        self._thread.start()

    def choose(self, wanted: Wanted) -> None:
        """Exchange what is wanted; everything recent is looked at again."""
        self._inbox.put(wanted)

    def touch(self, paths: Iterable[str]) -> None:
        """Have paths looked at, as if the system had told that they changed."""
        self._inbox.put(tuple(paths))

    def count_file(self, path: str, done: Callable[[int | None], None]) -> None:
        """Have a file's tokens counted; `done` gets them on the engine's thread, None for an unreadable file."""
        if self._counter is None:
            done(None)
            return
        self._inbox.put(FileAsked(path, done))

    def stop(self) -> None:
        """End the threads and the child process."""
        self._inbox.put(None)
        self._thread.join(timeout=5)
        self._watcher.stop()
        if self._counter:
            self._counter.close()

    def _run(self) -> None:
        begun = False
        timers = {self._tick_processes: _PROCESSES, self._tick_rescan: _RESCAN, self._tick_poll: _POLL}
        due = {tick: time.monotonic() + every for tick, every in timers.items()}
        running, again = True, 0.0
        while running:
            try:
                if not begun:
                    begun = True
                    self._begin()
                busy = bool(self._backlog) or self._history or self._shelf.busy
                changed, running = self._receive(0.0 if busy else self._patience(due))
                for tick, at in due.items():
                    if time.monotonic() >= at:
                        due[tick] = time.monotonic() + timers[tick]
                        changed |= tick()
                if self._reader.again and time.monotonic() >= again:
                    again = time.monotonic() + _AGAIN
                    changed |= self._reader.look_again()
                if not changed:
                    changed = self._work()
                if (changed or self._weighed) and running:
                    self._tell(quiet=not changed)
            except Exception:  # noqa: BLE001  (a fault in one look must not end the reading)
                _log.exception("a fault of Relaymark's own; it goes on reading")

    def _begin(self) -> None:
        for step in (self._watch, self._reader.read_running, self._refill):
            try:
                step()
            except Exception:  # noqa: BLE001  (without one of them the others still serve)
                _log.exception("a fault of Relaymark's own; it goes on reading")

    def _patience(self, due: dict[Callable[[], bool], float]) -> float:
        soon = [time.monotonic() + _AGAIN] if self._reader.again else []
        times = soon + [at for tick, at in due.items() if tick != self._tick_poll or not self._watcher.working]
        return max(min(times) - time.monotonic(), 0.0)

    def _receive(self, patience: float) -> tuple[bool, bool]:
        """Take everything that came in; return whether it changed anything and whether to go on."""
        paths: dict[str, None] = {}
        changed = False
        try:
            item = self._inbox.get(timeout=patience) if patience else self._inbox.get_nowait()
            while True:
                match item:
                    case None:
                        return changed, False
                    case Wanted():
                        self._reader.choose(item)
                        self._watch()
                        self._refill()
                        changed = True
                    case Counted():
                        self._weighed |= not self._files.take(item) and self._reader.weigh(item)
                    case FileAsked():
                        self._files.ask(item)
                    case _:
                        paths.update(dict.fromkeys(item))
                item = self._inbox.get_nowait()
        except Empty:
            pass
        for path in paths:
            came = path.endswith(os.sep)
            changed |= self._climb_down(path[:-1]) if came else self._shelf.holds(path) or self._reader.look(path)
        self._history = self._history or bool(paths)
        return changed, True

    def _climb_down(self, folder: str) -> bool:
        """Watch a folder that came, and those below it, if plans may come into them; True if there are any."""
        if not self._shelf.leads(folder):
            return is_dismissal(folder) and self._watch()
        self._watcher.forget(folder)
        while self._watcher.watch([], self._shelf.folders(self._reader.wanted.places)):
            continue  # what came while a folder was not yet watched is seen by one more look
        return self._shelf.look_below(folder)

    def _refill(self) -> None:
        self._shelf.choose(self._reader.wanted.places, self._reader.wanted.plan_files)
        self._backlog = deque(self._reader.scan())
        self._complete = not self._backlog
        if self._complete:
            self._tell()

    def _work(self) -> bool:
        """Do a part of what need not be done at once."""
        if self._backlog:
            changed = False
            for _ in range(min(_CHUNK, len(self._backlog))):
                item = self._backlog.popleft()
                changed |= self._reader.take(item)
            if not self._backlog:
                self._complete = self._history = True
                return True
            return changed
        if self._shelf.busy or not self._history:
            return self._shelf.step()
        before = self._reader.partial
        self._history = self._reader.history_step()
        return before != self._reader.partial

    def _tell(self, *, quiet: bool = False) -> None:
        self._weighed = False
        sheets = self._shelf.sheets(self._reader.wanted.places)
        observed, wanted = self._reader.observed(), self._reader.wanted
        ledgers = self._ledgers.take(wanted.places, observed, wanted.path_map)
        self._publish(Picture(observed, self._reader.unreadable, self._complete, sheets, ledgers, quiet))
        if self._counter:
            for asked in self._reader.to_count():
                self._counter.ask(asked)

    def _watch(self) -> bool:
        """Watch what there is to watch by now; True if that is more than before."""
        deep, flat = to_watch(self._reader.machine, self._reader.wanted.projects)
        plans = self._shelf.folders(self._reader.wanted.places)
        return bool(self._watcher.watch(deep, [*flat, *plans, *state_folders(self._reader.wanted.places)]))

    def _tick_processes(self) -> bool:
        if self._watch():
            # What came into a new folder before it was watched.
            self._reader.read_running()
            self._reader.renew()
            self._look_for_new()
            return True
        return self._reader.check_processes()

    def _tick_rescan(self) -> bool:
        self._shelf.search_again()
        return self._reader.forget_idle() | self._look_for_new()

    def _tick_poll(self) -> bool:
        if self._watcher.working:
            return False
        return self._reader.read_running() | self._look_for_new()

    def _look_for_new(self) -> bool:
        """Look at every transcript that differs from what was seen of it, or is gone."""
        changed = self._reader.drop_missing()
        for item in self._reader.scan():
            changed |= self._reader.look_if_new(item)
        self._history = self._history or changed
        return changed
