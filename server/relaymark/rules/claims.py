"""Holds what a plan's items want against the tree: which files each may mean, and what is not there."""

import re
from collections.abc import Sequence

from msgspec import Struct

from relaymark.core.lookup import FileIndex, Found, Missing, look_up
from relaymark.core.naming import is_generated
from relaymark.core.past import item_keys
from relaymark.core.paths import normal
from relaymark.core.plan import Plan
from relaymark.core.symbols import Symbol
from relaymark.rules.intent import Intent, intent_of
from relaymark.rules.other_repository import other_items

_ALTERNATIVES = 8
_OF_MODULE = re.compile(
    r"(?:go\.(?:mod|sum)|(?:package|tsconfig)\.json|Cargo\.toml|pyproject\.toml|pom\.xml|build\.gradle(?:\.kts)?|pubspec\.yaml"
    r"|CMakeLists\.txt|Makefile|Dockerfile|README\.md|__init__\.py|(?:mod|lib|main)\.rs|main\.(?:go|py|ts|tsx)|index\.(?:ts|tsx|js)"
    r"|requirements\.txt)",
    re.IGNORECASE,
)
"""What any module has: such a bare name is that of the module that the plan works on."""

Alternatives = tuple[str, ...]


class Claim(Struct, frozen=True, gc=False):
    """What one item wants.

    Attributes:
        item: Its index in the plan.
        start: Where it starts.
        key: As history knows it; empty: history cannot follow it.
        says: What its words say.
        created: Files that it brings and that the tree holds, each as the files that its name may mean.
        lacking: Paths that it brings and the tree lacks, as written.
        worked_on: Files that it changes and that the tree holds.
        vanished: Paths that it changes and the tree lacks, as written.
        leaving: Paths that are to go, as written.
    """

    item: int
    start: int
    key: str
    says: Intent
    created: tuple[Alternatives, ...] = ()
    lacking: tuple[str, ...] = ()
    worked_on: tuple[Alternatives, ...] = ()
    vanished: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the tree that it may mean."""
        return tuple(dict.fromkeys(path for group in (*self.created, *self.worked_on) for path in group))

    @property
    def names(self) -> tuple[Symbol, ...]:
        """Names of code that it brings; spans from its start."""
        return self.says.names

    @property
    def proves(self) -> bool:
        """Whether files can prove it: not where it runs, checks, is put off, or is one of two ways."""
        return not (self.says.put_off or self.says.checks or self.says.choice)


def claims_of(plan: Plan, path: str, text: str, index: FileIndex) -> tuple[Claim, ...]:
    """Return what each item of a plan wants, in their order; nothing that could be judged of another repository's."""
    keys = item_keys(text, [item.mark_span.start for item in plan.items])
    known: dict[str, tuple[Alternatives, bool]] = {}
    others = other_items(plan, path, text, index)
    says = [Intent(put_off=True) if at in others else intent_of(item, text) for at, item in enumerate(plan.items)]
    _bind(says, path, index, known)
    return tuple(
        _claim(at, item.span.start, "" if at in others else keys[at], says[at], path, index, known)
        for at, item in enumerate(plan.items)
    )


def _bind(says: Sequence[Intent], plan: str, index: FileIndex, known: dict[str, tuple[Alternatives, bool]]) -> None:
    """Settle the bare names that any module has, where other paths tell which module a plan works on.

    Args:
        says: What the items want.
        plan: The plan's path.
        index: The tree.
        known: Where to put what each name means: nothing, if that is another module's.
    """
    named = dict.fromkeys(path for each in says for path, _ in each.paths)
    bare = [path for path in named if _OF_MODULE.fullmatch(path)]
    if not bare:
        return
    homes = {(*resolve(index, path, plan), normal(path))[0] for path in named if "/" in path}
    for path in bare if homes else ():
        files, missing = _resolve(index, path, plan)
        folder = files[0].rpartition("/")[0] if len(files) == 1 else ""
        strange = folder and not any(home.startswith(f"{folder}/") for home in homes)
        known[path] = ((), False) if strange else (files, missing)


def resolve(index: FileIndex, mention: str, plan: str) -> Alternatives:
    """Return the files that a path may mean, none if the tree lacks it."""
    return _resolve(index, mention, plan)[0]


def _resolve(index: FileIndex, mention: str, plan: str) -> tuple[Alternatives, bool]:
    """Return the files that a path may mean, and whether the tree should hold it and does not."""
    found = look_up(index, mention, plan)
    if not isinstance(found, Found) or found.how == "glob":
        return (), isinstance(found, Missing) and not is_generated(mention)
    if found.only or found.how in {"exact", "relative"}:
        return (found.path,), False
    return tuple(dict.fromkeys((found.path, *index.ending(normal(mention))[:_ALTERNATIVES]))), False


def _claim(
    at: int, start: int, key: str, says: Intent, plan: str, index: FileIndex,
    known: dict[str, tuple[Alternatives, bool]],
) -> Claim:  # fmt: skip
    if not says.paths:
        return Claim(at, start, key, says)
    created: list[Alternatives] = []
    worked_on: list[Alternatives] = []
    lacking: list[str] = []
    vanished: list[str] = []
    leaving: list[str] = []
    beside = plan.rpartition("/")[0]
    for path, wish in says.paths:
        if wish == "leaving":
            leaving.append(path)
            continue
        if path not in known:
            known[path] = _resolve(index, path, plan)
        files, missing = known[path]
        if plan in files or (wish != "new" and files and beside and files[0].rpartition("/")[0] == beside):
            continue  # the plan itself, and the documents beside it, came with it
        if files:
            (created if wish == "new" else worked_on).append(files)
        elif missing:
            (lacking if wish == "new" else vanished).append(path)
    return Claim(
        at, start, key, says, tuple(created), tuple(lacking), tuple(worked_on), tuple(vanished), tuple(leaving)
    )
