"""aider: what the chats of a history tell, one session each.

No session has an id there: one is made of where the file lies and of its start. The digest stands first, as people are
shown the first characters of an id.
"""

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from relaymark.agents.aider.chat import Reading
from relaymark.agents.aider.markup import chats
from relaymark.core import paths
from relaymark.core.store import Told

NAME = ".aider.chat.history.md"


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the sessions of a history.

    Args:
        path: The file, absolute.
        contents: Its text under its name.
    """
    file = paths.name(path)
    text = contents.get(file)
    if not isinstance(text, str):
        return ()
    folder = paths.join(path, "..") if file == NAME else None  # one of another name may serve many projects
    found = chats(text)
    told: list[Told] = []
    begun: Counter[str] = Counter()
    for at, chat in enumerate(found):
        start = f"{chat.started:%Y%m%dT%H%M%S}"
        begun[start] += 1
        place = f"{paths.normal(path)}\n{start}\n{begun[start]}"
        digest = blake2b(place.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        session = f"{digest}-aider-{start}"
        before = told[-1].session if told else None
        reading = Reading(chat, session, folder, before, newest=at == len(found) - 1)
        told.append(Told(session, tuple(reading.records())))
    return tuple(told)
