"""What a hover says of an item and of a phase: Markdown in which nothing of a user's or a session's text is live."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from relaymark.core.ledger import Entry, items_left, room_said
from relaymark.core.markdown import escaped
from relaymark.core.observed import View
from relaymark.core.plan.model import Item, Phase
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.status import iso
from relaymark.core.tokens import exact, short

_NOTES = 3
_FILES = 12
_COMMITS = 5
_SPENT = 3


COMMIT = 9
"""How many characters of a commit's name are shown, as findings do."""


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
        moved_to: Where git knows it to be now, of one that is not found.
    """

    name: str
    found: str | None = None
    looked_for: bool = True
    tokens: int | None = None
    commit: str = ""
    read: bool = False
    edited: bool = False
    moved_to: str | None = None


class Since(Struct, frozen=True):
    """What git tells of an item since it was written.

    Attributes:
        written: The commit that brought its wording, None: it is not committed yet.
        ticked: The commit that changed its tick last, empty: that is not committed; None: its tick never changed.
        commits: Those that touched its files since, the newest first: full name and subject (empty: not known).
        changed: Its files have changes that are not committed.
        cut: It may be older: history is cut off there.
    """

    written: str | None = None
    ticked: str | None = None
    commits: tuple[tuple[str, str], ...] = ()
    changed: bool = False
    cut: bool = False


class AtWork(Struct, frozen=True):
    """A session that works on an item's phase, or has its files.

    Attributes:
        view: The session.
        tokens: What the item's files take of its context, None while that is not known.
        under_way: It edited the item's files since it ticked last: what it spent since then was spent here.
    """

    view: View
    tokens: int | None = None
    under_way: bool = False


def item_hover(
    item: Item,
    phase: Phase | None,
    files: Sequence[NamedFile],
    since: Since | None = None,
    sessions: Sequence[AtWork] = (),
    spent: Sequence[tuple[Entry, str]] = (),
) -> str:
    """Return the hover of a checkbox: its state, how far its phase is, its files, its sessions, and its history.

    Args:
        item: The box.
        phase: Its phase.
        files: What it names.
        since: What git tells of it.
        sessions: Those that are at work on it.
        spent: What sessions spent on it, the newest first, each with the agent's name for people.
    """
    state = "done" if item.ticked else "dropped" if item.struck else "open"
    lines = [f"**{state}**" + (f" · {_progress(phase)}" if phase else "")]
    lines += [_file_line(file) for file in files[:_FILES]]
    if len(files) > _FILES:
        lines.append(f"- and {len(files) - _FILES} more")
    for one in sessions:
        held = "" if one.tokens is None else f" · its files take {exact(one.tokens)} tokens of the context"
        lines.append(f"- {_session(one.view)}{held}{_so_far(one)}")
    return _joined([*lines, *_spent_lines(spent), *_since_lines(item, since)])


def phase_hover(
    phase: Phase,
    views: Sequence[View],
    files: Sequence[NamedFile],
    notes: Sequence[tuple[str, str]] = (),
    takes: int | None = None,
) -> str:
    """Return the hover of a phase's heading: who works on it, how full they are, whether its files fit, its notes.

    Args:
        phase: The phase.
        views: The sessions on it.
        files: What it names.
        notes: When its handover notes were written and their URIs, the newest first.
        takes: The tokens that an item of its plan took so far, the median; None while that is not known.
    """
    lines = [f"**{_progress(phase)}**"]
    for view in views:
        room = view.gauge.headroom
        left = (
            "" if room is None else f" · {exact(room)} tokens left" if room >= 0 else f" · {exact(-room)} tokens over"
        )
        count = items_left(room, takes)
        items = "" if count is None else f" · {room_said(count)}"
        lines.append(f"- {_session(view)}{left}{items}")
    if takes is not None:
        lines.append(f"An item of this plan took {exact(takes)} tokens so far (median)")
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
    if notes:
        shown = ", ".join(f"[{escaped(when, 30)}]({uri})" for when, uri in notes[:_NOTES])
        more = f" and {len(notes) - _NOTES} more" if len(notes) > _NOTES else ""
        lines.append(f"Handover notes: {shown}{more}")
    return _joined(lines)


def file_hover(files: Sequence[NamedFile]) -> str:
    """Return the hover of a path in a phase's own text: what an item says of a file; of a list in braces of each."""
    told = [_about(file) for file in files[:_FILES]]
    more = [f"and {len(files) - _FILES} more"] if len(files) > _FILES else []
    return told[0] if len(files) == 1 else _joined([f"- {line}" for line in (*told, *more)])


