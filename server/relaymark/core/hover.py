"""What a hover says of an item and of a phase: Markdown in which nothing of a user's or a session's text is live."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from relaymark.core.markdown import escaped
from relaymark.core.observed import View
from relaymark.core.plan.model import Item, Phase
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.tokens import exact, short

_FILES = 12


class NamedFile(Struct, frozen=True):
    """A file that an item or a phase names.

    Attributes:
        name: As the plan names it.
        found: Where it lies in the work tree, None if nowhere or not looked for.
        looked_for: It was looked for.
        tokens: What it would take in a context, None while that is not counted.
        commit: Its newest commit in words, empty without one.
        read: The session that works on the phase has read it.
        edited: That session has edited it.
    """

    name: str
    found: str | None = None
    looked_for: bool = True
    tokens: int | None = None
    commit: str = ""
    read: bool = False
    edited: bool = False


def item_hover(item: Item, phase: Phase | None, files: Sequence[NamedFile]) -> str:
    """Return the hover of a checkbox: its state, how far its phase is, and each file that it names."""
    state = "done" if item.ticked else "dropped" if item.struck else "open"
    lines = [f"**{state}**" + (f" · {_progress(phase)}" if phase else "")]
    lines += [_file_line(file) for file in files[:_FILES]]
    if len(files) > _FILES:
        lines.append(f"- and {len(files) - _FILES} more")
    return _joined(lines)


def phase_hover(phase: Phase, views: Sequence[View], files: Sequence[NamedFile]) -> str:
    """Return the hover of a phase's heading: who works on it, how full they are, and whether its files fit."""
    lines = [f"**{_progress(phase)}**"]
    for view in views:
        room = view.gauge.headroom
        left = (
            "" if room is None else f" · {exact(room)} tokens left" if room >= 0 else f" · {exact(-room)} tokens over"
        )
        lines.append(
            f"- {SYMBOLS[view.gauge.level]} {figure(view)} · {view.observed.agent_title} · {view.life.state}{left}"
        )
    known = [file.tokens for file in files if file.found and file.tokens is not None]
    if known:
        total = sum(known)
        counted = f"{len(known)} of {len(files)} named files take {exact(total)} tokens"
        room = max((view.gauge.headroom or 0 for view in views), default=None)
        if room is None:
            lines.append(counted)
        else:
            fits = "they fit" if total <= room else "they do not fit"
            lines.append(f"{counted}; {fits} into the {short(max(room, 0))} left below the ceiling")
    lines += [_file_line(file) for file in files[:_FILES]]
    return _joined(lines)


def _progress(phase: Phase) -> str:
    name = escaped(" ".join(part for part in (phase.name, phase.title) if part)) or "plan"
    if not phase.items:
        return name
    return f"{name}: {sum(item.ticked for item in phase.items)} of {len(phase.items)} done"


def _file_line(file: NamedFile) -> str:
    if file.found is None:
        return f"- {escaped(file.name)}" + (" · not found" if file.looked_for else "")
    parts = [escaped(file.found)]
    if file.tokens is not None:
        parts.append(f"{exact(file.tokens)} tokens")
    if file.commit:
        parts.append(file.commit)
    if file.edited or file.read:
        parts.append("edited by the session" if file.edited else "read by the session")
    return "- " + " · ".join(parts)


def _joined(lines: Sequence[str]) -> str:
    """Join paragraphs and list lines so that lists stand apart."""
    text = lines[0]
    for before, line in pairwise(lines):
        text += ("\n" if before.startswith("- ") and line.startswith("- ") else "\n\n") + line
    return text
