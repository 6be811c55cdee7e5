"""What an agent is told at a crossing: where it stands, which item to finish, and to hand over and stop."""

from relaymark.core.crossing import Crossing
from relaymark.core.observed import View
from relaymark.core.relay.facts import PhaseItem, PhaseWork
from relaymark.core.relay.text import code, plain
from relaymark.core.tokens import exact


def crossing_text(view: View, crossing: Crossing, phase: PhaseWork | None, item: PhaseItem | None, held: str) -> str:
    """Return the message of a crossing, in one paragraph.

    Args:
        view: The session.
        crossing: Which line it crossed.
        phase: The phase that it works on, None if that is not known.
        item: The item under way, else the next open one.
        held: Its context in figures, or what stands for them.
    """
    gauge = view.gauge
    line = gauge.ceiling if crossing == "ceiling" else gauge.reset
    name = "past the ceiling" if crossing == "ceiling" else "past the reset line"
    where = f"Relaymark: this session holds {held} tokens and is {name} of {exact(line.tokens)} ({line.reason})."
    return f"{where} {_order(crossing, phase, item)} {_last_words(view.session.id)}"


def _order(crossing: Crossing, phase: PhaseWork | None, item: PhaseItem | None) -> str:
    if phase is None:
        return "Finish the step you are at, commit it," if crossing == "ceiling" else "Commit what works now,"
    what = plain(phase.name, 80)
    place = code(f"{phase.plan}:{item.line if item else phase.line}", 250)
    if item is None:
        return f"{what or 'The plan'} has no open item ({place}): commit what is left,"
    named = f"item {plain(item.name, 12)}{f' of {what}' if what else ''}, “{plain(item.text, 120)}” ({place})"
    if crossing == "ceiling":
        return f"Finish {named}, tick it, commit,"
    return f"Go no further with {named}: tick it only if it is done, commit what works,"


def _last_words(session: str) -> str:
    return f"hand over with `relaymark handover --session {session}`, and stop: begin nothing else."
