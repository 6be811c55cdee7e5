"""Findings that a person dismissed: small files in the user's state, so that servers agree without asking."""

import os
import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.fingerprint import Fingerprint, whole
from relaymark.sources.files import write_atomically
from relaymark.sources.folders import state_folder

_PART = re.compile(r"[0-9a-f]{32}")
_LARGEST = 65_536


class Dismissed(Struct, frozen=True):
    """A finding as it stood when it was dismissed.

    Attributes:
        parts: Its fingerprint.
        code: Its rule; empty where that was not kept.
        path: Its file, from the top of the work tree.
        line: Its line then, 1-based.
        message: What it said.
        about: Tells the line again where it stands now, by `line_print`.
        at: When it was dismissed, in seconds since 1970.
    """

    parts: Fingerprint
    code: str = ""
    path: str = ""
    line: int = 1
    message: str = ""
    about: str = ""
    at: float = 0.0

    @property
    def finding(self) -> str:
        """Its fingerprint as one text, by which it is named."""
        return whole(self.parts)


def every_folder() -> Path:
    """Return where the folders lie, one for each repository in which anything was dismissed."""
    return state_folder() / "dismissed"


def folder(root: str) -> Path:
    """Return where the findings lie that were dismissed in a repository, given the top of a work tree."""
    name = blake2b(_repository(root).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return every_folder() / name


def stamp(root: str) -> int:
    """Return what is another number once a finding was dismissed in a repository, or taken back; 0 before the first."""
    try:
        return os.stat(folder(root)).st_mtime_ns
    except OSError:
        return 0


def dismissed(root: str) -> frozenset[str]:
    """Return the parts of the fingerprints of what was dismissed in a repository, given the top of a work tree."""
    try:
        return frozenset(name for name in os.listdir(folder(root)) if _PART.fullmatch(name))
    except OSError:
        return frozenset()


def every(root: str) -> tuple[Dismissed, ...]:
    """Return what was dismissed in a repository, the newest first; a file that tells nothing stands for itself."""
    found = {(known := _read(folder(root) / name, name)).parts: known for name in sorted(dismissed(root))}
    return tuple(sorted(found.values(), key=lambda each: (-each.at, each.finding)))


def dismiss(root: str, finding: Dismissed) -> None:
    """Keep that a finding is to be told no more, in any work tree of the repository.

    Raises:
        OSError: The state folder cannot be written.
    """
    for part in finding.parts:
        if _PART.fullmatch(part):
            write_atomically(folder(root) / part, msgspec.json.encode(replace(finding, at=0.0)))


def restore(root: str, findings: Iterable[Dismissed]) -> int:
    """Have dismissed findings told again, in all work trees of the repository; return how many there were.

    Raises:
        OSError: The state folder cannot be written.
    """
    where, known, count = folder(root), dismissed(root), 0
    for finding in findings:
        there = [where / part for part in finding.parts if part in known]
        for file in there:
            file.unlink(missing_ok=True)
        count += bool(there)
    return count


def line_print(line: str) -> str:
    """Return what tells a line of a file again: its words, whatever box or signs stand among them."""
    words = re.findall(r"\w+", re.sub(r"\[.?\]", " ", line, count=1))
    return blake2b("\0".join(words).casefold().encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _read(file: Path, name: str) -> Dismissed:
    lone = Dismissed((name,))
    try:
        with open(file, "rb") as opened:
            data = opened.read(_LARGEST)
            lone = replace(lone, at=os.fstat(opened.fileno()).st_mtime)
        found = msgspec.json.decode(data, type=Dismissed) if data else lone
    except (OSError, ValueError):
        return lone
    return replace(found, at=lone.at) if name in found.parts else lone


def _repository(root: str) -> str:
    """Return the repository's folder, which linked work trees share; without one the folder itself."""
    link = Path(root) / ".git"
    try:
        if not link.is_file():
            return root
        told = link.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
    except OSError:
        return root
    main, found, _ = told.replace("\\", "/").partition("/.git/worktrees/")
    return os.path.normpath(os.path.join(root, main)) if found else root
