"""The status payload: one versioned picture, the same in the notification, the request and `status --json`.

camelCase; what is unknown is absent; zero, false and empty lists are always there.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.config import Config
from relaymark.core.observed import Observed, View, view
from relaymark.core.place import Place, belongs
from relaymark.core.shown import choose, status_text
from relaymark.core.tooltip import name, tooltip

VERSION = 1
Payload = dict[str, Any]


class Plans(Struct, frozen=True):
    """What is known of the workspace's plans, and of the phases that its sessions work on, ready for the payload.

    Attributes:
        plans: One object per plan.
        phases: Session id to the object of its phase.
        left: Session id to the number of items of its plan that it has room for.
    """

    plans: tuple[Payload, ...] = ()
    phases: Mapping[str, Payload] = {}
    left: Mapping[str, int] = {}


class Status(Struct, frozen=True):
    """A payload and what the next one needs to know of it.

    Attributes:
        payload: To be sent as it is.
        shown: The id of the shown session.
        views: The sessions behind it, in its order.
        note: Why none is open, as plain text.
    """

    payload: Payload
    shown: str | None
    views: tuple[View, ...]
    note: str = ""


def sorted_views(observed: Sequence[Observed], place: Place, config: Config, now: float) -> tuple[View, ...]:
    """Return the open sessions of a workspace: its own work tree's first, the newest first, subagents under parents."""
    found = []
    for item in observed:
        if item.session.warm_up:
            continue
        where, tree = belongs(item.session.cwd, place, config.path_map)
        if where == "no":
            continue
        shown = view(item, config, now, tree or place.worktree, elsewhere=where == "worktree")
        if shown.open:
            found.append(shown)
    found.sort(key=lambda item: (item.elsewhere, -item.observed.active_at))
    return _under_parents(found)


def _under_parents(views: Sequence[View]) -> tuple[View, ...]:
    """Return views in their order, but each subagent below its parent; one without a listed parent stands alone."""
    below: dict[str, list[View]] = {}
    for item in views:
        if item.session.parent is not None:
            below.setdefault(item.session.parent, []).append(item)
    groups = [_family(item, below) for item in views if item.session.parent is None]
    while below:
        groups.append(_family(below[next(iter(below))][0], below))
    placed = {id(item) for group in groups for item in group}
    groups += [[item] for item in views if id(item) not in placed]
    groups.sort(key=lambda group: group[0].elsewhere)
    return tuple({id(item): item for group in groups for item in group}.values())


def _family(first: View, below: dict[str, list[View]]) -> list[View]:
    """Return a view and all below it, the nearest first; takes them out of `below`."""
    family, waiting = [], [first]
    while waiting:
        item = waiting.pop(0)
        family.append(item)
        waiting = below.pop(item.session.id, []) + waiting
    if first.session.parent in below:
        below[first.session.parent] = below[first.session.parent][1:]
        if not below[first.session.parent]:
            del below[first.session.parent]
    return family


def status(
    workspace: str,
    views: Sequence[View],
    config: Config,
    *,
    followed: str | None = None,
    previous: str | None = None,
    plans: Plans | None = None,
    note: str = "",
) -> Status:
    """Compose the payload of a workspace.

    Args:
        workspace: As the client names it: its URI, or a path.
        views: Its sessions, from `sorted_views`.
        config: The settings.
        followed: The session that the client follows.
        previous: The session shown so far.
        plans: What is known of its plans.
        note: What the tooltip says when no session is open.
    """
    plans = plans or Plans()
    here = [item for item in views if item.session.parent is None and not item.elsewhere]
    elsewhere = [item for item in views if item.session.parent is None and item.elsewhere]
    shown = choose(here, followed, previous)
    payload: Payload = {"version": VERSION, "workspace": workspace}
    if shown:
        payload["shown"] = shown.session.id
    payload |= {
        "text": status_text(shown, here, config.text),
        "tooltip": tooltip(shown, here, elsewhere, note),
        "level": shown.gauge.level if shown else "unknown",
        "sessions": [
            session_payload(item, plans.phases.get(item.session.id), plans.left.get(item.session.id)) for item in views
        ],
        "plans": list(plans.plans),
    }
    return Status(payload, shown.session.id if shown else None, tuple(views), note)


def session_payload(item: View, phase: Payload | None = None, left: int | None = None) -> Payload:
    """Return one session of the payload: with the phase that it works on, and how many more items it has room for."""
    session, gauge = item.session, item.gauge
    context = session.context
    branch = item.worktree.branch if item.worktree and item.worktree.branch else session.branch
    found: Payload = {
        "id": session.id,
        "agent": session.agent,
        "title": name(item),
        "parent": session.parent,
        "forkedFrom": session.forked_from,
        "state": item.life.state,
        "stateSource": item.life.source,
        "model": session.model,
        "host": item.observed.host or None,
        "hostSource": item.observed.host_source,
        "partial": session.partial,
        "branch": branch,
        "elsewhere": item.elsewhere,
        "context": _present({"tokens": context.tokens, "source": context.source}),
        "window": {"tokens": item.window.tokens, "source": item.window.source},
        "percent": gauge.percent,
        "ceiling": {"tokens": gauge.ceiling.tokens, "reason": gauge.ceiling.reason},
        "reset": {"tokens": gauge.reset.tokens, "reason": gauge.reset.reason},
        "level": gauge.level,
        "headroom": gauge.headroom,
        "base": session.base,
        "turns": session.prompt_count,
        "compactions": session.compactions,
        "startedAt": iso(session.started_at),
        "updatedAt": iso(item.observed.active_at or None),
        "path": session.path or None,
        "phase": phase,
        "itemsLeft": left,
    }
    if not session.partial and not session.figures_only:
        found["attachments"] = [
            _present(
                {
                    "path": paths.relative(file.path, session.cwd),
                    "tokens": file.tokens,
                    "share": _share(file.tokens, context.tokens),
                    "reads": file.reads,
                }
            )
            for file in session.attachments
        ]
    if item.breakdown:
        parts = item.breakdown
        found["breakdown"] = {
            "base": parts.base,
            "files": parts.files,
            "toolOutput": parts.tool_output,
            "prompts": parts.prompts,
            "replies": parts.replies,
        }
    return _present(found)


def inspected_payload(item: View) -> Payload:
    """Return a session as `inspect --json` prints it: that of the status, and what only its whole history tells."""
    session = item.session
    found = session_payload(item) | {
        "cwd": session.cwd,
        "prompts": session.prompt_count,
        "badRecords": session.bad_records,
    }
    if not session.figures_only:
        found |= {
            "turnOpen": session.turn_open,
            "filesRead": [paths.relative(path, session.cwd) for path in session.files_read],
            "filesEdited": [paths.relative(path, session.cwd) for path in session.files_edited],
            "commands": [_present({"command": ran.command, "exit": ran.exit}) for ran in session.commands],
        }
    return _present(found)


def iso(seconds: float | None) -> str | None:
    """Return a time as ISO 8601 in UTC with seconds, None for none."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return None


def _share(tokens: int | None, context: int | None) -> float | None:
    return round(tokens / context, 3) if tokens is not None and context else None


def _present(found: Payload) -> Payload:
    return {key: value for key, value in found.items() if value is not None}
