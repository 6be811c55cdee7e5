"""The commit of a phase: which files, which message, and the argv that makes it; hooks of the repository run."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.relay.facts import PhaseWork
from relaymark.core.relay.text import clean

_SUBJECT = 72


class PhaseCommit(Struct, frozen=True):
    """A commit that is proposed.

    Attributes:
        files: What goes into it, relative to the work tree.
        others: What differs from HEAD and stays out: the session did not edit it.
        message: Its message.
    """

    files: tuple[str, ...]
    others: tuple[str, ...]
    message: str

    @property
    def argvs(self) -> tuple[tuple[str, ...], ...]:
        """The two commands that make it: new files are made known, then only these files are committed."""
        git = ("git", "--literal-pathspecs")
        return (
            (*git, "add", "--", *self.files),
            (*git, "commit", f"--message={self.message}", "--", *self.files),
        )


def phase_commit(
    phase: PhaseWork,
    edited: Sequence[str],
    uncommitted: Sequence[str],
    *,
    trailers: bool = False,
    context: int | None = None,
    note: str | None = None,
) -> PhaseCommit:
    """Return the commit of a phase: what one session edited of it, and the plan.

    Args:
        phase: The phase.
        edited: What the session edited.
        uncommitted: What differs from HEAD.
        trailers: Whether the message carries Relaymark's trailers.
        context: The session's context in tokens, for a trailer.
        note: The path of its note, for a trailer.
    """
    own = {*edited, phase.plan}
    return PhaseCommit(
        tuple(path for path in uncommitted if path in own),
        tuple(path for path in uncommitted if path not in own),
        _message(phase, context, note) if trailers else f"{_subject(phase)}\n",
    )


def _subject(phase: PhaseWork) -> str:
    """Return the first line; no `#`, which git may take for a comment, stands first."""
    named = phase.title if phase.title and phase.name and phase.name in phase.title else ""
    title = named or ": ".join(part for part in (phase.name, phase.title) if part) or phase.plan
    whole = clean(title, _SUBJECT).lstrip("#- ") or "Work on the plan"
    done = [item.name for item in phase.items if item.done and not item.dropped]
    if phase.done or not phase.open_items or not done:
        return whole
    part = f" (item{'s' if len(done) > 1 else ''} {', '.join(done)})"
    return whole + part if len(whole) + len(part) <= _SUBJECT else whole


def _message(phase: PhaseWork, context: int | None, note: str | None) -> str:
    name = clean(phase.name or phase.title, 80)
    lines = [f"Relaymark-Phase: {clean(phase.plan, 200)}{f': {name}' if name else ''}"]
    lines += [f"Relaymark-Context: {context}"] if context is not None else []
    lines += [f"Relaymark-Note: {clean(note, 300)}"] if note else []
    return "\n".join((_subject(phase), "", *lines)) + "\n"
