"""The archive of a work tree's notes: what lies in it, the newest first, which phase each is of, and who has none."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from relaymark.core.note import Header, read_header
from relaymark.core.plan import Phase
from relaymark.core.relay.work import phase_name
from relaymark.sources import handovers


class Filed(Struct, frozen=True):
    """A note in the archive.

    Attributes:
        path: Relative to the work tree's top.
        header: Its front matter; all unknown where it has none.
        text: The whole of it.
    """

    path: str
    header: Header
    text: str

    @property
    def plan(self) -> str:
        """The plan that it is of, relative to the top; empty for a note of none."""
        return (self.header.phase or "").partition(": ")[0]

    @property
    def phase(self) -> str:
        """The phase that it is of, as the plan names it; empty where it has no name."""
        return (self.header.phase or "").partition(": ")[2]

    @property
    def payload(self) -> dict[str, str | int]:
        """What the protocol says of it; what is not known is left out."""
        header = self.header
        told = {
            "path": self.path,
            "session": header.session,
            "agent": header.agent,
            "author": header.author,
            "plan": self.plan or None,
            "phase": self.phase or None,
            "commit": header.commit,
            "date": header.date,
            "tokens": header.tokens,
        }
        return {key: value for key, value in told.items() if value is not None}


def archive(top: str) -> tuple[Filed, ...]:
    """Return all notes of a work tree, the newest first."""
    return tuple(Filed(path, read_header(text) or Header(), text) for path, text in handovers.notes(top))


def notes_of_phase(notes: Sequence[Filed], plan: str, phase: Phase) -> tuple[Filed, ...]:
    """Return those of some notes that hand over work on a phase, in their order.

    Args:
        notes: As `archive` gives them.
        plan: The plan's path, relative to the top.
        phase: The phase, as the plan has it now.
    """
    names = {name.casefold() for name in (phase_name(phase), phase.title) if name}
    return tuple(each for each in notes if each.plan == plan and each.phase.casefold() in names)


def newest_of_plans(notes: Sequence[Filed]) -> Mapping[str, Filed]:
    """Return the newest note of each plan by its path: only that one speaks of today."""
    found: dict[str, Filed] = {}
    for each in notes:
        found.setdefault(each.plan, each)
    return {each.path: each for each in found.values()}
