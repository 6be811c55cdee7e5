"""What happened in a session between two looks at it, in words."""

from collections.abc import Iterator

from relaymark.core import paths
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.tokens import exact, short

_FILES = 3
_CROSSED = {
    "near": "nears its ceiling",
    "over": "is over its ceiling",
    "reset": "passed its reset line, hand over",
}


def changes(before: View | None, after: View) -> Iterator[str]:
    """Yield one line per thing that happened, oldest kind first; `before` is None for a session seen first."""
    session = after.session
    if before is None:
        who = "a subagent" if session.parent else "a session"
        yield f"{who} of {after.observed.agent_title} appeared"
    old = before.session if before else None
    if (session.prompt_count or 0) > ((old and old.prompt_count) or 0) and session.prompts:
        yield f"prompt: {one_line(session.prompts[-1].text, 70)}"
    if old and session.model and old.model and session.model != old.model:
        names = f"{one_line(old.model)} -> {one_line(session.model)}"
        yield f"model {names}, window {short(after.window.tokens)}"
    for label, new, known in (
        ("read", session.files_read, old.files_read if old else ()),
        ("edited", session.files_edited, old.files_edited if old else ()),
    ):
        if fresh := new[len(known) :]:
            named = [one_line(paths.relative(path, session.cwd), 60) for path in fresh[:_FILES]]
            more = [f"{len(fresh) - _FILES} more"] if len(fresh) > _FILES else []
            yield f"{label} " + ", ".join([*named, *more])
    for ran in session.commands[len(old.commands) if old else 0 :]:
        yield f"$ {one_line(ran.command, 70)}"
    if old and old.compactions is not None and (session.compactions or 0) > old.compactions:
        unknown = "; the context is unknown until the next reply" if session.context.tokens is None else ""
        yield f"its history was summarised{unknown}"
    level = after.gauge.level
    if (before is None or before.gauge.level != level) and level in _CROSSED:
        held = exact(session.context.tokens or 0)
        line = after.gauge.reset if level == "reset" else after.gauge.ceiling
        yield f"{_CROSSED[level]}: {held} of {exact(line.tokens)} tokens ({line.reason})"
    if before and before.life.state != after.life.state and after.life.state in ("idle", "closed", "waiting"):
        yield {"idle": "turn ended", "closed": "closed", "waiting": "waits for you"}[after.life.state]
