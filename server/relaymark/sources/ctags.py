"""Asks Universal Ctags, where it is installed, which names some files define."""

import logging
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec.structs import replace

from relaymark.core.relay.public_names import Tag

_log = logging.getLogger(__name__)

_PATIENCE = 5
_MOST_BYTES = 8 * 1024 * 1024


def tags(top: str, paths: Sequence[str]) -> tuple[Tag, ...] | None:
    """Return what files define, in the order of the files; None where Universal Ctags is not installed or fails.

    Args:
        top: The folder that the paths are relative to.
        paths: They go to standard input: no name of a file becomes an option. Names with line breaks are left out.
    """
    program = _program()
    if program is None:
        return None
    named = [f"./{path}" for path in paths if "\n" not in path and "\r" not in path]
    command = [program, "--options=NONE", "--quiet", "--links=no", "--sort=no", "--output-format=json"]
    command += ["--fields=NFPnKlsaf", "-f", "-", "-L", "-"]
    try:
        done = subprocess.run(  # noqa: S603  (by fixed words)
            command, cwd=top, input="\n".join(named).encode("utf-8", "surrogateescape"), capture_output=True,
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.info("ctags tells nothing of %s: %s", top, error)
        return None
    if done.returncode != 0:
        return None
    found = []
    for line in done.stdout[:_MOST_BYTES].splitlines():
        try:
            tag = msgspec.json.decode(line, type=Tag, strict=False)
            found.append(replace(tag, path=tag.path.removeprefix("./")))
        except (msgspec.DecodeError, msgspec.ValidationError):
            continue
    return tuple(found)


@cache
def _program() -> str | None:
    program = shutil.which("ctags")
    if program is None:
        return None
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if done.stdout.startswith(b"Universal Ctags") else None
