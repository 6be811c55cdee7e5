"""What takes room in the context, piece by piece: counted elsewhere, summed up here as the session grows."""

from typing import Literal

from msgspec import Struct

Part = Literal["files", "toolOutput", "prompts", "replies"]
Counts = tuple[tuple[int, ...], ...]
"""Tokens of one record: per event that weighs, per text of it."""


class Breakdown(Struct, frozen=True):
    """Tokens per kind of content; without the base they are plain counts, with it they are scaled to the context."""

    files: int = 0
    tool_output: int = 0
    prompts: int = 0
    replies: int = 0
    base: int | None = None

    @property
    def content(self) -> int:
        """Tokens of everything but the base."""
        return self.files + self.tool_output + self.prompts + self.replies


class Attachment(Struct, frozen=True, gc=False):
    """A file whose content is in the context.

    Attributes:
        path: Absolute where the record allows it.
        tokens: Its share of the context in tokens, None until it was counted.
        reads: How often it was read or attached.
    """

    path: str
    tokens: int | None
    reads: int


class _Read:
    __slots__ = ("count", "first", "tokens")

    def __init__(self, first: int, count: int) -> None:
        self.first, self.count = max(first, 1), count
        self.tokens: int | None = None

    def meets(self, other: "_Read") -> bool:
        """Tell whether two reads share a line; a read without a count goes to the end of the file."""
        ends = [read.first + read.count if read.count else None for read in (self, other)]
        return (ends[0] is None or other.first < ends[0]) and (ends[1] is None or self.first < ends[1])


class _Edit:
    __slots__ = ("net",)

    def __init__(self) -> None:
        self.net = 0


class _File:
    __slots__ = ("edits", "reads", "times")

    def __init__(self) -> None:
        self.reads: list[_Read] = []
        self.edits: list[_Edit] = []
        self.times = 0


class _Piece(Struct, gc=False):
    event: int
    part: Part | None = None
    read: _Read | None = None
    written: _Read | None = None
    edited: _Edit | None = None


class Weights:
    """Sums of what the context holds since the last compaction.

    Pieces are announced with the byte offset of their record and weighed when its counts are known; `pending` of
    them are not weighed yet.

    Args:
        known: Counts by offset; kept by the caller, who may build several sums on them.
    """

    def __init__(self, known: dict[int, Counts]) -> None:
        self._known = known
        self.clear()

    def clear(self) -> None:
        """Forget all pieces: the history was replaced."""
        self._waiting: dict[int, list[_Piece]] = {}
        self._files: dict[str, _File] = {}
        self._sums: dict[Part, int] = {"files": 0, "toolOutput": 0, "prompts": 0, "replies": 0}
        self.pending = 0
        self._all = 0

    @property
    def wanted(self) -> tuple[int, ...]:
        """The offsets of the records whose counts are waited for."""
        return tuple(self._waiting)

    def announce(self, offset: int, event: int, part: Part) -> None:
        """Note a piece: the texts of event number `event`, of those that weigh, of the record at `offset`."""
        self._add(offset, _Piece(event, part))

    def announce_read(self, offset: int, event: int, path: str, lines: tuple[int, int] = (0, 0)) -> None:
        """Note that the content of `path` (lines: first, count; zero for all) came in; a later read replaces it."""
        file = self._files.setdefault(path, _File())
        read = _Read(*lines)
        apart = [old for old in file.reads if not old.meets(read)]
        if len(apart) < len(file.reads) or not lines[1]:
            file.edits = []  # what was read anew holds the edits
        file.reads = [*apart, read]
        file.times += 1
        self._add(offset, _Piece(event, "files", read=read))

    def announce_edit(self, offset: int, event: int, path: str, *, whole: bool) -> None:
        """Note a done edit of `path`: what it added and removed changes what the context holds of the file."""
        if whole:
            file = self._files.setdefault(path, _File())
            written = _Read(0, 0)
            file.reads, file.edits = [written], []
            self._add(offset, _Piece(event, written=written))
        elif held := self._files.get(path):
            edited = _Edit()
            held.edits.append(edited)
            self._add(offset, _Piece(event, edited=edited))

    def again(self, path: str) -> None:
        """Note a mention of a file whose content was there already."""
        if file := self._files.get(path):
            file.times += 1

    def _add(self, offset: int, piece: _Piece) -> None:
        self._all += 1
        counts = self._known.get(offset)
        if counts is not None:
            self._weigh(piece, counts)
            return
        self._waiting.setdefault(offset, []).append(piece)
        self.pending += 1

    def weigh(self, offset: int, counts: Counts) -> None:
        """Take the counts of the record at `offset`."""
        self._known[offset] = counts
        for piece in self._waiting.pop(offset, ()):
            self.pending -= 1
            self._weigh(piece, counts)

    def _weigh(self, piece: _Piece, counts: Counts) -> None:
        texts = counts[piece.event] if piece.event < len(counts) else ()
        total = sum(texts)
        if piece.part:
            self._sums[piece.part] += total
        if piece.read:
            piece.read.tokens = total
        if piece.written:
            piece.written.tokens = texts[0] if texts else 0
        if piece.edited and len(texts) > 1:
            piece.edited.net = texts[0] - texts[1]

    def attachments(self) -> tuple[Attachment, ...]:
        """Return the files in the context, the heaviest first."""
        found = []
        for path, file in self._files.items():
            weighed = [read.tokens for read in file.reads if read.tokens is not None]
            net = sum(edit.net for edit in file.edits)
            tokens = max(sum(weighed) + net, 0) if len(weighed) == len(file.reads) else None
            found.append(Attachment(path, tokens, file.times))
        return tuple(sorted(found, key=lambda file: (-(file.tokens or 0), file.path)))

    def sums(self) -> Breakdown | None:
        """Return what was counted per kind; None while more than a few of the pieces are not weighed.

        The newest pieces of a session at work are always a moment behind.
        """
        if self.pending * 5 > self._all:
            return None
        kinds = self._sums
        return Breakdown(kinds["files"], kinds["toolOutput"], kinds["prompts"], kinds["replies"])


def scaled(sums: Breakdown, context: int, base: int) -> Breakdown:
    """Return the counts scaled so that together with the base they make the measured context (all in tokens).

    Where nothing but the base was counted, the rest of the context stands under replies.
    """
    base = min(base, context)
    room = context - base
    parts = [sums.files, sums.tool_output, sums.prompts, sums.replies]
    if not sums.content:
        return Breakdown(replies=room, base=base)
    shares = [part * room // sums.content for part in parts]
    # What rounding down leaves over goes to the parts that lost most by it.
    by_loss = sorted(range(len(parts)), key=lambda at: -(parts[at] * room % sums.content))
    for at in by_loss[: room - sum(shares)]:
        shares[at] += 1
    files, output, prompts, replies = shares
    return Breakdown(files, output, prompts, replies, base=base)
