"""Writes the new paths of renamed files and folders into a plan, in the form in which the old ones were written."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from relaymark.core.brace_lists import respelled
from relaymark.core.edits import Edit, least
from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.paths import normal
from relaymark.core.plan import PathMention, Plan, Span
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan_targets import item_at, mentions
from relaymark.core.sheet import Sheet

_LINE = re.compile(r"[^\r\n]+")
_FENCE = re.compile(r"(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(`{3,}|~{3,})")
_ANY = frozenset({""})
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


def concerned(sheet: Sheet, moves: Sequence[Move], plan: str = "") -> list[PathMention]:
    """Return the paths in a plan that may mean what is moved, those that hold its name, in any of its lines.

    Code blocks are left: they show how something was or is to be run. Where the plan itself, given by its path from
    the top, goes to another folder, all its paths may be meant: they may be relative to it.
    """
    names = _names(moves, plan)
    return [each for each in _near(sheet, names) if _holds(each.path, names)]


def places_concerned(sheet: Sheet, moves: Sequence[Move], plan: str = "") -> dict[Span, tuple[PathMention, ...]]:
    """Return where those paths stand, each place with all that it names: of a list in braces the others too."""
    names = _names(moves, plan)
    places: dict[Span, tuple[PathMention, ...]] = {}
    for each in _near(sheet, names):
        places[each.span] = (*places.get(each.span, ()), each)
    return {span: named for span, named in places.items() if any(_holds(each.path, names) for each in named)}


def _names(moves: Sequence[Move], plan: str) -> frozenset[str]:
    if _folder(plan) != _folder(_after(plan, moves)):
        return _ANY
    return frozenset(move.old.rpartition("/")[2].casefold() for move in moves)


def _holds(text: str, names: Iterable[str]) -> bool:
    folded = text.casefold()
    return any(name in folded for name in names)


def _near(sheet: Sheet, names: Iterable[str]) -> list[PathMention]:
    """Return the paths that the plan's reader took, and those of other lines with one of the names."""
    known, taken, starts = _taken(sheet)
    items = sheet.plan.items
    others = [
        each
        for line in _prose_lines(sheet.text)
        if _holds(line.of(sheet.text), names)
        and not ((at := bisect_right(starts, line.start)) and line.start < items[at - 1].span.end)
        for each in path_mentions(sheet.text, line.start, line.end)
        if each.span.start not in taken and each.span.end not in taken
    ]
    return sorted((*known, *others), key=lambda each: each.span.start)


@lru_cache(maxsize=2)
def _taken(sheet: Sheet) -> tuple[list[PathMention], frozenset[int], list[int]]:
    """Return the paths that the plan's reader took, where they start and end, and where its items start."""
    known = mentions(sheet.plan)
    ends = frozenset(at for each in known for at in (each.span.start, each.span.end))
    return known, ends, [item.span.start for item in sheet.plan.items]


@lru_cache(maxsize=2)
def _prose_lines(text: str) -> tuple[Span, ...]:
    """Return the lines of a plan that do not stand in a code block."""
    lines: list[Span] = []
    fence = ""
    for found in _LINE.finditer(text):
        mark = _FENCE.match(found[0])
        if fence:
            closes = mark and not found[0][mark.end() :].strip() and mark[1].startswith(fence)
            fence = "" if closes else fence
        elif mark:
            fence = mark[1]
        else:
            lines.append(Span(found.start(), found.end()))
    return tuple(lines)


def question(path: str) -> str:
    """Return what to look up for a path as it is written: of a pattern (`src/*.py`) the folder before its stars."""
    return f"{path[: path.index('*')].rpartition('/')[0]}/" if "*" in path else path


