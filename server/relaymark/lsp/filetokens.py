"""Tokens of files as they lie on disk, counted in the counting process and remembered by time and size."""

import asyncio
import os
from collections.abc import Sequence

from relaymark.lsp.redraw import redraw
from relaymark.lsp.server import RelaymarkServer

_PATIENCE = 1.5
"""Seconds that a hover waits for counts; what is not there then is left out, and is there the next time."""
_SHORT = 0.3
"""Seconds that hints and lenses wait in an editor that can be told to ask again."""
_ASK_AGAIN = 60.0
"""Seconds for which a file that could not be counted is left alone."""

_Key = tuple[str, float, int]


async def tokens_of(ls: RelaymarkServer, root: str, files: Sequence[str]) -> dict[str, int]:
    """Return the tokens of files, relative to `root`; those that cannot be counted in time are missing."""
    return (await _counted(ls, root, files, _PATIENCE))[0]


async def tokens_soon(ls: RelaymarkServer, root: str, files: Sequence[str], *, refreshed: bool) -> dict[str, int]:
    """Return the tokens of files; for what is missing the editor is told to ask again, once that is counted.

    `refreshed`: it can be told so.
    """
    found, late = await _counted(ls, root, files, _SHORT if refreshed else _PATIENCE)
    for job in late if refreshed else ():
        job.add_done_callback(lambda done: redraw(ls) if not done.cancelled() and done.result() else None)
    return found


async def _counted(
    ls: RelaymarkServer, root: str, files: Sequence[str], patience: float
) -> tuple[dict[str, int], set["asyncio.Task[bool]"]]:
    keys = await asyncio.to_thread(_keys, root, files)
    now = asyncio.get_running_loop().time()
    lacking = [
        (file, key)
        for file, key in keys.items()
        if key not in ls.file_tokens and ls.uncounted.get(key, -_ASK_AGAIN) + _ASK_AGAIN <= now
    ]
    jobs = {_job(ls, f"{root}/{file}", key) for file, key in lacking} if ls.engine else set()
    late = (await asyncio.wait(jobs, timeout=patience))[1] if jobs else set()
    return {file: ls.file_tokens[key] for file, key in keys.items() if key in ls.file_tokens}, late


def _job(ls: RelaymarkServer, path: str, key: _Key) -> "asyncio.Task[bool]":
    """Return the task that counts a file, one for all who ask."""
    job = ls.counting.get(key)
    if job is None:
        job = ls.counting[key] = asyncio.get_running_loop().create_task(_count(ls, path, key))
        job.add_done_callback(lambda _: ls.counting.pop(key, None))
    return job


async def _count(ls: RelaymarkServer, path: str, key: _Key) -> bool:
    """Return whether the file was counted."""
    loop = asyncio.get_running_loop()
    counted: asyncio.Future[int | None] = loop.create_future()

    def take(tokens: int | None) -> None:
        if not counted.done():
            counted.set_result(tokens)

    def done(tokens: int | None) -> None:
        loop.call_soon_threadsafe(take, tokens)

    if ls.engine is None:
        return False
    ls.engine.count_file(path, done)
    tokens = await counted
    if tokens is None:
        ls.uncounted[key] = loop.time()
        return False
    ls.file_tokens[key] = tokens
    return True


def _keys(root: str, files: Sequence[str]) -> dict[str, _Key]:
    found = {}
    for file in files:
        path = f"{root}/{file}"
        try:
            state = os.stat(path)
        except OSError:
            continue
        found[file] = (path, state.st_mtime, state.st_size)
    return found
