"""Finds where a name of code is defined: in the files that an item names, else anywhere in the work tree."""

from collections.abc import Iterable, Sequence
from itertools import islice

from msgspec import Struct

from relaymark.core.naming import is_code
from relaymark.core.plan_targets import last_name, places_of
from relaymark.sources.history_blobs import text_now
from relaymark.sources.symbols import holding

_MOST_FILES = 20
_MOST_PLACES = 20
_MOST_READ = 1_000


class Spot(Struct, frozen=True):
    """A place in a file of the work tree: its path, its line and column (0-based, in characters), and that line."""

    path: str
    line: int = 0
    column: int = 0
    text: str = ""


def definitions(top: str, word: str, named: Sequence[str]) -> tuple[Spot, ...]:
    """Return where a name is defined; where it is only used, its first place in each of the named files.

    Reads files and runs git, so it belongs off the loop.

    Args:
        top: The top of the work tree.
        word: The name, as `core.symbols` reads it.
        named: The files that are named beside it, from the top.
    """
    name = last_name(word)
    near = _in_files(top, name, named)
    if sure := [spot for spot, defined in near if defined]:
        return tuple(sure[:_MOST_PLACES])
    files = holding(top, name)
    others = sorted((path for path in files if path not in named), key=lambda path: not is_code(path))
    far = _in_files(top, name, others)
    sure = [spot for spot, defined in far if defined]
    return tuple(sure[:_MOST_PLACES]) or tuple({spot.path: spot for spot, _ in reversed(near)}.values())[::-1]


def in_file(top: str, path: str, name: str) -> Spot:
    """Return where a file defines a name, else where it first stands, else the file's beginning."""
    found = _in_files(top, name, [path])
    return next((spot for spot, defined in found if defined), found[0][0] if found else Spot(path))


def _in_files(top: str, name: str, paths: Iterable[str]) -> list[tuple[Spot, bool]]:
    found: list[tuple[Spot, bool]] = []
    for path in list(paths)[:_MOST_FILES]:
        text = text_now(top, path)
        lines = text.split("\n") if text else []
        for line, column, defined in islice(places_of(text or "", name), _MOST_READ):
            found.append((Spot(path, line, column, lines[line]), defined))
    return found
