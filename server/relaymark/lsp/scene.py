"""The scene of a workspace folder: its sessions and plans as they stand now, put together once for all features."""

from msgspec import Struct

from relaymark.core.observed import View
from relaymark.core.sheet import Sheet
from relaymark.core.status import sorted_views
from relaymark.engine.plans import Joined, joined
from relaymark.lsp.folders import Folder
from relaymark.lsp.server import RelaymarkServer


class Scene(Struct, frozen=True):
    """What the features show of one folder.

    Attributes:
        folder: The workspace folder.
        views: Its open sessions.
        joined: Its plans, and who works on what; None until git was asked about the folder.
    """

    folder: Folder
    views: tuple[View, ...]
    joined: Joined | None


def scene(ls: RelaymarkServer, folder: Folder) -> Scene:
    """Return a folder's scene; plans that are open in the editor stand as the editor has them."""
    if ls.picture is None or folder.place is None:
        return Scene(folder, (), None)
    views = sorted_views(ls.picture.observed, folder.place, folder.config, ls.machine.now())
    ledger = ls.picture.ledgers.get(folder.place.folder, ())
    return Scene(folder, views, joined(sheets(ls), folder.place, views, ledger))


def sheets(ls: RelaymarkServer) -> tuple[Sheet, ...]:
    """Return the plans of all folders."""
    found = {sheet.path: sheet for sheet in (ls.picture.sheets if ls.picture else ())}
    return tuple((found | {path: opened.sheet for path, opened in ls.opened.items()}).values())
