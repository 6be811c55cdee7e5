"""Finds names of code in a whole work tree: which files hold them now, and which define them."""

import logging
import shutil
import subprocess
from collections.abc import Iterable
from threading import Lock

from relaymark.core.symbols import BESIDE
from relaymark.sources.history_log import offline

_log = logging.getLogger(__name__)

_MOST_FILES = 20
_AT_ONCE = 200
_PATIENCE = 20
_MOST_KEPT = 20_000


class Trees:
    """Looks names up in work trees, and keeps what was found while nothing there changed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[str, tuple[tuple[object, ...], dict[str, tuple[str, ...]]]] = {}
        self._lock = Lock()

    def where(self, top: str, words: Iterable[str], state: tuple[object, ...]) -> dict[str, tuple[str, ...]]:
        """Return the files that hold each of some words, as whole words; those that were not looked for are missing.

        Args:
            top: The top of the work tree.
            words: What to look for.
            state: What is kept holds as long as this is the same.
        """
        wanted = [word for word in dict.fromkeys(words) if word and BESIDE not in word and "\n" not in word]
        with self._lock:
            known = self._kept.get(top)
        found = dict(known[1]) if known and known[0] == state and len(known[1]) < _MOST_KEPT else {}
        lacking = [word for word in wanted if word not in found]
        for at in range(0, len(lacking), _AT_ONCE):
            found |= _grep(top, lacking[at : at + _AT_ONCE])
        with self._lock:
            self._kept[top] = (state, found)
        return {word: found[word] for word in wanted if word in found}


def _grep(top: str, words: list[str]) -> dict[str, tuple[str, ...]]:
    program = shutil.which("git")
    if program is None or not words:
        return {}
    command = [program, "--no-pager", "grep", "-I", "-o", "-z", "-F", "-w", "--untracked", "--no-color", "--full-name"]
    command += [part for word in words for part in ("-e", word)]
    try:
        done = subprocess.run(  # noqa: S603  (git, by fixed words; names stand behind -e)
            [*command, "--"], cwd=top, env=offline(), capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.info("git grep tells nothing of %s: %s", top, error)
        return {}
    if done.returncode not in (0, 1):
        return {}
    files: dict[str, dict[str, None]] = {word: {} for word in words}
    for line in done.stdout.splitlines():
        name, _, word = line.partition(b"\0")
        held = files.get(word.decode("utf-8", "replace"))
        if held is not None and len(held) < _MOST_FILES:
            held[name.decode("utf-8", "surrogateescape")] = None
    return {word: tuple(held) for word, held in files.items()}
