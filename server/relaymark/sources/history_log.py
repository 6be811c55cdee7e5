"""One reading of git's log: every path's fate, packed small, so that later questions cost no further call of git."""

import logging
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct

from relaymark.sources.git import environment
from relaymark.sources.history_parts import Parts

_log = logging.getLogger(__name__)

MOST_COMMITS = 100_000
_RENAME_LIMIT = 1_000
_DOCUMENTS = (b".md", b".mdx", b".rst", b".txt", b".adoc", b".mdc")

CREATED, CHANGED, DELETED, CAME, WENT = range(5)
"""What a commit did to a path; it came from another name, or went to one (which stands beside)."""

_DONE = {b"A": CREATED, b"M": CHANGED, b"T": CHANGED, b"D": DELETED}
_OTHER = (b"U", b"X", b"B")


class Log(Struct, frozen=True):
    """The history of HEAD. Commits and paths are numbers; commit 0 is the newest, merges are left out.

    Attributes:
        head: The commit that was read.
        names: The commits' names, 20 (or 32) bytes each.
        parents: For each commit the name of its first parent, zeros for none.
        paths: All paths that ever were, sorted.
        events: For each path its changes, the newest first: commit, what it did, and the other path (or 0), as
            three numbers of 32 bits each.
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

    def fate(self, path: str) -> list[tuple[int, int, int]]:
        """Return what happened to a path, the newest first: commit, what it did, the other path's number."""
        at = self.number(path)
        if at is None:
            return []
        numbers = array("I", self.events[at])
        return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


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
        with Parts(command, head, top, offline(), MOST_COMMITS) as parts:
            log = _packed(head, parts.entries(), shallow=shallow)
    except OSError as error:
        _log.info("git log cannot be run in %s: %s", top, error)
        return None
    return log if parts.fine else None


def _packed(head: str, entries: Iterator[bytes], *, shallow: bool) -> Log:
    names: list[bytes] = []
    parents: list[bytes] = []
    code = bytearray()
    subjects: list[bytes] = []
    events: dict[bytes, array[int]] = {}
    numbers: dict[bytes, int] = {}
    digits, commit = len(head), -1
    none = b"0" * digits

    def of(path: bytes) -> "array[int]":
        found = events.get(path)
        if found is None:
            numbers[path] = len(numbers)
            found = events[path] = array("I")
        return found

    for entry in entries:
        first, *rest = entry.split(b"\0")
        names_told, tab, subject = first.partition(b"\t")
        if not tab:
            continue  # what stands before the first commit of a part
        commit += 1
        subjects.append(subject.replace(b"\n", b" "))
        names.append(names_told[:digits])
        parents.append(names_told[digits + 1 : 2 * digits + 1] or none)
        touched = False
        fields = iter(rest)
        for field in fields:
            status = field.strip(b"\n")
            what = _DONE.get(status)
            if what is not None:
                path = next(fields, b"")
                of(path).extend((commit, what, 0))
            elif status[:1] == b"R":
                old, path = next(fields, b""), next(fields, b"")
                went, came = of(old), of(path)
                went.extend((commit, WENT, numbers[path]))
                came.extend((commit, CAME, numbers[old]))
                touched = touched or not old.endswith(_DOCUMENTS)
            elif status[:1] in _OTHER:
                next(fields, b"")
                continue
            else:
                continue
            touched = touched or not path.endswith(_DOCUMENTS)
        code.append(touched)
    ordered = sorted(numbers)
    place = [0] * len(ordered)
    for at, path in enumerate(ordered):
        place[numbers[path]] = at
    for found in events.values():
        for at in range(1, len(found), 3):
            if found[at] >= CAME:
                found[at + 1] = place[found[at + 1]]
    return Log(
        head, bytes.fromhex(b"".join(names).decode()), bytes.fromhex(b"".join(parents).decode()),
        tuple(path.decode("utf-8", "surrogateescape") for path in ordered),
        tuple(events[path].tobytes() for path in ordered), b"\n".join(subjects), bytes(code),
        shallow or commit + 1 >= MOST_COMMITS, digits // 2,
    )  # fmt: skip
