"""What changed in a work tree since a commit: its files, and the lines of one of them."""

import re
import shutil
import subprocess
from collections.abc import Mapping

from msgspec import Struct

from relaymark.sources.git_files import top_folder
from relaymark.sources.history_log import offline

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")
_PATIENCE = 60

Lines = tuple[int, int]
"""The first line and the one behind the last, 0-based."""


class Since(Struct, frozen=True):
    """A point in history that the work tree is held against.

    Attributes:
        root: The top of the work tree.
        base: The commit: the newest that HEAD and the named one have in common, else the named one.
        files: The files that differ from it, also by their old names, uncommitted and new ones included.
        renamed: The old names of those that were renamed, by their new ones.
    """

    root: str
    base: str
    files: frozenset[str]
    renamed: Mapping[str, str] = {}

    def lines(self, path: str) -> tuple[Lines, ...] | None:
        """Return the lines of a file that are new or changed, None for all of them: it was not there then.

        A place where lines were taken out counts as the line before it and the one behind it. One that was renamed is
        held against what it was.
        """
        names, renames = [path], "--no-renames"
        if _git(self.root, "cat-file", "-e", f"{self.base}:{path}") is None:
            old = self.renamed.get(path)
            if old is None:
                return None
            names, renames = [old, path], "--find-renames"
        places = [f":(top,literal){name}" for name in names]
        told = _git(self.root, "diff", "--text", "--unified=0", renames, *_PLAIN, self.base, "--", *places)
        return None if told is None else tuple(_lines(told))


def since(root: str, ref: str) -> Since | None:
    """Return what changed since a commit, a branch or a tag; None if git does not know it."""
    if ref.startswith("-") or top_folder(root) is None:
        return None
    named = _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    if named is None or not _SHA.fullmatch(named.strip()):
        return None
    # A branch that went on meanwhile did not change what is looked at here.
    common = (_git(root, "merge-base", named.strip(), "HEAD") or "").strip()
    base = common if _SHA.fullmatch(common) else named.strip()
    differing = _git(root, "diff", "--name-status", "-z", "--find-renames", *_PLAIN, base, "--")
    new = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    if differing is None or new is None:
        return None
    files, renamed = _names(differing)
    return Since(root, base, frozenset(files.union(filter(None, new.split("\0")))), renamed)


def _names(told: str) -> tuple[set[str], dict[str, str]]:
    """Return the files that git names, and of renamed ones the old names by the new ones."""
    files, renamed = set(), {}
    words = iter(told.split("\0"))
    for what in words:
        if not what:
            continue
        path = next(words, "")
        files.add(path)
        if what.startswith("R"):
            new = next(words, "")
            files.add(new)
            renamed[new] = path
    return files, renamed


def _lines(told: str) -> list[Lines]:
    found: list[Lines] = []
    for hunk in _HUNK.finditer(told):
        first, count = int(hunk[1]), int(hunk[2]) if hunk[2] else 1
        found.append((first - 1, first - 1 + count) if count else (max(first - 1, 0), first + 1))
    return found


def _git(root: str, *arguments: str) -> str | None:
    program = shutil.which("git")
    if program is None:
        return None
    command = [program, "--no-pager", "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(  # noqa: S603  (git, by fixed words; the name of a commit cannot be an option)
            command,
            cwd=root,
            env=offline(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")
