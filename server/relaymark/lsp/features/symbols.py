"""Document symbols, the outline of a plan, and workspace symbols: phases and items over all plans."""

import asyncio
from collections.abc import Sequence

from lsprotocol import types

from relaymark.core.plan_symbols import Entry, outline, plan_name, search
from relaymark.core.sheet import Sheet
from relaymark.lsp.asked import ready
from relaymark.lsp.convert import span_range
from relaymark.lsp.here import Here, here, placed
from relaymark.lsp.scene import sheets
from relaymark.lsp.server import RelaymarkServer

_KINDS = {"section": types.SymbolKind.String, "phase": types.SymbolKind.Namespace, "item": types.SymbolKind.Boolean}
_MOST = 200


async def document_symbol(
    ls: RelaymarkServer, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """Return the outline of a plan; None for other documents."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    text = ls.client_capabilities.text_document
    nested = text and text.document_symbol and text.document_symbol.hierarchical_document_symbol_support
    return await asyncio.to_thread(_drawn if nested else _listed, at)


async def workspace_symbol(ls: RelaymarkServer, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """Return the phases and items that a query means, the best first."""
    await ready(ls)
    return await asyncio.to_thread(_found, list(placed(ls, sheets(ls))), params.query)


def _found(plans: Sequence[Here], query: str) -> list[types.SymbolInformation]:
    matches = [(match.rank, at, match) for at in plans for match in search(at.sheet.plan, query)]
    matches.sort(key=lambda each: each[0])
    return [
        # Clients show the file beside it.
        _information(at, match.entry, match.phase or plan_name(at.sheet.plan) or None)
        for _, at, match in matches[:_MOST]
    ]


def _drawn(at: Here) -> list[types.DocumentSymbol]:
    return [_nested(at.sheet, entry, at.encoding) for entry in outline(at.sheet.plan)]


def _listed(at: Here) -> list[types.SymbolInformation]:
    return _flat(at, outline(at.sheet.plan), None)


def _nested(sheet: Sheet, entry: Entry, encoding: str) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=entry.name,
        detail=entry.detail or None,
        kind=_KINDS[entry.kind],
        tags=[types.SymbolTag.Deprecated] if entry.dropped else None,
        range=span_range(sheet, entry.span, encoding),
        selection_range=span_range(sheet, entry.own, encoding),
        children=[_nested(sheet, child, encoding) for child in entry.children] or None,
    )


def _flat(at: Here, entries: Sequence[Entry], above: str | None) -> list[types.SymbolInformation]:
    found = []
    for entry in entries:
        found += [_information(at, entry, above), *_flat(at, entry.children, entry.name)]
    return found


def _information(at: Here, entry: Entry, container: str | None) -> types.SymbolInformation:
    place = types.Location(at.uri, span_range(at.sheet, entry.own, at.encoding))
    tags = [types.SymbolTag.Deprecated] if entry.dropped else None
    return types.SymbolInformation(place, entry.name, _KINDS[entry.kind], tags=tags, container_name=container)


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)
    server.feature(types.WORKSPACE_SYMBOL)(workspace_symbol)
