"""The relay from the editor: continue the phase, or start the next one in a fresh session; commit; prompts to copy."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

from relaymark.core import paths
from relaymark.core.opening import Mode
from relaymark.core.place import Place
from relaymark.core.plan_lens import started
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.work import phase_named
from relaymark.core.tokens import short
from relaymark.engine.pasting import pasted
from relaymark.engine.relay import RelayError
from relaymark.engine.relay_commit import commit_for
from relaymark.engine.relay_opening import Start, Wish, opening_for
from relaymark.lsp.asked import Asked, UserError, asked, is_plan, ready, scene_of
from relaymark.lsp.between import Answer, ask_agent, ask_boundary, launch_commit, launched, proposed
from relaymark.lsp.features.handover import hand_over
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import inform, show, warn

CONTINUE = "relaymark.continuePhase"
NEXT = "relaymark.startNextPhase"
COMMIT = "relaymark.commitPhase"
COPY = "relaymark.openingPrompt"


async def continue_phase(ls: RelaymarkServer, *given: Any) -> bool:
    """Go on with a phase in a fresh session; True if it was started."""
    return await _begin(ls, given, "continue")


async def start_next_phase(ls: RelaymarkServer, *given: Any) -> bool:
    """Start the next phase in a fresh session; True if it was started."""
    return await _begin(ls, given, "start")


async def _begin(ls: RelaymarkServer, given: tuple[Any, ...], mode: Mode) -> bool:
    wish = asked(given)
    await ready(ls)
    try:
        return await _begun(ls, wish, mode, wish.agent)
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return False


async def _begun(ls: RelaymarkServer, wish: Asked, mode: Mode, agent: str | None) -> bool:
    """Compose, have the user act on what the check found as often as they like, and start."""
    while True:
        current = scene_of(ls, wish)
        start = await _composed(ls, current, wish, mode, agent, write=False)
        answer = await ask_boundary(ls, start)
        if answer is Answer.START:
            return await _start(ls, await _composed(ls, current, wish, mode, agent, write=True))
        if answer is Answer.CANCEL:
            return False
        if answer is Answer.CONTINUE and start.left:
            wish, mode = _rest_of(current, wish, start.left), "continue"
        elif answer is Answer.COMMIT:
            await launch_commit(ls, proposed(start))
        elif answer is Answer.HAND_OVER:
            await hand_over(ls, Asked(workspace=wish.workspace, session=start.session))
        elif answer is Answer.OTHER_AGENT:
            agent = await ask_agent(ls, start) or agent


def _rest_of(current: Scene, wish: Asked, left: PhaseWork) -> Asked:
    """Return the wish to go on with the phase that the session worked on."""
    sheet = current.joined.sheets.get(left.plan) if current.joined else None
    if sheet is None:
        return wish
    index = phase_named(sheet.plan, left.label or left.title)
    return Asked(wish.workspace, sheet.path, index, session=wish.session, agent=wish.agent)


async def _start(ls: RelaymarkServer, start: Start) -> bool:
    """Have the client start an agent; where it cannot, the prompt is opened."""
    there = shutil.which(start.argv[0]) is not None
    if ls.features.launch and there and await launched(ls, start.title, start.argv, start.cwd):
        return True
    await show(ls, Path(start.prompt_path))
    why = "" if there else f"{start.argv[0]} is not on the PATH; "
    inform(ls, f"{why}start {start.argv[0]} in {paths.name(start.cwd)} and give it this prompt.")
    return False


async def opening_prompt(ls: RelaymarkServer, *given: Any) -> str | None:
    """Return the opening prompt with the phase and its files in it, to be copied; None where there is none."""
    wish = asked(given)
    await ready(ls)
    try:
        current, place, plan, phase = _meant(ls, wish)
        found = await asyncio.to_thread(
            pasted,
            place,
            current.views,
            Wish(plan=plan, phase=phase, session=wish.session),
            current.folder.config,
            both=current.joined,
        )
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return None
    left_out = f"; {len(found.left_out)} files are left out" if found.left_out else ""
    secrets = f"; {found.secrets} texts that look like secrets are taken out" if found.secrets else ""
    inform(ls, f"the prompt has about {short(found.tokens)} tokens with {len(found.files)} texts{left_out}{secrets}.")
    return found.text


async def commit_phase(ls: RelaymarkServer, *given: Any) -> bool:
    """Have the client's terminal commit what a session edited of its phase; True if it was opened."""
    wish = asked(given)
    await ready(ls)
    try:
        current, place, plan, phase = _meant(ls, wish)
        found = await asyncio.to_thread(
            commit_for,
            place,
            current.views,
            current.folder.config,
            session=wish.session,
            plan=plan,
            phase=phase,
            both=current.joined,
        )
        return await launch_commit(ls, found)
    except (UserError, RelayError) as error:
        warn(ls, str(error))
        return False


def _meant(ls: RelaymarkServer, wish: Asked) -> tuple[Scene, Place, str | None, int | None]:
    """Return the scene and the place that a command is about, and the plan and the phase that it names.

    Raises:
        UserError: There is no such place.
    """
    current = scene_of(ls, wish)
    assert current.folder.place is not None, "scene_of() refuses folders without a place"
    return current, current.folder.place, *_target(ls, current, wish, "continue")


async def _composed(
    ls: RelaymarkServer, current: Scene, wish: Asked, mode: Mode, agent: str | None, *, write: bool
) -> Start:
    place = current.folder.place
    assert place is not None, "scene_of() refuses folders without a place"
    plan, phase = _target(ls, current, wish, mode)
    return await asyncio.to_thread(
        opening_for,
        ls.machine,
        place,
        current.views,
        ls.machine.now(),
        Wish(mode=mode, plan=plan, phase=phase, session=wish.session, agent=agent),
        write=write,
        config=current.folder.config,
        both=current.joined,
    )


def _target(ls: RelaymarkServer, current: Scene, wish: Asked, mode: Mode) -> tuple[str | None, int | None]:
    """Return the plan and the phase that are asked for: the one named, or to start the first open one after it.

    On a phase that is not begun, starting means that phase itself.
    """
    if current.joined is None:
        return None, None
    sheets = current.joined.sheets.items()
    plan = next((path for path, sheet in sheets if wish.plan and is_plan(ls, sheet, wish.plan)), None)
    if plan is None or wish.phase is None:
        return plan, None
    phases = current.joined.sheets[plan].plan.phases
    if mode == "continue" or not 0 <= wish.phase < len(phases):
        return plan, wish.phase
    return plan, started(phases, wish.phase, taken=wish.session is not None)


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(CONTINUE)(continue_phase)
    server.command(NEXT)(start_next_phase)
    server.command(COMMIT)(commit_phase)
    server.command(COPY)(opening_prompt)
