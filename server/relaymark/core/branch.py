"""The live branch of a session: which turns of an agent's tree of records still count after rewinds.

Invariant: the live turns are the newest leaf's turn and its ancestors. Parallel tool calls fork the tree of records
too, but never its tree of turns, so they need no special case.
"""

from relaymark.core.events import Record, Reply

ROOT = 0
"""The turn of everything that stands before the first message of the user."""


class Branch:
    """Places records on turns, in the order in which they were written."""

    def __init__(self) -> None:
        self._turn_of: dict[str, int] = {}
        self._assumed: dict[str, int] = {}
        self._above: list[int] = [ROOT]
        self.current = ROOT
        self.live = {ROOT}
        self.unsure = False
        """A message of the user follows a record that was not read: it may go on, or go back behind what was read."""

    def turn_of(self, record_id: str) -> int:
        """Return the turn of a record that was placed."""
        return self._turn_of[record_id]

    def knows(self, record_id: str) -> bool:
        """Tell whether a record of this id was placed before."""
        return record_id in self._turn_of

    def place(self, record: Record) -> tuple[int, bool]:
        """Return the turn of a record and whether it moved the live branch to other turns than before."""
        if record.kind == "side" or record.id is None:
            return ROOT, False
        above = self._parent_turn(record)
        answered = any(isinstance(event, Reply) for event in record.events)
        self.unsure &= not answered
        if record.kind == "turn":
            self._above.append(above)
            turn = len(self._above) - 1
            self._turn_of[record.id] = turn
            if above == self.current:
                self.current = turn
                self.live.add(turn)
                return turn, False
            return turn, self._switch(turn)
        self._turn_of[record.id] = above
        # A line of its own on an old turn (a late notice) moves nothing; only an answer shows where the talk goes on.
        return above, self._switch(above) if answered and above != self.current else False

    def _parent_turn(self, record: Record) -> int:
        if record.parent is None:
            return ROOT
        known = self._turn_of.get(record.parent)
        if known is None:
            # Its parent stands in a part that is not read (yet) or was lost: two children of it still meet there.
            self.unsure |= record.kind == "turn" and bool(self._turn_of) and record.parent not in self._assumed
            known = self._assumed.setdefault(record.parent, self.current)
        return known

    def _switch(self, turn: int) -> bool:
        before, self.live = self.live, {ROOT}
        self.current = turn
        while turn != ROOT:
            self.live.add(turn)
            turn = self._above[turn]
        return before != self.live
