"""The commit of a phase: what one session edited of it, and the plan."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.config import Config
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.relay.committing import PhaseCommit
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.work import phase_named
from relaymark.engine.plans import Joined
from relaymark.engine.relay import RelayError, handover_session, newest_note, shown
from relaymark.engine.relay_boundary import Left, commit_of
from relaymark.engine.relay_facts import Ground


class Proposed(Struct, frozen=True):
    """A commit that a person may want: its work tree, what goes in, the phase, and the session that did it."""

    top: str
    commit: PhaseCommit
    phase: PhaseWork
    session: str


def commit_for(
    place: Place,
    views: Sequence[View],
    config: Config,
    *,
    session: str | None = None,
    plan: str | None = None,
    phase: int | str | None = None,
    both: Joined | None = None,
) -> Proposed:
    """Return the commit of a session's phase.

    Args:
        place: The workspace.
        views: Its sessions.
        config: The settings.
        session: Whose files; None: the session of the status bar.
        plan: The phase's plan, relative to the work tree; None: the one that the session works on.
        phase: The phase, by its index, label, name or title; None: the one that the session works on.
        both: The workspace's plans as an editor has them; None: as they lie on disk.

    Raises:
        RelayError: There is no such session or phase, or there is nothing to commit.
    """
    view = handover_session(views, place, session)
    ground = Ground.of(place, views, config.path_map, both)
    if ground.uncommitted is None:
        raise RelayError(f"{shown(place.folder)} is not in a git repository.")
    bound = ground.bound(view.session)
    path = plan or (bound.plan if bound else next(iter(ground.sheets)) if len(ground.sheets) == 1 else None)
    if path is None:
        raise RelayError("The session's plan is not known; name it.")
    if path not in ground.sheets:
        raise RelayError(f"There is no plan {shown(path)}.")
    index = phase_named(ground.sheets[path].plan, phase) if phase is not None else None
    if phase is None and bound and bound.plan == path:
        index = bound.phase
    if index is None:
        raise RelayError(f"{shown(path)} has no phase `{shown(str(phase))}`." if phase else "Name the phase.")
    work = ground.work(path, index)
    found = commit_of(ground, Left(view, work), newest_note(place), config)
    if found is None:
        raise RelayError("There is nothing to commit of what this session edited.")
    return Proposed(ground.top, found, work, view.session.id)
