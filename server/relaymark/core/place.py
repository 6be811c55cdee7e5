"""The right session: whether a session belongs to a workspace, going by the directory that it recorded."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core import paths

Belongs = Literal["here", "worktree", "no"]


class Worktree(Struct, frozen=True):
    """A work tree of a git repository: its top folder and the branch it is on (None: detached)."""

    path: str
    branch: str | None = None


class Place(Struct, frozen=True):
    """A workspace folder and what git says of it.

    Attributes:
        folder: The workspace folder, absolute, links resolved.
        worktrees: All work trees of its repository, empty without one.
    """

    folder: str
    worktrees: tuple[Worktree, ...] = ()

    @property
    def worktree(self) -> Worktree | None:
        """The work tree that the folder lies in."""
        return _deepest(self.folder, self.worktrees)


def belongs(cwd: str | None, place: Place, path_map: Mapping[str, str]) -> tuple[Belongs, Worktree | None]:
    """Tell whether a session that recorded `cwd` belongs to a workspace, and in which work tree it works.

    It does when its directory is the workspace, lies inside it, or contains it within one repository. A session in
    another work tree of the repository belongs to that one.
    """
    if not cwd:
        return "no", None
    cwd = paths.mapped(cwd, path_map)
    own, its = place.worktree, _deepest(cwd, place.worktrees)
    if its is not None and own is not None and its != own:
        return "worktree", its
    if paths.inside(cwd, place.folder):
        return "here", its
    if own is not None and its == own and paths.inside(place.folder, cwd):
        return "here", its
    return "no", None


def _deepest(path: str, worktrees: Sequence[Worktree]) -> Worktree | None:
    holding = [tree for tree in worktrees if paths.inside(path, tree.path)]
    return max(holding, key=lambda tree: len(tree.path), default=None)
