"""The relay's notes: which session is handed over, the note that is written for it, and the newest one there is."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.note import Header, draft, note_text, read_header
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.shown import choose
from relaymark.core.started import file_part
from relaymark.engine.machine import Machine
from relaymark.engine.plans import Joined
from relaymark.engine.relay_facts import Ground, note_facts, top_of
from relaymark.sources import commits as git
from relaymark.sources import handovers, keeping, places
from relaymark.sources.secrets import without_secrets

_MOST_NOTES = 50


class RelayError(Exception):
    """What a person asked of the relay cannot be done; the message names the thing and says what to do."""


class FoundNote(Struct, frozen=True):
    """A note on disk: its path relative to the work tree, its text and its front matter."""

    path: str
    text: str
    header: Header


def handover_session(views: Sequence[View], place: Place, session_id: str | None) -> View:
    """Return the session to hand over: the named one (its id or how that begins), else the one of the status bar.

    Raises:
        RelayError: There is none, it is not the only one of that name, or it cannot be handed over from here.
    """
    where = shown(place.folder)
    if session_id is None:
        chosen = main_session(views)
        if chosen is None:
            raise RelayError(f"No session is open in {where}.")
        found = [chosen]
    else:
        exact = [view for view in views if view.session.id == session_id]
        found = exact or [view for view in views if session_id and view.session.id.startswith(session_id)]
    if not found:
        raise RelayError(f"No session `{shown(session_id or '')}` is known in {where}; `relaymark status` lists them.")
    if len(found) > 1:
        raise RelayError(f"{len(found)} sessions begin with `{shown(session_id or '')}`; give more of the id.")
    session = found[0].session
    if session.parent is not None:
        raise RelayError(f"`{shown(session.id)}` is a subagent; hand over its session `{shown(session.parent)}`.")
    if found[0].elsewhere:
        other = found[0].worktree.path if found[0].worktree else "another work tree"
        raise RelayError(f"Session `{shown(session.id)}` works in {shown(other)}; hand it over there.")
    if session.partial:
        raise RelayError(f"Session `{shown(session.id)}` is still being read; try again in a moment.")
    return found[0]


def main_session(views: Sequence[View]) -> View | None:
    """Return the session that a status bar shows: no subagent, and at work in this work tree."""
    return choose([view for view in views if view.session.parent is None and not view.elsewhere])


def handover_text(
    machine: Machine,
    place: Place,
    view: View,
    now: float,
    *,
    path_map: Mapping[str, str] | None = None,
    both: Joined | None = None,
) -> tuple[str, str]:
    """Return the note that hands a session over, and the name of its file without the suffix."""
    facts = note_facts(machine, Ground.of(place, [view], path_map, both), view.session, now)
    phase = facts.phase
    where = (phase.plan.removesuffix(".md"), phase.label or phase.title) if phase else ("none", "none")
    return without_secrets(note_text(draft(facts))), file_stem(now, *where, view.session.id)


def write_handover(
    machine: Machine,
    place: Place,
    views: Sequence[View],
    session_id: str | None,
    now: float,
    *,
    path_map: Mapping[str, str] | None = None,
    both: Joined | None = None,
) -> Path:
    """Write the note of a session into the work tree's `.relaymark/handovers/` and return where it lies.

    Args:
        machine: Where the agents are.
        place: The workspace.
        views: Its sessions, read whole.
        session_id: Whom to hand over; None: the session that a status bar shows.
        now: Seconds since the epoch.
        path_map: Recorded folder to folder here.
        both: The workspace's plans as an editor has them; None: as they lie on disk.

    Raises:
        RelayError: There is nothing to hand over, or the note cannot be written.
    """
    view = handover_session(views, place, session_id)
    text, stem = handover_text(machine, place, view, now, path_map=path_map, both=both)
    path = written(top_of(place), places.NOTES, stem, text)
    chosen = keeping.choice_of(place)
    if chosen == "ignore":
        with contextlib.suppress(OSError):  # the note is there; what was chosen is asked for again
            keeping.apply(place, chosen)
    return path


def newest_note(place: Place) -> FoundNote | None:
    """Return the newest note whose commit is HEAD or behind it; None without one.

    A note that names no commit counts: it is from before the first one, or from outside of git.
    """
    top = top_of(place)
    told: dict[str, bool] = {}
    for at, (path, text) in enumerate(handovers.notes(top)):
        header = read_header(text) if at < _MOST_NOTES else None
        if header is None:
            continue
        sha = header.sha
        if sha is not None and sha not in told:
            told[sha] = git.is_ancestor(top, sha) is not False
        if sha is None or told[sha]:
            return FoundNote(path, text, header)
    return None


def file_stem(now: float, *parts: str) -> str:
    """Return the name of a note or prompt without its suffix: `20261120T101500Z-PLAN-2`."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    return "-".join((stamp, *(file_part(part, 64) for part in parts)))


def written(top: str, folder: str, stem: str, text: str) -> Path:
    """Write a new file into Relaymark's folder of a work tree.

    Raises:
        RelayError: It cannot be written.
    """
    try:
        return handovers.write_new(top, folder, stem, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RelayError(f"{shown(f'{top}/{folder}')} cannot be written ({reason}); make it writable.") from error


def shown(text: str) -> str:
    """Return a text as it stands in a message."""
    return one_line(text, 200)
