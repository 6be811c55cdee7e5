"""What `relaymark check --fix` does with the fixes that are certain: writes them, or prints the difference."""

import difflib
import re
from collections.abc import Sequence

import typer

from relaymark.core import paths
from relaymark.engine.report import Mended
from relaymark.sources.exchange import ChangedError, exchange

_LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def difference(change: Mended, root: str) -> str:
    """Return what fixes would change, as a patch that `git apply` takes."""
    name = paths.relative(change.path, root)
    lines = difflib.unified_diff(_split(change.before), _split(change.after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write(changes: Sequence[Mended], root: str) -> bool:
    """Write what fixes change and say so; True if any file was written. A file that changed meanwhile is left alone."""
    written = False
    for change in changes:
        name = paths.relative(change.path, root)
        try:
            exchange(change.path, change.before, change.after)
        except ChangedError:
            typer.echo(f"not fixed: {name} changed meanwhile, or is not UTF-8", err=True)
        except OSError as error:
            typer.echo(f"not fixed: {name}: {error.strerror}", err=True)
        else:
            typer.echo(f"{name}: {change.fixes} fix{'' if change.fixes == 1 else 'es'} made", err=True)
            written = True
    return written


def _split(text: str) -> list[str]:
    """Return the lines with their ends; only what ends a line in a plan ends one here."""
    return _LINES.findall(text)
