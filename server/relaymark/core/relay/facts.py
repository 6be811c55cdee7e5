"""The facts that a handover is drawn from: gathered by the engine, frozen, with no disk behind them."""

from typing import Literal

from msgspec import Struct

from relaymark.core.session import Session

SHA_SHOWN = 10


class Commit(Struct, frozen=True):
    """A commit.

    Attributes:
        sha: Its whole name.
        time: Seconds since the epoch, by its committer.
        subject: The first line of its message.
        files: The files that it touched, relative to the work tree; at most the first hundred.
    """

    sha: str
    time: float
    subject: str
    files: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Its name as notes give it."""
        return self.sha[:SHA_SHOWN]


class Head(Struct, frozen=True):
    """Where a work tree stands: its branch (None: detached) and its commit (None: there is none yet)."""

    branch: str | None = None
    sha: str | None = None


class PhaseItem(Struct, frozen=True):
    """A checkbox of the phase.

    Attributes:
        name: What a person calls it: its id (`T012`), else its number in the phase (`2`, `2.1`).
        text: Its first paragraph, on one line.
        line: Where it stands in the plan, 1-based.
        done: It is ticked or struck through.
        dropped: It is struck through.
        paths: What it names and what exists, relative to the work tree.
        missing: What it names and what does not exist, as the plan writes it.
        holds_open: A box below it is open.
    """

    name: str
    text: str
    line: int
    done: bool
    dropped: bool = False
    paths: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    holds_open: bool = False


class PhaseWork(Struct, frozen=True):
    """A phase as one session works on it.

    Attributes:
        plan: The plan's path, relative to the work tree.
        name: How a prompt names it: `Phase 2`, `M0`, `phase “Setup”`; empty for the whole of a plan without phases.
        label: Its label, empty if it has none.
        title: Its title, on one line.
        line: Where its heading stands, 1-based.
        items: Its boxes in the order of the text.
        paths: What the section names outside its boxes and what exists.
        done: All its boxes are ticked, or it says so.
        proof: The command that proves it, as the plan names it; empty where it names none.
        proof_line: Where the plan does, 1-based.
    """

    plan: str
    name: str
    label: str
    title: str
    line: int
    items: tuple[PhaseItem, ...] = ()
    paths: tuple[str, ...] = ()
    done: bool = False
    proof: str = ""
    proof_line: int = 0

    @property
    def open_items(self) -> tuple[PhaseItem, ...]:
        """The boxes to work on, in order: open, and with no open box below them."""
        return tuple(item for item in self.items if not item.done and not item.holds_open)

    @property
    def files(self) -> tuple[str, ...]:
        """The existing paths that the phase names: those of open items first."""
        ordered = [path for item in (*self.open_items, *self.items) for path in item.paths]
        return tuple(dict.fromkeys((*ordered, *self.paths)))


class Addition(Struct, frozen=True):
    """What a file holds that it did not hold when the session started.

    Attributes:
        kind: A dependency or a public name that is new, a dependency that went, or any other change of a list of
            dependencies.
        name: Its name; empty for `manifest`.
        path: The file.
        line: Where it stands now, 1-based; where the change is, for what went.
    """

    kind: Literal["dependency", "name", "dropped", "manifest"]
    name: str
    path: str
    line: int


class Retreat(Struct, frozen=True):
    """An edit that the session took back itself.

    Attributes:
        path: The file, relative to the work tree; empty for all of it.
        tried: The first line of what was tried, empty where that is not known.
        command: The command that took it back, empty where another edit did.
    """

    path: str
    tried: str = ""
    command: str = ""


class Decided(Struct, frozen=True):
    """A decision on record.

    Attributes:
        path: Its file, relative to the work tree.
        kind: `decision`, `convention`, `constraint`, `owner` or `incident`.
        text: What it says, on one line.
        line: Where that stands, 1-based.
        paths: What it names.
    """

    path: str
    kind: str
    text: str
    line: int
    paths: tuple[str, ...] = ()


class NoteFacts(Struct, frozen=True, kw_only=True):
    """What a note is drawn from. Paths are relative to the work tree's top, with `/`.

    Attributes:
        session: The session to hand over.
        now: Seconds since the epoch.
        head: Where the work tree stands, None outside of git.
        commits: Those since the session started, the newest first.
        uncommitted: Files that differ from HEAD; None outside of git.
        edited: What the session edited inside the work tree, in the order of the first edit.
        existing: Those of all these files that exist.
        phase: The phase that the session works on, None if that is not known.
        following: The phase to start next: the one after `phase`, else the plan's current one.
        additions: New dependencies and public names.
        edited_since_test: Whether the session changed code after its last test run; None if that is not known.
        retreats: The edits that the session took back.
        decisions: Those on record that stand, those that touch the session's files first.
        ticked_before: The texts of the items that were done before the session; None where that is not known.
        seen_orders: Those of the user's standing orders that the user has seen as such; None: all of them. Others are
            counted in the note, not quoted.
    """

    session: Session
    now: float
    head: Head | None = None
    commits: tuple[Commit, ...] = ()
    uncommitted: tuple[str, ...] | None = None
    edited: tuple[str, ...] = ()
    existing: frozenset[str] = frozenset()
    phase: PhaseWork | None = None
    following: PhaseWork | None = None
    additions: tuple[Addition, ...] = ()
    edited_since_test: bool | None = None
    retreats: tuple[Retreat, ...] = ()
    decisions: tuple[Decided, ...] = ()
    ticked_before: frozenset[str] | None = None
    seen_orders: frozenset[str] | None = None


class Claim(Struct, frozen=True):
    """One line of a note and what proves it; the lower its rank, the later it is left out for length."""

    rank: float
    text: str
    evidence: tuple[str, ...] = ()
