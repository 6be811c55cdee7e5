"""From `initialize` to `shutdown`: which folders are open, and the engine that reads for them."""

import asyncio
import logging

from lsprotocol import types

from relaymark.core.paths import from_uri
from relaymark.engine.live import LiveEngine, Picture
from relaymark.lsp.features import configuration, diagnostics, status
from relaymark.lsp.files import freshen
from relaymark.lsp.folders import Folder, locate
from relaymark.lsp.logs import ClientLog
from relaymark.lsp.protocol import client_features
from relaymark.lsp.refresh import refresh, refresh_later
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.git_files import stamp_of
from relaymark.sources.settings import stamp

_log = logging.getLogger(__name__)

NOWHERE = ""
"""The name of the workspace of a client that has no folder open."""
_LOOK_AGAIN = 5.0


def initialize(ls: RelaymarkServer, params: types.InitializeParams) -> None:
    """Note what the client can do and which folders it has open."""
    ls.features = client_features(params.capabilities)
    folders = [folder.uri for folder in params.workspace_folders or ()]
    if not folders and (root := params.root_uri or params.root_path):
        folders = [root]
    for uri in folders or [NOWHERE]:
        ls.folders[uri] = Folder(uri, from_uri(uri))


async def initialized(ls: RelaymarkServer, _params: types.InitializedParams) -> None:
    """Start reading."""
    loop = asyncio.get_running_loop()
    logging.getLogger("relaymark").addHandler(ClientLog(ls, loop))
    for step in (configuration.register_for_changes(ls), configuration.pull(ls), locate(list(ls.folders.values()))):
        try:
            await step
        except Exception:  # noqa: BLE001  (whatever a client or git answers, the sessions are read)
            _log.exception("a fault at the start; Relaymark goes on without it")

    def publish(picture: Picture) -> None:
        loop.call_soon_threadsafe(_take, ls, picture)

    ls.engine = LiveEngine(ls.machine, publish)
    ls.engine.start(status.wanted(ls))
    loop.call_later(_LOOK_AGAIN, _look_again, ls)


def _take(ls: RelaymarkServer, picture: Picture) -> None:
    ls.picture = picture
    ls.first_picture.set()
    if picture.quiet:
        refresh_later(ls)
    else:
        refresh(ls)
    freshen(ls)


def _look_again(ls: RelaymarkServer) -> None:
    """Now and then: states change by age alone, and branches without a word to us."""
    if ls.engine is None:
        return
    loop = asyncio.get_running_loop()
    loop.call_later(_LOOK_AGAIN, _look_again, ls)
    refresh_later(ls)
    if any(tree.judged for tree in ls.trees.values()):
        freshen(ls)  # a missing file may have come, or be ignored by now
    moved = [item for item in ls.folders.values() if item.place and stamp_of(item.place) != item.stamp]
    if moved:
        ls.background(_relocate(ls, moved))
    if any(stamp(item.path) != item.settings for item in ls.folders.values()):
        ls.background(_reconfigure(ls))


async def _relocate(ls: RelaymarkServer, moved: list[Folder]) -> None:
    await locate(moved)
    read_anew(ls)


async def _reconfigure(ls: RelaymarkServer) -> None:
    await configuration.pull(ls)
    read_anew(ls)


def read_anew(ls: RelaymarkServer) -> None:
    """Have the engine read for the folders and settings as they are now."""
    if ls.engine:
        ls.engine.choose(status.wanted(ls))
    refresh(ls)


async def did_change_workspace_folders(ls: RelaymarkServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Take folders in and out."""
    for folder in params.event.removed:
        ls.folders.pop(folder.uri, None)
        diagnostics.withdraw(ls, folder.uri)
    added = [Folder(folder.uri, from_uri(folder.uri)) for folder in params.event.added]
    ls.folders.update({folder.uri: folder for folder in added})
    if ls.folders.keys() > {NOWHERE}:
        ls.folders.pop(NOWHERE, None)
    elif not ls.folders:
        ls.folders[NOWHERE] = Folder(NOWHERE, None)
    await configuration.pull(ls)
    await locate(added)
    read_anew(ls)


async def shutdown(ls: RelaymarkServer, _params: None) -> None:
    """Stop reading."""
    engine, ls.engine = ls.engine, None
    if engine:
        await asyncio.to_thread(engine.stop)


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_workspace_folders)
    server.feature(types.SHUTDOWN)(shutdown)
