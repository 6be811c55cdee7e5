"""The two ways in which Cline and its kin write values that other agents do not: milliseconds, and JSON inside text."""

from typing import Any

import msgspec

_LATEST = 4_102_444_800_000
"""The year 2100, in milliseconds."""


def since_epoch(milliseconds: Any) -> float | None:
    """Return the seconds since the epoch of a number of milliseconds, None for anything else."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return milliseconds / 1000 if 0 < milliseconds < _LATEST else None


def from_json(written: Any) -> Any:
    """Return what a text of JSON holds, None if it is no text or no JSON."""
    if not isinstance(written, str):
        return None
    try:
        return msgspec.json.decode(written)
    except (ValueError, RecursionError):
        return None
