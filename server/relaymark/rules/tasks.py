"""Tells which whole sections of a plan are done: those that list their files, and quote the code that is to come."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from relaymark.core.lookup import FileIndex
from relaymark.core.past import Look, Past, Seen, When
from relaymark.core.plan import PathMention, Plan
from relaymark.core.symbols import defined_in
from relaymark.rules.claims import Claim, resolve
from relaymark.rules.intent import put_off
from relaymark.rules.proof import Kind, Proof

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n(.*?)^[ \t>]*\1", re.MULTILINE | re.DOTALL)
_ENOUGH = 0.6
_MOST_NAMES = 40


class Task(Struct, frozen=True, gc=False):
    """A section with boxes, and what it says would be there when it is done.

    Attributes:
        items: Its boxes.
        key: The key of its first open box, by which history is asked.
        creates: Files that it says are to come, each as what it may mean; empty for one that the tree lacks.
        changes: Files that it changes.
        names: What the code that it quotes defines.
        ticked: Some of its boxes are ticked.
    """

    items: tuple[int, ...]
    key: str
    creates: tuple[tuple[str, ...], ...]
    changes: tuple[str, ...]
    names: tuple[str, ...]
    ticked: bool


def tasks_of(plan: Plan, claims: Sequence[Claim], path: str, text: str, index: FileIndex) -> tuple[Task, ...]:
    """Return the innermost sections with boxes that list files outside of these."""
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
        named = mentions.get(section)
        key = next((claims[at].key for at in items if claims[at].key and not plan.items[at].ticked), "")
        if section < 0 or not named or not key:
            continue
        end = starts[section + 1] if section + 1 < len(starts) else len(text)
        creates = [resolve(index, each.path, path) for each in named if each.role == "create"]
        changes = [
            files[0] for each in named if each.role in {"modify", "test"} and (files := resolve(index, each.path, path))
        ]
        names = _defined(text, starts[section], end)
        ticked = any(plan.items[at].ticked for at in items)
        found.append(Task(tuple(items), key, tuple(creates), tuple(dict.fromkeys(changes)), names, ticked))
    return tuple(found)


def task_looks(tasks: Sequence[Task]) -> Iterator[Look]:
    """Yield the files to look at."""
    for task in tasks:
        for path in dict.fromkeys((*(path for files in task.creates for path in files), *task.changes)):
            yield Look(task.key, path, tuple(f"\x02{name}" for name in task.names))


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


def _proof(task: Task, seen: Mapping[tuple[str, str, When], Seen]) -> tuple[Kind, str, tuple[str, ...]] | None:
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
    wanted = {f"\x02{name}" for name in task.names}
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
