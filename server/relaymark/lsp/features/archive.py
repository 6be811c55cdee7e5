"""`relaymark/notes`: the archive of notes and who has none; and what the user decides once: commit or ignore, quote."""

import asyncio
from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from relaymark.core.config import Config
from relaymark.core.markdown import one_line
from relaymark.core.paths import join, to_uri
from relaymark.core.place import Place
from relaymark.core.session import Session
from relaymark.engine.archive import archive
from relaymark.engine.due import due_payload, due_sessions
from relaymark.engine.machine import Machine
from relaymark.engine.relay_facts import top_of
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.protocol import NOTES, VERSION
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources import keeping
from relaymark.sources.let_go import let_go
from relaymark.sources.orders import saw_orders, unseen_orders

DISMISS = "relaymark.dismissHandover"
KEEP = "relaymark.keepNotes"

_MOST_NOTES = 1_000
_COMMIT, _IGNORE = "Commit notes", "Ignore notes"
_QUOTE, _LEAVE_OUT = "Quote", "Leave out"
_SHOWN = 3


async def notes(ls: RelaymarkServer, params: Any) -> dict[str, Any]:
    """Answer with the notes of a folder's work tree, the newest first, and the sessions that are to be handed over."""
    await ready(ls)
    try:
        folder = scene_of(ls, asked((params,))).folder
    except UserError:
        return {"version": VERSION, "notes": [], "due": []}
    assert folder.place is not None, "scene_of() refuses folders without a place"
    return await asyncio.to_thread(_payload, ls.machine, folder.place, folder.config)


def _payload(machine: Machine, place: Place, config: Config) -> dict[str, Any]:
    top = top_of(place)
    found = archive(top)
    listed = [each.payload | {"uri": to_uri(join(top, each.path))} for each in found[:_MOST_NOTES]]
    due = [due_payload(shown) for shown in due_sessions(machine, place, config, found)]
    return {"version": VERSION, "notes": listed, "due": due, "keeping": keeping.choice_of(place) or "ask"}


async def dismiss(ls: RelaymarkServer, *given: Any) -> bool:
    """Take a session off the list of those that are to be handed over; True if it was named."""
    wish = asked(given)
    if not wish.session:
        return False
    try:
        await asyncio.to_thread(let_go, wish.session)
    except OSError as error:
        _warn(ls, f"this cannot be kept: {error.strerror}.")
        return False
    return True


async def keep(ls: RelaymarkServer, *given: Any) -> bool:
    """Keep whether notes are committed: `text` is `commit` or `ignore`; True if that is kept now."""
    wish = asked(given)
    await ready(ls)
    try:
        return await _kept(ls, wish)
    except (UserError, OSError) as error:
        _warn(ls, f"this cannot be kept: {error.strerror}." if isinstance(error, OSError) else str(error))
        return False


async def _kept(ls: RelaymarkServer, wish: Asked) -> bool:
    place = scene_of(ls, wish).folder.place
    if place is None or wish.text not in ("commit", "ignore"):
        return False
    await asyncio.to_thread(keeping.choose, place, "commit" if wish.text == "commit" else "ignore")
    return True


async def offer_keeping(ls: RelaymarkServer, place: Place) -> None:
    """Ask once, at the first note of a repository, whether notes are committed; no answer decides nothing."""
    if not ls.features.actions or await asyncio.to_thread(keeping.choice_of, place) is not None:
        return
    text = "Relaymark wrote its first note into .relaymark/handovers. Should notes be committed with the work?"
    answer = await _ask(ls, text, (_COMMIT, _IGNORE))
    if answer in (_COMMIT, _IGNORE):
        try:
            await asyncio.to_thread(keeping.choose, place, "commit" if answer == _COMMIT else "ignore")
        except OSError as error:
            _warn(ls, f"the choice cannot be kept: {error.strerror}.")


async def offer_orders(ls: RelaymarkServer, session: Session | None, *, wanted: bool = False) -> None:
    """Show the user the standing orders that a note would quote, and have them quoted if that is wanted.

    Args:
        ls: The server.
        session: Whose note is to be written.
        wanted: The user has asked for the quotes; nobody is asked again.
    """
    unseen = unseen_orders(session) if session else ()
    if not unseen or not (wanted or ls.features.actions):
        return
    if wanted or await _ask(ls, _orders_text(unseen), (_QUOTE, _LEAVE_OUT)) == _QUOTE:
        try:
            await asyncio.to_thread(saw_orders, unseen)
        except OSError as error:
            _warn(ls, f"that you saw your orders cannot be kept: {error.strerror}.")


def _orders_text(orders: Sequence[str]) -> str:
    quoted = "; ".join(f"“{one_line(order, 120)}”" for order in orders[:_SHOWN])
    more = f" and {len(orders) - _SHOWN} more" if len(orders) > _SHOWN else ""
    return f"Should the note quote what you told the agent to hold to? {quoted}{more}"


async def _ask(ls: RelaymarkServer, text: str, titles: Sequence[str]) -> str:
    actions = [types.MessageActionItem(title) for title in titles]
    params = types.ShowMessageRequestParams(types.MessageType.Info, text, actions)
    answer = await ls.window_show_message_request_async(params)
    return answer.title if answer else ""


def _warn(ls: RelaymarkServer, text: str) -> None:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(NOTES)(notes)
    server.command(DISMISS)(dismiss)
    server.command(KEEP)(keep)
