"""Snooze: hear nothing more of a session until its next level."""

from typing import Any

from lsprotocol import types

from relaymark.core.observed import View
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.refresh import refresh_now
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources import crossings

COMMAND = "relaymark.snooze"


async def snooze(ls: RelaymarkServer, *given: Any) -> bool:
    """Snooze the named session, else the shown one; True if it was."""
    wish = asked(given)
    await ready(ls)
    try:
        view = _view(ls, wish)
        crossings.snooze(view.session.id, view.gauge.level)
    except (UserError, OSError) as error:
        text = f"the snooze cannot be kept: {error.strerror}." if isinstance(error, OSError) else str(error)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))
        return False
    refresh_now(ls)
    return True


def _view(ls: RelaymarkServer, wish: Asked) -> View:
    current = scene_of(ls, wish)
    session = wish.session or current.folder.shown
    view = next((view for view in current.views if view.session.id == session), None)
    if view is None:
        raise UserError("no session is open here that could be snoozed.")
    if view.gauge.level not in {"near", "over", "reset"}:
        raise UserError("there is nothing to snooze: the session is below its ceiling.")
    return view


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(COMMAND)(snooze)
