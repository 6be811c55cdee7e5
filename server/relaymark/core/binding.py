"""Binds a session to the phase it works on, by the evidence it left: prompts, else edited files."""

# ruff: noqa: RUF001 - the quotes that people write prompts with

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Literal

from msgspec import Struct

from relaymark.core.path_index import PathIndex, Place
from relaymark.core.plan import Plan
from relaymark.core.plan.labels import Named, label_key, names_in, wider_label
from relaymark.core.started import started_phase

_PART = r"[^\s`'\"()\[\]<>,;@]"
_PLAN_FILE = re.compile(rf"@?(?<!{_PART})(?P<path>{_PART}+\.(?:mdx?|markdown))(?![\w/])", re.IGNORECASE)
_OF_FILE = re.compile(
    r"[\s`'\")\]*]{0,4}(?:of|in|from|aus|von|in der|de|del|dans|由)\s+(?:the\s+)?[`'\"(\[*]{0,3}",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^(?P<mark>```+|~~~+).*?(?:^(?P=mark)|\Z)", re.MULTILINE | re.DOTALL)
_WORK = re.compile(
    r"\b(?:complete|implement|start|begin|continue|resume|do|execute|finish|build|tackle|run|proceed|work|go"
    r"|move on|next)"
    r"(?:\s+(?:on|with|to|at|the|next|now|is|up))*[\s`*_:(\[-]*$",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"\b(?:after|before|until|till|finished|completed|done with|skip|not|don['’]t|never|without|unlike"
    r"|since|from|like)"
    r"(?:\s+(?:start|starting|touch|do|the|with|on|finishing|completing|begin|to|work))*[\s`*_:(\[-]*$",
    re.IGNORECASE,
)
_BEHIND_US = re.compile(
    r"[\s`*_)\]]*(?:(?:is|was|are|has been|already)\s+)*(?:done|complete|completed|finished|merged)\b",
    re.IGNORECASE,
)
_LOOK_BACK = 60
_SHORTEST_TITLE = 3
_LONGEST_KEPT = 8_000
_LIKE_PHASES = frozenset({"stage", "milestone", "part", "week", "sprint", "step", "task"})


Evidence = Literal["started", "prompt", "edits"]


class Binding(Struct, frozen=True):
    """The phase that a session works on.

    Attributes:
        plan: The plan's path, as it was given.
        label: The phase's label, empty if it has none.
        title: Its title.
        evidence: What told: Relaymark started it there, a prompt that names it, or the files that were edited.
        phase: Its index in `Plan.phases`.
    """

    plan: str
    label: str
    title: str
    evidence: Evidence
    phase: int


class Binder:
    """Binds sessions to the phases of some plans; what it works out about the plans serves all sessions."""

    def __init__(self, plans: Sequence[tuple[str, Plan]]) -> None:
        """Take each plan with its path relative to the workspace."""
        self._plans = plans

    def bind(self, prompts: Sequence[str], edited: Sequence[str]) -> Binding | None:
        """Return the phase that a session works on, None without evidence or with two equal candidates.

        The newest prompt that names a phase decides. Where it fits several phases, or no prompt names one, the
        edited files decide, if the phases that name them have exactly one in common. Of candidates in several
        plans those in open plans go first.

        Args:
            prompts: What the user typed, oldest first.
            edited: Paths relative to the workspace, with `/`; plans among them do not count.
        """
        plans = self._plans
        named: set[Place] | None = None
        for prompt in reversed(prompts):
            if begun := started_phase(prompt, plans):
                return _binding(begun, "started", plans)
            named = _by_prompt(prompt, plans)
            if named is not None:
                break
        if named is not None and (one := _only(named, plans)):
            return _binding(one, "prompt", plans)
        if named is not None and not named:
            return None
        worked = self._by_edits(edited)
        one = _only(worked & named if named else worked, plans)
        return _binding(one, "edits", plans) if one else None

    def _by_edits(self, edited: Sequence[str]) -> set[Place]:
        """Return the phases that name every edited file that any phase names; where none is named, that draw them."""
        for drawn in (False, True):
            named = [best for path in dict.fromkeys(edited) if (best := self._index.best(path, drawn=drawn))]
            if named:
                return set.intersection(*named)
        return set()

    @cached_property
    def _index(self) -> PathIndex:
        return PathIndex(self._plans)


def bind(prompts: Sequence[str], edited: Sequence[str], plans: Sequence[tuple[str, Plan]]) -> Binding | None:
    """Return the phase of `plans` that one session works on, as `Binder.bind` does."""
    return Binder(plans).bind(prompts, edited)


def _binding(place: Place, evidence: Evidence, plans: Sequence[tuple[str, Plan]]) -> Binding:
    path, plan = plans[place[0]]
    phase = plan.phases[place[1]]
    return Binding(path, phase.label, phase.title, evidence, place[1])


def _only(places: set[Place], plans: Sequence[tuple[str, Plan]]) -> Place | None:
    """Return the only place, or the only one in an open plan."""
    if len(places) > 1:
        places = {place for place in places if plans[place[0]][1].state == "open"}
    return next(iter(places)) if len(places) == 1 else None


def _by_prompt(prompt: str, plans: Sequence[tuple[str, Plan]]) -> set[Place] | None:
    """Return the phases that a prompt may mean: None: none is named, empty: the plan is unknown."""
    prompt, named_files, names = _read(prompt) if len(prompt) <= _LONGEST_KEPT else _read.__wrapped__(prompt)
    files = [set(_plans_named(file, plans)) for file in named_files]
    mentioned = set[int]().union(*files) or set(range(len(plans)))
    best: dict[int, set[frozenset[Place]]] = {}
    foreign = False
    for named in names:
        grade = _grade(prompt, named)
        among = mentioned
        if (of := _OF_FILE.match(prompt, named.end)) and (file := _PLAN_FILE.match(prompt, of.end())):
            among = set(_plans_named(file["path"], plans))
            grade += 4 if grade else 0
            foreign |= not among
        places = frozenset(_places(named, among, plans))
        if places:
            best.setdefault(grade, set()).add(places)
    if not best:
        alone = {(at, 0) for at in set[int]().union(*files) if _is_one_open_phase(plans[at][1])}
        return set() if foreign else alone or _sections(prompt, set[int]().union(*files), plans) or None
    top = best[max(best)]
    return set[Place]().union(*top) if max(best) else None


@lru_cache(maxsize=1_024)
def _read(prompt: str) -> tuple[str, tuple[str, ...], tuple[Named, ...]]:
    """Return a prompt without its code, the plan files that it names, and the phases."""
    prompt = _FENCE.sub(" ", prompt)
    return prompt, tuple(found["path"] for found in _PLAN_FILE.finditer(prompt)), tuple(names_in(prompt))


def _is_one_open_phase(plan: Plan) -> bool:
    return len(plan.phases) == 1 and not plan.phases[0].name and plan.state == "open"


def _sections(prompt: str, named: set[int], plans: Sequence[tuple[str, Plan]]) -> set[Place]:
    """Return the sections that a prompt names by title (`section "Backend"`), else the open ones of a plan it names.

    A title alone may be any word of a sentence: it counts in quotes or beside the word, and where the plan is named.
    """
    every = [
        ((at, index), phase)
        for at, (_, plan) in enumerate(plans)
        for index, phase in enumerate(plan.phases)
        if phase.kind == "section" and phase.title
    ]
    plain = " ".join(prompt.casefold().split())
    titled = {place for place, phase in every if _is_titled(plain, phase.title, bare=place[0] in named)}
    return titled or {place for place, phase in every if place[0] in named and not phase.done}


def _is_titled(prompt: str, title: str, *, bare: bool) -> bool:
    words = " ".join(title.casefold().strip("*_` ").split())
    if len(words) < _SHORTEST_TITLE or words not in prompt:
        return False
    title = re.escape(words)
    if re.search(rf"[\"'“‘`*]{title}[\"'”’`*]|\bsection:? {title}(?!\w)|(?<!\w){title} section\b", prompt):
        return True
    return bare and re.search(rf"(?<!\w){title}(?!\w)", prompt) is not None


def _grade(prompt: str, named: Named) -> int:
    """Return how much a prompt asks for work on what it names: 2: so it does, 0: it leaves it aside."""
    before = prompt[max(named.start - _LOOK_BACK, 0) : named.start]
    if _BEHIND_US.match(prompt, named.end) or _NOT_THIS.search(before):
        return 0
    return 2 if _WORK.search(before) else 1


def _plans_named(file: str, plans: Sequence[tuple[str, Plan]]) -> list[int]:
    """Return the plans that a prompt's file means: by its path or a part of it."""
    paths = [path for path, _ in plans]
    ends = [path for path in paths if f"/{file.removeprefix('./')}".endswith(f"/{path}")]
    if ends:
        return [paths.index(max(ends, key=len))]
    return [at for at, path in enumerate(paths) if path.endswith(f"/{file}")]


def _places(named: Named, among: set[int], plans: Sequence[tuple[str, Plan]]) -> set[Place]:
    """Return the phases that go by a name; `2A` means `2` where there is no such part."""
    if named.several:
        return {(at, index) for at in among for index, _ in enumerate(plans[at][1].phases)}
    label: str | None = named.label
    kinds = [frozenset({named.kind, ""}), *([_LIKE_PHASES] if named.kind == "phase" else [])]
    while label is not None:
        for each in kinds:
            found = {(at, index) for at in among for index in _indexes(plans[at][1], each, label)}
            if found:
                return found
        label = wider_label(label)
    return set()


def _indexes(plan: Plan, kinds: frozenset[str], label: str) -> list[int]:
    """Return the phases of one plan that have the label; of twins the one with boxes."""
    key = label_key(label)
    found = [
        index
        for index, phase in enumerate(plan.phases)
        if phase.kind in kinds and phase.label and label_key(phase.label) == key
    ]
    return [index for index in found if plan.phases[index].items] or found
