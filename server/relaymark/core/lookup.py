"""Looks up the paths that plans name among the files of a work tree; what cannot be told is not judged."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Literal

from msgspec import Struct

from relaymark.core.braces import braces
from relaymark.core.naming import glob_pattern, is_code, is_generated, is_placeholder
from relaymark.core.paths import absolute, folders_shared, normal
from relaymark.core.plan.wording import Wording

_SUFFIX = re.compile(r"[^/.]\.\w+$")
_PART = re.compile(r"[^/]+/?")
_ARCHIVED = re.compile(r"(?P<before>.+/)archive/(?:\d{4}-\d\d-\d\d-)?(?P<name>[^/]+)")
_MOST = 64
_FEW = 8
_WIDEST = 2_000
_MOST_KNOWN = 20_000


class Found(Struct, frozen=True):
    """The tree holds what is named.

    Attributes:
        path: The file or folder, from the top of the tree; of several the one nearest to the plan, else the shortest.
        how: From the top, from the plan's folder or one above it, by the end of a path, by a bare name or as a pattern.
        only: Nothing else in the tree fits as well.
    """

    path: str
    how: Literal["exact", "relative", "suffix", "base", "glob"]
    only: bool = True


class Missing(Struct, frozen=True):
    """The tree should hold what is named, and does not."""


class Unjudged(Struct, frozen=True):
    """Whether the tree should hold it cannot be told.

    Attributes:
        why: The sentence around it; a place that was not listed; a file that a program makes; a name too vague.
    """

    why: Literal["wording", "outside", "generated", "vague"]


Verdict = Found | Missing | Unjudged


class FileIndex:
    """The files of a work tree, arranged so that a path is found by any end of it, whatever the case of its letters."""

    def __init__(self, paths: Iterable[str], *, whole: bool = True, names: Iterable[str] = ()) -> None:
        """Arrange `paths`: files from the top of the tree, with `/`; not `whole`: the tree holds others as well.

        `names`: what the repository is called; a plan may write one of them before a path, as a folder.
        """
        self.whole = whole
        self.names = frozenset(name.casefold() for name in names)
        self._sorted = sorted(dict.fromkeys(paths))
        self._files = frozenset(self._sorted)
        self._folders: set[str] = set()
        self._ends: defaultdict[str, list[str]] = defaultdict(list)
        self._split: set[str] = set()
        self.known: dict[tuple[str, str], Verdict] = {}
        """What `look_up` found before, by the mention and the plan's folder."""
        for path in self._sorted:
            folder, _, base = path.rpartition("/")
            self._ends[base.casefold()].append(path)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                above, _, base = folder.rpartition("/")
                self._ends[f"{base.casefold()}/"].append(f"{folder}/")
                folder = above

    def __len__(self) -> int:
        """Return the number of files."""
        return len(self._files)

    def holds(self, path: str) -> str | None:
        """Return a file's path, or a folder's with `/` at its end, if the tree holds it; else None."""
        bare = path.rstrip("/")
        if bare == path and path in self._files:
            return path
        return f"{bare}/" if bare in self._folders else None

    def hides(self, path: str) -> bool:
        """Tell whether a path lies in what is listed as a file: a link to a folder, or a repository of its own."""
        parts = path.split("/")
        return any("/".join(parts[:at]) in self._files for at in range(1, len(parts)))

    def inside(self, path: str) -> str | None:
        """Return a path without the repository's own name before it; None without one, and where a folder has it."""
        first, _, rest = path.partition("/")
        return rest if rest and first not in self._folders and first.casefold() in self.names else None

    def ending(self, path: str) -> list[str]:
        """Return all that ends in `path`: files, or folders (with `/` at their ends) where `path` ends in `/`."""
        tail = path.casefold()
        parts = _parts(tail)
        found = self._ends.get(key := parts[-1], [])
        for depth in range(2, len(parts) + 1):
            if len(found) <= _FEW:
                return [each for each in found if f"/{each}".casefold().endswith(f"/{tail}")]
            if key not in self._split:
                # Threads share an index: what they find there is whole, or not there yet.
                longer: defaultdict[str, list[str]] = defaultdict(list)
                for each in found:
                    pieces = _parts(each.casefold())
                    if len(pieces) >= depth:
                        longer["".join(pieces[-depth:])].append(each)
                self._ends.update(longer)
                self._split.add(key)
            key = "".join(parts[-depth:])
            found = self._ends.get(key, [])
        return found

    def below(self, folder: str) -> Iterator[str]:
        """Yield the files in and below a folder (empty: all), in order."""
        start = f"{folder.rstrip('/')}/" if folder else ""
        for at in range(bisect_left(self._sorted, start), len(self._sorted)):
            if not self._sorted[at].startswith(start):
                return
            yield self._sorted[at]


