"""Folding ranges of plans: sections, phases, and items with what stands below them."""

import asyncio

from lsprotocol import types

from relaymark.core.plan_folds import folds
from relaymark.lsp.here import here
from relaymark.lsp.server import RelaymarkServer


async def folding_range(ls: RelaymarkServer, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """Return what of a plan can be folded away; None for other documents."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    text = ls.client_capabilities.text_document
    most = text.folding_range.range_limit if text and text.folding_range else None
    found = await asyncio.to_thread(folds, at.sheet)
    return [types.FoldingRange(first, last) for first, last in found[:most]]


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)(folding_range)
