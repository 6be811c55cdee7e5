"""Picks the words of an item that names no code which tell it from other items about the same files."""

import re
from collections.abc import Iterable

from relaymark.core.symbols import BEGINNING

_TELLING = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z]{2,}")
_SAYS_LITTLE = re.compile(
    r"(?:add|all|also|and|any|are|build|can|chang|commit|component|configur|creat|each|ensur|fail|file|for|from|function|has|have"
    r"|implement|includ|into|its|make|model|must|new|not|other|page|per|red|green|should|step|support|task|test|than|that|the"
    r"|then|this|unit|updat|use|using|via|when|will|with|wire|write|writing)\w{0,4}$",
    re.IGNORECASE,
)
_BEGINNING = 6
_MOST = 8


def telling(words: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return how the telling words of an item begin, as `core.symbols` looks for them; none that its paths hold."""
    named = " ".join(paths).casefold()
    found = (word.casefold()[:_BEGINNING] for word in _TELLING.findall(words) if not _SAYS_LITTLE.match(word))
    return tuple(dict.fromkeys(BEGINNING + word for word in found if word not in named))[:_MOST]
