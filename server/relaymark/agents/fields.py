"""Careful hands for hostile records: a field is what it should be, or it is not there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_MOST_TOKENS = 1_000_000_000


def mapping(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return `value` if it is a text that is not empty."""
    return value if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """Return `value` if it is a whole number of zero or more that a token count can be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if 0 <= value <= _MOST_TOKENS else None


def instant(value: Any) -> float | None:
    """Return the seconds since the epoch of an ISO 8601 text; without a zone it is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, OSError):
        return None


def joined(content: Any) -> str:
    """Return the text of a message's content: a text, or a list of blocks with `text`."""
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in listing(content) if isinstance(mapping(block).get("text"), str))
