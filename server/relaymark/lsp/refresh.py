"""One rhythm for all that is sent on the server's own account: at once, then every 250 ms at most."""

import asyncio
from collections.abc import Callable

from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer

PAUSE = 0.25
"""Seconds between two rounds: the first change goes out at once, what follows is taken together."""

Refresher = Callable[[RelaymarkServer, Scene], bool]
"""A feature's part of a round; True if it sent anything."""


def refresh(ls: RelaymarkServer) -> None:
    """Send what changed: at once, or with the rest at the end of a pause that is under way."""
    if ls.pause is not None:
        ls.stale = True
        return
    if refresh_now(ls):
        ls.pause = asyncio.get_running_loop().call_later(PAUSE, _pause_over, ls)


def refresh_later(ls: RelaymarkServer) -> None:
    """Send what changed soon: it is not urgent, and must not hold back what is."""
    if ls.later is None:
        ls.later = asyncio.get_running_loop().call_later(PAUSE, _later, ls)


def _later(ls: RelaymarkServer) -> None:
    ls.later = None
    refresh_now(ls)


def refresh_now(ls: RelaymarkServer) -> bool:
    """Have every feature send what changed in any folder; True if anything was sent."""
    if ls.picture is None:
        return False
    sent = False
    for folder in list(ls.folders.values()):
        current = scene(ls, folder)
        for refresher in ls.refreshers:
            sent |= refresher(ls, current)
    return sent


def _pause_over(ls: RelaymarkServer) -> None:
    ls.pause = None
    if ls.stale:
        ls.stale = False
        refresh(ls)
