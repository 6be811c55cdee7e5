"""One reading of git's log: every path's fate, packed small, so that later questions cost no further call of git."""

import logging
import shutil
from bisect import bisect_left
from collections.abc import Iterable

from msgspec import Struct

from relaymark.sources.git import environment
from relaymark.sources.history_pack import Pack, unpacked
from relaymark.sources.history_parts import Parts

_log = logging.getLogger(__name__)

MOST_COMMITS = 100_000
_RENAME_LIMIT = 1_000
_AT_ONCE = {"GIT_FLUSH": "0"}
"""Git writes what fills a buffer, not each commit by itself: that saves a fifth of the time on a pipe."""


class Log(Struct, frozen=True):
    """The history of HEAD. Commits and paths are numbers; commit 0 is the newest, merges are left out.

    Attributes:
        head: The commit that was read.
        names: The commits' names, 20 (or 32) bytes each.
        parents: For each commit the name of its first parent, zeros for none.
        paths: All paths that ever were, sorted.
        events: For each path its changes, the newest first, as `history_pack` packs them.
        subjects: The commits' subject lines, with line ends between them.
        code: For each commit 1 if it touched anything but documents.
        shallow: The history is cut off (a shallow clone), or longer than is read.
        width: Bytes per name.
    """

    head: str
    names: bytes
    parents: bytes
    paths: tuple[str, ...]
    events: tuple[bytes, ...]
    subjects: bytes = b""
    code: bytes = b""
    shallow: bool = False
    width: int = 20

    def __len__(self) -> int:
        """Return the number of commits."""
        return len(self.names) // self.width

    def name(self, commit: int) -> str:
        """Return a commit's name."""
        return self.names[commit * self.width : (commit + 1) * self.width].hex()

    def parent(self, commit: int) -> str | None:
        """Return the name of a commit's first parent, None for the first commit and at the edge of a shallow clone."""
        found = self.parents[commit * self.width : (commit + 1) * self.width]
        return found.hex() if any(found) else None

    def told(self, most: int) -> list[str]:
        """Return the subject lines of the newest commits."""
        lines = self.subjects.split(b"\n", most)[: min(most, len(self))]
        return [line.decode("utf-8", "replace") for line in lines]

    def number(self, path: str) -> int | None:
        """Return the number of a path, None for one that never was."""
        at = bisect_left(self.paths, path)
        return at if at < len(self.paths) and self.paths[at] == path else None

    def fate(self, path: str) -> tuple[tuple[int, int, int], ...]:
        """Return what happened to a path, the newest first: commit, what it did, the other path's number."""
        at = self.number(path)
        return () if at is None else unpacked(self.events[at])


def offline() -> dict[str, str]:
    """Return the environment of a call that never goes to the network, as a partial clone would for what it lacks."""
    return {**environment(), "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


def read_log(top: str, head: str, *, shallow: bool) -> Log | None:
    """Return the history of a commit, None if git tells none.

    Renames with changes are found by comparing files; where the repository lacks some (a partial clone), only files
    that were moved as they are count as renamed.
    """
    log = _read(top, head, "-M", shallow=shallow) or _read(top, head, "-M100%", shallow=shallow)
    if log is None:
        _log.warning("git tells no history of %s", top)
    return log


def _read(top: str, head: str, renames: str, *, shallow: bool) -> Log | None:
    program = shutil.which("git")
    if program is None:
        return None
    command = [
        program, "--no-pager", "-c", "core.quotePath=false", "log", "-z", "--no-merges", "--no-show-signature",
        "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--name-status", renames,
        f"-l{_RENAME_LIMIT}", "--format=%x00%x01%H %P%x09%s",
    ]  # fmt: skip
    try:
        with Parts(command, head, top, {**offline(), **_AT_ONCE}, MOST_COMMITS) as parts:
            log = _packed(head, parts.entries(), parts.size, shallow=shallow)
    except OSError as error:
        _log.info("git log cannot be run in %s: %s", top, error)
        return None
    return log if parts.fine else None


def _packed(head: str, told: Iterable[tuple[int, list[bytes]]], size: int, *, shallow: bool) -> Log:
    """Return the log of what git tells: commits by the number of their part, which have so many each but the last."""
    digits = len(head)
    numbers: dict[bytes, int] = {}
    packs: dict[int, Pack] = {}
    for part, entries in told:
        if part not in packs:
            packs[part] = Pack(part * size, digits, numbers)
        packs[part].take(entries)
    parts = [packs[part] for part in sorted(packs)]
    paths = sorted(numbers)
    place = [0] * len(paths)
    for at, path in enumerate(paths):
        place[numbers[path]] = at
    for pack in parts:
        pack.renumber(place)
    names = b"".join(b"".join(pack.names) for pack in parts)
    return Log(
        head, bytes.fromhex(names.decode()), bytes.fromhex(b"".join(b"".join(pack.parents) for pack in parts).decode()),
        tuple(path.decode("utf-8", "surrogateescape") for path in paths),
        tuple(b"".join([pack.events.get(path, b"") for pack in parts]) for path in paths),
        b"\n".join(b"\n".join(pack.subjects) for pack in parts if pack.subjects),
        b"".join(pack.code for pack in parts), shallow or len(names) >= MOST_COMMITS * digits, digits // 2,
    )  # fmt: skip
