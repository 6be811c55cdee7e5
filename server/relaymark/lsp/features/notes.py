"""The command that shows a handover note, for the lens of its phase."""

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types

from relaymark.core.paths import join
from relaymark.engine.notes import is_note
from relaymark.engine.plans import root_of
from relaymark.lsp.asked import UserError, asked, ready, scene_of
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import show

COMMAND = "relaymark.showNote"


async def show_note(ls: RelaymarkServer, *given: Any) -> bool:
    """Open a note in the editor; True if it was there."""
    wish = asked(given)
    await ready(ls)
    try:
        place = scene_of(ls, wish).folder.place
    except UserError as error:
        _warn(ls, str(error))
        return False
    assert place is not None, "scene_of() refuses folders without a place"
    if not wish.path or not await asyncio.to_thread(is_note, root_of(place), wish.path):
        _warn(ls, "that note is not there any more.")
        return False
    await show(ls, Path(join(root_of(place), wish.path)))
    return True


def _warn(ls: RelaymarkServer, text: str) -> None:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(COMMAND)(show_note)
