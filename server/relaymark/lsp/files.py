"""The files of the work trees that plans are held against: listed off the loop, and only when something happened."""

import asyncio
from collections.abc import Sequence

from relaymark.core import paths
from relaymark.core.lookup import FileIndex
from relaymark.core.sheet import Sheet
from relaymark.engine.around import Around, absent_in_rules, look_around, same
from relaymark.engine.findings import absent, settle_all
from relaymark.engine.plans import plan_folders
from relaymark.engine.settled import Settled
from relaymark.lsp.folders import Tree
from relaymark.lsp.refresh import refresh
from relaymark.lsp.scene import sheets
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.history import Histories
from relaymark.sources.tree import Trees, ignored

_PAUSE = 3.0
"""Seconds between two listings of a work tree."""


def freshen(ls: RelaymarkServer) -> None:
    """Have the work trees that hold plans listed again, now or when the pause is over; what changed is sent then."""
    loop = asyncio.get_running_loop()
    for folder in ls.folders.values():
        if folder.place is None:
            continue
        folders = plan_folders(folder.place)
        plans = [sheet for sheet in sheets(ls) if any(paths.inside(sheet.path, one) for one in folders)]
        if plans:
            root = folder.place.worktree.path if folder.place.worktree else folder.place.folder
            _soon(ls, root, loop)


def _soon(ls: RelaymarkServer, root: str, loop: asyncio.AbstractEventLoop) -> None:
    tree = ls.trees.setdefault(root, Tree())
    if tree.waits:
        return
    tree.waits = True
    loop.call_later(max(tree.listed_at + _PAUSE - loop.time(), 0.0), lambda: ls.background(_list(ls, root, tree)))


async def _list(ls: RelaymarkServer, root: str, tree: Tree) -> None:
    tree.waits, tree.listed_at = False, asyncio.get_running_loop().time()
    own = [sheet for sheet in sheets(ls) if paths.inside(sheet.path, root)]
    index, judged, around = await asyncio.to_thread(_judged, ls.listings, root, own)
    if index is not tree.index or judged != tree.judged or not same(around, tree.around):
        tree.index, tree.judged, tree.around = index, judged, around
        refresh(ls)
    # History comes after what the files alone say: a long one is read for a second when it is read first.
    settled = await asyncio.to_thread(_settled, tree.histories, root, own, index, judged, tree.settled)
    if settled != tree.settled:
        tree.settled = settled
        refresh(ls)


def _judged(listings: Trees, root: str, plans: Sequence[Sheet]) -> tuple[FileIndex, dict[str, bool], Around]:
    """Return the files, what lies around the plans, and for each absent path whether git would ignore it."""
    index = listings.index(root)
    around = look_around(root, {paths.relative(sheet.path, root): sheet for sheet in plans}, index)
    named = {path for sheet in plans for path in absent(paths.relative(sheet.path, root), sheet, index)}
    return index, ignored(root, named.union(absent_in_rules(around, index))), around


def _settled(
    histories: Histories,
    root: str,
    plans: Sequence[Sheet],
    index: FileIndex,
    judged: dict[str, bool],
    known: dict[str, Settled],
) -> dict[str, Settled]:
    """Return what history says about plans, by their paths in the tree."""
    named = {paths.relative(sheet.path, root): sheet for sheet in plans}
    return settle_all(histories, root, named, index, judged, known, ahead=True)
