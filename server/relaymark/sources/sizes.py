"""About how many tokens files take, by their sizes: enough to tell whether they fit anywhere, at no cost."""

import os
import re
import stat
from collections.abc import Iterable

_BYTES = 4
_NOT_READ = re.compile(
    r"(?:\.lock|[.-]lock\.\w+|\.sum|\.min\.\w+|\.map|\.svg|\.png|\.jpe?g|\.gif|\.webp|\.ico|\.pdf|\.woff2?|\.ttf|\.zip"
    r"|\.t?gz|\.csv|\.parquet|\.sqlite3?|\.db|\.bin|\.wasm|\.ipynb|\.jsonl|\.snap)$",
    re.IGNORECASE,
)


def about_tokens(root: str, files: Iterable[str]) -> dict[str, int]:
    """Return about how many tokens some files take; not of those that agents do not read whole.

    Args:
        root: The top of the work tree.
        files: From there.
    """
    found: dict[str, int] = {}
    for file in files:
        if _NOT_READ.search(file):
            continue
        try:
            state = os.stat(os.path.join(root, file))
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(state.st_mode):
            found[file] = state.st_size // _BYTES
    return found
