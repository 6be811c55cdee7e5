"""Picks the words of an item that names no code which tell it from other items about the same files."""

import re
from collections.abc import Iterable

from relaymark.core.symbols import BEGINNING

_TELLING = re.compile(r"(?<!\w)(?![A-Z]{1,3}\d{1,3}\b)[A-Za-z][A-Za-z\d]{2,}")
_SAYS_LITTLE = re.compile(
    r"(?:add|all|also|and|any|api|app|append|are|build|can|chang|cli|commit|component|configur|creat|depend|each|ensur|exist"
    r"|extend|fail|file|follow|for|from|function|has|have|implement|includ|into|its|make|model|must|new|not|other|page|per"
    r"|red|green|should|step|style|support|task|test|than|that|the|then|this|unit|updat|use|using|via|when|will|with|wire"
    r"|write|writing)\w{0,4}$",
    re.IGNORECASE,
)
_BEGINNING = 6
_MOST = 8


def telling(words: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return how the telling words of an item begin, as `core.symbols` looks for them; none that its paths hold."""
    named = " ".join(paths).casefold()
    found = (
        word.casefold().rstrip("s")[:_BEGINNING] for word in _TELLING.findall(words) if not _SAYS_LITTLE.match(word)
    )
    return tuple(dict.fromkeys(BEGINNING + word for word in found if word not in named))[:_MOST]
