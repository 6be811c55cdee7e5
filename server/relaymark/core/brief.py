"""The brief after a holiday or a pull: the last note, what of it is no longer true, others' commits, how to go on."""

import re
import shlex
from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.note_text import NoteText, code_spans
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.green import Green

_ITEM = re.compile(r"\bitem\s+(\S{1,12})\s+“([^”]*)”")
_UNCOMMITTED = re.compile(r"\bnot committed\b|\buncommitted\b", re.IGNORECASE)
_LEAST = 8
_MOST_LINES = 12


class Foreign(Struct, frozen=True):
    """A commit of somebody else: its short name, its author, its subject, and which of the note's files it touched."""

    sha: str
    author: str
    subject: str
    files: tuple[str, ...]


class Brief(Struct, frozen=True, kw_only=True):
    """What there is to know before going on.

    Attributes:
        note: The path of the newest note that HEAD holds, None without one.
        about: Its phase, agent and date, as far as it says.
        next_step: What it says is next.
        untrue: What it says that is no longer so, one line each.
        foreign: Others' commits on its files, the newest first.
        phase: The phase to go on with, None where the plan has none.
        green: The commit to return to, None where none is known.
        command: The one command to go on.
    """

    note: str | None = None
    about: str = ""
    next_step: tuple[str, ...] = ()
    untrue: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    phase: str = ""
    green: Green | None = None
    command: tuple[str, ...] = ("relaymark", "next")


def next_step(note: NoteText) -> tuple[str, ...]:
    """Return the lines of a note's NEXT STEP."""
    part = next((each for each in note.parts if each.name == "NEXT STEP"), None)
    lines = part.body.of(note.text).splitlines() if part else []
    return tuple(line.strip().removeprefix("- ") for line in lines if line.strip())[:_MOST_LINES]


def outdated(note: NoteText, phases: Sequence[PhaseWork], uncommitted: Sequence[str] | None) -> tuple[str, ...]:
    """Return what a note says that the plans or git say otherwise by now, one line each.

    Args:
        note: The note.
        phases: The phases of the plan that it is of, as they stand.
        uncommitted: What differs from HEAD; None outside of git.
    """
    found = [*_ticked(note, phases)]
    for line in note.lines():
        if uncommitted is None or not _UNCOMMITTED.search(note.text, line.start, line.end):
            continue
        named = [inner for _, inner in code_spans(note.text, line.start, line.end) if "/" in inner or "." in inner]
        gone = [path for path in named if " " not in path and ":" not in path and path not in uncommitted]
        if gone:
            found.append(f"not uncommitted any more: {', '.join(one_line(path, 120) for path in gone[:5])}")
    return tuple(dict.fromkeys(found))


def _ticked(note: NoteText, phases: Sequence[PhaseWork]) -> list[str]:
    """Return the items that NEXT STEP speaks of and that are ticked by now, found by their words."""
    part = next((each for each in note.parts if each.name == "NEXT STEP"), None)
    if part is None:
        return []
    found = []
    for named in _ITEM.finditer(note.text, part.body.start, part.body.end):
        words = _words(named[2])
        item = next(
            (
                each
                for phase in phases
                for each in phase.items
                if len(words) >= _LEAST and _words(each.text).startswith(words)
            ),
            None,
        )
        if item and item.done:
            found.append(f"NEXT STEP names item {item.name} “{one_line(item.text, 60)}”, which is ticked by now")
    return found


def _words(text: str) -> str:
    """Return a text without what a note changes in it: quotes, escapes, the sign of a cut."""
    return re.sub(r"[\\`'…]", "", " ".join(text.split())).casefold()


def brief_text(brief: Brief) -> str:
    """Return a brief for a terminal."""
    lines: list[str] = []
    if brief.note:
        lines += [f"Last note  {one_line(brief.note, 300)}", *([f"           {brief.about}"] if brief.about else [])]
        lines += ["", "Next step, as it says:", *(f"  {one_line(line, 300)}" for line in brief.next_step)]
        lines += ["", "No longer true:" if brief.untrue else "All that can be checked of it is still true."]
        lines += [f"  {one_line(line, 300)}" for line in brief.untrue]
    else:
        lines.append("There is no note here that HEAD holds; `relaymark handover` writes one.")
    if brief.foreign:
        lines += ["", "Others' commits on its files:"]
    for each in brief.foreign:
        files = ", ".join(one_line(path, 80) for path in each.files[:3]) + (" ..." if len(each.files) > 3 else "")
        lines.append(f"  {each.sha}  {one_line(each.author, 40)}  {one_line(each.subject, 80)}  ({files})")
    if brief.green:
        lines += ["", f"Last green commit: {brief.green.sha}; back to it: {shlex.join(brief.green.back)}"]
    goes_on = f"  ({one_line(brief.phase, 80)})" if brief.phase else ""
    return "\n".join((*lines, "", f"Go on: {shlex.join(brief.command)}{goes_on}")) + "\n"
