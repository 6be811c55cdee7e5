"""Has the editor ask for lenses and hints again when what they say changed; never more often than twice a second."""

import asyncio
import logging

from relaymark.lsp.server import RelaymarkServer

_log = logging.getLogger(__name__)

_PAUSE = 0.5


def redraw(ls: RelaymarkServer, *, hints: bool = True) -> None:
    """Have what the editor once asked for asked for again, soon; without `hints` the lenses alone."""
    ls.redraws |= {"lenses", "hints"} & ls.drawn if hints else {"lenses"} & ls.drawn
    if ls.redraws and ls.redrawing is None:
        ls.redrawing = asyncio.get_running_loop().call_later(_PAUSE, lambda: ls.background(_send(ls)))


async def _send(ls: RelaymarkServer) -> None:
    ls.redrawing, wanted = None, set(ls.redraws)
    ls.redraws.clear()
    try:
        if "lenses" in wanted and ls.features.refreshes_lenses:
            await ls.workspace_code_lens_refresh_async(None)
        if "hints" in wanted and ls.features.refreshes_hints:
            await ls.workspace_inlay_hint_refresh_async(None)
    except Exception as error:  # noqa: BLE001  (whatever a client answers, it asks again by itself some time)
        _log.info("the client does not ask again: %s", error)
