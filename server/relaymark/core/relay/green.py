"""Which commits were green: made while the last test run since the last change of code had passed."""

from collections.abc import Iterable, Sequence
from math import floor, inf

from msgspec import Struct

from relaymark.core import events as ev
from relaymark.core.relay.commands import outcome, runs_tests
from relaymark.core.relay.course import NO_CODE
from relaymark.core.relay.facts import Commit, PhaseWork
from relaymark.core.session import Ran


class Green(Struct, frozen=True):
    """A commit at which tests passed: its short name, its subject, and the command that passed."""

    sha: str
    subject: str
    command: str

    @property
    def back(self) -> tuple[str, ...]:
        """The command that returns to it; git refuses where uncommitted work would be lost."""
        return ("git", "reset", "--keep", self.sha)


class Span(Struct, frozen=True):
    """A time between two changes of code in which tests passed, in seconds since the epoch, and the test's command."""

    start: float
    end: float
    command: str


def green_spans(records: Iterable[ev.Record]) -> tuple[Span, ...]:
    """Return the times in which the code stood as the last test run had passed, oldest first."""
    spans: list[Span] = []
    calls: dict[str, str] = {}
    edits: set[str] = set()
    start, passed, now = 0.0, "", 0.0

    for record in records:
        now = record.time if record.time is not None else now
        for event in record.events:
            match event:
                case ev.Command() if runs_tests(event.command):
                    calls[event.call] = event.command
                case ev.FileEdit() if not event.path.casefold().endswith(NO_CODE):
                    edits.add(event.call)
                case ev.Returned() if event.call in calls:
                    command = calls.pop(event.call)
                    passed = command if outcome(Ran(command, event.exit, event.ok)) == "passed" else ""
                case ev.Returned() if event.call in edits:
                    edits.discard(event.call)
                    if event.ok is not False:
                        spans += [Span(start, now, passed)] if passed else []
                        start, passed = now, ""
                case _:
                    pass
    return (*spans, Span(start, inf, passed)) if passed else tuple(spans)


def last_green(
    spans: Sequence[Span], commits: Sequence[Commit], phase: PhaseWork | None, edited: Sequence[str]
) -> Green | None:
    """Return the newest commit of a phase that was made in such a time, None if none is known.

    Args:
        spans: As `green_spans` gives them.
        commits: Those since the session started, the newest first.
        phase: The phase; None: whatever the session edited is meant.
        edited: What the session edited. Commits of other files are no word on its tests.
    """
    own = {*edited, *(phase.files if phase else ()), *([phase.plan] if phase else [])}
    for commit in commits:
        # Git keeps whole seconds: a commit in the second of an edit was made after it.
        span = next((each for each in spans if floor(each.start) <= commit.time < each.end), None)
        if span and own.intersection(commit.files):
            return Green(commit.short, commit.subject, span.command)
    return None
