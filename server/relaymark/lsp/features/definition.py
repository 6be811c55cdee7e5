"""Go to definition in plans: on paths, on names of code in backticks, and on phases and items named elsewhere."""

import asyncio
from collections.abc import Sequence

from lsprotocol import types

from relaymark.core.lookup import Found
from relaymark.core.plan import PathMention, Span
from relaymark.core.plan_targets import item_at, mention_at, reference_at, symbol_at, told_line, told_name
from relaymark.engine.definitions import Spot, definitions, in_file
from relaymark.engine.settled import Settled
from relaymark.lsp.convert import offset, span_range, units
from relaymark.lsp.here import Here, here, index_of
from relaymark.lsp.named import file_uri, found_paths, is_file, there_by_now, verdict_of
from relaymark.lsp.server import RelaymarkServer


async def definition(
    ls: RelaymarkServer, params: types.DefinitionParams
) -> list[types.LocationLink] | list[types.Location] | None:
    """Return where the file, the name, the phase or the item under the cursor is; None for anything else."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    place = offset(at.sheet, params.position, at.encoding)
    if mention := mention_at(at.sheet, place):
        return _answer(ls, at, mention.span, await _file(ls, at, mention))
    if reference := reference_at(at.sheet, place):
        own, target = reference
        return _answer(ls, at, own, [(at.uri, span_range(at.sheet, target, at.encoding))])
    symbol = symbol_at(at.sheet, place)
    if symbol is None:
        return None
    item = item_at(at.sheet.plan, place)
    named = await found_paths(ls, at, item.paths if item else ())
    files = [found.path for found in named.values() if is_file(found)]
    spots = await asyncio.to_thread(definitions, at.root, symbol.word, files)
    return _answer(ls, at, symbol.span, [_place(at, spot) for spot in spots])


async def _file(ls: RelaymarkServer, at: Here, mention: PathMention) -> list[tuple[str, types.Range]]:
    """Return the file that a path means, at the line or test that stands behind it; of a moved one where it is now."""
    found = (await found_paths(ls, at, [mention])).get(mention.path)
    found = found or (await there_by_now(at, [mention])).get(mention.path) or await _moved(ls, at, mention)
    if found is None or not is_file(found):
        return []
    line, name = told_line(mention.tail), told_name(mention.tail)
    if name:
        return [_place(at, await asyncio.to_thread(in_file, at.root, found.path, name))]
    return [_place(at, Spot(found.path, line or 0))]


async def _moved(ls: RelaymarkServer, at: Here, mention: PathMention) -> Found | None:
    """Return where git knows a path to be now, as far as history was read."""
    tree = ls.trees.get(at.root)
    known = tree.settled.get(at.plan, Settled()).past.paths.get(mention.path) if tree else None
    if known is None or known.moved_to is None:
        return None
    verdict = verdict_of(ls, await index_of(ls, at.root), known.moved_to, at.plan)
    return verdict if isinstance(verdict, Found) and verdict.path == known.moved_to else None


def _place(at: Here, spot: Spot) -> tuple[str, types.Range]:
    there = types.Position(spot.line, units(spot.text[: spot.column], at.encoding))
    return file_uri(at, spot.path), types.Range(there, there)


def _answer(
    ls: RelaymarkServer, at: Here, own: Span, places: Sequence[tuple[str, types.Range]]
) -> list[types.LocationLink] | list[types.Location] | None:
    if not places:
        return None
    text = ls.client_capabilities.text_document
    if text and text.definition and text.definition.link_support:
        origin = span_range(at.sheet, own, at.encoding)
        return [types.LocationLink(uri, there, there, origin) for uri, there in places]
    return [types.Location(uri, there) for uri, there in places]


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
