"""Document links in plans: every path that the work tree holds leads to its file, and to the line that it names."""

from lsprotocol import types

from relaymark.core.markdown import one_line
from relaymark.core.plan_targets import mentions, told_line
from relaymark.lsp.convert import span_range
from relaymark.lsp.here import here
from relaymark.lsp.named import file_uri, found_paths, is_file, there_by_now
from relaymark.lsp.server import RelaymarkServer

_MOST = 5_000


async def document_link(ls: RelaymarkServer, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
    """Return the links of a plan; None for other documents."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    named = mentions(at.sheet.plan)[:_MOST]
    found = await found_paths(ls, at, named)
    # Nothing has a client ask again once the tree is listed anew, so a file that was just renamed is looked for.
    found |= await there_by_now(at, [mention for mention in named if mention.path not in found])
    text = ls.client_capabilities.text_document
    tooltips = bool(text and text.document_link and text.document_link.tooltip_support)
    links: dict[int, types.DocumentLink] = {}
    for mention in named:
        place = found.get(mention.path)
        # The paths of one brace list stand in one place: it leads to the first.
        if place is None or not is_file(place) or mention.span.start in links:
            continue
        line = told_line(mention.tail)
        links[mention.span.start] = types.DocumentLink(
            span_range(at.sheet, mention.span, at.encoding),
            file_uri(at, place.path) + ("" if line is None else f"#L{line + 1}"),
            one_line(place.path, 200) if tooltips and place.path != mention.path else None,
        )
    return list(links.values())


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(document_link)
