"""When a popup is due: a session crossed its ceiling or its reset line, and who is told what."""

from typing import Literal

from relaymark.core.observed import View
from relaymark.core.tokens import short

Crossing = Literal["ceiling", "reset"]
WIDTH = 79
"""The most characters of a message on one line: longer ones make editors ask for a key."""


def crossed(view: View) -> Crossing | None:
    """Return the line that a session is past and that a popup may tell of, None where none may.

    Guessed windows and subagents give none, nor do sessions of other work trees.
    """
    if view.session.parent or view.elsewhere or not view.window.sure:
        return None
    match view.gauge.level:
        case "over":
            return "ceiling"
        case "reset":
            return "reset"
    return None


def below(view: View) -> tuple[Crossing, ...]:
    """Return the lines that a session's known context lies below, so that crossing them counts anew."""
    held = view.session.context.tokens
    if held is None:
        return ()
    lines: list[Crossing] = []
    if held < view.gauge.ceiling.tokens:
        lines.append("ceiling")
    if held < view.gauge.reset.tokens:
        lines.append("reset")
    return tuple(lines)


def message(view: View, crossing: Crossing) -> str:
    """Return the popup's text: one line of at most 79 characters."""
    held, who = short(view.session.context.tokens or 0), view.observed.agent_title
    if crossing == "reset":
        return f"{who}: {held}, past its reset line of {short(view.gauge.reset.tokens)}. Hand over now."[:WIDTH]
    return f"{who}: {held}, over its ceiling of {short(view.gauge.ceiling.tokens)}. Finish the item."[:WIDTH]
