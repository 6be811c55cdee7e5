"""Watches the agents' folders: every file that changes there is named, by the system's own events where it has them."""

import logging
import os
import stat
import threading
import warnings
from collections.abc import Callable, Iterable

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

_log = logging.getLogger(__name__)

# Folders made one inside the other are named twice to watchdog 7's own bookkeeping, which says so and goes on.
warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)

_ONLY_READ = ("opened", "closed_no_write")


class Watcher:
    """Names changed paths to `changed`, from a thread of its own.

    Args:
        changed: Called with absolute paths. That of a folder which came into one that is watched alone ends in a slash.
    """

    def __init__(self, changed: Callable[[Iterable[str]], None]) -> None:
        self._handler = _Handler(changed)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, ObservedWatch] = {}
        self._seen: dict[str, tuple[int, int]] = {}
        self.working = True
        """False when the system cannot watch: then the caller has to look by itself."""

    def watch(self, deep: Iterable[str], flat: Iterable[str]) -> tuple[str, ...]:
        """Watch folders, `deep` ones with all below; those that do not exist yet are tried at the next call.

        Returns:
            The folders that are watched from now on; what lies there already is not named.
        """
        begun: list[str] = []
        for folder, recursive in [*((path, True) for path in deep), *((path, False) for path in flat)]:
            if not self.working or not self._is_new(folder):
                continue
            if recursive:
                self._handler.deep.add(folder + os.sep)
            try:
                if self._observer is None:
                    self._observer = Observer()
                    self._observer.daemon = True
                    self._observer.start()
                self._watches[folder] = self._observer.schedule(self._handler, folder, recursive=recursive)
                begun.append(folder)
            except FileNotFoundError:
                self._seen.pop(folder, None)  # it went meanwhile
            except OSError as error:
                _log.warning("changes in %s are looked for once a second: %s", folder, error.strerror or error)
                self.stop()
                self.working = False
                return ()
        return tuple(begun)

    def forget(self, folder: str) -> None:
        """Take a folder, and all below, for new when they are watched next: they may have the numbers of old ones."""
        for path in [path for path in self._seen if path == folder or path.startswith(folder + os.sep)]:
            del self._seen[path]

    def _is_new(self, folder: str) -> bool:
        """Tell whether a folder is there and not watched; one that was made anew is another folder."""
        try:
            state = os.stat(folder)
        except OSError:
            return False
        key = (state.st_dev, state.st_ino)
        if not stat.S_ISDIR(state.st_mode) or self._seen.get(folder) == key:
            return False
        old = self._watches.pop(folder, None)
        if old and self._observer:
            self._observer.unschedule(old)
        self._seen[folder] = key
        return True

    def stop(self) -> None:
        """Watch nothing any more."""
        observer, self._observer = self._observer, None
        self._watches = {}
        if observer:
            observer.stop()
            if threading.current_thread() is not observer:
                observer.join(timeout=2)


class _Handler(FileSystemEventHandler):
    def __init__(self, changed: Callable[[Iterable[str]], None]) -> None:
        self._changed = changed
        self.deep: set[str] = set()
        """Folders of which everything below is of interest."""

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _ONLY_READ:
            return
        if event.is_directory:
            where = os.fsdecode(event.dest_path or event.src_path)
            if event.event_type not in ("created", "moved"):
                return
            if not where.startswith(tuple(self.deep)):
                self._changed([where + os.sep])
            else:
                # Files may have come into a new folder, and gone from it, before it was watched.
                came = _files_below(where)
                self._changed(came)
                timer = threading.Timer(0.3, lambda: self._changed([*dict.fromkeys([*came, *_files_below(where)])]))
                timer.daemon = True
                timer.start()
            return
        self._changed([os.fsdecode(path) for path in (event.src_path, event.dest_path) if path])


def _files_below(folder: str) -> list[str]:
    return [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
