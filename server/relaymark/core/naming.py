"""Compares the paths that plans name with the paths of files, since a plan may name a file in many ways."""

import re

from relaymark.core.paths import normal

EXACT, RELATIVE, TAIL, INSIDE, BASE = 5, 4, 3, 2, 1
"""How well a path is named; 0 is not at all."""

_WILD = re.compile(r"\*\*/?|\*|[^*]+")
_MOST_STARS = 8


def names_path(mention: str, path: str, plan: str = "") -> int:
    """Return how well `mention`, as a plan writes it, names the file at `path`; 0 if it does not.

    `EXACT`: it is that path, or an absolute path that ends in it. `RELATIVE`: it is, from the folder of the
    plan at `plan`. `TAIL`: the path ends in it, or it is a glob for the path. `INSIDE`: it is a folder around
    the path. `BASE`: it is the file's bare name.

    Args:
        mention: A path, folder (`x/`) or glob, as found in a plan.
        path: A file relative to the workspace, with `/`.
        plan: The plan's own path relative to the workspace.
    """
    wanted = normal(mention)
    if wanted == path or ("/" in path and wanted.startswith(("/", "~")) and wanted.endswith(f"/{path}")):
        return EXACT
    folder = plan.rpartition("/")[0]
    if folder and normal(f"{folder}/{mention}") == path:
        return RELATIVE
    while wanted.startswith("../"):
        wanted = wanted[3:]
    if "*" in wanted:
        return TAIL if wanted.count("*") <= _MOST_STARS and _glob(wanted).fullmatch(path) else 0
    if mention.endswith("/"):
        return INSIDE if f"/{wanted}/" in f"/{path}" else 0
    if path.endswith(f"/{wanted}"):
        return TAIL if "/" in wanted else BASE
    return INSIDE if "/" in wanted and path.startswith(f"{wanted}/") else 0


def _glob(pattern: str) -> re.Pattern[str]:
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("(?:.*/)?" + "".join(pieces.get(piece, re.escape(piece)) for piece in _WILD.findall(pattern)))
