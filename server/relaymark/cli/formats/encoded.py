"""Values as JSON, whatever their texts hold: a file's name on Linux may be no text."""

from typing import Any

import msgspec


def encoded(value: Any) -> bytes:
    """Return a value as JSON; for what of its texts is none `?` stands, as in the other forms."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_legible(value))


def _legible(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {key: _legible(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_legible(inner) for inner in value]
        case _:
            return value