def rename_edits(
    sheet: Sheet, plan: str, index: FileIndex, found: Mapping[str, Found], moves: Sequence[Move]
) -> Iterator[Edit]:
    """Yield the edits, each of the fewest characters; a path that could not be read again as the new one is left.

    Of what the tree lacks, what open items and phases are yet to create in a renamed folder gets its new name too.

    Args:
        sheet: The plan.
        plan: Its path from the top of the work tree.
        index: The files of the tree before the moves.
        found: Where the tree holds what is looked up, by `question`.
        moves: What is renamed.
    """
    for span, named in places_concerned(sheet, moves, plan).items():
        listed = [each.path for each in named]
        ahead = _is_ahead(sheet.plan, named[0])
        written = span.of(sheet.text)
        slashed = written.replace("\\", "/")
        new = [_moved(path, plan, index, found, moves) if ahead or question(path) in found else path for path in listed]
        path = new[0] if listed == [slashed] else respelled(slashed, new)
        if path and path != slashed and _reads(sheet, span, path, new):
            yield least(sheet.text, span, path.replace("/", "\\") if "\\" in written else path)


def _moved(path: str, plan: str, index: FileIndex, found: Mapping[str, Found], moves: Sequence[Move]) -> str:
    """Return how a path is written after the moves; as it is, where they do not touch it or that is not sure."""
    asked = question(path)
    place = found.get(asked)
    if place is None:
        asked, place = _folder_of(asked, plan, index)
    if place is None or not _sure(place):
        return path
    target = place.path.rstrip("/")
    moved = _after(target, moves)
    if moved == target and (place.how != "relative" or _folder(plan) == _folder(_after(plan, moves))):
        return path
    return (
        _written(asked.rstrip("/"), target, moved, plan, place, index, moves)
        + "/" * asked.endswith("/")
        + path[len(asked) :]
    )


def _after(path: str, moves: Sequence[Move]) -> str:
    return next((there for move in moves if (there := move.of(path))), path)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _folder_of(path: str, plan: str, index: FileIndex) -> tuple[str, Found | None]:
    """Return the nearest folder of a path that the tree lacks, as the path begins with it, and where the tree has it.

    A bare name is none: the new file may be meant to lie in a new folder of that name.
    """
    folder = path.rstrip("/").rpartition("/")[0]
    while folder.strip("./"):
        place = look_up(index, f"{folder}/", plan)
        if isinstance(place, Found):
            return f"{folder}/", place if place.how != "base" else None
        folder = folder.rpartition("/")[0]
    return path, None


def _is_ahead(plan: Plan, mention: PathMention) -> bool:
    """Tell whether a path stands where a plan speaks of what is still to be done."""
    if item := item_at(plan, mention.span.start):
        return not (item.ticked or item.struck)
    at = mention.span.start
    return not any(phase.done for phase in plan.phases if phase.span.start <= at < phase.span.end)


def _sure(place: Found) -> bool:
    return place.how != "glob" and (place.only or place.how in {"exact", "relative"})


def _written(
    path: str, target: str, moved: str, plan: str, place: Found, index: FileIndex, moves: Sequence[Move]
) -> str:
    """Return how a path is written after a move, in its own form if that still tells which file is meant."""
    climbs = path.startswith("../")
    if (path == target or path.endswith(f"/{target}")) and not (climbs and place.how == "relative"):
        return path[: len(path) - len(target)] + moved
    if place.how == "relative":
        above = here = _folder(plan)
        home = _folder(_after(plan, moves))
        while above:
            if normal(f"{above}/{path}") == target:
                then = home if above == here else _after(above, moves)
                if not f"{home}/".startswith(f"{then}/"):
                    return moved  # the plan leaves the folder that its paths begin from
                seen = _seen_from(then, moved, climbs=climbs or above == here)
                return f"./{seen}" if path.startswith("./") and not seen.startswith("../") else seen
            above = _folder(above)
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
    if not climbs or not folder:
        return path
    here, there = folder.split("/"), path.split("/")
    same = 0
    while same < min(len(here), len(there) - 1) and here[same] == there[same]:
        same += 1
    return "/".join([*[".."] * (len(here) - same), *there[same:]])


def _reads(sheet: Sheet, span: Span, path: str, new: Sequence[str]) -> bool:
    """Tell whether a plan's reader would take a new path for the path, or the list for the paths, that it is."""
    if _UNSAFE.intersection(path) - _UNSAFE.intersection(span.of(sheet.text)):
        return False
    line = sheet.lines.line_at(span.start)
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    text = sheet.text[start : span.start] + path + sheet.text[span.end : end]
    at = span.start - start
    return [each.path for each in path_mentions(text, 0, len(text)) if each.span.start == at] == list(new)
