"""One session, several files: stubs, copies and migrations repeat an id; the one that tells most counts."""

from collections.abc import Iterable

from relaymark.core.observed import Observed


def without_copies(observed: Iterable[Observed]) -> tuple[Observed, ...]:
    """Return sessions so that each agent's id stands once: the one with content, of those the newest."""
    best: dict[tuple[str, str], Observed] = {}
    for item in observed:
        key = (item.session.agent, item.session.id)
        known = best.get(key)
        if known is None or _rank(item) > _rank(known):
            best[key] = item
    return tuple(best.values())


def _rank(item: Observed) -> tuple[bool, float, int]:
    session = item.session
    told = session.context.tokens is not None or bool(session.prompts) or session.turn != "none"
    return told, item.active_at, len(session.prompts)
