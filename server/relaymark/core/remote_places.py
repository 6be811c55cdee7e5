"""Sessions of containers and other machines: which recorded folder seems to be which work tree here."""

import re
from collections.abc import Callable, Collection, Iterable

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.place import Place, Worktree
from relaymark.core.session import Session

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DEEPEST = 3
"""Folders below a work tree's top in which a session may have been started."""


class Proposal(Struct, frozen=True):
    """A line for the setting `pathMap`.

    Attributes:
        recorded: The folder that sessions recorded.
        here: The work tree that it seems to be.
        branch: The branch that both are on.
        sessions: How many sessions recorded it.
    """

    recorded: str
    here: str
    branch: str
    sessions: int = 1


def repository_name(url: str) -> str:
    """Return what names a repository in a remote's URL, the same for all ways to write it: `host/owner/name`.

    A user and a password in it are left out.
    """
    rest = _SCHEME.sub("", url.strip())
    host, _, path = rest.partition("/")
    host = host.rpartition("@")[2]
    if ":" in host and not host.rpartition(":")[2].isdigit():
        host, _, first = host.partition(":")
        path = f"{first}/{path}" if path else first
    return f"{host}/{path}".removesuffix("/").removesuffix(".git").strip("/").casefold()


def proposals(
    sessions: Iterable[Session],
    place: Place,
    remotes: Collection[str],
    commits: Collection[str],
    is_folder: Callable[[str], bool],
) -> tuple[Proposal, ...]:
    """Return what could stand in `pathMap`, for sessions of folders that are not on this machine.

    Args:
        sessions: Sessions of folders that are not here.
        place: The workspace.
        remotes: The URLs of its repository's remotes.
        commits: Those of the sessions' recorded commits that its repository has.
        is_folder: Tells whether an absolute path is a folder here.

    Only sessions of this repository count, by its remote or by a commit that only it has, on a branch that one of its
    work trees is on.
    """
    names = {repository_name(url) for url in remotes}
    found: dict[tuple[str, str], Proposal] = {}
    for session in sessions:
        tree = next((tree for tree in place.worktrees if tree.branch and tree.branch == session.branch), None)
        if tree is None or not session.cwd or not _of(session, names, commits):
            continue
        recorded, here = _pair(session.cwd, tree, is_folder)
        known = found.get((recorded, here))
        found[recorded, here] = Proposal(recorded, here, tree.branch or "", known.sessions + 1 if known else 1)
    return tuple(sorted(found.values(), key=lambda each: -each.sessions))


def _of(session: Session, names: Collection[str], commits: Collection[str]) -> bool:
    if session.commit and session.commit in commits:
        return True
    if not session.repository:
        return False
    name = repository_name(session.repository)
    return any(own == name or own.endswith(f"/{name}") for own in names)


def _pair(cwd: str, tree: Worktree, is_folder: Callable[[str], bool]) -> tuple[str, str]:
    """Return the recorded folder and the one here that it is, for a session started at the top or below it."""
    folder = paths.normal(cwd)
    parts = folder.split("/")
    if parts[-1] != paths.name(tree.path):
        for depth in range(min(_DEEPEST, len(parts) - 2), 0, -1):
            above = parts[:-depth]
            if above[-1] == paths.name(tree.path) and is_folder(f"{tree.path}/{'/'.join(parts[-depth:])}"):
                return "/".join(above), tree.path
    return folder, tree.path
