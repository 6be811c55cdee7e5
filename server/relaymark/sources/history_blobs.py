"""Reads files as they were at a commit, many in one call of git."""

import logging
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from threading import Thread

from relaymark.sources.history_log import offline

_log = logging.getLogger(__name__)

LARGEST = 2 * 1024 * 1024
_PATIENCE = 60
_WORTH_TWO = 64


def contents(top: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes | None]:
    """Return files by commit and path; None for one that was not there, nothing for a folder.

    What git did not answer for (a fault, an object that a partial clone lacks), and what is larger than 2 MB, is
    missing in the answer.
    """
    asked = [pair for pair in dict.fromkeys(wanted) if "\n" not in pair[1]]
    program = shutil.which("git")
    if program is None or not asked:
        return {}
    found: dict[tuple[str, str], bytes | None] = {}
    if len(asked) < _WORTH_TWO:
        _read(program, top, asked, found)
        return found
    # Two of git, each on a core of its own. By name the commits are mixed, old ones cost more; one's files go together.
    asked.sort()
    half = len(asked) // 2
    other = Thread(target=_read, args=(program, top, asked[:half], found), daemon=True)
    other.start()
    _read(program, top, asked[half:], found)
    other.join()
    return found


def _read(program: str, top: str, asked: Sequence[tuple[str, str]], found: dict[tuple[str, str], bytes | None]) -> None:
    """Enter what one call of git answers."""
    command = [program, "--no-pager", "cat-file", "--batch"]
    try:
        with subprocess.Popen(  # noqa: S603  (git, by fixed words; names go in as data)
            command, cwd=top, env=offline(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin
            assert process.stdout
            given = "".join(f"{commit}:{path}\n" for commit, path in asked).encode("utf-8", "surrogateescape")
            feeder = Thread(target=_feed, args=(process.stdin, given), daemon=True)
            feeder.start()
            for pair in asked:
                head = process.stdout.readline()
                if not head.endswith(b"\n"):
                    break
                parts = head.rsplit(b" ", 2)
                if head.endswith(b" missing\n") or len(parts) != 3 or not parts[2].strip().isdigit():
                    found[pair] = None
                    continue
                size = int(parts[2])
                if parts[1] == b"blob" and size <= LARGEST:
                    found[pair] = process.stdout.read(size)
                    process.stdout.read(1)
                else:
                    if parts[1] != b"blob":
                        found[pair] = b""
                    _skip(process.stdout, size + 1)
            process.stdout.close()
            feeder.join(_PATIENCE)
    except OSError as error:
        _log.warning("git shows no old files of %s: %s", top, error)


def _feed(stream: object, data: bytes) -> None:
    try:
        stream.write(data)  # type: ignore[attr-defined]
        stream.close()  # type: ignore[attr-defined]
    except OSError:
        return


def _skip(stream: object, count: int) -> None:
    while count > 0:
        block = stream.read(min(count, 1 << 20))  # type: ignore[attr-defined]
        if not block:
            return
        count -= len(block)


def text_now(top: str, path: str) -> str | None:
    """Return a file of the work tree, None if it is none, cannot be read or is larger than 2 MB."""
    whole = os.path.join(top, path)
    try:
        if not os.path.isfile(whole) or os.path.getsize(whole) > LARGEST:
            return None
        with open(whole, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ValueError):
        return None
