"""The relay's next session: which phase it works on, its opening prompt on disk, and what the step buys."""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from relaymark.core import launching
from relaymark.core import opening as op
from relaymark.core.binding import Binding
from relaymark.core.boundary import Offer, boundary, estimate, reread
from relaymark.core.config import Config
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.redact import redacted
from relaymark.core.relay.commands import last_test
from relaymark.core.relay.committing import PhaseCommit
from relaymark.core.relay.decided import touching
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.green import Green
from relaymark.core.relay.work import next_phase, phase_named
from relaymark.core.started import prompt_name
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
from relaymark.engine.relay_boundary import Left, away, commit_of, cost, green_of, stand
from relaymark.engine.relay_facts import Ground, decisions_of
from relaymark.sources import places


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
        tokens: What the prompt has.
        estimate: What the step buys; empty where too little is known.
        reread: Which files the session that is left read again and again; empty for none.
        others: The other agents that can be started.
        session: The session that is left, None without one.
        left: The phase that it worked on, None if that is not known.
        commit: The commit of that phase, None where there is nothing of it to commit.
        green: The commit to return to, None where none is known or the work tree stands there.
        test: The last test command of the session that is left, empty for none; to be read, never to be run.
    """

    mode: op.Mode
    phase: PhaseWork
    title: str
    agent: str
    argv: tuple[str, ...]
    cwd: str
    prompt: str
    prompt_path: str
    tokens: int = 0
    offers: tuple[Offer, ...] = ()
    estimate: str = ""
    reread: str = ""
    others: tuple[str, ...] = ()
    session: str | None = None
    left: PhaseWork | None = None
    commit: PhaseCommit | None = None
    green: Green | None = None
    test: str = ""


class Wish(Struct, frozen=True, kw_only=True):
    """What a person asks of the next session; None is left to the plan and the session that is left.

    Attributes:
        mode: Start the phase or continue it; None: continue it where some of its items are done.
        plan: The plan's path relative to the work tree.
        phase: The phase's index in the plan, or its label, name or title.
        session: The session that is left, by its id; None: the one of the status bar.
        agent: Who is to be started; None: that of the settings, else of the session that is left.
        pins: Files that the user chose, relative to the work tree.
    """

    mode: op.Mode | None = None
    plan: str | None = None
    phase: int | str | None = None
    session: str | None = None
    agent: str | None = None
    pins: tuple[str, ...] = ()


class Composing(Struct, frozen=True):
    """An opening prompt on its way: what was found out for it."""

    ground: Ground
    left: Left
    plan: str
    index: int
    opening: op.Opening
    note: FoundNote | None
    agent: str


def opening_for(
    machine: Machine,
    place: Place,
    views: Sequence[View],
    now: float,
    wish: Wish | None = None,
    *,
    write: bool = True,
    count: Callable[[str], int] | None = None,
    config: Config | None = None,
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
        count: Counts tokens; None: four bytes are taken for one.
        config: The settings, None: the defaults.
        both: The workspace's plans as an editor has them; None: as they lie on disk.

    Raises:
        RelayError: There is no plan or phase to work on, nobody to start, or the prompt cannot be written.
    """
    config, counted = config or Config(), count or op.by_bytes
    made = composing(place, views, wish or Wish(), config, both)
    ground, left, phase = made.ground, made.left, made.opening.phase
    known = launching.commands(config.agent_commands)
    if made.agent not in known:
        raise RelayError(
            f"Relaymark cannot start `{shown(made.agent)}`: name another agent ({', '.join(known)}; `--agent`, or the"
            " setting `nextAgent`), or its command in the setting `agentCommands`."
        )
    prompt = op.opening_text(made.opening, config.prompt_budget, counted)
    stem = f"{file_stem(now)}-{prompt_name(made.plan, ground.sheets[made.plan].plan, made.index)}"
    path = Path(ground.top, places.PROMPTS, f"{stem}.md")
    if write:
        path = written(ground.top, places.PROMPTS, stem, prompt)
    sentence = op.sentence(made.opening, f"{places.PROMPTS}/{path.name}")
    green = green_of(machine, ground, left.view.session if left.view else None, left.phase)
    read = [(ground.relative(file.path), file.reads) for file in left.view.session.attachments] if left.view else []
    test = last_test(left.view.session.commands) if left.view else None
    return Start(
        mode=made.opening.mode,
        phase=phase,
        title=one_line(": ".join(part for part in (phase.name, phase.title) if part) or made.plan, 60),
        agent=made.agent,
        argv=launching.argv(made.agent, sentence, config.agent_commands),
        cwd=ground.top,
        prompt=prompt,
        prompt_path=str(path),
        tokens=counted(prompt),
        offers=boundary(stand(machine, ground, left, made.note, green)),
        estimate=estimate(cost(ground, left.view, made.opening, prompt, counted)),
        reread=reread(read),
        others=tuple(agent for agent in known if agent != made.agent),
        session=left.view.session.id if left.view else None,
        left=left.phase,
        commit=commit_of(ground, left, made.note, config),
        green=green if away(ground, green) else None,
        test=one_line(redacted(test.command), 200) if test else "",
    )


def composing(place: Place, views: Sequence[View], wish: Wish, config: Config, both: Joined | None = None) -> Composing:
    """Find out what the next session is to work on, and what its prompt is made of.

    Raises:
        RelayError: There is no such session, plan or phase.
    """
    view = handover_session(views, place, wish.session) if wish.session else main_session(views)
    ground = Ground.of(place, views, config.path_map, both)
    bound = ground.bound(view.session) if view else None
    plan, index = _target(ground, place, wish, bound)
    phase = ground.work(plan, index)
    leaves = bound is not None and (bound.plan, bound.phase) != (plan, index)
    left = Left(view, ground.work(bound.plan, bound.phase) if bound else None, leaves)
    note = newest_note(place)
    opening = op.Opening(
        mode=wish.mode or ("continue" if phase.open_items and any(item.done for item in phase.items) else "start"),
        phase=phase,
        commits=ground.commits(view.session) if view else (),
        uncommitted=ground.uncommitted or (),
        note_path=note.path if note else None,
        note_text=note.text if note else "",
        pins=tuple(pin for pin in wish.pins if ground.exists(pin)),
        decisions=touching(decisions_of(ground.top), phase.files),
    )
    agent = wish.agent or config.next_agent or (view.session.agent if view else next(iter(launching.PROGRAMS)))
    return Composing(ground, left, plan, index, opening, note, agent)


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
