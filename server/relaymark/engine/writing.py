"""Writes a session's note by the writer that the user chose; whatever that one does, the draft is there."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.config import Config, Writer
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.writers import ANSWER_TOKENS, Fork, answer, cost_text, fork
from relaymark.core.writing import header_for, protocol_prompt, repair_prompt, signed
from relaymark.engine.machine import Machine
from relaymark.engine.note_lint import text_findings, told
from relaymark.engine.plans import Joined
from relaymark.engine.relay import handover_text, shown, written
from relaymark.engine.relay_facts import top_of
from relaymark.sources import keeping, places
from relaymark.sources.prices import price_of
from relaymark.sources.programs import Ended, run

PATIENCE = 300.0
"""Seconds that a writer may take for one answer."""
_ROUNDS = 2
_OF_AN_AGENT = ("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT")
"""Variables by which an agent knows that it runs inside of itself, which some versions refuse."""

Progress = Callable[[str], None]


class Composed(Struct, frozen=True):
    """A note before it is written down.

    Attributes:
        text: The whole of it.
        stem: The name of its file without the suffix.
        author: Who wrote it: `draft`, or the writer that was asked for.
        fallen_back: Why it is the draft and not the note of the writer that was asked for; empty if it is.
    """

    text: str
    stem: str
    author: Writer
    fallen_back: str = ""


class RefusedError(Exception):
    """A writer gave no note that can be used; the message says why."""


def cost_of(view: View) -> str:
    """Return what the writer `session` costs for a session, in one sentence."""
    session, held = view.session, view.session.context.tokens
    price = price_of(view.observed.host, session.model, held, ANSWER_TOKENS) if held and session.model else None
    return cost_text(held, price, session.model)


def composed(
    machine: Machine,
    place: Place,
    view: View,
    now: float,
    config: Config,
    writer: Writer,
    *,
    trusted: bool = True,
    both: Joined | None = None,
    cancel: Event | None = None,
    progress: Progress = lambda _: None,
    patience: float = PATIENCE,
) -> Composed:
    """Return the note of a session by a writer: judged by the rules, mended once by its writer, else the draft.

    Args:
        machine: Where the agents are, and the environment that programs are given.
        place: The workspace.
        view: The session.
        now: Seconds since the epoch.
        config: The settings.
        writer: Who is to write.
        trusted: Whether programs may be run for this workspace.
        both: The workspace's plans as an editor has them; None: as they lie on disk.
        cancel: Once this is set the writer is ended, and the note is the draft.
        progress: Is told what is going on.
        patience: Seconds that the writer may take for one answer.
    """
    draft, stem = handover_text(machine, place, view, now, path_map=config.path_map, both=both)
    if writer == "draft":
        return Composed(draft, stem, "draft")
    try:
        _demand(trusted, "this workspace is not trusted, so no program is run for it")
        ask = _asking(machine, place, view, config, writer, cancel, patience)
        text = _mended(ask, draft, writer, place, view, config, progress)
    except RefusedError as why:
        return Composed(draft, stem, "draft", f"The writer `{writer}` gave no note: {why}.")
    return Composed(text, stem, writer)


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise RefusedError(why)


def keep(place: Place, found: Composed) -> Path:
    """Write a note into the work tree's archive and return where it lies.

    Raises:
        RelayError: It cannot be written.
    """
    path = written(top_of(place), places.NOTES, found.stem, found.text)
    chosen = keeping.choice_of(place)
    if chosen == "ignore":
        with contextlib.suppress(OSError):  # the note is there; what was chosen is asked for again
            keeping.apply(place, chosen)
    return path


def _mended(
    ask: Callable[[str], str], draft: str, writer: Writer, place: Place, view: View, config: Config, progress: Progress
) -> str:
    header = header_for(draft, writer)
    prompt = protocol_prompt(draft)
    wrong: tuple[str, ...] = ()
    for at in range(_ROUNDS):
        progress("repairing the note" if at else "writing the note")
        answered = ask(prompt)
        if not answered:
            raise RefusedError("it answered nothing")
        text = signed(header, answered)
        progress("checking the note")
        ran = None if view.session.partial else view.session.commands
        wrong = tuple(told(text, finding) for finding in text_findings(top_of(place), text, config, ran))
        if not wrong:
            return text
        prompt = repair_prompt(draft, answered, wrong)
    raise RefusedError(f"it breaks the rules even after one repair ({shown(wrong[0])})")


def _asking(
    machine: Machine,
    place: Place,
    view: View,
    config: Config,
    writer: Writer,
    cancel: Event | None,
    patience: float,
) -> Callable[[str], str]:
    """Return what asks a writer and gives its answer."""
    if writer == "command":
        argv = tuple(config.writer_command)
        if not argv:
            raise RefusedError("the setting `writerCommand` names no program")
        return lambda prompt: _out(_run(machine, argv, top_of(place), prompt, cancel, patience)).strip()
    own = view.session.model if view.observed.host in ("anthropic", "openai") else None
    forked = fork(view.session.agent, view.session.id, own)
    if not isinstance(forked, Fork):
        raise RefusedError(forked)
    folder = _folder(place, view, config)
    return lambda prompt: answer(forked.shape, _out(_run(machine, forked.argv, folder, prompt, cancel, patience)))


def _run(
    machine: Machine, argv: tuple[str, ...], folder: str, prompt: str, cancel: Event | None, patience: float
) -> Ended:
    environ = {name: value for name, value in machine.environ.items() if name not in _OF_AN_AGENT}
    return run(argv, folder, prompt, timeout=patience, environ=environ, cancel=cancel)


def _out(ended: Ended) -> str:
    if ended.fault:
        raise RefusedError(shown(ended.fault))
    return ended.out


def _folder(place: Place, view: View, config: Config) -> str:
    """Return where the session works: agents look for a session by its folder. Never one outside of the work tree."""
    recorded = paths.mapped(view.session.cwd or "", config.path_map)
    inside = recorded and paths.inside(os.path.realpath(recorded), os.path.realpath(top_of(place)))
    return recorded if inside and os.path.isdir(recorded) else top_of(place)
