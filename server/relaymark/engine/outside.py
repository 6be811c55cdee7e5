"""The folders of the user's state that servers watch: what a terminal or another server keeps there is seen at once."""

import os
from collections.abc import Iterable

from relaymark.core.place import Place
from relaymark.engine.shelf import root_of
from relaymark.sources import dismissed, told


def state_folders(places: Iterable[Place]) -> tuple[str, ...]:
    """Return the folders to watch, without those below them."""
    own = (str(dismissed.folder(root_of(place))) for place in places)
    return tuple(dict.fromkeys((str(told.folder()), str(dismissed.every_folder()), *own)))


def is_dismissal(path: str) -> bool:
    """Tell whether a path is that of a dismissed finding, or of a folder of them."""
    return path.startswith(str(dismissed.every_folder()) + os.sep)
