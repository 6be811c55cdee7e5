"""Tells which whole sections of a plan are done: those that list their files, or quote the code that is to come."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.lookup import FileIndex
from relaymark.core.past import Look, Past, Seen, When
from relaymark.core.plan import PathMention, Plan
from relaymark.core.symbols import DEFINED, defined_in
from relaymark.rules.claims import Claim, resolve
from relaymark.rules.intent import put_off
from relaymark.rules.proof import Kind, Proof
from relaymark.rules.quoted import quoted_lines

_FENCE = re.compile(r"^[ \t>]*(`{3,}+|~{3,}+)[^\n]*+\n(.*?)^[ \t>]*\1", re.MULTILINE | re.DOTALL)
_ENOUGH = 0.6
_MOST_NAMES = 40
_FEWEST_LINES = 3
_SHARE_OF_LINES = 0.4
_MANY_LINES = 8
_SHARE_OF_MANY = 0.25
"""Work departs from its plan; that many of its very lines do not come into its files by chance."""


class Task(Struct, frozen=True, gc=False):
    """A section with boxes, and what it says would be there when it is done.

    Attributes:
        items: Its boxes.
        key: The key of its first open box, by which history is asked.
        creates: Files that it says are to come, each as what it may mean; as written for one that the tree lacks.
        changes: Files that it changes.
        absent: Paths among these that the tree lacks, as written.
        named: Further files that its boxes name.
        names: What the code that it quotes defines.
        lines: The telling lines of that code.
        vague: Those of the files that share their name with others that may be meant.
        ticked: Some of its boxes are ticked.
    """

    items: tuple[int, ...]
    key: str
    creates: tuple[tuple[str, ...], ...]
    changes: tuple[str, ...]
    absent: tuple[str, ...]
    named: tuple[str, ...]
    names: tuple[str, ...]
    lines: tuple[str, ...]
    ticked: bool
    vague: frozenset[str] = frozenset()


def tasks_of(plan: Plan, claims: Sequence[Claim], path: str, text: str, index: FileIndex) -> tuple[Task, ...]:
    """Return the innermost sections with boxes that list files outside of these, or quote code for files of these."""
    loose = [mention for phase in plan.phases for mention in phase.paths if mention.role]
    starts = [section.heading_span.start for section in plan.sections]
    groups: dict[int, list[int]] = {}
    for at, item in enumerate(plan.items):
        groups.setdefault(bisect_right(starts, item.span.start) - 1, []).append(at)
    mentions: dict[int, list[PathMention]] = {}
    for mention in loose:
        mentions.setdefault(bisect_right(starts, mention.span.start) - 1, []).append(mention)
    found = []
    for section, items in groups.items():
        named = mentions.get(section, [])
        key = next((claims[at].key for at in items if claims[at].key and not plan.items[at].ticked), "")
        if section < 0 or not key:
            continue
        end = starts[section + 1] if section + 1 < len(starts) else len(text)
        lines = quoted_lines(text, starts[section], end)
        if len(lines) < _FEWEST_LINES:
            lines = ()
        if not named and not lines:
            continue
        meant = {each.path: resolve(index, each.path, path) for each in named}
        creates = [meant[each.path] or (each.path,) for each in named if each.role == "create"]
        changes = [(*meant[each.path], each.path)[0] for each in named if each.role in {"modify", "test"}]
        absent = tuple(
            each.path for each in named if each.role in {"create", "modify", "test"} and not meant[each.path]
        )
        names = _defined(text, starts[section], end) if named else ()
        listed = dict.fromkeys((*changes, *(path for files in creates for path in files)))
        further = [path for at in items for path in claims[at].files if path not in listed] if lines else []
        ticked = any(plan.items[at].ticked for at in items)
        meanings = [*meant.values(), *(group for at in items for group in (*claims[at].created, *claims[at].worked_on))]
        vague = frozenset(path for group in meanings if len(group) > 1 for path in group)
        found.append(
            Task(
                tuple(items), key, tuple(creates), tuple(dict.fromkeys(changes)), absent, tuple(dict.fromkeys(further)),
                names, lines, ticked, vague,
            )
        )  # fmt: skip
    return tuple(found)


def found_again(tasks: Sequence[Task], past: Past) -> tuple[Task, ...]:
    """Return the tasks with the names that git knows now in the place of those that the tree lacks."""
    return tuple(_found_again(task, past) if task.absent else task for task in tasks)


def _found_again(task: Task, past: Past) -> Task:
    moved = {path: (known.moved_to or known.path) for path in task.absent if (known := past.paths.get(path))}
    return replace(
        task,
        creates=tuple(tuple(moved.get(path, path) for path in files) for files in task.creates),
        changes=tuple(dict.fromkeys(moved.get(path, path) for path in task.changes)),
    )


def task_looks(tasks: Sequence[Task]) -> Iterator[Look]:
    """Yield the files to look at."""
    for task in tasks:
        words = (*(f"{DEFINED}{name}" for name in task.names), *task.lines)
        for path in _files(task):
            yield Look(task.key, path, words)


def task_proofs(tasks: Sequence[Task], plan: Plan, past: Past) -> dict[int, Proof]:
    """Return the open items of sections that are done.

    In a plan that is ticked somewhere, a section without ticks counts only if a later one has some: the one that is
    being worked on is ticked in a moment.
    """
    last = max((at for at, task in enumerate(tasks) if task.ticked), default=None)
    some = any(item.ticked for item in plan.items)
    found: dict[int, Proof] = {}
    for at, task in enumerate(tasks):
        if task.ticked or (some and (last is None or at > last)):
            continue
        proof = _proof(task, past.seen)
        if proof is None:
            continue
        for item in task.items:
            if not (
                plan.items[item].ticked
                or plan.items[item].struck
                or plan.items[item].optional
                or put_off(plan.items[item].text)
            ):
                found[item] = Proof(item, *proof)
    return found


def _files(task: Task) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(path for files in task.creates for path in files), *task.changes, *task.named)))


def _lines(task: Task, seen: Mapping[tuple[str, str, When], Seen]) -> tuple[Kind, str, tuple[str, ...]] | None:
    """Return why a section is done whose quoted lines came into its files since it was written."""
    came: dict[str, tuple[str, Seen]] = {}
    shared = _shared(task, seen)
    for path in _files(task):
        if look := seen.get((task.key, path, "written")):
            fresh = (look.now or frozenset()) - (look.then or frozenset())
            if path in task.vague:
                fresh -= shared
            came |= dict.fromkeys(fresh, (path, look))
    lines = [line for line in task.lines if line in came]
    share = _SHARE_OF_MANY if len(lines) >= _MANY_LINES else _SHARE_OF_LINES
    if len(lines) < max(_FEWEST_LINES, share * len(task.lines)):
        return None
    path, look = came[lines[0]]
    return "lines", path, look.touched


def _shared(task: Task, seen: Mapping[tuple[str, str, When], Seen]) -> frozenset[str]:
    """Return the lines that several files of one name hold or held: such files begin alike."""
    counts: Counter[str] = Counter()
    for path in sorted(task.vague):
        if look := seen.get((task.key, path, "written")):
            counts.update((look.now or frozenset()) | (look.then or frozenset()))
    return frozenset(line for line, count in counts.items() if count > 1)


def _there(task: Task, seen: Mapping[tuple[str, str, When], Seen]) -> tuple[Kind, str, tuple[str, ...]] | None:
    """Return why a section was done when its plan was committed: the files that it creates hold what it quotes."""
    made = [next((path for path in files if _held(task, path, seen) is not None), None) for files in task.creates]
    if not made or None in made:
        return None
    held = {line for path in _files(task) for line in _held(task, path, seen) or ()}
    if len(held) < max(_MANY_LINES, _SHARE_OF_LINES * len(task.lines)):
        return None
    path = max((path for path in made if path), key=lambda path: len(_held(task, path, seen) or ()))
    return ("lines", path, ()) if _held(task, path, seen) else None


def _held(task: Task, path: str, seen: Mapping[tuple[str, str, When], Seen]) -> frozenset[str] | None:
    look = seen.get((task.key, path, "written"))
    return None if look is None or look.now is None else look.now.intersection(task.lines)


def _proof(task: Task, seen: Mapping[tuple[str, str, When], Seen]) -> tuple[Kind, str, tuple[str, ...]] | None:
    if proof := _lines(task, seen) or _there(task, seen):
        return proof
    if not (task.creates or task.changes):
        return None
    fresh: list[tuple[str, Seen]] = []
    for files in task.creates:
        looks = [(path, look) for path in files if (look := seen.get((task.key, path, "written")))]
        new = next(((path, look) for path, look in looks if look.then is None and look.now is not None), None)
        if new is None:
            return None
        fresh.append(new)
    known = [look for path in (*(path for files in task.creates for path in files), *task.changes)
             if (look := seen.get((task.key, path, "written")))]  # fmt: skip
    now = {word for look in known for word in look.now or ()}
    then = {word for look in known for word in look.then or ()}
    wanted = {f"{DEFINED}{name}" for name in task.names}
    if fresh and any(fresh[0][1].touched) and len(now & wanted) >= (0.3 if wanted else 0) * len(wanted):
        path, look = fresh[0]
        return "created", path, look.touched
    arrived = sorted((wanted & now) - then)
    if not task.creates and arrived and len(now & wanted) >= _ENOUGH * len(wanted):
        path, look = next(
            (path, look)
            for path in task.changes
            if (look := seen.get((task.key, path, "written"))) and arrived[0] in (look.now or ())
        )
        return "names", f"{arrived[0][1:]}` is in `{path}", look.touched
    return None


def _defined(text: str, start: int, end: int) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for fence in _FENCE.finditer(text, start, end):
        names |= dict.fromkeys(defined_in(fence[2]))
    return tuple(names)[:_MOST_NAMES]
