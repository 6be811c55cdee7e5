"""Reads from a plan's items what would be there if they were done: files, names of code, and what would be gone."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from relaymark.core.lookup import FileIndex, Found, Missing, look_up
from relaymark.core.naming import is_generated, is_placeholder
from relaymark.core.past import item_keys
from relaymark.core.paths import absolute, normal
from relaymark.core.plan import Item, PathMention, Plan
from relaymark.core.plan.wording import wording
from relaymark.core.symbols import Symbol, phrases_in, symbols_in

_ALTERNATIVES = 8
_NEW_AFTER = re.compile(r"[`'\"*)\]]*\s*[(\[–—-]?\s*(?:new\b|\(new|create[ds]?\b|added\b)", re.IGNORECASE)
_CREATE = re.compile(
    r"\b(?:creat\w*|scaffold\w*|generat\w*|introduc\w*|author\w*|draft\w*|write|writing)\b", re.IGNORECASE
)
_NEW_BEFORE = re.compile(r"\bnew(?:\s+\w+)?\s*:?[\s`'\"*(\[]*$", re.IGNORECASE)
_OTHER_VERB = re.compile(
    r"\b(?:updat\w*|modif\w*|edit\w*|extend\w*|chang\w*|us(?:e|ing)|import\w*|from|into|in|to|wire\w*|register\w*|add(?:ed|s|ing)?|"
    r"implement\w*|call\w*|existing|read\w*|see|per|like|mirror\w*|match\w*|against|alongside|next to|under|with|for|of|and fix|fix)\b",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:delet\w*|remov\w*|drop(?:s|ped|ping)?|get rid of|rm|unlink|eliminat\w*|purge\w*)\b[^.;:`]{0,60}$",
    re.IGNORECASE,
)
_AWAY_AFTER = re.compile(r"[`'\"*)\]]*\s*(?:is |are )?(?:removed|deleted|dropped|gone)\b", re.IGNORECASE)
_KEPT_APART = re.compile(
    r"^\W*(?:(?:[A-Z]{1,4}-?\d+[a-z]?|[\d.]+|\[[^\]]{1,12}\])\W*)*"
    r"(?:optional|deferred|skipped?|blocked|won['’]?t|n/a|later|future|nice to have|stretch|maybe|consider|dropped|cancell?ed|not needed)\b"
    r"|[(\[*–—-]\s*(?:optional|deferred|skipped|blocked|out of scope|stretch|if needed|if necessary|post-?v?\d*|future|later|"
    r"not needed|superseded|obsolete|dropped|cancell?ed)\b|\bOR\s*$|^\W*OR\b|\b(?:deferred (?:to|until)|out of scope)\b",
    re.IGNORECASE,
)
_OR = re.compile(r"\bOR\s*$|^\W*OR\b|\(or\b[^)]*\)\s*$")
_CHECKING = re.compile(
    r"^\W*(?:(?:[A-Z]{1,4}-?\d+[a-z]?|[\d.]+|\[[^\]]{1,12}\]|step \d+\w*|task)[\s:.)*–—-]+)*"
    r"(?:run|re-?run|verify|verified|check|confirm|ensure|test that|manual\w*|review|validate|smoke|commit|push|open a pr|benchmark|measure|"
    r"inspect|investigate|read|locate|find|decide|discuss|audit|assert|observe|try)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`]*`|\S+[./]\S+")
_MAKES = re.compile(
    r"^\W*`|^(?:\W*[\w.'-]+){0,5}?\W*\b(?:creat|implement|writ|build|add|introduc|defin|set ?up|scaffold|extract|port|wire|author|design|draft|develop"
    r"|initiali[sz]|configur|support|expos|generat|install|integrat|provid|make|move|split|convert|migrat|register|export"
    r"|replac|refactor|document|extend|updat|render|handl|save)",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(r"\.(?:md|mdx|rst|adoc|txt)$", re.IGNORECASE)

Alternatives = tuple[str, ...]


class Claim(Struct, frozen=True, gc=False):
    """What one item wants.

    Attributes:
        item: Its index in the plan.
        key: As history knows it; empty: history cannot follow it.
        created: Files that it brings and that the tree holds, each as the files that its name may mean.
        lacking: Paths that it brings and the tree lacks, as written.
        worked_on: Files that it changes and that the tree holds.
        vanished: Paths that it changes and the tree lacks, as written.
        leaving: Paths that are to go, as written.
        names: Names of code that it brings.
        away: Names of code that are to go.
        phrases: Runs of words, for documents.
        proves: False for an item that files cannot prove: it runs, checks, or is put off.
    """

    item: int
    key: str
    created: tuple[Alternatives, ...] = ()
    lacking: tuple[str, ...] = ()
    worked_on: tuple[Alternatives, ...] = ()
    vanished: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    names: tuple[Symbol, ...] = ()
    away: tuple[Symbol, ...] = ()
    phrases: tuple[str, ...] = ()
    proves: bool = True

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the tree that it may mean."""
        return tuple(dict.fromkeys(path for group in (*self.created, *self.worked_on) for path in group))


def claims_of(plan: Plan, path: str, text: str, index: FileIndex) -> tuple[Claim, ...]:
    """Return what each item of a plan wants, in their order."""
    keys = item_keys(text, [item.mark_span.start for item in plan.items])
    return tuple(_claim(at, item, keys[at], path, text, index) for at, item in enumerate(plan.items))


