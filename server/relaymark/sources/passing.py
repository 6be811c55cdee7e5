"""One way through a file of JSON lines: each line becomes a record, each record goes to the session it tells of."""

from msgspec.structs import replace

from relaymark.core.agent import Agent
from relaymark.core.events import Record
from relaymark.core.fold import SessionFold
from relaymark.core.session import Session
from relaymark.core.store import Decoder, Lines
from relaymark.sources.lines import LineCutter, TooLong, parsed


def record_of(store: Lines, decode: Decoder, line: bytes | TooLong) -> Record | None:
    """Return what one raw line tells: a record that says why for an unreadable one, None for one of no interest."""
    if isinstance(line, TooLong):
        return Record(bad="a line of more than 16 MB")
    if line.startswith(store.skipped):
        return None
    try:
        return decode(parsed(line))
    except ValueError as error:
        return Record(bad=str(error))


class Pass:
    """One way through the file: where it stands, and what it folded so far.

    Args:
        agent: Whose it is.
        store: How it is kept.
        path: The file, absolute.
        fallback_id: The session's id until a record tells one.
        offset: Where it begins, in bytes.
    """

    def __init__(self, agent: Agent, store: Lines, path: str, fallback_id: str, offset: int) -> None:
        self.store, self._agent = store, agent.name
        self.cutter = LineCutter(offset)
        self.fold = SessionFold(agent.name, fallback_id)
        self.parts: dict[str, SessionFold] = {}
        """The subagents that stand in the same file, by their ids."""
        self.first_bad: tuple[int, str] | None = None
        self._decode = store.decoder(path)

    def take(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        for offset, line in self.cutter.feed(data):
            self.add(offset, line)

    def add(self, offset: int, line: bytes | TooLong) -> None:
        """Take one line that begins at byte `offset`."""
        record = record_of(self.store, self._decode, line)
        if record is None:
            return
        if record.bad and self.first_bad is None:
            self.first_bad = (offset, record.bad)
        if record.of is None:
            self.fold.add(offset, record)
            return
        part = self.parts.get(record.of)
        if part is None:
            part = self.parts[record.of] = SessionFold(self._agent, record.of)
        part.add(offset, record)
        self.fold.add(offset, Record(time=record.time))  # its work is activity of the file's own session, nothing more

    def parts_of(self, own: Session, path: str, *, partial: bool) -> tuple[Session, ...]:
        """Return the sessions of the subagents; what one did not tell is as in the file's own session."""
        found = (part.session(path, partial=partial) for part in self.parts.values())
        return tuple(
            replace(
                part,
                parent=part.parent or own.id,
                cwd=part.cwd or own.cwd,
                branch=part.branch or own.branch,
                version=part.version or own.version,
                provider=part.provider or own.provider,
            )
            for part in found
        )
