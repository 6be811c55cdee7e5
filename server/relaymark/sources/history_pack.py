"""Packs what git tells of commits into few numbers, part by part of a log and as it comes."""

from array import array
from collections.abc import Iterable
from functools import lru_cache

CREATED, CHANGED, DELETED, CAME, WENT = range(5)
"""What a commit did to a path; it came from another name, or went to one (which stands beside)."""

_UNSAID = (b"U", b"X", b"B")
_DOCUMENTS = (b".md", b".mdx", b".rst", b".txt", b".adoc", b".mdc")
_WHAT = 29
_OTHER = (1 << _WHAT) - 1
_VALUES = {b"A": CREATED << _WHAT, b"M": CHANGED << _WHAT, b"T": CHANGED << _WHAT, b"D": DELETED << _WHAT}


@lru_cache(maxsize=512)
def unpacked(events: bytes) -> tuple[tuple[int, int, int], ...]:
    """Return what `Pack.events` holds of a path: commit, what it did, the other path's number."""
    return tuple((each >> 32, each >> _WHAT & 7, each & _OTHER) for each in array("Q", events))


class Pack:
    """What is known of some commits, the newest first, while git tells of them.

    Attributes:
        names: Their names, in digits.
        parents: Of each the name of its first parent, zeros for none.
        subjects: Their subject lines.
        code: For each 1 if it touched anything but documents.
        events: For each path its changes as numbers of 64 bits: the commit in the upper half, what it did in the next
            three bits, and the other path (or 0) in the rest.
    """

    def __init__(self, first: int, digits: int, numbers: dict[bytes, int]) -> None:
        """Know nothing yet.

        Args:
            first: The number of the first commit.
            digits: How long names of commits are.
            numbers: All paths by the order in which they came, which the parts of a log share.
        """
        self._commit, self._digits, self._numbers = first - 1, digits, numbers
        self._moves: list[tuple[array[int], int]] = []
        self.names: list[bytes] = []
        self.parents: list[bytes] = []
        self.subjects: list[bytes] = []
        self.code = bytearray()
        self.events: dict[bytes, array[int]] = {}

    def take(self, entries: Iterable[bytes]) -> None:
        """Add commits, as `git log` tells of each: names, a tab and the subject, then the changes."""
        digits, none, events, commit = self._digits, b"0" * self._digits, self.events, self._commit
        names, parents, subjects, code = self.names, self.parents, self.subjects, self.code
        for entry in entries:
            first, *fields = entry.split(b"\0")
            told, tab, subject = first.partition(b"\t")
            if not tab:
                continue  # what stands before the first commit of a part
            commit += 1
            subjects.append(subject.replace(b"\n", b" "))
            names.append(told[:digits])
            parents.append(told[digits + 1 : 2 * digits + 1] or none)
            base, touched, rest = commit << 32, False, iter(fields)
            for field in rest:
                status = field.strip(b"\n")
                value = _VALUES.get(status)
                if value is not None:
                    path = next(rest, b"")
                    found = events.get(path)
                    if found is None:
                        found = self._new(path)
                    found.append(base + value)
                elif status[:1] == b"R":
                    old, path = next(rest, b""), next(rest, b"")
                    self._move(base, old, path)
                    touched = touched or not old.endswith(_DOCUMENTS)
                else:
                    if status[:1] in _UNSAID:
                        next(rest, b"")
                    continue
                touched = touched or not path.endswith(_DOCUMENTS)
            code.append(touched)
        self._commit = commit

    def _move(self, base: int, old: bytes, path: bytes) -> None:
        went, came = (self.events.get(each) or self._new(each) for each in (old, path))
        self._moves += [(went, len(went)), (came, len(came))]
        went.append(base | WENT << _WHAT | self._numbers[path])
        came.append(base | CAME << _WHAT | self._numbers[old])

    def _new(self, path: bytes) -> "array[int]":
        self._numbers.setdefault(path, len(self._numbers))
        found = self.events[path] = array("Q")
        return found

    def renumber(self, place: list[int]) -> None:
        """Number the other paths anew: by the new numbers, at the old ones."""
        for found, at in self._moves:
            found[at] = found[at] & ~_OTHER | place[found[at] & _OTHER]
