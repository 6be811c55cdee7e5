"""A commit that tells by its trailers which phase it is of."""

from msgspec import Struct


class Trailed(Struct, frozen=True):
    """A commit with Relaymark's trailers.

    Attributes:
        sha: Its short name.
        phases: What its `Relaymark-Phase` trailers say, as `PLAN.md: Phase 2`.
        notes: What its `Relaymark-Note` trailers say.
        files: What it changed, relative to the work tree.
    """

    sha: str
    phases: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]
