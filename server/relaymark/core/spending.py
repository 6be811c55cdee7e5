"""What a session spent on the items of plans: the growth of its context from one tick to the next."""

from msgspec import Struct
from msgspec.structs import replace

PLAN_ENDINGS = (".md", ".mdc", ".mdx", ".markdown")
"""What the name of a file that holds a plan ends with, in lower case."""


class Spent(Struct, frozen=True, gc=False):
    """What one session spent until it ticked some items of a plan.

    Attributes:
        plan: The plan's path, absolute as the transcript allows it.
        items: The wording of each item, as `core.ticks` gives it; an edit may have held only its start.
        tokens: By how much its context grew since the tick before, or since its start; None where that is unknown.
        exact: Every reply in between was measured.
        first: It is counted from the session's start.
        edits: How many files it edited for them, the plan left out.
        at: When it ticked, in seconds since the epoch.
    """

    plan: str
    items: tuple[str, ...]
    tokens: int | None = None
    exact: bool = True
    first: bool = False
    edits: int = 0
    at: float | None = None


class UnderWay(Struct, frozen=True):
    """What a session spent since its last tick.

    Attributes:
        tokens: By how much its context grew since then, or since its start; None where that is unknown.
        exact: Every reply since then was measured.
        first: It is counted from the session's start.
        edited: The files that it edited since then, absolute, in the order of their first edit.
    """

    tokens: int | None = None
    exact: bool = True
    first: bool = True
    edited: tuple[str, ...] = ()


class Spending:
    """Sums up what a session spends; each event of its live branch is told once, in order."""

    def __init__(self) -> None:
        self.spent: list[Spent] = []
        self._grown = 0
        self._last: int | None = None
        self._known = False
        self._exact = True
        self._began = 0
        self._worked = False
        self._edited: dict[str, None] = {}
        self._whole: dict[str, frozenset[str]] = {}

    def replied(self, tokens: int, output: int, *, exact: bool) -> None:
        """Take a reply: the context with it, the part of that which it made itself, and whether it was measured."""
        before = tokens - output if self._last is None else self._last
        self._grown += max(tokens - before, 0)
        self._last = tokens
        self._known = True
        self._exact &= exact

    def compacted(self) -> None:
        """Take a compaction: the context begins anew, what was spent before stays."""
        self._last = None

    def worked(self) -> None:
        """Take a command: what is ticked after it is another piece of work."""
        self._worked = True

    def edited(self, path: str, ticked: tuple[str, ...], at: float | None, *, whole: bool) -> None:
        """Take a done edit of a file, with the items that it ticked; of a whole file all that are ticked in it."""
        if whole and path.casefold().endswith(PLAN_ENDINGS):
            known, self._whole[path] = self._whole.get(path), frozenset(ticked)
            # What was ticked before the session wrote the file for the first time is not known.
            ticked = () if known is None else tuple(words for words in ticked if words not in known)
        if ticked:
            self._tick(path, ticked, at)
        elif all(path != each.plan for each in self.spent):
            self._worked = True
            self._edited.setdefault(path)

    def _tick(self, path: str, ticked: tuple[str, ...], at: float | None) -> None:
        last = self.spent[-1] if self.spent else None
        if last and last.plan == path and not self._worked:
            # Ticked one by one after the work: nothing tells which of them took how much.
            grown = (last.tokens or 0) + self._grown - self._began
            both = tuple(dict.fromkeys((*last.items, *ticked)))
            self.spent[-1] = replace(
                last, items=both, tokens=grown if self._known else None, exact=last.exact and self._exact, at=at
            )
        else:
            tokens = self._grown - self._began if self._known else None
            self.spent.append(Spent(path, ticked, tokens, self._exact, last is None, len(self._edited), at))
        self._began, self._exact, self._worked = self._grown, True, False
        self._edited.clear()

    @property
    def under_way(self) -> UnderWay:
        """What was spent since the last tick."""
        tokens = self._grown - self._began if self._known else None
        return UnderWay(tokens, self._exact, not self.spent, tuple(self._edited))