def makes(text: str) -> bool:
    """Tell whether an item says that something is to be made, or names it first of all."""
    return _MAKES.search(text) is not None


def put_off(text: str) -> bool:
    """Tell whether an item says that it need not be done, or not now."""
    return _KEPT_APART.search(text) is not None


def checks_only(text: str) -> bool:
    """Tell whether an item is about running, checking or deciding, which leaves nothing in the tree."""
    return _CHECKING.match(text) is not None


def creates(text: str, start: int, mention: PathMention, end: int) -> bool:
    """Tell whether the sentence says that a path is to be made, not only changed."""
    at = max(text.rfind("\n", start, mention.span.start) + 1, start)
    before = text[at : mention.span.start]
    if _NEW_AFTER.match(text[mention.span.end : min(mention.span.end + 16, end)]):
        return True
    if _NEW_BEFORE.search(before):
        return True
    verbs = [found.end() for found in _CREATE.finditer(before)]
    if not verbs:
        return False
    between = before[verbs[-1] :]
    # "Create X in `path`" makes the file; "Add X to `path`" does not.
    others = [
        found
        for found in _OTHER_VERB.finditer(between)
        if found.group().casefold() not in {"in", "at", "under", "of", "for", "with"}
    ]
    return not others and "`" not in between.rstrip("`")[:-1]


def resolve(index: FileIndex, mention: str, plan: str) -> Alternatives:
    """Return the files that a path may mean, none if the tree lacks it."""
    found = look_up(index, mention, plan)
    if not isinstance(found, Found) or found.how == "glob":
        return ()
    if found.only or found.how in {"exact", "relative"}:
        return (found.path,)
    tail = normal(mention)
    return tuple(dict.fromkeys((found.path, *index.ending(tail)[:_ALTERNATIVES])))


def _claim(at: int, item: Item, key: str, plan: str, text: str, index: FileIndex) -> Claim:
    start, end = item.mark_span.end + 1, item.span.end
    groups: dict[Literal["created", "lacking", "worked_on", "vanished", "leaving"], list[object]] = {
        "created": [], "lacking": [], "worked_on": [], "vanished": [], "leaving": []
    }  # fmt: skip
    full = {mention.path.rpartition("/")[2] for mention in item.paths if "/" in mention.path.rstrip("/")}
    for mention in item.paths:
        if mention.path in full:
            continue  # the bare name of a file that the item names in full as well
        if is_placeholder(mention.path) or absolute(mention.path) or mention.path.startswith("~"):
            continue
        before = text[max(start, text.rfind("\n", start, mention.span.start) + 1) : mention.span.start]
        if _AWAY.search(before) or _AWAY_AFTER.match(text[mention.span.end : mention.span.end + 24]):
            groups["leaving"].append(mention.path)
            continue
        said = wording(text, start, end, mention.span.start, mention.span.end)
        if said in {"going", "aside"}:
            continue
        files = resolve(index, mention.path, plan)
        new = creates(text, start, mention, end)
        if files:
            groups["created" if new else "worked_on"].append(files)
        elif isinstance(look_up(index, mention.path, plan), Missing) and not is_generated(mention.path):
            groups["lacking" if new else "vanished"].append(mention.path)
    names, away = _names(item, text, start, end)
    words = (
        phrases_in(_CODE.sub(" ; ", item.text)) if any(_DOCUMENT.search(mention.path) for mention in item.paths) else ()
    )
    return Claim(
        item=at,
        key=key,
        created=tuple(groups["created"]),  # type: ignore[arg-type]
        lacking=tuple(groups["lacking"]),  # type: ignore[arg-type]
        worked_on=tuple(groups["worked_on"]),  # type: ignore[arg-type]
        vanished=tuple(groups["vanished"]),  # type: ignore[arg-type]
        leaving=tuple(groups["leaving"]),  # type: ignore[arg-type]
        names=names,
        away=away,
        phrases=words,
        proves=not (put_off(item.text) or checks_only(item.text) or _OR.search(item.text)),
    )


def _names(item: Item, text: str, start: int, end: int) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
    names: list[Symbol] = []
    away: list[Symbol] = []
    for symbol in symbols_in(text, start, end, [mention.span for mention in item.paths]):
        line = max(text.rfind("\n", start, symbol.span.start) + 1, start)
        before, after = text[line : symbol.span.start].rstrip("`"), text[symbol.span.end : symbol.span.end + 24]
        if _AWAY.search(before) or _AWAY_AFTER.match(after):
            away.append(symbol)
        elif wording(text, start, end, symbol.span.start, symbol.span.end) in {None, "coming"}:
            names.append(symbol)
    return tuple(names), tuple(away)


def sections(text: str) -> Sequence[int]:
    """Return the offsets at which the sections of a text start, by headings of any level outside of fences."""
    found, fence = [0], ""
    for line in re.finditer(r"^([ \t>]*(`{3,}|~{3,})|#{1,6}[ \t]+\S|\*\*[^*\n]+\*\*:?[ \t]*$)", text, re.MULTILINE):
        mark = line[2]
        if mark:
            fence = "" if fence and mark.startswith(fence) else fence or mark
        elif not fence and line.group().startswith("#"):
            found.append(line.start())
    return found
