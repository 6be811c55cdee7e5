"""Which items of a plan an edit ticked, told from the edit alone."""

import re
from collections.abc import Iterator

from relaymark.core.past import boxes_in

_HEADLESS = re.compile(r"[ \t]*\[")
_WORDS_KEPT = 200
_LEAST_WORDS = 12
"""Characters of a cut wording that may stand for the whole one."""


def ticked(added: str, removed: str) -> tuple[str, ...]:
    """Return the wording of the items that an edit of a plan ticked, as `boxes_in` gives it, each once."""
    before = {words for words, done in _boxes(removed) if done}
    return tuple(dict.fromkeys(words for words, done in _boxes(added) if done and words not in before))


def _boxes(fragment: str) -> Iterator[tuple[str, bool]]:
    """Yield the boxes of a part of a plan, which may begin behind a bullet: words, and whether it is ticked."""
    text = f"- {fragment.lstrip()}" if _HEADLESS.match(fragment) else fragment
    for _, key, done in boxes_in(text):
        yield key.partition("\0")[0][:_WORDS_KEPT], done


def means(told: str, words: str) -> bool:
    """Tell whether what an edit held of an item means the item with those words; it may have held only the start."""
    words = words[:_WORDS_KEPT]
    return told == words or (len(told) >= _LEAST_WORDS and words.startswith(told))
