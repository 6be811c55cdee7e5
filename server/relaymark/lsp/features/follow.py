"""`relaymark/follow`: the status bar shows the session that the user looks at, by its id or by a terminal's process."""

import asyncio
from typing import Any

from relaymark.lsp.features import status
from relaymark.lsp.protocol import FOLLOW, field
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.process import ancestors


async def follow(ls: RelaymarkServer, params: Any) -> dict[str, str]:
    """Follow a session; without one, or with one that is not known, follow nobody. Answers whom it follows."""
    session, pid = field(params, "session"), field(params, "pid")
    if not isinstance(session, str) or not session:
        session = await _of_process(ls, pid) if isinstance(pid, int) and pid > 1 else None
    ls.followed = session
    status.refresh(ls)
    return {"session": session} if session else {}


async def _of_process(ls: RelaymarkServer, pid: int) -> str | None:
    """Return the session whose agent runs as `pid` or below it, such as in the shell of a terminal."""
    observed = ls.picture.observed if ls.picture else ()
    running = {item.session.id: item.process.pid for item in observed if item.process.pid and item.process.alive}
    for session, process in running.items():
        if pid in await asyncio.to_thread(ancestors, process):
            return session
    return None


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(FOLLOW)(follow)
