"""Which sessions the user will not hand over: small files in the user's state folder."""

import re

from relaymark.sources.folders import state_folder

_SAFE = re.compile(r"[^A-Za-z0-9._-]")


def _name(session: str) -> str:
    return _SAFE.sub("_", session)[:120]


def let_go(session: str) -> None:
    """Keep that a session is not to be listed any more as one to hand over.

    Raises:
        OSError: The state folder cannot be written.
    """
    folder = state_folder() / "dismissed-sessions"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _name(session)).touch(mode=0o600)


def is_let_go(session: str) -> bool:
    """Tell whether a session was dismissed."""
    return (state_folder() / "dismissed-sessions" / _name(session)).exists()
