"""Sessions as lines of plain text, for `status` and `inspect`."""

from collections.abc import Iterator

from relaymark.core import paths
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.tokens import exact, short
from relaymark.core.tooltip import name, served_by

_FILES = 4


def session_lines(view: View) -> Iterator[str]:
    """Yield the lines that tell of one session."""
    session, gauge = view.session, view.gauge
    indent = "    " if session.parent else ""
    head = f"{SYMBOLS[gauge.level]} {figure(view)}"
    state = view.life.state + ("" if view.life.source == "registry" else f" (by {view.life.source})")
    yield f"{indent}{head:<16} {view.observed.agent_title}  {one_line(session.id[:8])}  {one_line(name(view), 60)}"
    served = one_line(served_by(view))
    yield f"{indent}    {gauge.level} · {state} · {served}{_branch(view)}"
    yield f"{indent}    {_context(view)} · window {short(view.window.tokens)} ({view.window.source})"
    yield (
        f"{indent}    ceiling {exact(gauge.ceiling.tokens)} ({gauge.ceiling.reason}) · "
        f"reset {exact(gauge.reset.tokens)} ({gauge.reset.reason})"
    )
    if view.breakdown:
        parts = view.breakdown
        yield (
            f"{indent}    about: base {short(parts.base or 0)}, files {short(parts.files)}, "
            f"tool output {short(parts.tool_output)}, prompts {short(parts.prompts)}, replies {short(parts.replies)}"
        )
    if heavy := [file for file in session.attachments if file.tokens][:_FILES]:
        shown = (f"{one_line(paths.relative(file.path, session.cwd))} {short(file.tokens or 0)}" for file in heavy)
        yield f"{indent}    files: " + ", ".join(shown) + " tokens"
    if session.bad_records:
        yield f"{indent}    {session.bad_records} unreadable records were skipped"


def _branch(view: View) -> str:
    if view.worktree and view.worktree.branch:
        return f" · {'work tree ' if view.elsewhere else ''}{one_line(view.worktree.branch)}"
    return f" · {one_line(view.session.branch)}" if view.session.branch else ""


def _context(view: View) -> str:
    context = view.session.context
    if context.tokens is None:
        return "context unknown"
    percent = f", {view.gauge.percent:g} % of the window" if view.gauge.percent is not None else ""
    return f"context {exact(context.tokens)} {context.source}{percent}"
