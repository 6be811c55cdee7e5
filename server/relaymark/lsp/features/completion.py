"""Completion in plans: paths and mentions, labels of phases, marks in boxes, codes in comments that silence rules."""

import asyncio

from lsprotocol import types

from relaymark.core.plan_complete import Completion, Kind, Names, completions, wants_names
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.here import Here, here, index_of
from relaymark.lsp.server import RelaymarkServer
from relaymark.rules.catalog import RULES

_TRIGGERS = ["/", "@", "`", "[", "(", ":"]
_KINDS: dict[Kind, types.CompletionItemKind] = {
    "mark": types.CompletionItemKind.EnumMember,
    "code": types.CompletionItemKind.Constant,
    "phase": types.CompletionItemKind.Reference,
    "path": types.CompletionItemKind.File,
}


async def completion(ls: RelaymarkServer, params: types.CompletionParams) -> types.CompletionList | None:
    """Return what can be written at the cursor; None where there is nothing to offer."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    place = offset(at.sheet, params.position, at.encoding)
    names = await _names(ls, at) if wants_names(at.sheet, place) else None
    codes = {rule.code: rule.says for rule in RULES}
    found = completions(at.sheet, place, at.plan, names, codes)
    if found is None:
        return None
    spot = span_range(at.sheet, found.span, at.encoding)
    items = [_item(number, one, spot) for number, one in enumerate(found.found)]
    return types.CompletionList(is_incomplete=not found.whole, items=items)


async def _names(ls: RelaymarkServer, at: Here) -> Names:
    index = await index_of(ls, at.root)
    names = ls.names.get(index)
    if names is None:
        names = ls.names[index] = await asyncio.to_thread(lambda: Names(index.below("")))
    return names


def _item(number: int, one: Completion, spot: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        label=one.label,
        kind=types.CompletionItemKind.Folder if one.folder else _KINDS[one.kind],
        detail=one.detail or None,
        sort_text=f"{number:05}",
        filter_text=one.typed_as or None,
        text_edit=types.TextEdit(spot, one.text),
    )


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    options = types.CompletionOptions(trigger_characters=_TRIGGERS)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, options)(completion)
