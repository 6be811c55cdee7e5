"""Has git read the history of a plan before anything is loaded to judge it: both take a second, on a core each."""

# ruff: noqa: RUF001 - the brackets that people write plans with

import os
import re
from collections.abc import Iterable

from relaymark.sources.encoded import decoded
from relaymark.sources.git_files import top_folder
from relaymark.sources.history_logs import Logs
from relaymark.sources.plan_read import LARGEST

_OPEN_BOX = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])[ \t]+\[ \][ \t（【「]", re.MULTILINE)
_PLAN = re.compile(r"(?:.*[-_])?plan\.md", re.IGNORECASE)


def begin(logs: Logs, folder: str, files: Iterable[str]) -> None:
    """Begin to read the log of a workspace's tree if it seems to have a plan that is under way.

    Args:
        logs: Where it is read.
        folder: The workspace, links resolved.
        files: The files that were named; none: the plans at the top of the tree.
    """
    top = top_folder(folder)
    if top and any(map(_is_open, files or _plans_at(top))):
        logs.begin(top)


def _plans_at(top: str) -> list[str]:
    try:
        return [f"{top}/{name}" for name in os.listdir(top) if _PLAN.fullmatch(name)]
    except OSError:
        return []


def _is_open(path: str) -> bool:
    """Tell whether a file looks like a plan that is under way."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            return _OPEN_BOX.search(decoded(file.read(LARGEST)).text) is not None
    except OSError:
        return False
