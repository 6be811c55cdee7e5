"""What hooks do with notes: write one before a history is summarised away, and count what the next session is told."""

import os
from collections.abc import Mapping
from typing import Any

from relaymark.agents.claude_code import AGENT, LINES
from relaymark.core.agent import Agent
from relaymark.core.observed import View, view
from relaymark.core.place import Place, belongs
from relaymark.core.redact import redacted, secrets_in
from relaymark.core.relay.decided import decided
from relaymark.core.store import Store
from relaymark.engine.machine import Machine
from relaymark.engine.once import settings_of
from relaymark.engine.reader import Reader
from relaymark.engine.relay import RelayError, write_handover
from relaymark.engine.wanted import Wanted
from relaymark.sources import hook_counts as counts
from relaymark.sources.git import place_of

_MOST_BYTES = 250 * 1024 * 1024
"""A longer transcript cannot be read in the time that an agent waits."""


def note_before_compaction(path: str, session: str, cwd: str) -> Mapping[str, Any] | None:
    """Write the note of a Claude Code session whose history is about to be replaced; outside of git none is written.

    Returns:
        What the agent is to show its user, None for nothing.
    """
    machine = Machine(agents=(AGENT,))
    if os.stat(path).st_size > _MOST_BYTES:
        return None
    place = place_of(cwd)
    if place.worktree is None:
        return None
    found = view_of(machine, AGENT, LINES, path, session, place)
    if found is None:
        return None
    written = note_of(machine, place, found)
    return {"systemMessage": f"Relaymark wrote a handover note: {written}"} if written else None


def note_of(machine: Machine, place: Place, shown: View) -> str | None:
    """Write the note of a session and count it; return where it lies, None if there was nothing to write."""
    config, _ = settings_of(place.folder)
    try:
        written = write_handover(machine, place, [shown], shown.session.id, machine.now(), path_map=config.path_map)
    except RelayError:
        return None
    count_notes(place.worktree.path if place.worktree else place.folder)
    return str(written)


def view_of(machine: Machine, agent: Agent, store: Store, path: str, session: str, place: Place) -> View | None:
    """Return one session, read whole but not weighed, as it is shown in a workspace; None if it is not there.

    Raises:
        OSError: Its transcript cannot be read.
    """
    config, _ = settings_of(place.folder)
    reader = Reader(machine, Wanted.by(config, everything=True))
    reader.look_at_file(agent, store, path)
    reader.read_running()
    while reader.history_step():
        pass
    for item in reader.observed():
        if item.session.id == session:
            where, tree = belongs(item.session.cwd, place, config.path_map)
            # The agent runs the hook where it works, whatever an older line of its transcript says.
            elsewhere = where == "worktree" and tree != place.worktree
            return view(item, config, machine.now(), tree or place.worktree, elsewhere=elsewhere)
    return None


def count_notes(top: str) -> None:
    """Count the tokens of a work tree's notes and decisions that were not counted as they are now."""
    top = os.path.abspath(top)
    told, found = counts.known(top), {}
    asked = [(path, state, counts.current(told.get(path), state)) for path, state in counts.files(top)]
    if all(known for _, _, known in asked):
        return
    from relaymark.sources.vocabulary import count, encoding  # noqa: PLC0415  (takes 0.2 s)

    loaded = encoding()
    for path, state, known in asked:
        entry = known
        if entry is None:
            text = counts.read(top, path)
            line = None
            if path.startswith(counts.DECISIONS):
                stands = decided(path, text)
                line = redacted(stands.text) if stands else ""
            shown = text if line is None else line
            entry = counts.Counted(state.st_size, state.st_mtime_ns, count(loaded, shown), not secrets_in(shown), line)
        found[path] = entry
    counts.keep(top, found)
