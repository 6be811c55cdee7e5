"""What the rules about sessions are given: the sessions of one work tree, its plans, and who works on what."""

from collections.abc import Mapping

from msgspec import Struct

from relaymark.core.binding import Binding
from relaymark.core.observed import View
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
