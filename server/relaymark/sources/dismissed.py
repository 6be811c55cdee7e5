"""Findings that a person dismissed: one small file each in the user's state, so that servers agree without asking."""

import os
import re
from hashlib import blake2b
from pathlib import Path

from relaymark.sources.folders import state_folder

_PART = re.compile(r"[0-9a-f]{32}")


def dismissed(root: str) -> frozenset[str]:
    """Return the parts of the fingerprints of what was dismissed in a repository, given the top of a work tree."""
    try:
        return frozenset(name for name in os.listdir(_folder(root)) if _PART.fullmatch(name))
    except OSError:
        return frozenset()


def dismiss(root: str, parts: tuple[str, ...]) -> None:
    """Keep that a finding is to be told no more, in any work tree of the repository.

    Raises:
        OSError: The state folder cannot be written.
    """
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in parts:
        if _PART.fullmatch(part):
            (folder / part).touch(mode=0o600)


def _folder(root: str) -> Path:
    name = blake2b(_repository(root).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return state_folder() / "dismissed" / name


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
    return main if found else root
