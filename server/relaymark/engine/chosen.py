"""What a check is asked to look at: the paths that a person names become plans, notes and rules files."""

import os
from collections.abc import Iterator, Sequence

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.plan.kinds import NAMES, plan_kind
from relaymark.sources import agent_files
from relaymark.sources.handovers import is_note, notes
from relaymark.sources.plan_files import plan_files


class Chosen(Struct, frozen=True):
    """What was named, each path absolute.

    Attributes:
        named: The files that may be plans only because somebody named them.
        plans: The files that are plans by their path.
        notes: The handover notes.
        rules: The rules files.
        all: The work tree itself was named, so everything in it.
    """

    named: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    all: bool = False


def chosen(root: str, wanted: Sequence[str], patterns: Sequence[str] = (), *, closed_too: bool = False) -> Chosen:
    """Return what some paths name: files as they are, folders by the plans, notes and rules files in them.

    Args:
        root: The top of the work tree.
        wanted: Absolute paths; none: everything.
        patterns: What the setting `planFiles` says.
        closed_too: Of folders also the plans in folders like `archive/`.
    """
    every: dict[str, list[str]] = {"named": [], "plans": [], "notes": [], "rules": []}
    whole = not wanted
    for path in wanted:
        folder = os.path.isdir(path) and os.path.basename(path) not in NAMES
        whole |= folder and paths.inside(root, path)
        for inner in _below(root, path, patterns, closed_too=closed_too) if folder else (path,):
            every[_what(inner, root, patterns)].append(inner)
    return Chosen(**{what: tuple(dict.fromkeys(found)) for what, found in every.items()}, all=whole)


def _below(root: str, folder: str, patterns: Sequence[str], *, closed_too: bool) -> Iterator[str]:
    top = root if paths.inside(folder, root) else folder
    plans = plan_files(top, patterns, closed_too=closed_too)
    filed = (path for path, _ in notes(top))
    rules = (name for name in agent_files.NAMES if os.path.isfile(f"{top}/{name}"))
    for inner in (*plans, *filed, *rules):
        if paths.inside(f"{top}/{inner}", folder):
            yield f"{top}/{inner}"
    # Without git's list a folder far below is not searched.
    yield from (f"{folder}/{name}" for name in NAMES if os.path.lexists(f"{folder}/{name}"))


def _what(path: str, root: str, patterns: Sequence[str]) -> str:
    inner = paths.relative(path, root)
    if is_note(path):
        return "notes"
    if inner in agent_files.NAMES:
        return "rules"
    by_path = plan_kind(os.path.basename(path) if paths.absolute(inner) else inner, patterns)
    return "plans" if by_path or os.path.basename(path) in NAMES else "named"