def look_up(index: FileIndex, mention: str, plan: str = "", wording: Wording | None = None) -> Verdict:
    """Return where the tree holds what a plan names.

    It is looked for from the top, from the plan's folder and those above it, beside a plan that was archived since, by
    the end of any path, as a bare name, and behind the repository's own; a list (`{a,b}.py`, `{1..3}.md`) is there when
    all of it is. What is not there is missing only where a plan's reader would look for it: not behind placeholders,
    outside of the tree, among what programs make, and not as a bare name of data or a folder.

    Args:
        index: The tree.
        mention: The path as the plan writes it; a folder ends in `/`.
        plan: The plan's own path, from the top of the tree.
        wording: What the sentence says of it; anything said leaves it unjudged, unless it is found.
    """
    folder = plan.rpartition("/")[0]
    known = index.known.get((mention, folder))
    if known is None:
        known = _look_up(index, mention, folder)
        if len(index.known) >= _MOST_KNOWN:
            index.known.clear()
        index.known[mention, folder] = known
    return Unjudged("wording") if wording and not isinstance(known, Found) else known


def _look_up(index: FileIndex, mention: str, folder: str) -> Verdict:
    if "{" in mention and len(parts := braces(mention)) > 1:
        verdicts = [_look_up(index, each, folder) for each in parts]
        return next((each for kind in (Missing, Unjudged) for each in verdicts if isinstance(each, kind)), verdicts[0])
    path = normal(mention) + ("/" if mention.endswith("/") else "")
    return (_glob(index, path, folder) if "*" in path else _find(index, path, folder)) or _absent(index, path, folder)


def _find(index: FileIndex, path: str, folder: str) -> Found | None:
    if path.startswith("~") or "://" in path:
        return None
    if absolute(path):
        return _find_tail(index, path)
    if not path.startswith("../") and (exact := index.holds(path)):
        return Found(exact, "exact")
    above = folder
    while above:
        joined = f"{above}/{path}"
        if near := index.holds(normal(joined) + "/" * path.endswith("/") if path.startswith("../") else joined):
            return Found(near, "relative")
        above = above.rpartition("/")[0]
    if (moved := _moved_along(path, folder)) and (near := index.holds(moved)):
        return Found(near, "relative")
    while path.startswith("../"):
        path = path[3:]
    ends = index.ending(path)
    if not ends and not path.endswith("/") and not _SUFFIX.search(path):
        ends = index.ending(f"{path}/")
    if not ends:
        own = index.inside(path)
        return Found(held, "exact") if own and (held := index.holds(own)) else None
    best = min(ends[:_MOST], key=lambda each: (-folders_shared(each, folder), len(each)))
    return Found(best, "suffix" if "/" in path.rstrip("/") else "base", only=len(ends) == 1)


def _moved_along(path: str, folder: str) -> str | None:
    """Return where a path below a plan's own folder is since that was archived: beside the plan."""
    if own := _ARCHIVED.fullmatch(folder):
        for name in (own["name"], folder.rpartition("/")[2]):
            if f"{path}/".startswith(f"{own['before']}{name}/"):
                return folder + path[len(own["before"]) + len(name) :]
    return None


def _find_tail(index: FileIndex, path: str) -> Found | None:
    """Return the file that an absolute path of another machine, or one from the tree's top, means."""
    parts = path.split("/")
    for at in range(1, len(parts)):
        rest = "/".join(parts[at:])
        if ("/" in rest.rstrip("/") or at == 1) and rest and (held := index.holds(rest)):
            return Found(held, "exact")
    return None


def _glob(index: FileIndex, path: str, folder: str) -> Found | None:
    """Return a file that a pattern stands for: by what stands behind its stars, else below what is before."""
    pattern = glob_pattern(path)
    if pattern is None:
        return None
    fixed, tail = path[: path.index("*")].rpartition("/")[0], path[path.rindex("*") :].partition("/")[2]
    near = f"{folder}/{fixed}"
    if tail:
        files: Iterable[str] = index.ending(tail)
    elif any(map(index.holds, (fixed, near))) or not fixed:
        files = chain.from_iterable(index.below(each) for each in (fixed, near))
    else:
        files = chain.from_iterable(index.below(each) for each in index.ending(f"{fixed}/"))
    found = next((file for file in islice(files, _WIDEST) if pattern.fullmatch(file)), None)
    return Found(found, "glob", only=False) if found else None


def _absent(index: FileIndex, path: str, folder: str) -> Verdict:
    """Return what to say of a path that was not found."""
    if path.startswith("../"):
        path = normal(f"{folder}/{path}") + "/" * path.endswith("/")
    first = path.partition("/")[0]
    if absolute(path) or first in {"~", ".."}:
        return Unjudged("outside")
    if not index.whole or index.hides(path) or index.hides(normal(f"{folder}/{path}")):
        return Unjudged("outside")
    if is_placeholder(path):
        return Unjudged("vague")
    if is_generated(path) or (first.startswith(".") and "/" in path and index.holds(first) is None):
        return Unjudged("generated")
    inner = path.rstrip("/")
    if "*" in path or "/" not in inner:
        return Missing() if is_code(path) and "*" not in path else Unjudged("vague")
    return Missing() if path.endswith("/") or _SUFFIX.search(path) else Unjudged("vague")


def _parts(path: str) -> list[str]:
    """Return the parts of a path, each but the last with its `/`."""
    return _PART.findall(path) or [path]
