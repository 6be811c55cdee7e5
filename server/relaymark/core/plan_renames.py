"""Writes the new paths of renamed files and folders into a plan, in the form in which the old ones were written."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from relaymark.core.lookup import FileIndex, Found
from relaymark.core.paths import normal
from relaymark.core.plan import PathMention, Span
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan_targets import mentions
from relaymark.core.sheet import Sheet

_UNSAFE = frozenset("`\n\r<>\\|\"'*{}")


class Move(Struct, frozen=True):
    """A file or folder that gets another path; both from the top of the work tree, without `/` at their ends."""

    old: str
    new: str

    def of(self, path: str) -> str | None:
        """Return where a path is after the move, None if it stays."""
        if path == self.old:
            return self.new
        return self.new + path[len(self.old) :] if path.startswith(f"{self.old}/") else None


class Edit(Struct, frozen=True):
    """What to write in place of a span."""

    span: Span
    text: str


def concerned(sheet: Sheet, moves: Sequence[Move]) -> list[PathMention]:
    """Return the paths in a plan that may mean what is moved: those that hold its name."""
    names = {move.old.rpartition("/")[2].casefold() for move in moves}
    return [each for each in mentions(sheet.plan) if any(name in each.path.casefold() for name in names)]


def question(path: str) -> str:
    """Return what to look up for a path as it is written: of a pattern (`src/*.py`) the folder before its stars."""
    return f"{path[: path.index('*')].rpartition('/')[0]}/" if "*" in path else path


def rename_edits(
    sheet: Sheet, plan: str, index: FileIndex, found: Mapping[str, Found], moves: Sequence[Move]
) -> Iterator[Edit]:
    """Yield the edits, each of the fewest characters; a path that could not be read again as the new one is left.

    Args:
        sheet: The plan.
        plan: Its path from the top of the work tree.
        index: The files of the tree before the moves.
        found: Where the tree holds what is looked up, by `question`.
        moves: What is renamed.
    """
    for mention in concerned(sheet, moves):
        written = mention.span.of(sheet.text)
        place = found.get(question(mention.path))
        slashed = written.replace("\\", "/")
        # The paths of a brace list share one place: there is no telling how to write them apart.
        if place is None or slashed != mention.path or not _sure(place):
            continue
        target = place.path.rstrip("/")
        moved = next((path for move in moves if (path := move.of(target))), None)
        if moved is None:
            continue
        asked = question(slashed)
        tail = slashed[len(asked) :]
        path = _written(asked.rstrip("/"), target, moved, plan, place, index, moves) + "/" * asked.endswith("/") + tail
        if path != slashed and _reads(sheet, mention.span, path):
            yield _least(mention.span, written, path.replace("/", "\\") if "\\" in written else path)


def _sure(place: Found) -> bool:
    return place.how != "glob" and (place.only or place.how in {"exact", "relative"})


def _written(
    path: str, target: str, moved: str, plan: str, place: Found, index: FileIndex, moves: Sequence[Move]
) -> str:
    """Return how a path is written after a move, in its own form if that still tells which file is meant."""
    if path == target or path.endswith(f"/{target}"):
        return path[: len(path) - len(target)] + moved
    if place.how == "relative":
        above = plan.rpartition("/")[0]
        while above:
            if normal(f"{above}/{path}") == target:
                then = next((found for move in moves if (found := move.of(above))), above)
                return _seen_from(then, moved, climbs=path.startswith("../") or above == plan.rpartition("/")[0])
            above = above.rpartition("/")[0]
    bare = path
    while bare.startswith("../"):
        bare = bare[3:]
    head = target[: len(target) - len(bare)]
    if bare != path or f"{head}{bare}".casefold() != target.casefold():
        return moved
    kept = moved[len(head) :] if moved.startswith(head) else moved.rpartition("/")[2] if "/" not in bare else moved
    others = [each for each in index.ending(kept) if each.rstrip("/") != target]
    return moved if others else kept


def _seen_from(folder: str, path: str, *, climbs: bool) -> str:
    """Return a path as seen from a folder, with `../` where `climbs` allows it; else from the top."""
    if path.startswith(f"{folder}/"):
        return path[len(folder) + 1 :]
    if not climbs:
        return path
    here, there = folder.split("/"), path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "/".join([*[".."] * (len(here) - same), *there[same:]])


def _reads(sheet: Sheet, span: Span, path: str) -> bool:
    """Tell whether a plan's reader would take a new path for the path that it is."""
    if _UNSAFE.intersection(path) - _UNSAFE.intersection(span.of(sheet.text)):
        return False
    line = sheet.lines.line_at(span.start)
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    text = sheet.text[start : span.start] + path + sheet.text[span.end : end]
    at = span.start - start
    return any(each.path == path and each.span.start == at for each in path_mentions(text, 0, len(text)))


def _least(span: Span, before: str, after: str) -> Edit:
    """Return the edit without what stays at both ends."""
    shortest = min(len(before), len(after))
    first = next((at for at in range(shortest) if before[at] != after[at]), shortest)
    left = shortest - first
    last = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
    return Edit(Span(span.start + first, span.end - last), after[first : len(after) - last])
