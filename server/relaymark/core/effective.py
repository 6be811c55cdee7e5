"""Published figures of effective context, and the cap that follows from them for a model's ceiling."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from relaymark.core.gauge import Limits
from relaymark.core.tokens import short


class Row(Struct, frozen=True):
    """One published figure.

    Attributes:
        models: Patterns of the model names that it is true of, in lower case.
        effective: Tokens up to which the model keeps most of what it can do.
        source: The benchmark.
        measure: What exactly was measured.
        url: Where the figure was published.
    """

    models: Sequence[str]
    effective: int
    source: str
    measure: str
    url: str


class Table(Struct, frozen=True):
    """All figures; a figure below `floor` tokens caps there, because less cannot hold any work."""

    rows: Sequence[Row]
    floor: int


def published(table: Table, model: str) -> Limits | None:
    """Return limits with the cap that a published figure of this model gives, None if there is no figure."""
    name = model.lower()
    row = next((row for row in table.rows if any(fnmatchcase(name, pattern) for pattern in row.models)), None)
    if row is None:
        return None
    cap = max(row.effective, table.floor)
    reason = f"cap {short(cap)}: {row.source}"
    if cap > row.effective:
        reason += f" {short(row.effective)}, at least {short(table.floor)}"
    return Limits(cap=cap, cap_reason=reason)
