"""The tooltip: what stands behind the gauge, in Markdown that a person reads in a few seconds."""

import re
from collections.abc import Sequence

from relaymark.core import paths
from relaymark.core.gauge import Level
from relaymark.core.markdown import escaped, one_line
from relaymark.core.observed import View, agent_percent_left
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.tokens import exact, short
from relaymark.core.window import WindowSource

_PLACEHOLDER = re.compile(r"(Untitled Session|New [Ss]ession( - .*)?)\Z")
"""What agents call a session that they have no name for yet."""
_LEVELS: dict[Level, str] = {
    "clear": "clear",
    "near": "near its ceiling",
    "over": "over its ceiling: finish the item, then hand over",
    "reset": "past its reset line: hand over now",
    "unknown": "unknown",
}
_WINDOWS: dict[WindowSource, str] = {
    "recorded": "recorded in the session",
    "statusline": "told by the agent",
    "settings": "from settings",
    "agent": "the agent's own table",
    "registry": "public registry",
    "assumed": "assumed: nothing tells it",
    "observed": "seen: the context outgrew what was known",
}
NOTHING = "No open session of an AI coding agent in this workspace."
_FILES = 5
_OTHERS = 8


def tooltip(shown: View | None, here: Sequence[View], elsewhere: Sequence[View], note: str = "") -> str:
    """Return the tooltip of the status item.

    Args:
        shown: The session in the status bar.
        here: All open main sessions of the workspace's own work tree.
        elsewhere: Open main sessions of other work trees of the repository.
        note: What to say instead when no session is open.
    """
    blocks = [_session(shown)] if shown else [escaped(note or NOTHING, 600)]
    if others := [view for view in here if view is not shown]:
        blocks.append("**Also open here**\n\n" + _list(others))
    if elsewhere:
        blocks.append("**In other work trees**\n\n" + _list(elsewhere))
    return "\n\n---\n\n".join(blocks)


def name(view: View) -> str:
    """Return what a person calls the session: its title, else its first prompt, else the start of its id; unescaped."""
    session = view.session
    # Until the history is read the first prompt is not known; the newest one names the session meanwhile.
    prompts = reversed(session.prompts) if session.partial else session.prompts
    prompt = next((one_line(typed.text) for typed in prompts if typed.text.strip()), None)
    title = view.observed.title or session.title
    if title and _PLACEHOLDER.match(title):
        return prompt or title
    return title or prompt or session.id[:8]


def _session(view: View) -> str:
    session, gauge = view.session, view.gauge
    lines = [
        f"**{escaped(view.observed.agent_title)}** · {escaped(name(view))} · {view.life.state}",
        "",
        *_context(view),
    ]
    lines.append(
        f"Ceiling {exact(gauge.ceiling.tokens)} ({gauge.ceiling.reason}) · "
        f"reset line {exact(gauge.reset.tokens)} ({gauge.reset.reason})"
    )
    served = escaped(served_by(view))
    lines.append(f"Window {short(view.window.tokens)} ({_WINDOWS[view.window.source]}) · {served}")
    if view.breakdown:
        parts = view.breakdown
        lines.append(
            f"About: base {short(parts.base or 0)}, files {short(parts.files)}, "
            f"tool output {short(parts.tool_output)}, prompts {short(parts.prompts)}, "
            f"replies {short(parts.replies)} (estimated)"
        )
    if session.partial:
        lines.append("Its history is still being read.")
    elif session.compactions:
        times = "once" if session.compactions == 1 else f"{session.compactions} times"
        lines.append(f"Its history was summarised {times}.")
    heavy = [file for file in session.attachments[:_FILES] if file.tokens]
    if heavy:
        named = [f"{escaped(paths.relative(file.path, session.cwd))} {short(file.tokens or 0)}" for file in heavy]
        lines += ["", "Heaviest files: " + ", ".join(named)]
    return "  \n".join(lines)


def _context(view: View) -> list[str]:
    context, gauge = view.session.context, view.gauge
    if context.tokens is None or gauge.headroom is None:
        why = "the agent just replaced its history" if view.session.compactions else "no reply was read yet"
        return [f"Context unknown: {why}"]
    room = f"{exact(gauge.headroom)} tokens left" if gauge.headroom >= 0 else f"{exact(-gauge.headroom)} tokens over"
    found = [
        f"{SYMBOLS[gauge.level]} **{exact(context.tokens)}** tokens, {context.source} · {room} · "
        + _LEVELS[gauge.level],
        f"{gauge.percent:g} % of the window",
    ]
    left = agent_percent_left(context.tokens, view.window.tokens, view.observed.baseline)
    if left is not None:
        base = short(view.observed.baseline)
        found[1] += f" · {view.observed.agent_title} itself says {left} % left, not counting its base of {base}"
    return found


def _list(views: Sequence[View]) -> str:
    lines = []
    for view in views[:_OTHERS]:
        branch = view.worktree.branch if view.elsewhere and view.worktree else None
        on = f" on {escaped(branch)}" if branch else ""
        lines.append(
            f"- {SYMBOLS[view.gauge.level]} {figure(view)} · {view.observed.agent_title}{on} · "
            f"{escaped(name(view), 50)} · {view.life.state}"
        )
    if len(views) > _OTHERS:
        lines.append(f"- and {len(views) - _OTHERS} more")
    return "\n".join(lines)


def served_by(view: View) -> str:
    """Return the model of a session and, where it is known, who serves it."""
    model = view.session.model or "model unknown"
    return f"{model} on {view.observed.host}" if view.observed.host else model
