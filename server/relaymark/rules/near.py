"""Finds the file that is probably meant by a path that is not there."""

import re

from relaymark.core.lookup import FileIndex
from relaymark.core.paths import normal

_ARCHIVED = re.compile(r"(?<=/)archive/(?:\d{4}-\d\d-\d\d-)?")
_NEAR = 3
_FAMILIES = (
    ("ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"),
    ("css", "scss", "sass", "less"),
    ("yml", "yaml"),
    ("md", "mdx"),
    ("json", "jsonc", "json5"),
)
"""Suffixes of which one often takes the place of another."""
_EVERYDAY = frozenset(
    (
        "app",
        "base",
        "client",
        "common",
        "config",
        "constants",
        "errors",
        "helpers",
        "index",
        "init",
        "main",
        "mod",
        "models",
        "package",
        "readme",
        "routes",
        "schema",
        "server",
        "settings",
        "setup",
        "tasks",
        "test",
        "tests",
        "types",
        "utils",
        "__init__",
    )
)
"""Stems that many folders have: a file of such a name far away is another one."""


def similar(index: FileIndex, mention: str) -> str | None:
    """Return the file that is probably meant: of the same name, else beside it with another suffix; if one is.

    Of several of one name it is the one whose folders are most like those of the path.
    """
    parts = normal(mention).split("/")
    named = [path for path in index.ending(parts[-1]) if not path.endswith("/")]
    if not named:
        return _beside(index, normal(mention))
    if archived := [path for path in named if "archive/" in path and _ARCHIVED.sub("", path) == normal(mention)]:
        return archived[0] if len(archived) == 1 else None
    best = sorted(named, key=lambda path: (-_common(parts, path.split("/")), len(path)))[:2]
    shared = _common(parts[:-1], best[0].split("/")[:-1])
    if not shared and parts[-1].partition(".")[0].casefold() in _EVERYDAY and "/" in mention:
        return None
    if len(best) > 1 and _common(parts, best[0].split("/")) == _common(parts, best[1].split("/")):
        return None
    return best[0] if len(named) <= _NEAR or _common(parts, best[0].split("/")) > len(parts) // 2 else None


def sole_namesake(index: FileIndex, mention: str) -> str | None:
    """Return the only file of the name of one that was deleted, if it lies on the way there or below."""
    *folders, base = normal(mention).split("/")
    named = [path for path in index.ending(base) if not path.endswith("/")]
    if len(named) != 1 or base.partition(".")[0].casefold() in _EVERYDAY:
        return None
    others = set(named[0].split("/")[:-1])
    near = others.intersection(folders) and (others.issuperset(folders) or others.issubset(folders))
    return named[0] if near else None


def _beside(index: FileIndex, mention: str) -> str | None:
    """Return the one file of the same folder and stem whose suffix is of the same family."""
    stem, _, suffix = mention.rpartition(".")
    others = next((family for family in _FAMILIES if suffix in family), ())
    found = [f"{stem}.{other}" for other in others if other != suffix and index.holds(f"{stem}.{other}")]
    return found[0] if len(found) == 1 else None


def _common(one: list[str], other: list[str]) -> int:
    return len(set(one).intersection(other))
