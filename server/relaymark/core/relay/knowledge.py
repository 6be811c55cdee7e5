"""What a draft note claims about the ground that the next session stands on: decisions, orders, dependencies, names."""

from collections.abc import Iterator

from relaymark.core.relay.decided import touching
from relaymark.core.relay.facts import Claim, NoteFacts
from relaymark.core.relay.orders import Order, standing_orders
from relaymark.core.relay.text import code, nameable, plain

UNQUOTED = "not quoted here: the user has not agreed to it"
"""What a note says of standing orders that nobody has shown to the user as such."""

_ORDERS = 5
_NAMES = 8
_DECISIONS = 6
_KINDS = (
    ("dependency", 6.5, "New dependencies"),
    ("dropped", 6.6, "Dependencies taken out"),
    ("name", 7.5, "New public names"),
)


def context_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield what the next session must know beyond the work."""
    yield from _decisions(facts)
    yield from _orders(facts)
    for kind, rank, words in _KINDS:
        for path, names in _by_file(facts, kind).items():
            shown = ", ".join(code(name, 60) for name, _ in names[:_NAMES])
            more = f", {len(names) - _NAMES} more" if len(names) > _NAMES else ""
            yield Claim(rank, f"{words} in `{path}`: {shown}{more}", (f"`{path}:{names[0][1]}`",))
    for path, names in _by_file(facts, "manifest").items():
        yield Claim(6.7, f"The dependencies in `{path}` were changed", (f"`{path}:{names[0][1]}`",))


def _decisions(facts: NoteFacts) -> Iterator[Claim]:
    own = (*facts.edited, *(facts.phase.files if facts.phase else ()))
    found = [each for each in touching(facts.decisions, own) if nameable(each.path)]
    for each in found[:_DECISIONS]:
        yield Claim(5.2, f"{each.kind.capitalize()}: {plain(each.text, 160)}", (f"`{each.path}:{each.line}`",))
    if len(found) > _DECISIONS:
        yield Claim(7, f"{len(found) - _DECISIONS} more decisions stand", ("`.relaymark/decisions/`",))


def _orders(facts: NoteFacts) -> Iterator[Claim]:
    unseen: list[Order] = []
    quoted = 0
    for order in standing_orders(facts.session):
        if facts.seen_orders is not None and order.text not in facts.seen_orders:
            unseen.append(order)
        elif quoted < _ORDERS:
            quoted += 1
            yield Claim(5.5, f"The user said: “{plain(order.text, 160)}”", (f"prompt {order.prompt}",))
    if unseen:
        numbers = list(dict.fromkeys(f"prompt {order.prompt}" for order in unseen))[:_ORDERS]
        orders = "a standing order" if len(unseen) == 1 else f"{len(unseen)} standing orders"
        yield Claim(5.5, f"The user gave {orders}, {UNQUOTED}", tuple(numbers))


def _by_file(facts: NoteFacts, kind: str) -> dict[str, list[tuple[str, int]]]:
    files: dict[str, list[tuple[str, int]]] = {}
    for found in facts.additions:
        if found.kind == kind and found.path in facts.existing and nameable(found.path):
            files.setdefault(found.path, []).append((found.name, found.line))
    return files
