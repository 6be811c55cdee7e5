"""The figures of a request in a task folder, and the two ways in which they make the context.

Facts: Cline's `getApiMetrics.ts` and Roo Code's `consolidateTokenUsage.ts`. A request that was only started has no
figures, and zeros come from providers that tell none: both programs then go back to the request before.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import whole

_NAMES = ("tokensIn", "tokensOut", "cacheWrites", "cacheReads")


class Usage(Struct, frozen=True):
    """The tokens of one request: sent, answered, written to the cache and read from it."""

    sent: int
    answered: int
    written: int
    read: int


Rule = Callable[[Usage], int]
"""How an agent counts the context from the figures of the newest request."""


def usage(request: Mapping[str, Any]) -> tuple[Usage | None, str]:
    """Return the figures of an `api_req_started`, None if it has none, and why they are bad if they are."""
    told = [request.get(name) for name in _NAMES]
    figures = [0 if figure is None else whole(figure) for figure in told]
    sent, answered, written, read = figures
    if sent is None or answered is None or written is None or read is None:
        return None, "usage that is no number"
    found = Usage(sent, answered, written, read)
    return (found if apart(found) else None), ""


def apart(figures: Usage) -> int:
    """Return the context where the four figures stand beside each other, as Cline writes them."""
    return figures.sent + figures.answered + figures.written + figures.read


def either(figures: Usage) -> int:
    """Return the context where the cached tokens are in those that were sent, as Roo Code writes them by now.

    Its older requests have them beside each other. One collection holds both; fewer sent than cached tells the old way.
    """
    cached = figures.written + figures.read
    return figures.sent + figures.answered if figures.sent >= cached else apart(figures)
