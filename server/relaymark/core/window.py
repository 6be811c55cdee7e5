"""The window of a session: which of several words about it counts, and which one that was."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

WindowSource = Literal["recorded", "statusline", "settings", "agent", "registry", "assumed", "observed"]

ASSUMED = 200_000
LARGE = 1_000_000


class Window(Struct, frozen=True):
    """The tokens that the model on that host accepts, and who says so."""

    tokens: int
    source: WindowSource

    @property
    def sure(self) -> bool:
        """False where the figure is a guess: such a window warns nobody loudly."""
        return self.source != "assumed"


class Words(Struct, frozen=True, kw_only=True):
    """What is known of a session's window, each in tokens, None where nothing is.

    Attributes:
        recorded: In the session itself.
        statusline: Told by the agent to `relaymark statusline` for this session and this model.
        configured: Set by the user of Relaymark for this model and host.
        settings: By the mark of the 1M variant in the agent's settings or in the model as it was asked for.
        agent: By the agent's own table, for its program version.
        registry: By a public registry, for host and model.
        sizes: Sizes that this model is known to come in.
    """

    recorded: int | None = None
    statusline: int | None = None
    configured: int | None = None
    settings: int | None = None
    agent: int | None = None
    registry: int | None = None
    sizes: Sequence[int] = ()


def resolve(words: Words, measured: int | None) -> Window:
    """Return the window by the first word there is; a measured context above it proves a larger one.

    Args:
        words: What is known.
        measured: The measured context in tokens, None if there is none.
    """
    said: tuple[tuple[int | None, WindowSource], ...] = (
        (words.recorded, "recorded"),
        (words.statusline, "statusline"),
        (words.configured or words.settings, "settings"),
        (words.agent, "agent"),
        (words.registry, "registry"),
    )
    best = next((Window(tokens, source) for tokens, source in said if tokens), Window(ASSUMED, "assumed"))
    if measured is None or best.source == "recorded" or measured <= best.tokens:
        return best
    larger = sorted(size for size in {*words.sizes, words.registry or 0, words.agent or 0} if size >= measured)
    if larger:
        return Window(larger[0], "observed")
    return Window(max(LARGE, -(-measured // LARGE) * LARGE), "observed")
