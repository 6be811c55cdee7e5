"""One rhythm for all that is sent on the server's own account: at once, then every 250 ms at most."""

import asyncio
import logging
from collections.abc import Callable

from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer

_log = logging.getLogger(__name__)

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
    if ls.pause is None:
        refresh_now(ls)
    else:
        ls.behind = True


def refresh_now(ls: RelaymarkServer) -> bool:
    """Have every feature send what changed in any folder; True if anything was sent."""
    if ls.picture is None:
        return False
    sent = False
    for folder in list(ls.folders.values()):
        current = scene(ls, folder)
        for refresher in ls.refreshers:
            try:
                sent |= refresher(ls, current)
            except Exception:  # noqa: BLE001  (a fault in one feature must not end the others)
                _log.exception("a fault of Relaymark's own")
    return sent


def _pause_over(ls: RelaymarkServer) -> None:
    ls.pause = None
    stale, behind = ls.stale, ls.behind
    ls.stale = ls.behind = False
    if stale:
        refresh(ls)
    elif behind:
        refresh_now(ls)  # opens no pause, so that the next line goes out at once
