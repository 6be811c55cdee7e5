"""The stores on disk: which reader opens one, and the records of one session read back from it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from relaymark.core.agent import Agent
from relaymark.core.events import Record
from relaymark.core.fold import SessionFold
from relaymark.core.session import Session
from relaymark.core.store import Database, Files, Lines, Store
from relaymark.sources.database import OpenDatabase, SessionRow
from relaymark.sources.keyed import Keyed
from relaymark.sources.lines import all_lines, raw_lines
from relaymark.sources.passing import record_of
from relaymark.sources.transcript import Transcript
from relaymark.sources.whole import Whole


class Unit(Protocol):
    """What is read as one thing: a transcript, a few files, a database. `refresh` comes before all else."""

    @property
    def agent(self) -> Agent:
        """Whose it is."""

    @property
    def path(self) -> str:
        """The file that it is named by, absolute."""

    @property
    def store(self) -> Store:
        """How it is kept."""

    @property
    def size(self) -> int:
        """Bytes when it was last looked at."""

    @property
    def modified(self) -> float:
        """Its modification time then, in seconds since the epoch."""

    @property
    def reads(self) -> int:
        """Grows whenever something new was read."""

    @property
    def partial(self) -> bool:
        """Whether only its end was read."""

    @property
    def first_bad(self) -> tuple[int, str] | None:
        """Where the first unreadable record stands and why it is, for the log."""

    def refresh(self) -> object:
        """Read what is new; OSError: it cannot be read now, the last good state stays."""

    def read_history(self, most: int = ...) -> bool:
        """Read more of what is missing; True when nothing is."""

    def sessions(self) -> tuple[Session, ...]:
        """Return its sessions as far as they were read."""

    def fold(self, session: str) -> SessionFold | None:
        """Return the fold of one session."""

    def concerns(self, path: str) -> bool:
        """Tell whether another path belongs to it."""


def opened(
    agent: Agent,
    path: str,
    store: Store,
    wants: Callable[[SessionRow], bool] = lambda _row: True,
    folders: Callable[[], Mapping[str, str]] = dict,
) -> Unit:
    """Return the reader of a store; nothing is read yet."""
    match store:
        case Lines():
            return Transcript(agent, path, store)
        case Files():
            return Whole(agent, path, store)
        case Database():
            return OpenDatabase(agent, path, store, wants, folders)


def records_at(agent: Agent, path: str, store: Store, session: str, keys: tuple[int, ...]) -> Iterator[Keyed]:
    """Yield the records of a session that stand under some keys (byte offsets in a file of lines), with their keys.

    Raises:
        OSError: It cannot be read.
    """
    match store:
        case Lines():
            decode = store.decoder(path)
            for offset, line in raw_lines(path, keys):
                if record := record_of(store, decode, line):
                    yield offset, record
        case Files():
            wanted = frozenset(keys)
            found = Whole(agent, path, store).records().get(session, ())
            yield from (pair for pair in found if pair[0] in wanted)
        case Database():
            wanted = frozenset(keys)
            found = OpenDatabase(agent, path, store).records(session, wanted)
            yield from (pair for pair in found if pair[0] in wanted)


def records(agent: Agent, path: str, store: Store, session: str, most: int) -> Iterator[Record]:
    """Yield the records of a session in order; of a file of lines those in its last `most` bytes.

    Raises:
        OSError: It cannot be read.
    """
    match store:
        case Lines():
            decode = store.decoder(path)
            found = [record for line in all_lines(path, most) if (record := record_of(store, decode, line))]
            of = session if any(record.of == session for record in found) else None
            yield from (record for record in found if record.of == of)
        case Files():
            yield from (record for _, record in Whole(agent, path, store).records().get(session, ()))
        case Database():
            yield from (record for _, record in OpenDatabase(agent, path, store).records(session))


def store_for(agent: Agent, path: str) -> Store | None:
    """Return the store that a path means by its last parts, wherever it lies; None if it is none of the agent's."""
    parts = path.replace("\\", "/").split("/")
    suffixes = ("/".join(parts[at:]) for at in range(1, len(parts)))
    return next((store for suffix in suffixes if (store := agent.store_of(suffix))), None)
