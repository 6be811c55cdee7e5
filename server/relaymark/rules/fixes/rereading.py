"""Reads a plan again as a fix would leave it: an offer is made only if nothing else of the plan changes by it."""

from collections.abc import Sequence
from functools import lru_cache

from relaymark.core.edits import Edit, applied
from relaymark.core.plan import Plan, PlanText, read_plan, reread_plan
from relaymark.core.sheet import Sheet


def with_edits(sheet: Sheet, edits: Sequence[Edit]) -> Plan:
    """Return what a plan says once some edits are made."""
    return reread_plan(_read(sheet.text), applied(sheet.text, edits)).plan


@lru_cache(maxsize=2)
def _read(text: str) -> PlanText:
    """Return a plan as edits of it are read against: a long one takes a while, and may get many offers."""
    return read_plan(text)
