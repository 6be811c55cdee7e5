"""The relay's next session: which phase it works on, its opening prompt on disk, and what the step buys."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from relaymark.core import opening as op
from relaymark.core.binding import Binding
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.relay.commands import last_test, outcome
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.work import next_phase, phase_named
from relaymark.engine.machine import Machine
from relaymark.engine.plans import Joined
from relaymark.engine.relay import (
    FoundNote,
    RelayError,
    file_stem,
    handover_session,
    main_session,
    newest_note,
    shown,
    written,
)
from relaymark.engine.relay_facts import Ground, edited_since_test
from relaymark.sources import handovers


class Start(Struct, frozen=True, kw_only=True):
    """A next session, ready to be started.

    Attributes:
        mode: Whether it begins the phase or continues it.
        phase: The phase.
        title: What a terminal for it may be called.
        agent: Who is to be started.
        argv: Program and arguments, for no shell.
        cwd: The folder to start it in: the work tree's top.
        prompt: The whole opening prompt.
        prompt_path: The file that holds it, absolute; on disk only where it was to be written.
        offers: What the boundary is not ready for.
        estimate: What the step buys; empty where too little is known.
    """

    mode: op.Mode
    phase: PhaseWork
    title: str
    agent: str
    argv: tuple[str, ...]
    cwd: str
    prompt: str
    prompt_path: str
    offers: tuple[op.Offer, ...] = ()
    estimate: str = ""


class Wish(Struct, frozen=True, kw_only=True):
    """What a person asks of the next session; None is left to the plan and the session that is left.

    Attributes:
        mode: Start the phase or continue it; None: continue it where some of its items are done.
        plan: The plan's path relative to the work tree.
        phase: The phase's index in the plan, or its label, name or title.
        session: The session that is left, by its id; None: the one of the status bar.
        agent: Who is to be started; None: the agent of the session that is left.
        pins: Files that the user chose, relative to the work tree.
    """

    mode: op.Mode | None = None
    plan: str | None = None
    phase: int | str | None = None
    session: str | None = None
    agent: str | None = None
    pins: tuple[str, ...] = ()


def opening_for(
    machine: Machine,
    place: Place,
    views: Sequence[View],
    now: float,
    wish: Wish | None = None,
    *,
    write: bool = True,
    count: Callable[[str], int] | None = None,
    path_map: Mapping[str, str] | None = None,
    both: Joined | None = None,
) -> Start:
    """Compose the opening of the next session and write its prompt file.

    Args:
        machine: Where the agents are.
        place: The workspace.
        views: Its sessions.
        now: Seconds since the epoch.
        wish: What is asked for.
        write: False: nothing is written, for a dry run.
        count: Counts tokens for the estimate; None: four bytes are taken for one.
        path_map: Recorded folder to folder here.
        both: The workspace's plans as an editor has them; None: as they lie on disk.

    Raises:
        RelayError: There is no plan or phase to work on, nobody to start, or the prompt cannot be written.
    """
    wish = wish or Wish()
    left = handover_session(views, place, wish.session) if wish.session else main_session(views)
    ground = Ground.of(place, views, path_map, both)
    bound = ground.bound(left.session) if left else None
    plan, index = _target(ground, place, wish, bound)
    phase = ground.work(plan, index)
    mode = wish.mode or ("continue" if phase.open_items and any(item.done for item in phase.items) else "start")
    agent = wish.agent or (left.session.agent if left else next(iter(op.AGENT_PROGRAMS)))
    if agent not in op.AGENT_PROGRAMS:
        raise RelayError(f"Relaymark cannot start `{shown(agent)}`; it can start {' and '.join(op.AGENT_PROGRAMS)}.")
    note = newest_note(place)
    composed = op.Opening(
        mode=mode,
        phase=phase,
        commits=ground.commits(left.session) if left else (),
        uncommitted=ground.uncommitted or (),
        note_path=note.path if note else None,
        note_text=note.text if note else "",
        pins=tuple(pin for pin in wish.pins if ground.exists(pin)),
    )
    prompt = op.opening_text(composed)
    stem = file_stem(now, plan.removesuffix(".md"), phase.label or phase.title)
    path = Path(ground.top, handovers.PROMPTS, f"{stem}.md")
    if write:
        path = written(ground.top, handovers.PROMPTS, stem, prompt)
    leaves = bound is not None and (bound.plan, bound.phase) != (plan, index)
    leaving = ground.work(bound.plan, bound.phase) if bound and leaves else None
    return Start(
        mode=mode,
        phase=phase,
        title=one_line(": ".join(part for part in (phase.name, phase.title) if part) or plan, 60),
        agent=agent,
        argv=op.argv(agent, op.sentence(composed, f"{handovers.PROMPTS}/{path.name}")),
        cwd=ground.top,
        prompt=prompt,
        prompt_path=str(path),
        offers=op.boundary(_boundary(machine, ground, left, leaving, note)),
        estimate=op.estimate(_cost(ground, left, composed, prompt, count or _by_bytes)),
    )


def _target(ground: Ground, place: Place, wish: Wish, bound: Binding | None) -> tuple[str, int]:
    """Return the plan and the phase that the next session is to work on."""
    if not ground.sheets:
        raise RelayError(f"There is no PLAN.md in {shown(place.folder)}; write one with phases and checkboxes first.")
    if wish.plan is not None and wish.plan not in ground.sheets:
        raise RelayError(f"There is no plan {shown(wish.plan)} in {shown(place.folder)}.")
    open_ones = [path for path, sheet in ground.sheets.items() if sheet.plan.state == "open"]
    path = wish.plan or (bound.plan if bound else None) or (open_ones or list(ground.sheets))[0]
    plan = ground.sheets[path].plan
    if wish.phase is not None:
        index = phase_named(plan, wish.phase)
        if index is None:
            known = ", ".join(one_line(each.name or each.title, 40) for each in plan.phases[:12])
            raise RelayError(f"{shown(path)} has no phase `{shown(str(wish.phase))}`; it has: {known or 'none'}.")
        return path, index
    own = bound.phase if bound and bound.plan == path else None
    found = next_phase(plan, own, leave=wish.mode == "start")
    if found is None:
        raise RelayError(f"{shown(path)} has no other open phase; add one, or name the phase to work on.")
    return path, found


def _boundary(
    machine: Machine, ground: Ground, left: View | None, leaving: PhaseWork | None, note: FoundNote | None
) -> op.Boundary:
    if left is None:
        return op.Boundary(phase=leaving, uncommitted=ground.uncommitted)
    session = left.session
    test = last_test(session.commands)
    noted = note.header if note and note.header.session == session.id else None
    held, then = session.context.tokens, noted.tokens if noted else None
    return op.Boundary(
        phase=leaving,
        uncommitted=ground.uncommitted,
        tested=outcome(test) if test else "none",
        test=test.command if test else "",
        edited_since=edited_since_test(machine, session) if test else None,
        session=session.id,
        noted=noted is not None,
        note_stale=held is not None and then is not None and held != then,
    )


def _cost(ground: Ground, left: View | None, composed: op.Opening, prompt: str, count: Callable[[str], int]) -> op.Cost:
    if left is None:
        return op.Cost()
    weighed = {ground.relative(file.path): file.tokens for file in left.session.attachments}
    files: list[int] = []
    for path in composed.files[: op.MOST_FILES]:
        tokens = weighed.get(path)
        if tokens is None and (text := ground.read(path)) is not None:
            tokens = count(text)
        if tokens is not None:
            files.append(tokens)
    return op.Cost(context=left.session.context.tokens, base=left.session.base, note=count(prompt), files=files)


def _by_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace")) // 4
