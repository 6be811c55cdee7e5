"""Which of the user's standing orders the user has seen as such: kept as hashes, so that notes may quote them."""

import hashlib
from collections.abc import Iterable

from relaymark.core.relay.orders import standing_orders
from relaymark.core.session import Session
from relaymark.sources.folders import state_folder


def _file(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def seen_orders(session: Session) -> frozenset[str]:
    """Return those of a session's standing orders that were seen, in whatever session."""
    folder = state_folder() / "orders"
    return frozenset(order.text for order in standing_orders(session) if (folder / _file(order.text)).exists())


def unseen_orders(session: Session) -> tuple[str, ...]:
    """Return those of a session's standing orders that no note may quote yet, the newest first."""
    seen = seen_orders(session)
    return tuple(order.text for order in standing_orders(session) if order.text not in seen)


def saw_orders(texts: Iterable[str]) -> None:
    """Keep that the user has seen some standing orders and wants them quoted.

    Raises:
        OSError: The state folder cannot be written.
    """
    folder = state_folder() / "orders"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for text in texts:
        (folder / _file(text)).touch(mode=0o600)
