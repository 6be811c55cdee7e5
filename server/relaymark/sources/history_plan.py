"""Follows the boxes of one plan through its versions: when each was written, and when its tick changed."""

from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.past import ItemPast, Look, Made, boxes_in
from relaymark.core.plan.parse import common_prefix, common_suffix
from relaymark.sources.encoded import decoded
from relaymark.sources.history_blobs import contents
from relaymark.sources.history_log import Log
from relaymark.sources.history_pack import CAME

_MOST_VERSIONS = 400
_MOST_BYTES = 24 * 1024 * 1024
_MOST_MADE = 3_000
_MADE_BEFORE = 300
_NEVER = -1


class Box(Struct, array_like=True, gc=False):
    """A box of a plan as history has it; commits by their numbers in the log.

    Attributes:
        written: The commit that brought it.
        changed: The commit that changed its tick last, -1 for none.
        ticked: It is ticked in the last commit.
        lost: That change opened it again.
    """

    written: int
    changed: int = _NEVER
    ticked: bool = False
    lost: bool = False


class Ledger(Struct, frozen=True):
    """What the versions of one plan say.

    Attributes:
        boxes: By key.
        changed: The commit that changed the plan last, -1 for none.
        used: A box was ticked in a version after the one that brought it, or several came ticked.
    """

    boxes: dict[str, Box] = {}
    changed: int = _NEVER
    used: bool = False


def versions_of(log: Log, path: str) -> list[tuple[int, str]]:
    """Return the commits that changed a file, the newest first, with its name then."""
    found: list[tuple[int, str]] = []
    seen = {path}
    last = -1
    while True:
        for commit, what, other in log.fate(path):
            if commit <= last:
                continue
            found.append((commit, path))
            if what == CAME and log.paths[other] not in seen:
                last, path = commit, log.paths[other]
                seen.add(path)
                break
        else:
            return found


def read_ledger(top: str, log: Log, path: str) -> Ledger:
    """Return what the versions of the plan at `path` say of its boxes."""
    versions = versions_of(log, path)
    if not versions:
        return Ledger()
    chosen = _sample(versions)
    texts = contents(top, [(log.name(commit), name) for commit, name in chosen] + [(log.head, path)])
    reading = Reading()
    boxes, seen = reading.boxes, 0
    for commit, name in reversed(chosen):
        data = texts.get((log.name(commit), name))
        if data is None or (seen := seen + len(data)) > _MOST_BYTES:
            continue
        reading.note(decoded(data).text, commit)
    # What a merge made of the plan is in no commit of the log.
    if data := texts.get((log.head, path)):
        reading.note(decoded(data).text, chosen[0][0])
    _confirm_lost(top, log, dict(versions), boxes)
    used = any(box.changed >= 0 for box in boxes.values()) or 10 * reading.most > len(boxes) + 9
    return Ledger(boxes, versions[0][0], used)


def _sample(versions: Sequence[tuple[int, str]]) -> Sequence[tuple[int, str]]:
    """Return at most 400 versions, the first and the last among them: a box then counts as written a little later."""
    if len(versions) <= _MOST_VERSIONS:
        return versions
    step = len(versions) / _MOST_VERSIONS
    chosen = [versions[int(at * step)] for at in range(_MOST_VERSIONS)]
    return [*chosen, versions[-1]]


class Reading:
    """The boxes of a plan while its versions are read, the oldest first.

    Attributes:
        boxes: What is known of each.
        most: How many were ticked at once.
    """

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self.most = 0
        self._text, self._fenced, self._ticked = "", False, 0

    def note(self, text: str, commit: int) -> None:
        """Enter one version."""
        lines = (self._text, text) if self._fenced else _changed_lines(self._text, text)
        before, after = (_ticks(part) for part in lines)
        # Most versions only tick something: the boxes around it keep their keys.
        if before.keys() != after.keys() or _has_fence(lines[1]) or any(f"{key}\0002" in self.boxes for key in after):
            before, after = {}, _ticks(text)
            self._fenced, self._ticked = _has_fence(text), 0
        self._text, self._ticked = text, self._ticked + sum(after.values()) - sum(before.values())
        self.most = max(self.most, self._ticked)
        for key, ticked in after.items():
            known = self.boxes.get(key)
            if known is None:
                self.boxes[key] = Box(commit, ticked=ticked)
            elif known.ticked != ticked:
                known.changed, known.ticked, known.lost = commit, ticked, not ticked


def _ticks(text: str) -> dict[str, bool]:
    return {key: ticked for _, key, ticked in boxes_in(text)}


def _has_fence(text: str) -> bool:
    return "```" in text or "~~~" in text


def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """Return the lines in which two texts differ, of each."""
    first = common_prefix(old, new)
    start = old.rfind("\n", 0, first) + 1
    same = common_suffix(old, new, min(len(old), len(new)) - first)
    end = old.find("\n", len(old) - same)
    behind = len(old) - end if end >= 0 else 0
    return old[start : len(old) - behind], new[start : len(new) - behind]


def _confirm_lost(top: str, log: Log, names: dict[int, str], boxes: dict[str, Box]) -> None:
    """Keep as lost what was ticked in the commit's parent: versions of parallel branches stand beside each other."""
    commits = {box.changed for box in boxes.values() if box.lost}
    asked = {commit: (parent, names[commit]) for commit in commits if (parent := log.parent(commit))}
    before = contents(top, asked.values())
    for commit in commits:
        data = before.get(asked[commit]) if commit in asked else None
        ticked = {key for _, key, ticked in boxes_in(decoded(data).text) if ticked} if data else set()
        for key, box in boxes.items():
            if box.lost and box.changed == commit and key not in ticked:
                box.lost = False


def items_of(log: Log, ledger: Ledger, text: str) -> dict[str, ItemPast]:
    """Return what history says of the boxes of a text."""
    found: dict[str, ItemPast] = {}
    for _, key, ticked in boxes_in(text):
        box = ledger.boxes.get(key)
        if box is None:
            found[key] = ItemPast()
            continue
        committed = box.ticked == ticked
        changed = (log.name(box.changed) if box.changed >= 0 else None) if committed else ""
        lost = not ticked and (box.lost if committed else True)
        found[key] = ItemPast(log.name(box.written), changed, lost)
    return found


def made_since(log: Log, ledger: Ledger) -> tuple[Made, ...]:
    """Return the commits since the plan was begun and the last ones before, the newest first."""
    begun = max((box.written for box in ledger.boxes.values()), default=-1) + 1
    told = log.told(min(begun + _MADE_BEFORE, _MOST_MADE) if begun else 0)
    return tuple(Made(log.name(at), subject, bool(log.code[at])) for at, subject in enumerate(told))


def since_of(ledger: Ledger, look: Look) -> int | None:
    """Return the commit since when a look is asked for, None for what is not committed."""
    if look.when == "amended":
        return ledger.changed if ledger.changed >= 0 else None
    box = ledger.boxes.get(look.item)
    if box is None:
        return None
    return box.changed if look.when == "ticked" and box.changed >= 0 else box.written


def unjudged(log: Log, ledger: Ledger, plan: str) -> tuple[str, ...]:
    """Return what cannot be judged, for people."""
    reasons = []
    if log.shallow:
        reasons.append("the history is cut off (a shallow clone, or a very long one): what is older is not judged")
    if ledger.changed < 0:
        reasons.append(f"{plan} is not committed yet: what was done since it was written is not judged")
    return tuple(reasons)
