"""Careful hands for hostile records: a field is what it should be, or it is not there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

_MOST_TOKENS = 1_000_000_000
_MOST_SECONDS = 1e11


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


def milliseconds(value: Any) -> float | None:
    """Return the seconds since the epoch of a number of milliseconds, None for what can be no time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value / 1000 if 0 < value < _MOST_SECONDS * 1000 else None


def moment(value: Any) -> float | None:
    """Return the seconds since the epoch of a number that some versions write in seconds, others in milliseconds."""
    told = milliseconds(value)
    return told * 1000 if told is not None and told * 1000 < _MOST_SECONDS else told


def inner(written: Any) -> Any:
    """Return the value that stands as JSON in a text or in bytes, None for what is none."""
    if isinstance(written, str):
        written = written.encode("utf-8", "replace")
    if not isinstance(written, bytes):
        return None
    try:
        return msgspec.json.decode(written)
    except (ValueError, RecursionError):
        return None
