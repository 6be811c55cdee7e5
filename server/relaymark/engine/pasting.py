"""The opening prompt for a chat that sees no files: with the phase and the files themselves, within a budget."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import opening as op
from relaymark.core.config import Config
from relaymark.core.observed import View
from relaymark.core.place import Place
from relaymark.core.relay.text import code
from relaymark.engine.plans import Joined
from relaymark.engine.relay_opening import Wish, composing
from relaymark.sources.secrets import secrets_of, without_secrets
from relaymark.sources.tree import ignored

BUDGET = 30_000
"""Tokens of pasted files, where nobody says how many."""


class Pasted(Struct, frozen=True):
    """A prompt to be copied.

    Attributes:
        text: The whole of it.
        tokens: What it has.
        files: What each pasted part has in tokens, by its name.
        left_out: The files that did not fit.
        secrets: How many secrets were taken out.
    """

    text: str
    tokens: int
    files: tuple[tuple[str, int], ...] = ()
    left_out: tuple[str, ...] = ()
    secrets: int = 0


def pasted(
    place: Place,
    views: Sequence[View],
    wish: Wish,
    config: Config,
    *,
    count: Callable[[str], int] | None = None,
    budget: int = BUDGET,
    both: Joined | None = None,
) -> Pasted:
    """Return the opening prompt with what its phase and its files hold; files that git ignores are not pasted.

    Args:
        place: The workspace.
        views: Its sessions.
        wish: What is asked for.
        config: The settings.
        count: Counts tokens; None: four bytes are taken for one.
        budget: The most tokens of what is pasted.
        both: The workspace's plans as an editor has them; None: as they lie on disk.

    Raises:
        RelayError: There is no such session, plan or phase.
    """
    counted = count or op.by_bytes
    made = composing(place, views, wish, config, both)
    sheet = made.ground.sheets[made.plan]
    parts = [(f"The phase in {code(made.plan, 200)}", sheet.plan.phases[made.index].span.of(sheet.text))]
    hidden = ignored(made.ground.top, made.opening.files)
    for path in made.opening.files:
        text = None if hidden.get(path) else made.ground.read(path)
        if text is not None and "\0" not in text:
            parts.append((code(path, 200), text))
    taken: list[tuple[str, str]] = []
    weights: list[tuple[str, int]] = []
    left_out: list[str] = []
    secrets = room = 0
    for name, text in parts:
        tokens = counted(text)
        if taken and room + tokens > budget:
            left_out.append(name)
            continue
        room += tokens
        secrets += len(secrets_of(text))
        taken.append((name, without_secrets(text)))
        weights.append((name, tokens))
    opening = replace(made.opening, contents=tuple(taken), left_out=len(left_out))
    whole = op.opening_text(opening, config.prompt_budget, counted)
    return Pasted(whole, counted(whole), tuple(weights), tuple(left_out), secrets)
