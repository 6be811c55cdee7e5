"""Tick and untick: a versioned edit of what stands between the brackets, refused on a text that changed meanwhile."""

from pathlib import Path
from typing import Any

from lsprotocol import types

from relaymark.core.plan.model import Item
from relaymark.core.sheet import Sheet
from relaymark.lsp.asked import Asked, UserError, asked, is_plan, ready, scene_of
from relaymark.lsp.convert import span_range
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.encoded import decoded

COMMAND = "relaymark.tickItem"


async def tick(ls: RelaymarkServer, *given: Any) -> bool:
    """Turn an item's box over; True if the editor took the edit."""
    wish = asked(given)
    await ready(ls)
    try:
        sheet, item = _item(ls, wish)
    except UserError as error:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {error}"))
        return False
    uri = ls.opened[sheet.path].uri if sheet.path in ls.opened else Path(sheet.path).as_uri()
    encoding = str(ls.workspace.position_encoding or "utf-16")
    edit = types.TextEdit(span_range(sheet, item.mark_span, encoding), item.turned)
    document = types.OptionalVersionedTextDocumentIdentifier(uri, sheet.version)
    label = "Untick" if item.ticked else "Tick"
    params = types.ApplyWorkspaceEditParams(
        types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [edit])]), label
    )
    answer = await ls.workspace_apply_edit_async(params)
    if not answer.applied:
        name = Path(sheet.path).name
        text = f"Relaymark: {name} changed meanwhile, so nothing was ticked. Try again."
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))
    return answer.applied


def _item(ls: RelaymarkServer, wish: Asked) -> tuple[Sheet, Item]:
    current = scene_of(ls, wish)
    named = [
        sheet
        for sheet in (current.joined.sheets.values() if current.joined else ())
        if wish.plan is None or is_plan(ls, sheet, wish.plan)
    ]
    if not named:
        raise UserError("that plan is not in this workspace any more.")
    sheet = named[0]
    items = sheet.plan.items
    if wish.item is None or not 0 <= wish.item < len(items):
        raise UserError(f"{Path(sheet.path).name} changed meanwhile, so nothing was ticked. Try again.")
    item = items[wish.item]
    changed = wish.text is not None and wish.text != item.text
    if changed or (wish.version is not None and wish.version != sheet.version):
        raise UserError(f"{Path(sheet.path).name} changed meanwhile, so nothing was ticked. Try again.")
    if sheet.version is None and _differs(sheet):
        raise UserError(f"{Path(sheet.path).name} changed on disk meanwhile, so nothing was ticked. Try again.")
    return sheet, item


def _differs(sheet: Sheet) -> bool:
    try:
        with open(sheet.path, "rb") as file:
            return decoded(file.read()).text != sheet.text
    except OSError:
        return True


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(COMMAND)(tick)
