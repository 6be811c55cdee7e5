"""Finds the user's standing orders in what was typed: "always ...", "never ...", "use X, not Y"."""

# ruff: noqa: RUF001 - the quotes that people write prompts with

import re
from collections.abc import Iterator

from msgspec import Struct

from relaymark.core.session import Session

_FENCE = re.compile(r"^(?P<mark>```+|~~~+).*?(?:^(?P=mark)|\Z)", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|[\r\n]+\s*(?:[-*+]\s+|\d+[.)]\s+)?")
_ORDER = re.compile(
    r"\b(?:always|never|from now on|at all times|under no circumstances|no matter what)\b"
    r"|^(?:please\s+)?(?:(?:do\s+not|don['’]t)\s+(?:ever\s+)?(?:use|add|touch|change|edit|commit|introduce|remove|delete|mock|import)|"
    r"prefer|stick\s+(?:to|with)|avoid)\b"
    r"|\buse\s+\S+(?:\s+\S+){0,5}?,?\s+(?:not|never|instead\s+of|rather\s+than|and\s+not)\b"
    r"|^(?:please\s+)?(?:only\s+)?use\s+\S",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\s*$")
_LONGEST = 240
_SHORTEST = 2


class Order(Struct, frozen=True):
    """A sentence of the user that holds beyond its turn, and the number of its prompt, from 1."""

    text: str
    prompt: int


def standing_orders(session: Session) -> Iterator[Order]:
    """Yield the user's standing orders, the newest first, each once; code blocks and questions are left out."""
    seen: set[str] = set()
    total = session.prompt_count if session.prompt_count is not None else len(session.prompts)
    dropped = max(total - len(session.prompts), 0)
    for at in range(len(session.prompts) - 1, -1, -1):
        number = at + 1 + (dropped if at else 0)
        for sentence in _SENTENCE.split(_FENCE.sub("\n", session.prompts[at].text)):
            text = " ".join(sentence.split()).lstrip("-*+ ")
            key = text.casefold().rstrip(".!")
            words = len(text.split())
            if len(text) > _LONGEST or words < _SHORTEST or key in seen or _QUESTION.search(text):
                continue
            if _ORDER.search(text):
                seen.add(key)
                yield Order(text, number)
