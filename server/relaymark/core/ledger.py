"""What the sessions of a repository spent on the items of its plans: per item, and what an item takes as a rule."""

from collections.abc import Iterable, Mapping
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import paths
from relaymark.core.place import Place
from relaymark.core.session import Session
from relaymark.core.spending import Spent
from relaymark.core.ticks import means

_LEAST_ITEMS = 2
"""One item alone is no measure of the others."""


class Entry(Struct, frozen=True):
    """Some items that one session ticked together, and what it spent before.

    Attributes:
        agent: The agent's name, as `claude-code`.
        session: The session's id.
        spent: What it spent, in tokens; the plan's path is told from the top of its work tree.
    """

    agent: str
    session: str
    spent: Spent


def entries_of(session: Session, place: Place, path_map: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return what a session spent on plans of a workspace's repository, in whichever of its work trees they lie."""
    tops = [tree.path for tree in place.worktrees] or [place.folder]
    found = []
    for spent in session.spent:
        plan = paths.mapped(spent.plan, path_map)
        top = max((each for each in tops if paths.inside(plan, each)), key=len, default=None)
        if top is not None:
            found.append(Entry(session.agent, session.id, replace(spent, plan=paths.relative(plan, top))))
    return tuple(found)


def _once(entries: Iterable[Entry], plan: str) -> Iterable[Entry]:
    """Return a plan's entries; what a session took over from one that it continues as a copy counts once."""
    own = [each for each in entries if each.spent.plan == plan]
    return {(each.spent.items, each.spent.tokens, each.spent.at): each for each in own}.values()


def of_item(entries: Iterable[Entry], plan: str, words: str) -> list[Entry]:
    """Return the entries that hold an item, the newest first."""
    found = [entry for entry in _once(entries, plan) if any(means(told, words) for told in entry.spent.items)]
    return sorted(found, key=lambda entry: -(entry.spent.at or 0.0))


def per_item(entries: Iterable[Entry], plan: str) -> int | None:
    """Return what an item of a plan took so far, in tokens: the median; None before two are known.

    Ticks without a single edit tell of work that was done before, by somebody else perhaps: they are no measure.
    """
    amounts: list[int] = []
    for entry in _once(entries, plan):
        spent = entry.spent
        if spent.tokens is not None and spent.edits:
            amounts += [spent.tokens // len(spent.items)] * len(spent.items)
    return int(median(amounts)) if len(amounts) >= _LEAST_ITEMS else None


def items_left(headroom: int | None, each: int | None) -> int | None:
    """Return how many more items fit below the ceiling, by the tokens left and those that each takes; None: unknown."""
    if headroom is None or not each:
        return None
    return max(headroom, 0) // each


def room_said(count: int) -> str:
    """Return in words for how many more items there is room."""
    return f"room for about {count} more item{'s' * (count != 1)}" if count else "no room for another item"
