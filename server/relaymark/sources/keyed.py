"""Records of stores that are read whole, each under a key that stays while its texts stay, so that counts stay true."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from relaymark.core.events import Record
from relaymark.core.lean import texts

Keyed = tuple[int, Record]


def key_of(*parts: str) -> int:
    """Return a number of 56 bits for some texts, the same in every process."""
    digest = blake2b(digest_size=7)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return int.from_bytes(digest.digest(), "little")


def keyed(records: Iterable[Record]) -> Iterator[Keyed]:
    """Yield each record with the key of its texts; equal ones are told apart by how often they came before."""
    seen: dict[int, int] = {}
    for record in records:
        key = key_of(*(text for event in record.events for text in texts(event)))
        before = seen.get(key, 0)
        seen[key] = before + 1
        yield (key_of(str(key), str(before)) if before else key), record
