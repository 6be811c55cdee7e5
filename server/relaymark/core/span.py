"""A stretch of a text: the one way in which plans, findings and edits say where something stands."""

from msgspec import Struct


class Span(Struct, frozen=True, gc=False):
    """A stretch of a text: offsets of Python characters, 0-based, `end` is not part of it."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return what `text` holds there."""
        return text[self.start : self.end]
