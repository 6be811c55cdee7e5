"""What the words of an item say beside its box: a status, the commit that did it, that it may run beside others."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re

from relaymark.core.plan.items import BOX
from relaymark.core.plan.mentions import blank_code
from relaymark.core.plan.model import Item, Status
from relaymark.core.plan.status import split_status

_COMMIT = re.compile(
    r"(?:^|[\s(\[`])(?:commit\s+)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{7,12}|[0-9a-f]{40})[`)\]]*[.]?\s*$"
)
_PARALLEL = re.compile(r"(?:[A-Z]*+-?\d[\w.]*+[.:)]?\s++|\[US[\d+, US]++\]\s*+)*+\[P\]")
_LEAD = re.compile(
    r"[*_~\s]*(?P<word>deferred|skipped|superseded|dropped|cancell?ed|abandoned|descoped|moved)[*_]*"
    r"(?:\s*[:(]|\s+(?:to|until|by|in favou?r|from|for|as|–|—|-)\s)",
    re.IGNORECASE,
)


def item_status(item: Item) -> Status | None:
    """Return the status that an item's words state, whatever its box says; None for most.

    `Initialize the module ✅`, `... — DONE`, `~~...~~`, `Deferred to the next milestone`; a status in the middle of a
    sentence or in backticks is none.
    """
    if item.struck or _LEAD.match(item.text):
        return "dropped"
    text = item.text
    found = BOX.match(text)
    return split_status(blank_code(text[found.end() :] if found else text))[1]


def item_commit(item: Item) -> str | None:
    """Return the commit's name that stands at the end of an item (`... 01a86ee`, `[42c4ed6]`), as it is written."""
    found = _COMMIT.search(item.text)
    return found[1] if found else None


def is_parallel(item: Item) -> bool:
    """Tell whether an item is marked `[P]` at its head: it can be done beside others (spec-kit)."""
    return _PARALLEL.match(item.text) is not None
