"""The relay from the editor: continue the phase, or start the next one in a fresh session."""

import asyncio
import logging
import shutil
from pathlib import Path
from typing import Any, Literal

from lsprotocol import types

from relaymark.core import paths
from relaymark.engine.relay import RelayError
from relaymark.engine.relay_opening import Start, Wish, opening_for
from relaymark.lsp.asked import Asked, UserError, asked, is_plan, ready, scene_of
from relaymark.lsp.protocol import LAUNCH, field
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import show, warn

_log = logging.getLogger(__name__)

CONTINUE = "relaymark.continuePhase"
NEXT = "relaymark.startNextPhase"

_GO_ON = "Start it"
_LOOK_FIRST = "Cancel"


async def continue_phase(ls: RelaymarkServer, *given: Any) -> bool:
    """Go on with a phase in a fresh session; True if it was started."""
    return await _begin(ls, given, "continue")


async def start_next_phase(ls: RelaymarkServer, *given: Any) -> bool:
    """Start the next phase in a fresh session; True if it was started."""
    return await _begin(ls, given, "start")


async def _begin(ls: RelaymarkServer, given: tuple[Any, ...], mode: Literal["start", "continue"]) -> bool:
    wish = asked(given)
    await ready(ls)
    try:
        current = scene_of(ls, wish)
        start = await _composed(ls, current, wish, mode)
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return False
    if not await _agreed(ls, start):
        return False
    there = shutil.which(start.argv[0]) is not None
    if ls.features.launch and there:
        params = {"title": start.title, "argv": list(start.argv), "cwd": start.cwd}
        try:
            answer = await ls.protocol.send_request_async(LAUNCH, params)
        except Exception as error:  # noqa: BLE001  (whatever a client answers, the prompt is there)
            _log.warning("the client did not start %s: %s", start.argv[0], error)
            answer = None
        if field(answer, "launched") is True:
            return True
    await show(ls, Path(start.prompt_path))
    why = "" if there else f"{start.argv[0]} is not on the PATH; "
    text = f"Relaymark: {why}start {start.argv[0]} in {paths.name(start.cwd)} and give it this prompt."
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
    return False


async def _composed(ls: RelaymarkServer, current: Scene, wish: Asked, mode: Literal["start", "continue"]) -> Start:
    place = current.folder.place
    assert place is not None, "scene_of() refuses folders without a place"
    plan, phase = _target(ls, current, wish, mode)
    return await asyncio.to_thread(
        opening_for,
        ls.machine,
        place,
        current.views,
        ls.machine.now(),
        Wish(mode=mode, plan=plan, phase=phase, session=wish.session),
        path_map=current.folder.config.path_map,
        both=current.joined,
    )


def _target(
    ls: RelaymarkServer, current: Scene, wish: Asked, mode: Literal["start", "continue"]
) -> tuple[str | None, int | None]:
    """Return the plan and the phase that are asked for: the one named, or to start the first open one after it.

    On a phase that is not begun, starting means that phase itself.
    """
    if current.joined is None:
        return None, None
    sheets = current.joined.sheets.items()
    plan = next((path for path, sheet in sheets if wish.plan and is_plan(ls, sheet, wish.plan)), None)
    if plan is None or wish.phase is None:
        return plan, None
    phases = current.joined.sheets[plan].plan.phases
    if mode == "continue" or not 0 <= wish.phase < len(phases):
        return plan, wish.phase
    taken = wish.session is not None or any(item.ticked for item in phases[wish.phase].items)
    if not taken and not phases[wish.phase].done:
        return plan, wish.phase
    later = [index for index in range(wish.phase + 1, len(phases)) if not phases[index].done]
    return plan, later[0] if later else None


async def _agreed(ls: RelaymarkServer, start: Start) -> bool:
    """Say what the boundary is not ready for; with actions the user decides, without them it is only said."""
    if not start.offers:
        return True
    if not ls.features.actions:
        first, more = start.offers[0].text, len(start.offers) - 1
        warn(ls, f"{first}{f' (and {more} more)' if more else ''}. It starts all the same.")
        return True
    said = "; ".join(offer.text for offer in start.offers)
    actions = [types.MessageActionItem(title) for title in (_GO_ON, _LOOK_FIRST)]
    text = f"Before {start.title} starts: {said}."
    params = types.ShowMessageRequestParams(types.MessageType.Warning, text, actions)
    answer = await ls.window_show_message_request_async(params)
    return bool(answer and answer.title == _GO_ON)


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(CONTINUE)(continue_phase)
    server.command(NEXT)(start_next_phase)
