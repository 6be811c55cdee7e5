"""The plan that a request is about, as it stands now: without sessions, so that it costs a keystroke nothing."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from relaymark.core.lookup import FileIndex
from relaymark.core.paths import from_uri, to_uri
from relaymark.core.sheet import Sheet
from relaymark.engine.plans import joined
from relaymark.lsp.asked import ready
from relaymark.lsp.folders import Folder
from relaymark.lsp.scene import sheets
from relaymark.lsp.server import RelaymarkServer

_SLICE = 0.004

T = TypeVar("T")


class Here(Struct, frozen=True):
    """A plan and where it lies.

    Attributes:
        sheet: The plan, as the editor has it.
        folder: The workspace folder that it belongs to.
        root: The top of the work tree, absolute.
        plan: The plan's path from there.
        uri: The plan's name, as the client writes it.
        encoding: In what the client counts columns.
    """

    sheet: Sheet
    folder: Folder
    root: str
    plan: str
    uri: str
    encoding: str


async def here(ls: RelaymarkServer, uri: str) -> Here | None:
    """Return the plan that a URI names; None for any other document."""
    await ready(ls)
    sheet = next((opened.sheet for opened in ls.opened.values() if opened.uri == uri), None)
    if sheet is None and (named := from_uri(uri)):
        path = real(named)
        sheet = next((each for each in sheets(ls) if each.path == path), None)
    return None if sheet is None else next(placed(ls, [sheet]), None)


def real(path: str) -> str:
    """Return a path as plans on disk are named: links are resolved above the file, never the file itself."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def placed(ls: RelaymarkServer, found: Iterable[Sheet]) -> Iterator[Here]:
    """Yield each of some plans once, with the first workspace folder that it belongs to."""
    encoding = encoding_of(ls)
    for sheet in found:
        for folder in ls.folders.values():
            both = joined([sheet], folder.place, ()) if folder.place else None
            if both and both.sheets:
                yield Here(sheet, folder, both.root, next(iter(both.sheets)), uri_of(ls, sheet), encoding)
                break


def uri_of(ls: RelaymarkServer, sheet: Sheet) -> str:
    """Return a plan's URI; of one that is open the client's own."""
    opened = ls.opened.get(sheet.path)
    return opened.uri if opened else to_uri(sheet.path)


def encoding_of(ls: RelaymarkServer) -> str:
    """Return in what the client counts columns."""
    return str(ls.workspace.position_encoding or "utf-16")


async def index_of(ls: RelaymarkServer, root: str) -> FileIndex:
    """Return the files of a work tree as they were listed last; listed now where they never were."""
    tree = ls.trees.get(root)
    return tree.index if tree and tree.index else await asyncio.to_thread(ls.listings.index, root)


async def sliced(things: Iterable[T]) -> AsyncIterator[T]:
    """Yield things, and let others have the loop every few milliseconds."""
    until = time.monotonic() + _SLICE
    for thing in things:
        yield thing
        if time.monotonic() > until:
            await asyncio.sleep(0)
            until = time.monotonic() + _SLICE
