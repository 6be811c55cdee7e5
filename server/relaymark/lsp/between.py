"""What the user does between two phases: the check as a message with buttons, the commit, the choice of the agent."""

import asyncio
import logging
import shlex
import sys
from collections.abc import Sequence
from enum import Enum

from lsprotocol import types

from relaymark.core.boundary import Kind
from relaymark.core.markdown import one_line
from relaymark.engine.relay_commit import Proposed
from relaymark.engine.relay_opening import Start
from relaymark.lsp.protocol import LAUNCH, field
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import choice, inform, warn
from relaymark.sources.commits import head_of

_log = logging.getLogger(__name__)

_START, _OTHER = "Start it", "Another agent"
_PATIENCE = 20.0
"""Seconds to wait for a commit in a terminal before the check is done again."""


class Answer(Enum):
    """What the user wants between two phases."""

    START = "start"
    CANCEL = "cancel"
    CONTINUE = "items"
    COMMIT = "uncommitted"
    HAND_OVER = "note"
    TEST = "tests"
    OTHER_AGENT = "agent"


_BY_KIND: dict[Kind, Answer] = {
    "items": Answer.CONTINUE,
    "uncommitted": Answer.COMMIT,
    "note": Answer.HAND_OVER,
    "tests": Answer.TEST,
}


async def ask_boundary(ls: RelaymarkServer, start: Start) -> Answer:
    """Say what the boundary is not ready for; with buttons the user acts on it, without them it is only said."""
    if not start.offers:
        return Answer.START
    if not ls.features.actions:
        first, more = start.offers[0].text, len(start.offers) - 1
        warn(ls, f"{first}{f' (and {more} more)' if more else ''}. It starts all the same.")
        return Answer.START
    buttons = {offer.action: _BY_KIND[offer.kind] for offer in start.offers}
    if not start.commit or not ls.features.launch:
        buttons = {title: answer for title, answer in buttons.items() if answer is not Answer.COMMIT}
    titles = [_START, *buttons, *([_OTHER] if start.others and ls.features.launch else [])]
    taken = await choice(ls, _question(start), titles, types.MessageType.Warning)
    if taken == _START:
        return Answer.START
    if taken == _OTHER:
        return Answer.OTHER_AGENT
    answer = buttons.get(taken, Answer.CANCEL)
    if answer is Answer.TEST:
        # A command from a transcript is never run: the user reads it, and runs it if they want.
        inform(ls, f"run it in a terminal: {start.test}" if start.test else "run the project's tests in a terminal.")
    return answer


def _question(start: Start) -> str:
    said = "; ".join(offer.text for offer in start.offers)
    back = f" Back to the last green commit: {shlex.join(start.green.back)}." if start.green else ""
    buys = f" It buys {start.estimate}." if start.estimate else ""
    again = f" R{start.reread[1:]}." if start.reread else ""
    return f"Before {start.title} starts: {said}.{buys}{again}{back}"


async def ask_agent(ls: RelaymarkServer, start: Start) -> str | None:
    """Ask who is to go on; None: whoever it was."""
    agents = [start.agent, *start.others]
    taken = await choice(ls, f"Who goes on with {start.title}? The note is the same for each.", agents)
    return taken if taken in agents else None


def proposed(start: Start) -> Proposed | None:
    """Return the commit that belongs to a next session: of the phase that is left."""
    if not start.commit or not start.left or not start.session:
        return None
    return Proposed(start.cwd, start.commit, start.left, start.session)


async def launch_commit(ls: RelaymarkServer, found: Proposed | None) -> bool:
    """Open a terminal that shows the commit of the phase, asks, and makes it; True if it was opened.

    Waits a while for the commit, so that who goes on sees it.
    """
    if found is None:
        warn(ls, "there is nothing to commit of what this session edited.")
        return False
    if not ls.features.launch:
        warn(ls, f"run relaymark commit in {one_line(found.top, 200)}; this editor opens no terminal for it.")
        return False
    before = await asyncio.to_thread(head_of, found.top)
    phase = found.phase.label or found.phase.title
    argv = (
        # -P: a folder `relaymark` in the project is not taken for the program.
        sys.executable, "-P", "-m", "relaymark", "commit", "--hold", f"--session={found.session}",
        f"--plan={found.phase.plan}", *([f"--phase={phase}"] if phase else []),
    )  # fmt: skip
    if not await launched(ls, one_line(f"Commit {found.phase.name or found.phase.plan}", 60), argv, found.top):
        warn(ls, "the terminal for the commit was not opened.")
        return False
    until = asyncio.get_running_loop().time() + _PATIENCE
    while asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.5)
        if await asyncio.to_thread(head_of, found.top) != before:
            break
    return True


async def launched(ls: RelaymarkServer, title: str, argv: Sequence[str], cwd: str) -> bool:
    """Ask the client to run a program in a terminal; True if it does."""
    try:
        answer = await ls.protocol.send_request_async(LAUNCH, {"title": title, "argv": list(argv), "cwd": cwd})
    except Exception as error:  # noqa: BLE001  (whatever a client answers, there is another way)
        _log.warning("the client did not start %s: %s", argv[0], error)
        return False
    return field(answer, "launched") is True
