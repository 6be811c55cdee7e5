"""What the rules are given: the sessions of one work tree and who works on what; a plan, its tree and its past."""

from collections.abc import Mapping

from msgspec import Struct

from relaymark.core.binding import Binding
from relaymark.core.lookup import FileIndex
from relaymark.core.observed import View
from relaymark.core.past import NOTHING, Past
from relaymark.core.plan import plan_state
from relaymark.core.sheet import Sheet


class SessionFacts(Struct, frozen=True):
    """The facts of one workspace.

    Attributes:
        root: The top of its work tree, absolute.
        sheets: Its plans by their path relative to the root.
        views: The open main sessions of this work tree.
        bound: Session id to the phase that it works on.
        snoozed: Session id to the level at which its user wanted to hear no more of it.
    """

    root: str
    sheets: Mapping[str, Sheet]
    views: tuple[View, ...]
    bound: Mapping[str, Binding]
    snoozed: Mapping[str, str] = {}

    @property
    def open_sheets(self) -> dict[str, Sheet]:
        """The plans that are open: closed ones are silent."""
        return {path: sheet for path, sheet in self.sheets.items() if sheet.plan.state == "open"}


class PlanFacts(Struct, frozen=True):
    """The facts about one plan.

    Attributes:
        path: From the top of the tree.
        sheet: The plan.
        index: The files of the tree.
        judged: For paths that the index lacks, whether git ignores them; one that is missing is not judged.
        past: What history says, as far as it was read.
        closed_too: Report on it even if it is closed.
    """

    path: str
    sheet: Sheet
    index: FileIndex
    judged: Mapping[str, bool] = {}
    past: Past = NOTHING
    closed_too: bool = False

    @property
    def speaks(self) -> bool:
        """Whether anything is to be reported: a closed plan is silent, unless asked for."""
        return self.closed_too or plan_state(self.sheet.plan, self.path) == "open"

    @property
    def root(self) -> str:
        """The top of the tree, absolute; empty for a plan outside of it."""
        return self.sheet.path.removesuffix(f"/{self.path}") if self.sheet.path != self.path else ""
