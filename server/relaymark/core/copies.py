"""One session, several files: stubs, copies and migrations repeat an id; the one that tells most counts."""

from collections.abc import Iterable

from relaymark.core.observed import Observed


def without_copies(observed: Iterable[tuple[int, Observed]]) -> tuple[Observed, ...]:
    """Return sessions so that each agent's id stands once.

    Args:
        observed: Each session after the place of its store in the agent's list.

    The one with content counts; of those the one in the agent's earlier store, of those the newest.
    """
    best: dict[tuple[str, str], tuple[int, Observed]] = {}
    for place, item in observed:
        key = (item.session.agent, item.session.id)
        known = best.get(key)
        if known is None or _rank(place, item) > _rank(*known):
            best[key] = (place, item)
    return tuple(item for _, item in best.values())


def _rank(place: int, item: Observed) -> tuple[bool, int, float, int]:
    session = item.session
    told = session.context.tokens is not None or bool(session.prompts) or session.turn != "none"
    return told, -place, item.active_at, len(session.prompts)
