"""Windows of models that files of this machine give: an agent's settings, its own list of models."""

import os
from collections.abc import Mapping
from typing import Any

from relaymark.core.agent import Agent
from relaymark.core.session import Session
from relaymark.sources.files import read_json


class WindowLists:
    """Asks the files that an agent names; each is read again only when it changed.

    Args:
        environ: The environment's variables.
        home: The user's home folder.
    """

    def __init__(self, environ: Mapping[str, str], home: str) -> None:
        self._environ, self._home = environ, home
        self._windows: dict[tuple[str, str, str | None, str], tuple[tuple[float, int], int | None]] = {}

    def ask(self, agent: Agent, session: Session) -> dict[str, int]:
        """Return the window of a session's model in tokens, by the kind of file that gives it."""
        found: dict[str, int] = {}
        if session.model is None:
            return found
        for place in agent.window_files:
            for path in place.files(self._environ, self._home, session.cwd):
                window = self._window(agent.name, path, session.provider, session.model, place.window)
                if window:
                    found.setdefault(place.source, window)
                    break
        return found

    def _window(self, agent: str, path: str, provider: str | None, model: str, ask: Any) -> int | None:
        try:
            state = os.stat(path)
        except (OSError, ValueError):  # a recorded folder may be no path at all
            return None
        key, stamp = (f"{agent} {path}", model, provider, ""), (state.st_mtime, state.st_size)
        known = self._windows.get(key)
        if known is None or known[0] != stamp:
            # Only the one figure is kept: such files may hold keys.
            known = self._windows[key] = (stamp, ask(read_json(path), provider, model))
        return known[1]
