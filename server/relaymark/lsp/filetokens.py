"""Tokens of files as they lie on disk, counted in the counting process and remembered by time and size."""

import asyncio
import os
from collections.abc import Sequence

from relaymark.lsp.server import RelaymarkServer

_PATIENCE = 1.5
"""Seconds that a hover waits for counts; what is not there then is left out, and is there the next time."""


async def tokens_of(ls: RelaymarkServer, root: str, files: Sequence[str]) -> dict[str, int]:
    """Return the tokens of files, relative to `root`; those that cannot be counted in time are missing."""
    keys = {file: _key(f"{root}/{file}") for file in files}
    waiting = [file for file, key in keys.items() if key and key not in ls.file_tokens]
    if waiting and ls.engine:
        jobs = [_count(ls, f"{root}/{file}", keys[file]) for file in waiting]
        await asyncio.wait([asyncio.ensure_future(job) for job in jobs], timeout=_PATIENCE)
    found = {file: ls.file_tokens.get(key) for file, key in keys.items() if key}
    return {file: tokens for file, tokens in found.items() if tokens is not None}


async def _count(ls: RelaymarkServer, path: str, key: tuple[str, float, int] | None) -> None:
    loop = asyncio.get_running_loop()
    counted: asyncio.Future[int | None] = loop.create_future()

    def take(tokens: int | None) -> None:
        if not counted.done():
            counted.set_result(tokens)

    def done(tokens: int | None) -> None:
        loop.call_soon_threadsafe(take, tokens)

    if ls.engine and key:
        ls.engine.count_file(path, done)
        tokens = await counted
        if tokens is not None:
            ls.file_tokens[key] = tokens


def _key(path: str) -> tuple[str, float, int] | None:
    try:
        state = os.stat(path)
    except OSError:
        return None
    return (path, state.st_mtime, state.st_size)
