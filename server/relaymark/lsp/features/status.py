"""`relaymark/status`: the picture of each workspace folder, sent when it changed and whenever it is asked for."""

import asyncio
import contextlib
from typing import Any

from relaymark.core.observed import View
from relaymark.core.status import Payload, sorted_views
from relaymark.core.status import status as composed
from relaymark.engine.note import nothing_open
from relaymark.engine.plans import plans_of
from relaymark.engine.wanted import Wanted
from relaymark.lsp.folders import Folder
from relaymark.lsp.protocol import STATUS, field
from relaymark.lsp.server import RelaymarkServer

PAUSE = 0.25
"""Seconds between two notifications: the first change goes out at once, what follows is taken together."""
_FIRST_PICTURE = 5.0


def wanted(ls: RelaymarkServer) -> Wanted:
    """Return what the engine should read for the open folders."""
    places = tuple(folder.place for folder in ls.folders.values() if folder.place)
    path_map = {old: new for folder in ls.folders.values() for old, new in folder.config.path_map.items()}
    return Wanted(places, path_map)


def refresh(ls: RelaymarkServer) -> None:
    """Send what changed: at once, or with the rest at the end of a pause that is under way."""
    if ls.pause is not None:
        ls.stale = True
        return
    if _send(ls):
        ls.pause = asyncio.get_running_loop().call_later(PAUSE, _pause_over, ls)


def _pause_over(ls: RelaymarkServer) -> None:
    ls.pause = None
    if ls.stale:
        ls.stale = False
        refresh(ls)


def _send(ls: RelaymarkServer) -> bool:
    """Send every folder's payload that differs from the last one; True if any did."""
    if ls.picture is None:
        return False
    sent = False
    for folder in ls.folders.values():
        payload = compose(ls, folder)
        if payload != folder.sent:
            folder.sent = payload
            sent = True
            if ls.features.status:
                ls.protocol.notify(STATUS, payload)
    return sent


def compose(ls: RelaymarkServer, folder: Folder) -> Payload:
    """Return a folder's payload as things stand now."""
    views: tuple[View, ...] = ()
    if ls.picture and folder.place:
        views = sorted_views(ls.picture.observed, folder.place, folder.config, ls.machine.now())
    plans = plans_of(ls.picture.plans, folder.place, views) if ls.picture and folder.place else None
    made = composed(
        folder.uri,
        views,
        folder.config,
        followed=ls.followed,
        previous=folder.shown,
        plans=plans,
        note="" if views else nothing_open(ls.machine, folder.place),
    )
    folder.shown = made.shown
    return made.payload


async def asked(ls: RelaymarkServer, params: Any) -> Payload:
    """Answer with the picture of the workspace that is named, else of the first one."""
    with contextlib.suppress(TimeoutError):  # what is known is better than no answer
        await asyncio.wait_for(ls.first_picture.wait(), _FIRST_PICTURE)
    uri = field(params, "workspace")
    folder = ls.folders.get(uri) if isinstance(uri, str) else None
    return compose(ls, folder or next(iter(ls.folders.values())))


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(STATUS)(asked)
