"""A phase as work: what its items are called, which of their files exist, which item is under way."""

import re
from collections.abc import Callable, Iterable, Sequence

from relaymark.core import paths
from relaymark.core.lines import LineTable
from relaymark.core.markdown import one_line
from relaymark.core.naming import names_path
from relaymark.core.plan import Item, PathMention, Phase, Plan
from relaymark.core.plan.labels import label_key
from relaymark.core.relay.commands import runs_tests
from relaymark.core.relay.facts import Commit, PhaseItem, PhaseWork
from relaymark.core.relay.text import nameable

_COMMAND = re.compile(r"(?<!`)`([^`\n]{2,200})`(?!`)")


class Files:
    """Which files of a work tree a plan means.

    Args:
        root: The work tree's top, absolute.
        plan: The plan's path, relative to it.
        exists: Tells whether a path relative to the top exists.
        known: Files that are known to be there, to find bare names among.
    """

    def __init__(self, root: str, plan: str, exists: Callable[[str], bool], known: Sequence[str] = ()) -> None:
        self._root, self._plan, self._exists, self._known = root, plan, exists, known

    def meant(self, mention: str) -> str | None:
        """Return the existing path that a mention means, None for none; a folder keeps its `/`."""
        if "*" in mention:
            return None
        folder = self._plan.rpartition("/")[0]
        for candidate in (
            paths.relative(mention, self._root),
            *([paths.normal(f"{folder}/{mention}")] if folder else []),
        ):
            if self._inside(candidate) and nameable(candidate) and self._exists(candidate):
                return candidate + ("/" if mention.endswith("/") else "")
        graded = [(names_path(mention, path, self._plan), path) for path in self._known]
        best = max((grade for grade, _ in graded), default=0)
        fitting = {path for grade, path in graded if grade == best}
        return fitting.pop() if best and len(fitting) == 1 else None

    @staticmethod
    def _inside(path: str) -> bool:
        return not paths.absolute(path) and path != "." and path.partition("/")[0] not in ("..", "~")

    def split(self, mentions: Iterable[PathMention]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the existing paths that some mentions mean, and the mentions of what does not exist."""
        here: dict[str, None] = {}
        missing: dict[str, None] = {}
        for mention in mentions:
            if path := self.meant(mention.path):
                here.setdefault(path)
            elif "*" not in mention.path and self._inside(paths.normal(mention.path)) and nameable(mention.path):
                missing.setdefault(mention.path)
        return tuple(here), tuple(missing)


def phase_work(text: str, plan: Plan, path: str, index: int, files: Files) -> PhaseWork:
    """Return a phase of the plan at `path` (relative to the work tree) as work; `text` is what `plan` was read from."""
    phase = plan.phases[index]
    table = LineTable(text)
    numbers = {id(item): number for number, item in enumerate(plan.items)}
    proof, proof_at = _proof(text, phase)
    open_parents = {item.parent for item in phase.items if not (item.ticked or item.struck)}
    return PhaseWork(
        plan=path,
        name=phase_name(phase),
        label=phase.label,
        title=one_line(phase.title, 200),
        line=table.line_at(phase.heading_span.start) + 1,
        items=tuple(
            _item(item, name, table, files, holds_open=numbers.get(id(item), -1) in open_parents)
            for item, name in zip(phase.items, item_names(plan, phase), strict=True)
        ),
        # A drawing shows where things stand; what to read is named in words.
        paths=files.split(sorted(phase.paths, key=lambda mention: mention.drawn))[0],
        done=phase.done,
        proof=proof,
        proof_line=table.line_at(proof_at) + 1 if proof else 0,
    )


def _proof(text: str, phase: Phase) -> tuple[str, int]:
    """Return the first command in the section that runs tests, else the first one in the plan, and where it stands."""
    for start, end in ((phase.span.start, phase.span.end), (0, len(text))):
        for found in _COMMAND.finditer(text, start, end):
            if runs_tests(found[1].strip()):
                return found[1].strip(), found.start(1)
    return "", 0


def _item(item: Item, name: str, table: LineTable, files: Files, *, holds_open: bool) -> PhaseItem:
    here, missing = files.split(item.paths)
    return PhaseItem(
        name=name,
        text=item.text,
        line=table.line_at(item.span.start) + 1,
        done=item.ticked or item.struck,
        dropped=item.struck,
        paths=here,
        missing=missing,
        holds_open=holds_open,
    )


def phase_name(phase: Phase) -> str:
    """Return how a prompt names a phase so that it is recognised; empty for the whole of a plan without phases."""
    if not phase.label:
        return f"{phase.kind} “{one_line(phase.title, 60)}”" if phase.kind and phase.title else ""
    return one_line(phase.name, 40) if phase.kind else f"Phase {phase.label}"


def item_names(plan: Plan, phase: Phase) -> tuple[str, ...]:
    """Return what the items of a phase are called: by their id, else by number, `2.1` for the first box below box 2."""
    names: list[str] = []
    by_number: dict[int, str] = {}
    below: dict[str, int] = {}
    at = next((number for number, item in enumerate(plan.items) if phase.items and item is phase.items[0]), 0)
    for number, item in enumerate(phase.items, at):
        parent = by_number.get(item.parent, "") if item.parent is not None else ""
        below[parent] = below.get(parent, 0) + 1
        by_number[number] = f"{parent}.{below[parent]}" if parent else str(below[parent])
        names.append(item.ids[0] if item.ids and len(item.ids[0]) <= 12 else by_number[number])
    return tuple(names)


def following_phase(plan: Plan, index: int | None) -> int | None:
    """Return the first phase behind `index` that is not done, else the plan's current one; None where all is done."""
    if index is not None:
        for at in range(index + 1, len(plan.phases)):
            phase = plan.phases[at]
            if phase.items and not phase.done and phase.status != "dropped":
                return at
    current = plan.current
    found = next((at for at, phase in enumerate(plan.phases) if phase is current), None)
    return None if found == index else found


def phase_named(plan: Plan, wanted: int | str) -> int | None:
    """Return the phase that goes by an index, a label, a name or a title; of twins the first."""
    if isinstance(wanted, int):
        return wanted if 0 <= wanted < len(plan.phases) else None
    key, flat = label_key(wanted.strip()), wanted.strip().casefold()
    by_label = (at for at, phase in enumerate(plan.phases) if phase.label and label_key(phase.label) == key)
    by_words = (
        at for at, phase in enumerate(plan.phases) if flat and flat in (phase.name.casefold(), phase.title.casefold())
    )
    return next(by_label, next(by_words, None))


def next_phase(plan: Plan, bound: int | None, *, leave: bool) -> int | None:
    """Return the phase to work on: the bound one as long as it is not done, unless it is to be left."""
    if bound is not None and not leave and not plan.phases[bound].done:
        return bound
    return following_phase(plan, bound)


def touches(item: PhaseItem, files: Iterable[str]) -> tuple[str, ...]:
    """Return those of some files that an item names, itself or by a folder around them."""
    return tuple(
        file
        for file in files
        if file in item.paths or any(path.endswith("/") and file.startswith(path) for path in item.paths)
    )


def under_way(
    phase: PhaseWork, uncommitted: Sequence[str], edited: Sequence[str]
) -> tuple[PhaseItem, tuple[str, ...]] | None:
    """Return the item to go on with and its changed files, None where no open item was begun.

    Uncommitted files tell before edits of the session that are committed by now. The plan itself tells nothing.
    """
    for changed in (uncommitted, edited):
        for item in phase.open_items:
            if begun := touches(item, (file for file in changed if file != phase.plan)):
                return item, begun
    return None


def done_in(phase: PhaseWork, commits: Sequence[Commit]) -> dict[str, str]:
    """Return for each done item that a commit holds work on, by name, the newest such commit."""
    found: dict[str, str] = {}
    for item in phase.items:
        commit = next((commit for commit in commits if touches(item, commit.files)), None)
        if item.done and not item.dropped and commit:
            found[item.name] = commit.short
    return found


def done_text(phase: PhaseWork, commits: Sequence[Commit]) -> str:
    """Return what is done of a phase: `1 and 2 are in abc123, 3 is ticked`; empty where nothing is."""
    where = done_in(phase, commits)
    groups: dict[str, list[str]] = {}
    for item in phase.items:
        if item.done and not item.dropped:
            groups.setdefault(where.get(item.name, ""), []).append(item.name)
    return ", ".join(
        f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {f'in {sha}' if sha else 'ticked'}"
        for sha, names in groups.items()
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
