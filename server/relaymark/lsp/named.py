"""Where the paths that plans name lie: looked up a few at a time, and remembered as long as the tree is the same."""

import asyncio
import os
from collections.abc import Iterable

from relaymark.core.lookup import FileIndex, Found, Verdict, look_up
from relaymark.core.paths import absolute, inside, join, normal, relative, to_uri
from relaymark.core.plan import PathMention
from relaymark.lsp.here import Here, index_of, sliced
from relaymark.lsp.server import RelaymarkServer

_MOST_KEPT = 50_000
_MOST_LOOKED = 200


async def found_paths(ls: RelaymarkServer, at: Here, mentions: Iterable[PathMention]) -> dict[str, Found]:
    """Return what of a plan's paths the work tree holds, by the path as it is written."""
    index = await index_of(ls, at.root)
    found: dict[str, Found] = {}
    async for mention in sliced(mentions):
        verdict = verdict_of(ls, index, mention.path, at.plan)
        if isinstance(verdict, Found):
            found[mention.path] = verdict
    return found


async def there_by_now(at: Here, mentions: Iterable[PathMention]) -> dict[str, Found]:
    """Return which paths are files on disk, whatever the last list of the tree says: just renamed or created ones."""
    return await asyncio.to_thread(_on_disk, at.root, at.plan, [mention.path for mention in mentions][:_MOST_LOOKED])


def _on_disk(root: str, plan: str, named: Iterable[str]) -> dict[str, Found]:
    beside = plan.rpartition("/")[0]
    found: dict[str, Found] = {}
    for path in named:
        for place in (normal(path), normal(join(beside, path)) if beside else ""):
            if place and not absolute(place) and not place.startswith("..") and os.path.isfile(join(root, place)):
                found.setdefault(path, Found(place, "exact"))
    return found


def verdict_of(ls: RelaymarkServer, index: FileIndex, path: str, plan: str) -> Verdict:
    """Return what `look_up` says."""
    known = ls.verdicts.setdefault(index, {})
    verdict = known.get((path, plan))
    if verdict is None:
        if len(known) > _MOST_KEPT:
            known.clear()
        verdict = known[path, plan] = look_up(index, path, plan)
    return verdict


def is_file(found: Found | None) -> bool:
    """Tell whether what was found is one file: no folder, and no pattern."""
    return found is not None and found.how != "glob" and not found.path.endswith("/")


def file_uri(at: Here, path: str) -> str:
    """Return the URI of a file of the work tree, below the workspace folder as the client names it."""
    whole = join(at.root, path)
    place = at.folder.place
    if place and at.folder.path and inside(whole, place.folder):
        return to_uri(join(at.folder.path, relative(whole, place.folder)))
    return to_uri(whole)
