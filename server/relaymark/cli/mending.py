"""What `relaymark check --fix` does with the fixes that are certain: writes them, or prints the difference."""

import difflib
import os
import re
from collections.abc import Sequence

import typer

from relaymark.core import paths
from relaymark.engine.report import Mended
from relaymark.sources.exchange import ChangedError, exchange, exchanged

_QUOTED = re.compile(r'[\x00-\x1f"\\\x7f]')
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
_NOT_AS_READ = "changed meanwhile, or is not UTF-8"


def patch(changes: Sequence[Mended], root: str) -> bytes:
    """Return what fixes would change, as `git apply` and `patch` take it: of every file its own bytes.

    A file that cannot be changed is told of, and left out.
    """
    parts = []
    for change in changes:
        name = paths.relative(change.path, root)
        if (inner := _place(change.path, root)) is None:
            typer.echo(f"not in the patch: {name} lies outside of {root}", err=True)
            continue
        try:
            parts.append(_difference(inner, *exchanged(change.path, change.before, change.after)))
        except ChangedError:
            typer.echo(f"not in the patch: {name} {_NOT_AS_READ}", err=True)
        except OSError as error:
            typer.echo(f"not in the patch: {name}: {error.strerror}", err=True)
    return b"".join(parts)


def write(changes: Sequence[Mended], root: str) -> bool:
    """Write what fixes change and say so; True if any file was written. A file that changed meanwhile is left alone."""
    written = False
    for change in changes:
        name = paths.relative(change.path, root)
        if os.path.islink(change.path) and _place(change.path, root) is None:
            typer.echo(f"not fixed: {name} is a link that leads out of {root}", err=True)
            continue
        try:
            exchange(change.path, change.before, change.after)
        except ChangedError:
            typer.echo(f"not fixed: {name} {_NOT_AS_READ}", err=True)
        except OSError as error:
            typer.echo(f"not fixed: {name}: {error.strerror}", err=True)
        else:
            typer.echo(f"{name}: {change.fixes} fix{'' if change.fixes == 1 else 'es'} made", err=True)
            written = True
    return written


def _place(path: str, root: str) -> str | None:
    """Return where a file lies, links resolved, from the top of the work tree; None for one outside."""
    real = os.path.realpath(path)
    return paths.relative(real, root) if paths.inside(real, root) else None


def _difference(name: str, before: bytes, after: bytes) -> bytes:
    """Return the difference of one file; only LF ends its lines, as that is what programs which take patches know."""
    old, new = _LINES.findall(before), _LINES.findall(after)
    lines = difflib.diff_bytes(difflib.unified_diff, old, new, _header("a", name), _header("b", name))
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def _header(side: str, name: str) -> bytes:
    """Return a file's name as a patch writes it: signs that would end it are told by their number."""
    whole = f"{side}/{name}"
    if _QUOTED.search(whole):
        return os.fsencode('"' + _QUOTED.sub(lambda sign: f"\\{ord(sign[0]):03o}", whole) + '"')
    # Behind a name with a blank a tab stands, or it would end at the blank.
    return os.fsencode(whole + "\t" * (" " in whole))
