"""Writes new paths into a list in braces (`src/{a,b}.ts`), as long as the list can still say them all."""

import re
from collections.abc import Sequence

from relaymark.core.braces import braces

_LIST = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_NEVER_INSIDE = re.compile(r"[\s{},/]")


def respelled(written: str, paths: Sequence[str]) -> str | None:
    """Return a list in braces that stands for other paths, one in place of each, in their order.

    Either what stands before the braces changes (their folder was renamed), or names in the braces do.

    Args:
        written: The list as it is written, with `/`.
        paths: What it is to stand for; None is returned where no list of the same form does.
    """
    listed, old = _LIST.search(written), braces(written)
    if listed is None or len(old) != len(paths):
        return None
    head, tail = written[: listed.start()], written[listed.end() :]
    heads = {path.removesuffix(each[len(head) :]) for each, path in zip(old, paths, strict=True)}
    names = [path[len(head) : len(path) - len(tail)] for path in paths]
    if len(heads) == 1:
        made = f"{heads.pop()}{written[len(head) :]}"
    elif all(f"{head}{name}{tail}" == path for name, path in zip(names, paths, strict=True)):
        made = f"{head}{{{','.join(names)}}}{tail}"
    else:
        return None
    inside = any(_NEVER_INSIDE.search(name) for name in names) if made.startswith(f"{head}{{") else False
    return made if not inside and braces(made) == list(paths) else None