def _so_far(one: AtWork) -> str:
    under_way = one.view.session.under_way
    if not one.under_way or under_way.tokens is None:
        return ""
    about = "" if under_way.exact else "about "
    since = "its start" if under_way.first else "its last tick"
    return f" · {about}{exact(under_way.tokens)} tokens spent since {since}"


def _spent_lines(spent: Sequence[tuple[Entry, str]]) -> list[str]:
    lines = []
    for entry, agent in spent[:_SPENT]:
        told = entry.spent
        others = len(told.items) - 1
        on = f" on this and {others} more item{'s' * (others > 1)}" if others else ""
        amount = "an unknown number of" if told.tokens is None else exact(told.tokens)
        about = "" if told.exact or told.tokens is None else "about "
        first = ", counted from its start" if told.first else ""
        day = (iso(told.at) or "").partition("T")[0]
        when = f" on {day}" if day else ""
        session = f"{escaped(agent, 30)} {escaped(entry.session[:8], 8)}"
        lines.append(f"Ticked by {session}{when}: {about}{amount} tokens spent{on}{first}")
    return lines


def _since_lines(item: Item, since: Since | None) -> list[str]:
    if since is None:
        return []
    if since.written is None:
        return ["Not committed yet in this wording"]
    told = f"Written in {since.written[:COMMIT]}{' or before: older history is not here' if since.cut else ''}"
    turned = ""
    if since.ticked is not None:
        turned = "ticked" if item.ticked else "unticked"
        turned += f" in {since.ticked[:COMMIT]}" if since.ticked else " since, not committed"
    count = len(since.commits)
    touched = f"{count} commit{'s' * (count != 1)}" if count else ""
    both = " and uncommitted changes".removeprefix("" if count else " and ") if since.changed else ""
    if count or since.changed:
        # Counted from when it was written: said before the tick, which is among them.
        told += f"; since then {touched}{both} touched its files"
        told += f". {turned.capitalize()}" if turned else ""
    elif turned:
        told += f", {turned}"
    lines = [
        " ".join(part for part in (f"- {name[:COMMIT]}", escaped(subject, 60)) if part)
        for name, subject in since.commits[:_COMMITS]
    ]
    more = [f"- and {count - _COMMITS} more"] if count > _COMMITS else []
    return [told, *lines, *more]


def _session(view: View) -> str:
    return f"{SYMBOLS[view.gauge.level]} {figure(view)} · {view.observed.agent_title} · {view.life.state}"


def _progress(phase: Phase) -> str:
    name = escaped(" ".join(part for part in (phase.name, phase.title) if part)) or "plan"
    if not phase.items:
        return name
    return f"{name}: {sum(item.ticked for item in phase.items)} of {len(phase.items)} done"


def _file_line(file: NamedFile) -> str:
    return f"- {_about(file)}"


def _about(file: NamedFile) -> str:
    if file.found is None:
        why = f" · moved to {escaped(file.moved_to)}" if file.moved_to else " · not found" if file.looked_for else ""
        return escaped(file.name) + why
    parts = [escaped(file.found)]
    if file.tokens is not None:
        parts.append(f"{exact(file.tokens)} tokens")
    if file.commit:
        parts.append(file.commit)
    if file.edited or file.read:
        parts.append("edited by the session" if file.edited else "read by the session")
    return " · ".join(parts)


def _joined(lines: Sequence[str]) -> str:
    """Join paragraphs and list lines so that lists stand apart."""
    text = lines[0]
    for before, line in pairwise(lines):
        text += ("\n" if before.startswith("- ") and line.startswith("- ") else "\n\n") + line
    return text
