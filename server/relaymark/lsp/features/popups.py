"""One popup per crossing of the ceiling and the reset line, on the whole machine; re-armed when the context falls."""

from lsprotocol import types

from relaymark.core.crossing import Crossing, below, crossed, message
from relaymark.core.observed import View
from relaymark.lsp.asked import Asked
from relaymark.lsp.features import handover, relay, snooze
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources import crossings

_HAND_OVER, _NEXT, _SNOOZE = "Generate handover", "Start next phase", "Snooze"


def consider(ls: RelaymarkServer, current: Scene) -> bool:
    """Tell of crossings that nobody on this machine was told of."""
    sent = False
    uri = current.folder.uri
    for view in current.views:
        session = view.session.id
        if view.elsewhere or view.session.parent:
            continue
        if ls.popup_folder.get(session) not in ls.folders:
            ls.popup_folder[session] = uri
        if ls.popup_folder[session] != uri:
            continue  # with several folders open, one decides
        for line in below(view):
            if (session, line) in ls.told_crossings or session not in ls.armed:
                crossings.rearm(session, line, view.observed.active_at)
                ls.told_crossings.discard((session, line))
        crossings.wake(session, view.gauge.level)
        crossing = crossed(view)
        first_look = session not in ls.armed
        if view.session.context.tokens is not None:
            ls.armed.add(session)
        if crossing is None or not current.folder.config.popups:
            continue
        if (session, crossing) in ls.told_crossings or crossings.snoozed(session) == view.gauge.level:
            continue
        ls.told_crossings.add((session, crossing))
        mine = _claim(session, crossing, view.observed.active_at)
        # A session that nobody works in when the server starts is old news.
        if mine and not (first_look and view.life.state == "idle"):
            ls.background(_tell(ls, current, view, crossing))
            sent = True
    return sent


def _claim(session: str, crossing: Crossing, at: float) -> bool:
    if crossing == "reset":
        crossings.tell_once(session, "ceiling", at)  # past both at once: the one popup tells of the worse
    return crossings.tell_once(session, crossing, at)


async def _tell(ls: RelaymarkServer, current: Scene, view: View, crossing: Crossing) -> None:
    text = message(view, crossing)
    if not ls.features.actions:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))
        return
    actions = [types.MessageActionItem(title) for title in (_HAND_OVER, _NEXT, _SNOOZE)]
    params = types.ShowMessageRequestParams(types.MessageType.Warning, text, actions)
    answer = await ls.window_show_message_request_async(params)
    asked = Asked(workspace=current.folder.uri, session=view.session.id)
    match answer.title if answer else None:
        case title if title == _HAND_OVER:
            await handover.generate_handover(ls, asked.given())
        case title if title == _NEXT:
            await relay.start_next_phase(ls, asked.given())
        case title if title == _SNOOZE:
            await snooze.snooze(ls, asked.given())


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.refreshers.append(consider)
