"""A sheet: one plan as it stands in the editor or on disk, with its text, its lines and what it says."""

from functools import cached_property

from relaymark.core.lines import LineTable
from relaymark.core.plan import Plan


class Sheet:
    """A plan with its text; never changed once made.

    Args:
        path: Absolute.
        text: As the editor has it, else as it lies on disk.
        plan: What the text says.
        version: The editor's version of the text, None for one read from disk.
    """

    def __init__(self, path: str, text: str, plan: Plan, version: int | None = None) -> None:
        self.path, self.text, self.plan, self.version = path, text, plan, version

    @cached_property
    def lines(self) -> LineTable:
        """The lines of the text."""
        return LineTable(self.text)
