"""Tells by its path alone whether a file may be a plan, what its folder says of it, and whose plan it is."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from relaymark.core.naming import glob_pattern

Kind = Literal["plan", "todo", "folder", "spec-kit", "openspec", "kiro", "cursor", "set"]


def _words(text: str) -> list[str]:
    return text.split()


NAMES = ("PLAN.md", "IMPLEMENTATION_PLAN.md")
"""The names that are looked for first, in this order."""

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("cursor", re.compile(r"(?P<scope>.*?)\.cursor/plans/(?:.*/)?[^/]+\.md", re.IGNORECASE)),
    ("kiro", re.compile(r"(?P<scope>.*?)\.kiro/specs/[^/]+/tasks\.md", re.IGNORECASE)),
    ("openspec", re.compile(r"(?P<scope>.*?)openspec/changes/(?:archive/)?[^/]+/tasks\.md", re.IGNORECASE)),
    ("spec-kit", re.compile(r"(?P<scope>(?:.*/)?)(?:\.specify/)?specs/[^/]+/tasks\.md", re.IGNORECASE)),
    (
        "folder",
        re.compile(
            r"(?P<scope>(?:.*?/)??)(?:(?:docs?|\.claude|\.github|\.agents?|specs|design|superpowers)/)*"
            r"plans/(?:.*/)?[^/]+\.md",
            re.IGNORECASE,
        ),
    ),
    (
        "plan",
        re.compile(
            r"(?P<scope>(?:(?!(?:[^/]+/)*specs/[^/]+/plan\.md)[^/]+/)*?)(?:docs?/)?"
            r"(?:[\d.]+-)*(?:implementation[_-])?plan\.md",
            re.IGNORECASE,
        ),
    ),
    ("plan", re.compile(r"(?P<scope>)(?:docs?/)?(?:[^/]+[_-]plan|plan[_-][^/]+)\.md", re.IGNORECASE)),
    ("todo", re.compile(r"(?P<scope>(?:(?!docs?/)[^/]+/){0,2})TODOS?\.md", re.IGNORECASE)),
)
_NOT_PLANS = frozenset(
    {"readme.md", "index.md", "template.md", "_template.md", "agents.md", "claude.md", "changelog.md"}
)
_FOREIGN = frozenset(
    _words(
        "node_modules vendor third_party site-packages .git .venv venv dist build target fixtures __fixtures__ testdata"
        " test-data templates template prompts commands skills examples .relaymark"
    )
)
_ARCHIVES = frozenset(
    _words("archive archived archives attic completed complete done finished closed shipped implemented")
)
_SUPERSEDED = frozenset(_words("superseded obsolete deprecated abandoned cancelled canceled rejected dropped"))
_DEEPEST = 12


def plan_kind(path: str, patterns: Sequence[str] = ()) -> Kind | None:
    """Return what makes a file a plan by its path, None for any other.

    Args:
        path: Relative to the top of the work tree, with `/`.
        patterns: Further ones, as globs; with `!` before them: paths that are none.
    """
    if not patterns and not path.endswith((".md", ".MD")):
        return None
    meant = [pattern for pattern in patterns if _fits(path, pattern.removeprefix("!"))]
    if meant:
        return None if any(pattern.startswith("!") for pattern in meant) else "set"
    *folders, name = path.casefold().split("/")
    if name in _NOT_PLANS or len(folders) > _DEEPEST or not _FOREIGN.isdisjoint(folders):
        return None
    return next((kind for kind, form in _FORMS if form.fullmatch(path)), None)


def plan_scope(path: str) -> str:
    """Return the folder whose work a plan describes: of `packages/a/docs/plans/x.md` it is `packages/a`."""
    for _, form in _FORMS:
        if found := form.fullmatch(path):
            return found["scope"].rstrip("/")
    return path.rpartition("/")[0]


def folder_state(path: str) -> Literal["archived", "superseded"] | None:
    """Return what the folders of a plan say of it, None for those that say nothing."""
    folders = [folder.strip("._") for folder in path.casefold().split("/")[:-1]]  # `_archived`, `.done`, `__archive__`
    if not _SUPERSEDED.isdisjoint(folders):
        return "superseded"
    return None if _ARCHIVES.isdisjoint(folders) else "archived"


def _fits(path: str, pattern: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is not None and compiled.fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    found = glob_pattern(pattern.removeprefix("./"))
    # A pattern with a folder counts from the top, one without in every folder.
    if found is None or "/" not in pattern.rstrip("/"):
        return found
    return re.compile(found.pattern.removeprefix("(?:.*/)?"))
