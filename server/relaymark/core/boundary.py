"""The check before the next phase starts: what it is not ready for, what to do about each, and what the step buys."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.markdown import one_line
from relaymark.core.redact import redacted
from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.green import Green
from relaymark.core.tokens import short

Tested = Literal["passed", "failed", "unknown", "none"]
Kind = Literal["items", "tests", "uncommitted", "note"]

_REREAD = 3
_MOST_NAMED = 3


class Boundary(Struct, frozen=True, kw_only=True):
    """Where a phase stands when the next one is to begin.

    Attributes:
        phase: The phase that is left; None if it is not known.
        uncommitted: Files that differ from HEAD; None outside of git.
        tested: What became of the last test run of the session that is left.
        test: That run's command.
        edited_since: Whether files were edited after it; None if that is not known.
        session: The session that is left, None if there is none.
        noted: There is a note of that session.
        note_stale: The session worked on after its note was written.
        green: The newest commit of the phase at which its tests passed, None if none is known.
    """

    phase: PhaseWork | None = None
    uncommitted: tuple[str, ...] | None = None
    tested: Tested = "none"
    test: str = ""
    edited_since: bool | None = None
    session: str | None = None
    noted: bool = False
    note_stale: bool = False
    green: Green | None = None


class Offer(Struct, frozen=True):
    """What the boundary is not ready for, and what to do about it; nothing is forced.

    Attributes:
        kind: Which check found it.
        text: What was found, on one line.
        action: What to do, as the label of a button.
    """

    kind: Kind
    text: str
    action: str


def boundary(facts: Boundary) -> tuple[Offer, ...]:
    """Return what to offer before the next phase starts, in the order in which to do it; empty: all is ready."""
    found: list[Offer] = []
    phase = facts.phase
    if phase and (items := phase.open_items):
        shown = ", ".join(item.name for item in items[:8]) + (f" and {len(items) - 8} more" if len(items) > 8 else "")
        what = phase.name or phase.plan
        text = f"{what} has {_count(len(items), 'open item')}: {shown}"
        found.append(Offer("items", one_line(text, 200), f"Continue {one_line(what, 40)}"))
    if facts.session is not None and (text := _untested(facts)):
        found.append(Offer("tests", text, "Show the test"))
    if files := facts.uncommitted:
        shown = ", ".join(one_line(path) for path in files[:5]) + (
            f" and {len(files) - 5} more" if len(files) > 5 else ""
        )
        found.append(Offer("uncommitted", f"{_count(len(files), 'file')} not committed: {shown}", "Commit the phase"))
    if facts.session is not None and (not facts.noted or facts.note_stale):
        text = "The session worked on after its handover note" if facts.noted else "The session has no handover note"
        found.append(Offer("note", text, "Generate handover"))
    return tuple(found)


def _untested(facts: Boundary) -> str:
    command = one_line(redacted(facts.test), 80)
    match facts.tested:
        case "none":
            return "No test was run in the session"
        case "failed":
            back = f"; the tests passed at {facts.green.sha}" if facts.green else ""
            return f"The last test run failed: {command}{back}"
        case _ if facts.edited_since:
            return f"Files were edited after the last test run: {command}"
        case "unknown":
            return f"The result of the last test run is not recorded: {command}"
    return ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


class Cost(Struct, frozen=True, kw_only=True):
    """What the step to a fresh session buys, in tokens; None is not known.

    Attributes:
        context: What the session holds that is left.
        base: What a fresh session of that agent holds before any work.
        note: The opening prompt with the note in it.
        decisions: How many decisions it holds.
        files: Each of the files to read first.
    """

    context: int | None = None
    base: int | None = None
    note: int = 0
    decisions: int = 0
    files: Sequence[int] = ()


def estimate(cost: Cost) -> str:
    """Return what the step buys, as `58k -> 14k (base + note + 3 files)`; empty where too little is known."""
    if cost.context is None or cost.base is None:
        return ""
    after = cost.base + cost.note + sum(cost.files)
    told = ["note"] if cost.note else []
    told += [_count(cost.decisions, "decision")] if cost.decisions else []
    parts = ["base", *told, *([_count(len(cost.files), "file")] if cost.files else [])]
    return f"{short(cost.context)} -> {short(after)} ({' + '.join(parts)})"


def reread(files: Sequence[tuple[str, int]]) -> str:
    """Return which files the session that is left read again and again, the most often read first; empty for none.

    Args:
        files: Paths, and how often each was read.
    """
    often = sorted((pair for pair in files if pair[1] >= _REREAD), key=lambda pair: -pair[1])
    named = [f"{one_line(path, 120)} {times} times" for path, times in often[:_MOST_NAMED]]
    more = f" and {len(often) - _MOST_NAMED} more often" if len(often) > _MOST_NAMED else ""
    return f"read again: {', '.join(named)}{more}" if named else ""
