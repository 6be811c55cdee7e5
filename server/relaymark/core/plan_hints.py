"""What stands behind an open item as a hint: the tokens that its files would take in a context."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.plan import Item, Plan
from relaymark.core.tokens import exact, short


class Hint(Struct, frozen=True):
    """A hint: its text, and more of it in lines of plain text."""

    label: str
    lines: tuple[str, ...]


def hinted(plan: Plan, start: int, end: int) -> list[Item]:
    """Return the items that are to be done, begin between two offsets and name a path."""
    return [
        item
        for item in plan.items
        if start <= item.span.start <= end and item.paths and not item.ticked and not item.struck
    ]


def hint(files: Sequence[str], tokens: dict[str, int]) -> Hint | None:
    """Return the hint of an item that names some files; `+` where not all of them are counted yet. None: none is."""
    known = [file for file in files if file in tokens]
    if not known:
        return None
    some = "" if len(known) == len(files) else "+"
    lines = tuple(f"{one_line(file)}: {exact(tokens[file])} tokens" for file in known)
    return Hint(f"{short(sum(tokens[file] for file in known))}{some} tokens", lines)
