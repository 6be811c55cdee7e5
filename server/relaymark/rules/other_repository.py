"""Tells which items of a plan are about another repository, whose files no look at this work tree can judge."""

import re
from bisect import bisect_right

from msgspec import Struct

from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.plan import Item, Plan
from relaymark.rules.meant_elsewhere import of_another_tree

_HINT = re.compile(r"repo", re.IGNORECASE)
_TAG = re.compile(r"\[repo(?:sitory)?[ \t]*:[ \t]*(?P<name>[\w./@-]+)[ \t]*\]", re.IGNORECASE)
_LABEL = re.compile(
    r"(?<![^\n])[ \t>]*\*\*repo(?:sitory)?(?:\*\*:|:\*\*)[ \t]*`?(?P<name>[\w./@-]+)`?[ \t]*(?![^\r\n])", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:another|(?:an?|the|in|to)\s+(?:other|separate|different|sibling|external|companion))\s+repo(?:sitory)?\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"all|any|both|mixed|this|same|here|main|shared", re.IGNORECASE)


class _Mark(Struct, frozen=True):
    """Where a plan begins to speak of a repository, up to where, and whether that is another one."""

    start: int
    end: int
    other: bool


def other_items(plan: Plan, path: str, text: str, index: FileIndex) -> frozenset[int]:
    """Return the items that are about another repository, by their indexes.

    An item says so itself (`[REPO: portal]`, `in the portal repo`, `in another repository`), the box that it stands
    below does, or the heading or the line (`**[REPO: portal]**`, `**Repository:** portal`) that came last above it.
    Said of a repository that is called like this one it means this one.
    """
    if not plan.items or not _HINT.search(text):
        return frozenset()
    marks = _marks(plan, text, index.names)
    starts = [mark.start for mark in marks]
    found: set[int] = set()
    for at, item in enumerate(plan.items):
        own = _own_words(item, path, text, index)
        if own is None and item.parent is not None:
            own = item.parent in found
        if own is None:
            last = bisect_right(starts, item.span.start) - 1
            while last >= 0 and marks[last].end <= item.span.start:
                last -= 1
            own = last >= 0 and marks[last].other
        if own:
            found.add(at)
    return frozenset(found)


def _own_words(item: Item, path: str, text: str, index: FileIndex) -> bool | None:
    """Tell whether an item is about another repository by its own words; None: they say nothing of one."""
    words = text[item.span.start : item.span.end]
    if not _HINT.search(words):
        return None
    if tag := _TAG.search(words):
        return _is_other(tag["name"], index.names)
    if not (_OTHER.search(words) or of_another_tree(text, item, index)):
        return None
    # What is called a repo may be a layer of the code as well: then its files are here.
    absent = item.paths and not any(isinstance(look_up(index, each.path, path), Found) for each in item.paths)
    return True if absent else None


def _marks(plan: Plan, text: str, names: frozenset[str]) -> list[_Mark]:
    """Return what headings and lines between the items say, in the order of the text."""
    starts = [section.heading_span.start for section in plan.sections]
    items = [item.span.start for item in plan.items]
    found = [
        _Mark(section.span.start, section.span.end, True) for section in plan.sections if _OTHER.search(section.title)
    ]
    for line in (*_TAG.finditer(text), *_LABEL.finditer(text)):
        item, at = bisect_right(items, line.start()) - 1, bisect_right(starts, line.start()) - 1
        if item >= 0 and line.start() < plan.items[item].span.end:
            continue
        if line.re is _LABEL and at <= 0:
            continue  # under the title it says where the whole plan lives, maybe by a name that is not used any more
        end = plan.sections[at].span.end if at >= 0 else len(text)
        found.append(_Mark(line.start(), end, _is_other(line["name"], names)))
    return sorted(found, key=lambda mark: mark.start)


def _is_other(name: str, names: frozenset[str]) -> bool:
    """Tell whether a name is that of another repository, and not a part of this one's."""
    said = name.rstrip("/").rpartition("/")[2].removesuffix(".git").casefold()
    return not _BOTH.fullmatch(said) and not any(said in own or own in said for own in names)
