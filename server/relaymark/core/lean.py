"""What takes room in the context, and what of it is kept in memory: events with and without their long texts."""

from msgspec.structs import replace

from relaymark.core import events as ev
from relaymark.core.spending import PLAN_ENDINGS

PROMPT_KEPT = 4_000
"""Characters of a prompt that are kept in memory: enough for a title and for naming a phase."""


def texts(event: ev.Event) -> tuple[str, ...]:
    """Return the texts of an event that take room in the context, in a fixed order."""
    match event:
        case ev.FileEdit():
            return (event.added, event.removed)
        case ev.Prompt() | ev.Fed() | ev.Mentioned() | ev.Said() | ev.Compacted() | ev.Summary():
            return (event.text,)
        case ev.Returned():
            return (event.text or "",)
        case _:
            return ()


def weighs(event: ev.Event) -> bool:
    """Tell whether an event is of a kind that takes room in the context."""
    return bool(texts(event))


def lean(event: ev.Event) -> ev.Event:
    """Return the event without its long texts, as it is kept in memory."""
    match event:
        case ev.Prompt():
            return event if len(event.text) <= PROMPT_KEPT else replace(event, text=event.text[:PROMPT_KEPT])
        case ev.FileEdit():
            return replace(event, added="", removed="", ticks=event.ticks or _ticks(event))
        case ev.Fed() | ev.Mentioned() | ev.Said() | ev.Returned() | ev.Compacted() | ev.Summary():
            return replace(event, text="") if event.text else event
        case _:
            return event


def _ticks(edit: ev.FileEdit) -> tuple[str, ...]:
    if "[" not in edit.added or not edit.path.casefold().endswith(PLAN_ENDINGS):
        return ()
    from relaymark.core.ticks import ticked  # noqa: PLC0415  (what reads no edit of a plan does without its parser)

    return ticked(edit.added, edit.removed)
