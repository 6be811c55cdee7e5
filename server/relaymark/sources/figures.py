"""The shipped table of published effective-context figures."""

from functools import cache
from importlib.resources import files

import msgspec

from relaymark.core.effective import Table


@cache
def effective_context() -> Table:
    """Return the table, read once."""
    return msgspec.json.decode((files("relaymark") / "data" / "effective_context.json").read_bytes(), type=Table)
