"""Handover notes from the editor: written by the chosen writer, asked of any chat, taken from the clipboard."""

import asyncio
from typing import Any

from relaymark.core.config import Writer
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.engine.relay import RelayError, handover_session
from relaymark.engine.taking import Taken, prompt_for, take
from relaymark.engine.writing import Composed, composed, cost_of, keep
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.features import archive
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import choice, inform, show, warn, working

HANDOVER = "relaymark.generateHandover"
PROMPT = "relaymark.handoverPrompt"
TAKE = "relaymark.takeNote"
QUOTE_ORDERS = "quote-orders"
"""What `text` says of a wish for a note that quotes the user's standing orders."""

_WRITE, _DRAFT = "Write it", "Take the draft"


async def generate_handover(ls: RelaymarkServer, *given: Any) -> str | None:
    """Write the note of a session and show it; its path, None if there is none."""
    await ready(ls)
    try:
        return await hand_over(ls, asked(given))
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return None


async def hand_over(ls: RelaymarkServer, wish: Asked) -> str:
    """Write the note of the named session, else of the shown one, and show it.

    Raises:
        UserError: No folder is open.
        RelayError: There is nothing to hand over, or the note cannot be written.
    """
    current, place = _placed(ls, wish)
    view = handover_session(current.views, place, wish.session or current.folder.shown)
    await archive.offer_orders(ls, view.session, wanted=wish.text == QUOTE_ORDERS)
    found = await _composed(ls, current, place, view, await _writer(ls, current, view))
    path = await asyncio.to_thread(keep, place, found)
    if found.fallen_back:
        warn(ls, f"{found.fallen_back} This is the draft.")
    await show(ls, path)
    ls.background(archive.offer_keeping(ls, place))
    return str(path)


async def _writer(ls: RelaymarkServer, current: Scene, view: View) -> Writer:
    """Return who is to write; what a model costs is said before, and with buttons the user decides."""
    writer = current.folder.config.writer
    if writer != "session" or not ls.features.launch:
        return writer
    cost = await asyncio.to_thread(cost_of, view)
    if not ls.features.actions:
        inform(ls, cost)
        return writer
    return writer if await choice(ls, cost, (_WRITE, _DRAFT)) == _WRITE else "draft"


async def _composed(ls: RelaymarkServer, current: Scene, place: Place, view: View, writer: Writer) -> Composed:
    config, now = current.folder.config, ls.machine.now()
    if writer == "draft":
        return await asyncio.to_thread(composed, ls.machine, place, view, now, config, writer, both=current.joined)
    async with working(ls, "Relaymark: handover note") as work:
        return await asyncio.to_thread(
            composed,
            ls.machine,
            place,
            view,
            now,
            config,
            writer,
            trusted=ls.features.launch,
            both=current.joined,
            cancel=work.cancelled,
            progress=work.say,
        )


async def handover_prompt(ls: RelaymarkServer, *given: Any) -> str | None:
    """Return what any chat can be asked for the note of a session; None if there is no session."""
    wish = asked(given)
    await ready(ls)
    try:
        current, place = _placed(ls, wish)
        return await asyncio.to_thread(
            prompt_for,
            ls.machine,
            place,
            current.views,
            wish.session or current.folder.shown,
            ls.machine.now(),
            current.folder.config,
            current.joined,
        )
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return None


async def take_note(ls: RelaymarkServer, *given: Any) -> str | None:
    """Take a text, such as the clipboard's, as the note of a session, and show it; its path, None if it is refused."""
    wish = asked(given)
    await ready(ls)
    try:
        taken = await _taken(ls, wish)
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return None
    await show(ls, taken.path)
    if taken.problems:
        more = f" (and {len(taken.problems) - 1} more)" if len(taken.problems) > 1 else ""
        warn(ls, f"the note was taken; {taken.problems[0]}{more}")
    return str(taken.path)


async def _taken(ls: RelaymarkServer, wish: Asked) -> Taken:
    current, place = _placed(ls, wish)
    return await asyncio.to_thread(
        take,
        ls.machine,
        place,
        current.views,
        wish.session,
        ls.machine.now(),
        current.folder.config,
        wish.text or "",
        current.joined,
    )


def _placed(ls: RelaymarkServer, wish: Asked) -> tuple[Scene, Place]:
    current = scene_of(ls, wish)
    place = current.folder.place
    assert place is not None, "scene_of() refuses folders without a place"
    return current, place


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(HANDOVER)(generate_handover)
    server.command(PROMPT)(handover_prompt)
    server.command(TAKE)(take_note)
