"""The shipped table of published effective-context figures."""

from functools import cache
from pathlib import Path

import msgspec

from relaymark.core.effective import Table


@cache
def effective_context() -> Table:
    """Return the table, read once."""
    # A status line has 80 ms in all: `importlib.resources` alone would take 6 of them.
    path = Path(__file__).parent.parent / "data" / "effective_context.json"
    return msgspec.json.decode(path.read_bytes(), type=Table)
