"""Findings that a person dismissed: one small file each in the user's state, so that servers agree without asking."""

import os
import re
from hashlib import blake2b
from pathlib import Path

from relaymark.sources.folders import state_folder

_PART = re.compile(r"[0-9a-f]{32}")


def dismissed(repository: str) -> frozenset[str]:
    """Return the parts of the fingerprints of what was dismissed in a repository.

    Args:
        repository: Its main work tree, absolute: linked ones share it.
    """
    try:
        return frozenset(name for name in os.listdir(_folder(repository)) if _PART.fullmatch(name))
    except OSError:
        return frozenset()


def dismiss(repository: str, parts: tuple[str, ...]) -> None:
    """Keep that a finding is to be told no more.

    Raises:
        OSError: The state folder cannot be written.
    """
    folder = _folder(repository)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in parts:
        if _PART.fullmatch(part):
            (folder / part).touch(mode=0o600)


def recall(repository: str) -> int:
    """Take all dismissals of a repository back; return how many there were."""
    count = 0
    for part in dismissed(repository):
        try:
            (_folder(repository) / part).unlink()
            count += 1
        except OSError:
            continue
    return count


def _folder(repository: str) -> Path:
    name = blake2b(repository.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return state_folder() / "dismissed" / name
