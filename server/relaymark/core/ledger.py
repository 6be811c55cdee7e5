"""What the sessions of a repository spent on the items of its plans: per item, and what an item takes as a rule."""

from collections.abc import Iterable, Mapping
from statistics import median

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.place import Place
from relaymark.core.session import Session
from relaymark.core.ticks import means

_LEAST_ITEMS = 2
"""One item alone is no measure of the others."""


class Entry(Struct, frozen=True, kw_only=True):
    """Some items that one session ticked together, and what it spent before.

    Attributes:
        agent: The agent's name, as `claude-code`.
        session: The session's id.
        plan: The plan's path, from the top of its work tree.
        items: The wording of each item, as `core.ticks` gives it.
        tokens: By how much the session's context grew for them, None where that is unknown.
        exact: All of it was measured.
        first: Counted from the session's start: it holds what came before the work on the plan.
        edits: How many files the session edited for them, the plan left out.
        at: When they were ticked, in seconds since the epoch.
    """

    agent: str
    session: str
    plan: str
    items: tuple[str, ...]
    tokens: int | None = None
    exact: bool = True
    first: bool = False
    edits: int = 0
    at: float | None = None


def entries_of(session: Session, place: Place, path_map: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return what a session spent on plans of a workspace's repository, in whichever of its work trees they lie."""
    tops = [tree.path for tree in place.worktrees] or [place.folder]
    found = []
    for spent in session.spent:
        plan = paths.mapped(spent.plan, path_map)
        top = max((each for each in tops if paths.inside(plan, each)), key=len, default=None)
        if top is not None:
            found.append(
                Entry(
                    agent=session.agent, session=session.id, plan=paths.relative(plan, top), items=spent.items,
                    tokens=spent.tokens, exact=spent.exact, first=spent.first, edits=spent.edits, at=spent.at,
                )
            )  # fmt: skip
    return tuple(found)


def _once(entries: Iterable[Entry], plan: str) -> Iterable[Entry]:
    """Return a plan's entries; what a session took over from one that it continues as a copy counts once."""
    return {(each.items, each.tokens, each.at): each for each in entries if each.plan == plan}.values()


def of_item(entries: Iterable[Entry], plan: str, words: str) -> list[Entry]:
    """Return the entries that hold an item, the newest first."""
    found = [entry for entry in _once(entries, plan) if any(means(told, words) for told in entry.items)]
    return sorted(found, key=lambda entry: -(entry.at or 0.0))


def per_item(entries: Iterable[Entry], plan: str) -> int | None:
    """Return what an item of a plan took so far, in tokens: the median; None before two are known.

    Ticks without a single edit tell of work that was done before, by somebody else perhaps: they are no measure.
    """
    amounts: list[int] = []
    for entry in _once(entries, plan):
        if entry.tokens is not None and entry.edits:
            amounts += [entry.tokens // len(entry.items)] * len(entry.items)
    return int(median(amounts)) if len(amounts) >= _LEAST_ITEMS else None


def items_left(headroom: int | None, each: int | None) -> int | None:
    """Return how many more items fit below the ceiling; None where either is unknown."""
    if headroom is None or not each:
        return None
    return max(headroom, 0) // each


def room_said(count: int) -> str:
    """Return in words for how many more items there is room."""
    return f"room for about {count} more item{'s' * (count != 1)}" if count else "no room for another item"
