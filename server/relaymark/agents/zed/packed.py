"""Zed: a thread out of its row, which is JSON or JSON packed with zstd, without more memory than it may take."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import msgspec

LARGEST = 64 * 1024 * 1024
"""Bytes of JSON; a larger thread is not read, so that a small row cannot take the memory of the machine."""
_WINDOW = 8 * 1024 * 1024
"""Bytes that unpacking may look back; what Zed writes needs a fourth of it."""


def unpacked(data: Any, *, packed: bool) -> tuple[Mapping[str, Any], str]:
    """Return the thread that a row's data holds, and why there is none if there is none."""
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if not isinstance(data, bytes):
        return {}, "a thread without data"
    import zstandard  # noqa: PLC0415  (who has no such thread never pays for it)

    try:
        if packed:
            with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(BytesIO(data)) as reader:
                data = reader.read(LARGEST + 1)
        if len(data) > LARGEST:
            return {}, f"a thread of more than {LARGEST // 1024 // 1024} MB"
        thread = msgspec.json.decode(data)
    except (zstandard.ZstdError, ValueError, RecursionError, MemoryError):
        return {}, "a thread that cannot be unpacked"
    return (thread, "") if isinstance(thread, dict) else ({}, "a thread that is no object")
