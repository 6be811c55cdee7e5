"""The gauge: where a session stands between nothing and its reset line."""

from typing import Literal

from msgspec import Struct

from relaymark.core.tokens import short
from relaymark.core.window import Window

Level = Literal["clear", "near", "over", "reset", "unknown"]

SEVERITY: dict[Level, int] = {"unknown": 0, "clear": 1, "near": 2, "over": 3, "reset": 4}


class Line(Struct, frozen=True):
    """A limit in tokens and why it lies there."""

    tokens: int
    reason: str


class Limits(Struct, frozen=True):
    """Where the lines of a model on a host are drawn.

    Attributes:
        ceiling_percent: The ceiling, as a share of the window in percent.
        reset_percent: The reset line, as a share of the window in percent.
        near_percent: The level `near` begins at this share of the ceiling, in percent.
        cap: The most tokens of a ceiling.
        cap_reason: Why the cap is there, for people.
    """

    ceiling_percent: float = 30
    reset_percent: float = 45
    near_percent: float = 80
    cap: int = 120_000
    cap_reason: str = ""


class Gauge(Struct, frozen=True):
    """What the status bar shows of one session.

    Attributes:
        ceiling: The working limit.
        reset: Where the session should be handed over.
        level: How far it is; `unknown` without a context.
        headroom: Ceiling less context in tokens, below zero past it; None without a context.
        percent: Context as percent of the window, one digit; None without a context.
    """

    ceiling: Line
    reset: Line
    level: Level
    headroom: int | None
    percent: float | None


def gauge(context: int | None, window: Window, limits: Limits, price_step: int | None = None) -> Gauge:
    """Draw the gauge of a context of so many tokens.

    Args:
        context: Tokens, None if unknown.
        window: Of the model on its host.
        limits: Where the lines are drawn.
        price_step: The context in tokens above which the host charges more per token, None if it has no such step.
    """
    candidates = [
        Line(_share(window, limits.ceiling_percent), f"{limits.ceiling_percent:g} % of {short(window.tokens)}"),
        Line(limits.cap, limits.cap_reason or f"cap {short(limits.cap)}"),
    ]
    if price_step:
        candidates.append(Line(price_step, f"price step at {short(price_step)}"))
    ceiling = min(candidates, key=lambda line: line.tokens)
    reset = min(
        Line(_share(window, limits.reset_percent), f"{limits.reset_percent:g} % of {short(window.tokens)}"),
        Line(round(ceiling.tokens * 1.5), "1.5 times the ceiling"),
        key=lambda line: line.tokens,
    )
    if reset.tokens < ceiling.tokens:
        reset = Line(ceiling.tokens, "at the ceiling")
    if context is None:
        return Gauge(ceiling, reset, "unknown", None, None)
    level: Level = "clear"
    if context >= reset.tokens:
        level = "reset"
    elif context >= ceiling.tokens:
        level = "over"
    elif context * 100 >= ceiling.tokens * limits.near_percent:
        level = "near"
    return Gauge(ceiling, reset, level, ceiling.tokens - context, round(context * 100 / window.tokens, 1))


def _share(window: Window, percent: float) -> int:
    return round(window.tokens * percent / 100)
