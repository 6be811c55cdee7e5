"""A fix: what a finding's text would be replaced by, for code actions and for `check --fix` alike."""

from msgspec import Struct

from relaymark.core.span import Span


class Fix(Struct, frozen=True):
    """A change that would end a finding: its title, and what replaces which stretches of the text."""

    title: str
    edits: tuple[tuple[Span, str], ...]

    def applied(self, text: str) -> str:
        """Return a text with the change made."""
        for span, new in sorted(self.edits, key=lambda edit: edit[0].start, reverse=True):
            text = text[: span.start] + new + text[span.end :]
        return text
