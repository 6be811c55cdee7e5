"""What a check looked at, in figures: the last line that it prints."""

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.plan import plan_state
from relaymark.engine.check import Checked
from relaymark.engine.report import mended


class Tally(Struct, frozen=True):
    """How much was checked.

    Attributes:
        plans: Plans that were read, closed ones too.
        notes: Handover notes.
        rules: Rules files that were asked for by name.
        unread: Plans that could not be read.
        asked: Certain files or folders were to be checked.
        closed: Plans of which nothing is told unless that is asked for.
        done: Those of them of which all is ticked.
        mendable: Findings that `--fix` would mend.
    """

    plans: int = 0
    notes: int = 0
    rules: int = 0
    unread: int = 0
    asked: bool = False
    closed: int = 0
    done: int = 0
    mendable: int = 0


def tally(result: Checked, *, asked: bool = False, mendable: bool = False) -> Tally:
    """Return how much was checked.

    Args:
        result: Of the check.
        asked: Certain files or folders were to be checked.
        mendable: Count also what certain fixes would mend, which takes time.
    """
    states = [plan_state(sheet.plan, paths.relative(sheet.path, result.root)) for sheet in result.closed]
    # A file of which only a part could be read is never written.
    fixes = (change.fixes for change in mended(result) if change.path not in result.garbled) if mendable else ()
    return Tally(
        plans=len(result.sheets),
        notes=len(result.notes),
        rules=len(result.named_rules),
        unread=result.unread,
        asked=asked,
        closed=len(states),
        done=states.count("done"),
        mendable=sum(fixes),
    )
