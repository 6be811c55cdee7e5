"""Files whose tokens somebody waits for: each is counted once, whoever asks for it meanwhile."""

from collections.abc import Callable

from msgspec import Struct

from relaymark.sources.counting import WHOLE_FILE, Asked, Counted, TokenCounter

Done = Callable[[int | None], None]
"""Takes the tokens of a file, None for one that cannot be read."""


class FileAsked(Struct, frozen=True):
    """Somebody wants to know the tokens of a file."""

    path: str
    done: Done


class FileCounts:
    """Keeps who waits for which file. Lives on one thread."""

    def __init__(self, counter: TokenCounter | None) -> None:
        self._counter = counter
        self._waiting: dict[str, list[Done]] = {}

    def ask(self, asked: FileAsked) -> None:
        """Have a file counted."""
        self._waiting.setdefault(asked.path, []).append(asked.done)
        if self._counter and len(self._waiting[asked.path]) == 1:
            self._counter.ask(Asked("", asked.path, (WHOLE_FILE,)))

    def take(self, counted: Counted) -> bool:
        """Tell those who wait; False for counts that are not of a whole file."""
        if WHOLE_FILE not in counted.counts:
            return False
        counts = counted.counts[WHOLE_FILE]
        for done in self._waiting.pop(counted.path, []):
            done(counts[0][0] if counts else None)
        return True
