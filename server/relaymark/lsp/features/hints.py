"""Inlay hints in plans: behind each open item, what its files would take in a context."""

from lsprotocol import types

from relaymark.core.plan import Item, Span
from relaymark.core.plan_hints import hint, hinted
from relaymark.lsp.convert import offset, position
from relaymark.lsp.filetokens import tokens_soon
from relaymark.lsp.here import here
from relaymark.lsp.named import found_paths, is_file
from relaymark.lsp.server import RelaymarkServer

_MOST_ITEMS = 200
_MOST_FILES = 12


async def inlay_hint(ls: RelaymarkServer, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    """Return the hints of the items that begin in a range; None for documents that are no plan."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    ls.drawn.add("hints")
    asked = Span(offset(at.sheet, params.range.start, at.encoding), offset(at.sheet, params.range.end, at.encoding))
    items = hinted(at.sheet.plan, asked.start, asked.end)[:_MOST_ITEMS]
    found = await found_paths(ls, at, [mention for item in items for mention in item.paths[:_MOST_FILES]])

    def files(item: Item) -> list[str]:
        named = (found.get(mention.path) for mention in item.paths[:_MOST_FILES])
        return list(dict.fromkeys(each.path for each in named if each is not None and is_file(each)))

    every = list(dict.fromkeys(file for item in items for file in files(item)))
    tokens = await tokens_soon(ls, at.root, every, refreshed=ls.features.refreshes_hints)
    hints = []
    for item in items:
        made = hint(files(item), tokens)
        if made:
            end = at.sheet.lines.end(at.sheet.lines.line_at(item.span.start))
            place = position(at.sheet, end, at.encoding)
            hints.append(types.InlayHint(place, made.label, tooltip="\n".join(made.lines), padding_left=True))
    return hints


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)
