"""The gauge of a hook: the context at the end of a transcript, held against the lines that the last look drew."""

from collections.abc import Mapping

from relaymark.agents.claude_code import AGENT
from relaymark.core.tokens import exact
from relaymark.sources import crossings
from relaymark.sources import hook_state as state
from relaymark.sources.transcript import Transcript

_OF_AGENTS = "agent-"
"""Crossings are told to an agent apart from being told to its user."""


def crossing_now(session: str, path: str, size: int, kept: state.Kept) -> tuple[str, bool]:
    """Return what a Claude Code session is to be told, empty for nothing, and whether its lines are still known.

    Raises:
        OSError: The transcript or the state folder is out of reach.
    """
    shown = Transcript(AGENT, path).refresh()
    held = shown.context.tokens
    if (shown.model or "") != kept.model or size < kept.looked:
        return "", False
    text = crossing_text_now(session, held, shown.updated_at or 0.0, kept.lines)
    room = state.STEP if held is None else state.room(held, [tokens for tokens, _ in kept.lines.values()])
    state.keep(session, kept._replace(due=size + room))
    return text, True


def crossing_text_now(session: str, held: int | None, at: float, lines: Mapping[str, tuple[int, str]]) -> str:
    """Return what is to be told of the worst line that was crossed, to one caller until the context falls again.

    Args:
        session: The session's id.
        held: Its context in tokens, None where that is unknown.
        at: Its newest activity, in seconds since the epoch.
        lines: For each line its tokens, and what is to be told.
    """
    if held is None:
        return ""
    name, past = f"{_OF_AGENTS}{session}", None
    for line in ("ceiling", "reset"):
        if line in lines and held >= lines[line][0]:
            past = line
        else:
            crossings.rearm(name, line, at)
    if past is None:
        return ""
    if past == "reset":
        crossings.tell_once(name, "ceiling", at)  # past both at once: the worse is told
    claimed = crossings.tell_once(name, "reset" if past == "reset" else "ceiling", at)
    return lines[past][1].replace(state.HELD, exact(held), 1) if claimed else ""
