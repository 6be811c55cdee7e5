"""A finding: what a rule reports, as frozen text with offsets, for editors and for `relaymark check` alike."""

from typing import Literal

from msgspec import Struct

from relaymark.core.span import Span

Severity = Literal["warning", "information", "hint"]
RuleSetting = Literal["warning", "information", "hint", "off"]


class Related(Struct, frozen=True):
    """A file that a finding points to besides, by its absolute path, and what there is to say of it."""

    path: str
    message: str


class Finding(Struct, frozen=True, kw_only=True):
    """What a rule reports.

    Attributes:
        code: The rule's code; stable, and documented in `docs/rules/<code>.md`.
        path: The file that it stands in, absolute.
        span: Where in the file's text; None: its first line.
        severity: How loud it is.
        message: One or two sentences.
        related: The files that are the reason.
        session: The id of the session that it is about.
        phase: The index of the phase that it is about, in its plan.
        item: The index of the item that it is about, in its plan.
        items: The indexes of all items that it is about, where there are several.
    """

    code: str
    path: str
    span: Span | None
    severity: Severity
    message: str
    related: tuple[Related, ...] = ()
    session: str | None = None
    phase: int | None = None
    item: int | None = None
    items: tuple[int, ...] = ()

    @property
    def concerned(self) -> tuple[int, ...]:
        """All items that it is about."""
        return self.items or (() if self.item is None else (self.item,))
