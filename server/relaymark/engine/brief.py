"""Gathers the brief: the last note against what the plans, git and the record of its session say by now."""

from relaymark.core.brief import Brief, next_step, outdated
from relaymark.core.config import Config
from relaymark.core.lines import LineTable
from relaymark.core.markdown import one_line
from relaymark.core.note_text import NoteText, read_note
from relaymark.core.place import Place
from relaymark.core.relay.facts import PhaseWork
from relaymark.engine.machine import Machine
from relaymark.engine.note_check import judged_notes, runs_of
from relaymark.engine.recorded import recorded
from relaymark.engine.relay import FoundNote, RelayError, newest_note
from relaymark.engine.relay_boundary import away, green_of
from relaymark.engine.relay_facts import Ground, top_of
from relaymark.engine.relay_opening import Wish, composing
from relaymark.rules.handover import named_paths
from relaymark.sources.foreign import foreign_commits

_UNTRUE = ("handover-path-missing", "handover-unverified", "handover-stale")


def brief_for(machine: Machine, place: Place, config: Config) -> Brief:
    """Return what there is to know of a work tree before going on; no open session is looked at."""
    note = newest_note(place)
    ground = Ground.of(place, (), config.path_map)
    if note is None:
        phase, command = _going_on(place, config, None)
        return Brief(phase=phase, command=command)
    text = read_note(note.text)
    phases = _phases(ground, note)
    own = _own(note, phases)
    phase, command = _going_on(place, config, own)
    found = recorded(machine, note.header.session, note.header.agent) if note.header.session else None
    green = green_of(machine, ground, found.session if found else None, own)
    files = [*(path.rstrip("/") for path, _ in named_paths(text)), *(own.files if own else ())]
    sha = note.header.sha
    return Brief(
        note=note.path,
        about=_about(note),
        next_step=next_step(text),
        untrue=(*_judged(machine, place, config, note, text), *outdated(text, phases, ground.uncommitted)),
        foreign=foreign_commits(ground.top, sha, tuple(dict.fromkeys(files))) if sha else (),
        phase=phase,
        green=green if away(ground, green) else None,
        command=command,
    )


def _about(note: FoundNote) -> str:
    header = note.header
    told = (header.phase, header.agent, header.author and f"written by {header.author}", header.date, header.commit)
    return ", ".join(one_line(part, 80) for part in told if part)


def _judged(machine: Machine, place: Place, config: Config, note: FoundNote, text: NoteText) -> tuple[str, ...]:
    found = judged_notes(top_of(place), config, runs_of(machine), only=(note.path,)).findings
    table = LineTable(text.text)
    return tuple(
        f"{f'line {table.line_at(each.span.start) + 1}: ' if each.span else ''}{each.message}"
        for each in found
        if each.code in _UNTRUE
    )


def _phases(ground: Ground, note: FoundNote) -> tuple[PhaseWork, ...]:
    """Return the phases of the plan that a note is of."""
    plan = (note.header.phase or "").partition(": ")[0]
    sheet = ground.sheets.get(plan)
    return tuple(ground.work(plan, index) for index in range(len(sheet.plan.phases))) if sheet else ()


def _own(note: FoundNote, phases: tuple[PhaseWork, ...]) -> PhaseWork | None:
    name = (note.header.phase or "").partition(": ")[2].casefold()
    return next((each for each in phases if name and name in (each.name.casefold(), each.title.casefold())), None)


def _going_on(place: Place, config: Config, own: PhaseWork | None) -> tuple[str, tuple[str, ...]]:
    """Return the phase to go on with and the one command: the note's own phase as long as it is not done."""
    wanted = (own.label or own.title) if own and own.open_items else None
    try:
        made = composing(place, (), Wish(phase=wanted, plan=own.plan if own and wanted else None), config)
    except RelayError:
        return "", ("relaymark", "status")
    phase = made.opening.phase
    named = phase.label or phase.title
    title = ": ".join(part for part in (phase.name, phase.title) if part)
    return title, ("relaymark", "next", *([f"--phase={named}"] if named else []))
