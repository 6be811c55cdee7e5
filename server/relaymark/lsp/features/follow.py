"""`relaymark/follow`: the status bar shows the session that the user looks at, by its id or by a terminal's process."""

from typing import Any

from relaymark.lsp.protocol import FOLLOW, field
from relaymark.lsp.refresh import refresh
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.process import ancestors


def follow(ls: RelaymarkServer, params: Any) -> dict[str, str]:
    """Follow a session; without one, follow nobody. Answers whom it follows now.

    A process is kept: the agent in a new terminal has no session yet, and is found once it has.
    """
    session, pid = field(params, "session"), field(params, "pid")
    by_id = isinstance(session, str) and bool(session)
    ls.followed = session if by_id else None
    ls.followed_pid = pid if not by_id and isinstance(pid, int) and pid > 1 else None
    find_process(ls)
    refresh(ls)
    return {"session": ls.followed} if ls.followed else {}


def find_process(ls: RelaymarkServer) -> None:
    """Find the session whose agent runs as the followed process or below it, such as in the shell of a terminal."""
    if ls.followed_pid is None:
        return
    observed = ls.picture.observed if ls.picture else ()
    running = {item.session.id: item.process.pid for item in observed if item.process.pid and item.process.alive}
    found = (session for session, process in running.items() if ls.followed_pid in ancestors(process))
    ls.followed = next(found, None)


def look_again(ls: RelaymarkServer, _current: Scene) -> bool:
    """Look for the followed process among the sessions as they stand now."""
    find_process(ls)
    return False


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(FOLLOW)(follow)
    server.refreshers.append(look_again)
