"""Finds names of code in a whole work tree: which files hold them now, and which define them."""

import logging
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

from relaymark.core.symbols import BESIDE
from relaymark.sources.history_log import offline
from relaymark.sources.history_state import State

_log = logging.getLogger(__name__)

_MOST_FILES = 20
_FEW = 50
_OF_OTHERS = frozenset({"", ".gitignore", ".gitattributes"})
"""Names (none: a repository inside the tree) of what says something about other files."""
_LETTERS_AT_ONCE = 24_000
"""Of all words of one call: Windows takes no longer command line than 32,767."""
_WORDS_AT_ONCE = 300
"""Of more, git's own matcher outgrows what it keeps: 880 words in 70 MB took 15 s in one call, 3 s in three."""
_PATIENCE = 20
_MOST_KEPT = 20_000
_SPECIAL = re.compile(r"[.\[\\*^$+?{()|]")
_END = re.compile(r"[^A-Za-z0-9_]")


class Trees:
    """Looks names up in work trees, and keeps what was found while nothing there changed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[str, tuple[State, dict[str, tuple[str, ...]]]] = {}
        self._lock = Lock()

    def where(
        self, top: str, words: Iterable[str], state: State, more: Iterable[str] = ()
    ) -> dict[str, tuple[str, ...]]:
        """Return the files that hold each of some words, as whole words; those that were not looked for are missing.

        Args:
            top: The top of the work tree.
            words: What to look for.
            state: How the work tree stands; what was found holds for the files that did not change since.
            more: Words that may be asked for soon; they are looked for if git has to be called.
        """
        wanted = [word for word in dict.fromkeys(words) if word and BESIDE not in word and "\n" not in word]
        with self._lock:
            known = self._kept.get(top)
        found = _still(top, state, *known) if known else {}
        if lacking := [word for word in wanted if word not in found]:
            # git tells of names that overlap only one: those that hide none can be looked for beside the others.
            soon = [word for word in dict.fromkeys(more) if word not in found and not _END.search(word)]
            for batch in _batches([*lacking, *(word for word in soon if word not in lacking)]):
                found |= _grep(top, batch)
            if len(found) > _MOST_KEPT:
                found = {word: found[word] for word in (*wanted, *soon) if word in found}
        with self._lock:
            self._kept[top] = (state, found)
        return {word: found[word] for word in wanted if word in found}


def holding(top: str, word: str) -> tuple[str, ...]:
    """Return the files that hold one word, as a whole word, as the work tree is now."""
    return _grep(top, [word]).get(word, ())


def _still(top: str, state: State, before: State, found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return what was found before, with what the files hold that changed since."""
    changed = state.changed_since(before)
    if changed is None or len(changed) > _FEW or any(path.rpartition("/")[2] in _OF_OTHERS for path in changed):
        return {}
    if not changed or not found:
        return dict(found)
    again: dict[str, tuple[str, ...]] = {}
    for batch in _batches(list(found)):
        again |= _grep(top, batch, sorted(changed))
    return {
        word: tuple(sorted({*files, *again[word]} - (changed - {*again[word]}), key=_bytes))[:_MOST_FILES]
        for word, files in found.items()
        # Where the list was cut, and a file leaves it, others follow that are not known.
        if word in again and (len(files) < _MOST_FILES or changed.isdisjoint(files))
    }


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _batches(words: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    letters = 0
    for word in words:
        letters += len(word) + 2
        if batch and (letters > _LETTERS_AT_ONCE or len(batch) == _WORDS_AT_ONCE):
            yield batch
            batch, letters = [], len(word) + 2
        batch.append(word)
    if batch:
        yield batch


def patterns(words: Sequence[str]) -> list[str]:
    """Return extended regular expressions that find some words, few of them: git tries each one at each line.

    One is for all words, but for those that begin with another word and what ends it (`run.all` beside `run`): where
    only a part of the longer one is a whole word, git would not go back to the shorter one.
    """
    known = frozenset(words)
    apart = [word for word in words if any(word[: end.start()] in known for end in _END.finditer(word))]
    together = [_quoted(word) for word in words if word not in apart]
    return ["|".join(together), *(_quoted(word) for word in apart)]


def _quoted(word: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", word)


def _grep(top: str, words: list[str], paths: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    program = shutil.which("git")
    if program is None or not words:
        return {}
    command = [program, "--no-pager", "grep", "-I", "-o", "-z", "-E", "-w", "--untracked", "--no-color", "--full-name"]
    command += [part for pattern in patterns(words) for part in ("-e", pattern)]
    literal = {**offline(), "GIT_LITERAL_PATHSPECS": "1"}
    try:
        done = subprocess.run(  # noqa: S603  (git, by fixed words; names stand behind -e)
            [*command, "--", *paths], cwd=top, env=literal, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.info("git grep tells nothing of %s: %s", top, error)
        return {}
    if done.returncode not in (0, 1):
        return {}
    files: dict[str, dict[str, None]] = {word: {} for word in words}
    for line in done.stdout.split(b"\n"):
        name, _, word = line.partition(b"\0")
        held = files.get(word.decode("utf-8", "replace"))
        if held is not None and len(held) < _MOST_FILES:
            held[name.decode("utf-8", "surrogateescape")] = None
    return {word: tuple(held) for word, held in files.items()}
