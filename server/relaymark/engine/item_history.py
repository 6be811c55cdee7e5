"""What history tells of one item: when it was written and ticked, and which commits touched its files since."""

from collections.abc import Sequence

from relaymark.core.hover import Since
from relaymark.core.lookup import FileIndex
from relaymark.core.past import Asked, Look, item_keys
from relaymark.core.plan import Item
from relaymark.core.sheet import Sheet
from relaymark.engine.plans import known_to_git
from relaymark.sources.history import Histories


def item_since(
    histories: Histories, root: str, plan: str, sheet: Sheet, index: FileIndex, item: Item, files: Sequence[str]
) -> Since | None:
    """Return what happened to an item's files since it was written; None where history cannot follow it.

    Reads git, so it belongs off the loop.

    Args:
        histories: The histories of work trees.
        root: The top of the work tree.
        plan: The plan's path from there.
        sheet: The plan.
        index: The files of the tree.
        item: One of its items.
        files: Those that the item names, from the top.
    """
    [key] = item_keys(sheet.text, [item.mark_span.start])
    if not key:
        return None
    looks = tuple(Look(key, file) for file in files)
    past = histories.past(root, known_to_git(root, plan), sheet.text, index, Asked(looks=looks), lambda _: ())
    known = past.items.get(key)
    if known is None:
        return None
    if known.written is None:
        return Since()
    touched = [
        commit for look in looks if (seen := past.seen.get((key, look.path, "written"))) for commit in seen.touched
    ]
    order = {made.commit: at for at, made in enumerate(past.made)}
    # The commit that brought the item is where the count begins; a plan without ticks counts from just before it.
    names = sorted(
        {each for each in touched if each and each != known.written}, key=lambda name: order.get(name, len(order))
    )
    commits = tuple((name, past.made[order[name]].subject if name in order else "") for name in names)
    return Since(known.written, known.ticked, commits, "" in touched)
