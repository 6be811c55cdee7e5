"""Which session the status bar shows, and the line of text that stands there."""

from collections.abc import Sequence

from relaymark.core.config import TextStyle
from relaymark.core.gauge import SEVERITY, Level
from relaymark.core.observed import View
from relaymark.core.tokens import short

SYMBOLS: dict[Level, str] = {"clear": "◔", "near": "◑", "over": "◕", "reset": "●", "unknown": "○"}
_AT_WORK = ("working", "waiting")


def choose(views: Sequence[View], followed: str | None = None, previous: str | None = None) -> View | None:
    """Return the session to show, None without an open one.

    Args:
        views: The open main sessions of the workspace's own work tree.
        followed: The session that the client follows.
        previous: The session that was shown so far; it stays until another is worse or it stops.
    """
    by_id = {view.session.id: view for view in views}
    if followed in by_id:
        return by_id[followed]
    active = [view for view in views if view.life.state in _AT_WORK]
    if not active:
        return max(views, key=_newest, default=None)
    worst = max(active, key=lambda view: (SEVERITY[view.gauge.level], _newest(view)))
    before = by_id.get(previous or "")
    if before in active and before is not None and _severity(before) >= _severity(worst):
        return before
    return worst


def _severity(view: View) -> int:
    return SEVERITY[view.gauge.level]


def _newest(view: View) -> float:
    prompts = view.session.prompts
    turn = prompts[-1].time if prompts else None
    return turn or view.observed.active_at


def figure(view: View, style: TextStyle = "tokens") -> str:
    """Return a session's gauge in figures: `41k/60k`; `~` before an estimate, `?` after a guessed window.

    `style` is tokens over the ceiling, percent of the window (and says so), or both.
    """
    tokens = view.session.context.tokens
    held = "?" if tokens is None else ("" if view.session.context.source == "measured" else "~") + short(tokens)
    doubt = "" if view.window.sure else "?"
    over = f"{held}/{short(view.gauge.ceiling.tokens)}{doubt}"
    if style == "tokens" or view.gauge.percent is None:
        return over
    share = f"{view.gauge.percent:.0f} %{doubt} of window"
    return share if style == "percent" else f"{over} ({share})"


def status_text(shown: View | None, views: Sequence[View], style: TextStyle = "tokens") -> str:
    """Return the text of the status bar: `◔ 41k/60k +2 !1`, a lone `○` without a session.

    `+n` counts the other open sessions, `!n` those of them over their ceiling.
    """
    if shown is None:
        return SYMBOLS["unknown"]
    others = [view for view in views if view is not shown]
    over = sum(view.gauge.level in ("over", "reset") for view in others)
    parts = [SYMBOLS[shown.gauge.level], figure(shown, style)]
    if others:
        parts.append(f"+{len(others)}")
    if over:
        parts.append(f"!{over}")
    return " ".join(parts)
