"""Where a work tree stands between two phases: the check, what the step buys, the commit, and the way back."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from relaymark.core import opening as op
from relaymark.core.boundary import Boundary, Cost
from relaymark.core.config import Config
from relaymark.core.observed import View
from relaymark.core.relay.commands import last_test, outcome
from relaymark.core.relay.committing import PhaseCommit, phase_commit
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.green import Green, green_spans, last_green
from relaymark.core.session import Session
from relaymark.engine.machine import Machine
from relaymark.engine.relay import FoundNote
from relaymark.engine.relay_facts import Ground, edited_since_test
from relaymark.sources.commits import head_of
from relaymark.sources.stores import records, store_for

_TAIL = 8 * 1024 * 1024


class Left(Struct, frozen=True):
    """The session that is left, and the phase that it worked on.

    Attributes:
        view: The session, None without one.
        phase: Its phase, None if that is not known.
        leaves: Whether the next session works on another one.
    """

    view: View | None = None
    phase: PhaseWork | None = None
    leaves: bool = False


def stand(machine: Machine, ground: Ground, left: Left, note: FoundNote | None, green: Green | None) -> Boundary:
    """Return what the check before the next phase is made from."""
    leaving = left.phase if left.leaves else None
    if left.view is None:
        return Boundary(phase=leaving, uncommitted=ground.uncommitted)
    session = left.view.session
    test = last_test(session.commands)
    noted = note.header if note and note.header.session == session.id else None
    held, then = session.context.tokens, noted.tokens if noted else None
    return Boundary(
        phase=leaving,
        uncommitted=ground.uncommitted,
        tested=outcome(test) if test else "none",
        test=test.command if test else "",
        edited_since=edited_since_test(machine, session) if test else None,
        session=session.id,
        noted=noted is not None,
        note_stale=held is not None and then is not None and held != then,
        green=green,
    )


def cost(ground: Ground, left: View | None, composed: op.Opening, prompt: str, count: Callable[[str], int]) -> Cost:
    """Return what the step to a fresh session costs and saves."""
    if left is None:
        return Cost()
    weighed = {ground.relative(file.path): file.tokens for file in left.session.attachments}
    files: list[int] = []
    for path in composed.files[: op.MOST_FILES]:
        tokens = weighed.get(path)
        if tokens is None and (text := ground.read(path)) is not None:
            tokens = count(text)
        if tokens is not None:
            files.append(tokens)
    held = op.held_decisions(composed, count)
    return Cost(
        context=left.session.context.tokens,
        base=left.session.base,
        note=count(prompt),
        decisions=held,
        files=files,
    )


def green_of(machine: Machine, ground: Ground, session: Session | None, phase: PhaseWork | None) -> Green | None:
    """Return the newest commit of a phase at which the session's tests had passed, None if none is known."""
    if session is None:
        return None
    agent = next((each for each in machine.agents if each.name == session.agent), None)
    store = store_for(agent, session.path) if agent else None
    if agent is None or store is None:
        return None
    try:
        spans = green_spans(records(agent, session.path, store, session.id, _TAIL))
    except OSError:
        return None
    return last_green(spans, ground.commits(session), phase, ground.edited(session)) if spans else None


def commit_of(ground: Ground, left: Left, note: FoundNote | None, config: Config) -> PhaseCommit | None:
    """Return the commit of what the session did on its phase; None where there is nothing of it to commit."""
    if left.view is None or left.phase is None or not ground.uncommitted:
        return None
    session = left.view.session
    found = phase_commit(
        left.phase,
        ground.edited(session),
        ground.uncommitted,
        trailers=config.commit_trailers,
        context=session.context.tokens,
        note=note.path if note and note.header.session == session.id else None,
    )
    return found if found.files else None


def away(ground: Ground, green: Green | None) -> Literal["commits", "files", ""]:
    """Tell what lies between a green commit and now: commits, uncommitted files, or nothing."""
    if green is None:
        return ""
    head = head_of(ground.top)
    if head is None or head.sha is None or not head.sha.startswith(green.sha):
        return "commits"
    return "files" if ground.uncommitted else ""
