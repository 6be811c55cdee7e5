"""Tells which phases of some plans name a file, without comparing it with every path that they name."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from relaymark.core.naming import names_path
from relaymark.core.plan import PathMention, Phase, Plan

Place = tuple[int, int]
"""A phase among the plans: the plan's index and the phase's index in it."""

_Entry = tuple[str, str, set[Place]]


class PathIndex:
    """The paths that phases name, and apart from them those that they draw in folder trees.

    A drawing may show what was there before as well as what is to come: it tells less than a path in a sentence.
    """

    def __init__(self, plans: Sequence[tuple[str, Plan]]) -> None:
        """Take each plan with its path relative to the workspace."""
        self._own = {path for path, _ in plans}
        self._named, self._drawn = _Paths(plans, drawn=False), _Paths(plans, drawn=True)

    def naming(self, path: str, *, drawn: bool = True) -> set[Place]:
        """Return the phases that name `path` in any way, or draw it, as pairs of plan and phase by their indexes."""
        found = {place for _, places in self._named.fitting(path) for place in places}
        return found | {place for _, places in self._drawn.fitting(path) for place in places} if drawn else found

    def best(self, path: str, *, drawn: bool = False) -> set[Place]:
        """Return the phases that name `path` best, or those that draw it; none name a plan."""
        grades: dict[int, set[Place]] = {}
        if path not in self._own:
            for grade, places in (self._drawn if drawn else self._named).fitting(path):
                grades.setdefault(grade, set()).update(places)
        return grades[max(grades)] if grades else set()


class _Paths:
    """Paths arranged so that few of them are compared with each file."""

    def __init__(self, plans: Sequence[tuple[str, Plan]], *, drawn: bool) -> None:
        named: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for at, (where, plan) in enumerate(plans):
            for index, phase in enumerate(plan.phases):
                for mention in _mentions(phase):
                    if mention.drawn == drawn:
                        named[mention.path, where].add((at, index))
        self._by_base: dict[str, list[_Entry]] = defaultdict(list)
        self._wide: list[_Entry] = []
        for (path, where), places in named.items():
            base = path.rpartition("/")[2]
            wide = not base or "*" in path or "." not in base
            (self._wide if wide else self._by_base[base]).append((path, where, places))

    def fitting(self, path: str) -> Iterator[tuple[int, set[Place]]]:
        """Yield how well paths name a file, and the phases that they stand in."""
        for mention, where, places in chain(self._by_base.get(path.rpartition("/")[2], ()), self._wide):
            if grade := names_path(mention, path, where):
                yield grade, places


def _mentions(phase: Phase) -> Iterator[PathMention]:
    return chain(phase.paths, *[item.paths for item in phase.items])
