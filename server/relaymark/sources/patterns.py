"""Files that a pattern names: relative paths with `/`, in which `*` stands for any name in a folder."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase


def fits(name: str, pattern: str) -> bool:
    """Tell whether a path is one that a pattern names."""
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=True))


def expanded(folder: str, pattern: str) -> Iterator[str]:
    """Yield the files that a pattern names, relative to `folder`; links to folders are not followed."""
    head, _, rest = pattern.partition("/")
    if "*" not in head:
        if not rest:
            if os.path.isfile(os.path.join(folder, head)):
                yield head
            return
        yield from (f"{head}/{inner}" for inner in expanded(os.path.join(folder, head), rest))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return
    for entry in entries:
        if not fnmatchcase(entry.name, head):
            continue
        if rest and entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{inner}" for inner in expanded(entry.path, rest))
        elif not rest and entry.is_file():
            yield entry.name
