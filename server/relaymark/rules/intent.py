"""Reads in an item's words what it wants with each path and name of code; each text is read once."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from relaymark.core.naming import DOCUMENT, is_placeholder
from relaymark.core.paths import absolute
from relaymark.core.plan import Item, PathMention, Span
from relaymark.core.plan.wording import wording
from relaymark.core.symbols import Symbol, phrases_in, plain_symbols, symbols_in
from relaymark.rules.bare_names import made_names
from relaymark.rules.checks import checks_only
from relaymark.rules.telling import telling

_NEW_AFTER = re.compile(r"[`'\"*)\]]*+\s*+[(\[–—-]?\s*+(?:new\b|\(new|create[ds]?\b|added\b)", re.IGNORECASE)
_CREATE = re.compile(
    r"\b(?:creat\w*|scaffold\w*|generat\w*|introduc\w*|author\w*|draft\w*|write|writing"
    r"|erstellen|anlegen|crear|criar|créer|создать|написать)\b|[创創]建|新建|新增|建立|[编編][写寫]|作成|생성",
    re.IGNORECASE,
)
_NEW_BEFORE = re.compile(r"\bnew(?:\s+\w+)?\s*:?[\s`'\"*(\[]*$", re.IGNORECASE)
_OTHER_VERB = re.compile(
    r"\b(?:updat\w*|modif\w*|edit\w*|extend\w*|chang\w*|us(?:e|ing)|import\w*|from|into|in|to|wire\w*|register\w*|add(?:ed|s|ing)?|"
    r"implement\w*|call\w*|existing|read\w*|see|per|like|mirror\w*|match\w*|against|"
    r"alongside|next to|under|with|for|of|and fix|fix)\b",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?:\b(?:delet\w*|remov\w*|drop(?:s|ped|ping)?|get rid of|rm|unlink|elimin\w*|purge\w*|lösch\w*|entfern\w*"
    r"|borra\w*|supprim\w*|rimuov\w*|удал\w*)\b|[删刪移去]除|削除|삭제|제거)[^.;:`]{0,60}$",
    re.IGNORECASE,
)
_AWAY_AFTER = re.compile(r"[`'\"*)\]]*\s*(?:is |are )?(?:removed|deleted|dropped|gone)\b", re.IGNORECASE)
_MENTION_AFTER = re.compile(
    r"[`'\"*)\]]*\s+(?:alias(?:es)?|(?:re-?)?exports?|imports?|entr(?:y|ies)|references?|mentions?|links?|usages?)\b",
    re.IGNORECASE,
)
"""What is to go is a mention of the path, not what it names."""
_KEPT_APART = re.compile(
    r"^\W*+(?:(?:[A-Z]{1,4}-?\d++[a-z]?|[\d.]++|\[[^\]]{1,12}\])\W*+)*+"
    r"(?:optional|deferred|skipped?|blocked|won['’]?t|n/a|later|future|nice to have|"
    r"stretch|maybe|consider|dropped|cancell?ed|not needed)\b"
    r"|[(\[*–—-]\s*+(?:[✅❌⏭⏸⛔🚫]\ufe0f?\s*+)?"
    r"(?:optional|deferred|skipped|blocked|out of scope|stretch|if needed|if necessary|"
    r"post-?v?\d*|future|later|"
    r"not needed|not executed|not run|not done|superseded|obsolete|dropped|cancell?ed)\b|\bOR\s*$|^\W*OR\b"
    r"|\b(?:deferred (?:to|until)|out of scope)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:^|[.;:–—]\s)[\s*_(]*+if\b[^.;:]*$", re.IGNORECASE)
_TESTS = re.compile(
    r"\W*+(?:[A-Z]{0,3}\d[\w.]*+[.:)]?\s++)?[*_]*+(?:(?:e2e|end-to-end|unit|integration|contract|smoke)[\s-]++)?tests?\b",
    re.IGNORECASE,
)
_SECOND = re.compile(r"(?:\(|,\s*)or\s*[`'\"(]*$", re.IGNORECASE)
_OR = re.compile(r"\bOR\s*$|^\W*OR\b|\(or\b[^)]*\)\s*$")
_CODE = re.compile(r"`[^`]*`|(?:(?<!\S)|(?<=`))\S+[./]\S+")
_MAKES = re.compile(
    r"^\W*`|^(?:\W*+[\w.'-]++){0,5}?\W*+(?:\w++[.'-]++)*?\b(?:creat|implement|writ|build|add"
    r"|introduc|defin|set ?up|scaffold|extract|port|wire|author|design|draft|develop"
    r"|initiali[sz]|configur|support|expos|generat|install|integrat|provid|make|move|split|convert|migrat|register|export"
    r"|replac|refactor|document|extend|updat|render|handl|save)",
    re.IGNORECASE,
)
_REMOVES = re.compile(r"^(?:\W*+[\w.'-]++){0,2}?\W*+(?:\w++[.'-]++)*?\b(?:remov|delet|drop|eliminat)\w*", re.IGNORECASE)
_OUT_OF = re.compile(r"\b(?:remov|delet|drop|eliminat)\w*\b.*\b(?:from|in|out of)\s*$", re.IGNORECASE)
_LISTED = re.compile(r"[`'\"*)\]]*\s*(?:,|and|&|\+|,\s*and)\s*[`'\"*(\[]*")
_TO = re.compile(
    r"(?:\b(?:mov|relocat|archiv|renam|transferr)(?:e|es|ed|ing|s)?\b[^.;:`]{0,40}\b(?:to|into))\s*+(?:the\s++)?[`'\"*(\[]*$",
    re.IGNORECASE,
)
_CHANGES = (
    "updat", "extend", "refactor", "modif", "chang", "adjust", "improv", "enhanc", "harden", "optimis", "optimiz",
    "rework", "polish", "aktualisier", "erweiter", "änder", "überarbeit", "actualiz", "ampli", "modific", "étend",
    "atualiz", "обнов", "измен", "расшир",
)  # fmt: skip
_ALREADY = re.compile(r"(?:更新|修改|[扩擴]展|[扩擴]充|重[构構]|[优優]化|[调調]整|完善)[^`,;:,。;:]{0,12}$")
_NEAR = 2
_ALREADY_AFTER = re.compile(r"`?\s*(?:[をに을를에]\s*)?(?:更新|変更|拡張|修正|수정|확장|변경|개선|업데이트)")
_WHERE = frozenset({"in", "at", "under", "of", "for", "with"})

Wish = Literal["new", "there", "leaving"]
"""A path is to be made, is worked on, or is to go."""


class Intent(Struct, frozen=True, gc=False):
    """What an item's words say.

    Attributes:
        paths: The paths that it wants something with, as written.
        names: Names of code that it brings; spans from the start of the item.
        away: Names of code that are to go.
        known: Those of the names that it works with: they are changed, or only tell where or for what.
        about: How the words begin that tell it from others about the same files, as `core.symbols` looks for them.
        plain: Names that look like code and stand outside of backticks, where no name stands in them.
        phrases: Runs of words, for documents.
        makes: It makes something, or names it first of all.
        removes: It begins with taking something away.
        put_off: It need not be done, or not now.
        checks: It is about running, checking or deciding, which leaves nothing in the tree.
        choice: It is one of two ways.
        tests: It is a test.
    """

    paths: tuple[tuple[str, Wish], ...] = ()
    names: tuple[Symbol, ...] = ()
    away: tuple[Symbol, ...] = ()
    known: frozenset[str] = frozenset()
    plain: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    makes: bool = False
    removes: bool = False
    put_off: bool = False
    checks: bool = False
    choice: bool = False
    tests: bool = False


def intent_of(item: Item, text: str) -> Intent:
    """Return what an item of a plan's text wants."""
    start = item.span.start
    paths = tuple((each.path, each.span.start - start, each.span.end - start) for each in item.paths)
    return _read(text[start : item.span.end], item.mark_span.end + 1 - start, item.text, paths)


@lru_cache(maxsize=16_384)
def _read(raw: str, start: int, words: str, paths: tuple[tuple[str, int, int], ...]) -> Intent:
    mentions = [PathMention(path, Span(first, last)) for path, first, last in paths]
    names, away, known = _names(raw, start, mentions)
    if not (names or away or mentions):
        names = made_names(raw, start)
    document = any(DOCUMENT.search(mention.path) for mention in mentions)
    return Intent(
        tuple(_wishes(raw, start, mentions)),
        names,
        away,
        known,
        () if names or away else plain_symbols(raw, start, len(raw), [mention.span for mention in mentions]),
        phrases_in(_CODE.sub(" ; ", words)) if document else (),
        () if names or away or not mentions else telling(words, [mention.path for mention in mentions]),
        _MAKES.search(words) is not None,
        _REMOVES.match(words) is not None,
        put_off(words),
        checks_only(words),
        _OR.search(words) is not None,
        _TESTS.match(words) is not None,
    )


def _wishes(raw: str, start: int, mentions: list[PathMention]) -> Iterator[tuple[str, Wish]]:
    full = {mention.path.rpartition("/")[2] for mention in mentions if "/" in mention.path.rstrip("/")}
    last: tuple[int, Wish | None] = (start, None)
    for mention in mentions:
        path, at, behind = mention.path, mention.span.start, mention.span.end
        # The bare name of a file that the item names in full as well says nothing more.
        if path in full or is_placeholder(path) or absolute(path) or path.startswith("~"):
            continue
        before = raw[max(start, raw.rfind("\n", start, at) + 1) : at]
        if _SECOND.search(before) or _IF.search(before):
            continue  # one of two ways, or only in case of need
        wish = last[1] if _LISTED.fullmatch(raw, last[0], at) else _wish(raw, start, mention, before.rstrip("`'\"*"))
        last = (behind, wish)
        if wish:
            yield path, wish


def _wish(raw: str, start: int, mention: PathMention, before: str) -> Wish | None:
    """Return what the sentence wants with one path, None where it only speaks of it."""
    at, behind = mention.span.start, mention.span.end
    if _TO.search(before):
        return "there"
    if _AWAY.search(before) or _AWAY_AFTER.match(raw[behind : behind + 24]):
        if _MENTION_AFTER.match(raw[behind : behind + 24]):
            return None
        return "there" if _OUT_OF.search(before) else "leaving"
    if wording(raw, start, len(raw), at, behind) in {"going", "aside"} and not _OUT_OF.search(before):
        return None
    return "new" if creates(before, raw[behind : behind + 16]) else "there"


def _names(
    raw: str, start: int, mentions: list[PathMention]
) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...], frozenset[str]]:
    """Return the names that the item brings, those that are to go, and which of the first it only works with."""
    names: list[Symbol] = []
    away: list[Symbol] = []
    known: list[str] = []
    for symbol in symbols_in(raw, start, len(raw), [mention.span for mention in mentions]):
        at, behind = symbol.span.start, symbol.span.end
        before = raw[max(raw.rfind("\n", start, at) + 1, start) : at].rstrip("`")
        if _AWAY.search(before) or _AWAY_AFTER.match(raw[behind : behind + 24]):
            away.append(symbol)
        elif wording(raw, start, len(raw), at, behind) in {None, "coming"}:
            names.append(symbol)
            if _already(before[-80:]) or _ALREADY_AFTER.match(raw[behind : behind + 24]):
                known.append(symbol.word)
    return tuple(names), tuple(away), frozenset(known)


def _already(before: str) -> bool:
    """Tell whether the words before a name say for or of what something is, or that the name is only changed."""
    words = before.casefold().split()[-5:]
    for distance, word in enumerate(reversed(words[-4:])):
        if not word.replace("-", "").replace("'", "").isalnum():
            break
        if word in {"for", "of"}:
            # Tests for something are written with it.
            return not "".join(words[-distance - 2 : -distance - 1]).startswith("test")
        if distance <= _NEAR and word.startswith(_CHANGES):
            return True
    return _ALREADY.search(before[-20:]) is not None


def creates(before: str, after: str) -> bool:
    """Tell whether the sentence around a path says that it is to be made, not only changed."""
    if _NEW_AFTER.match(after) or _NEW_BEFORE.search(before):
        return True
    verbs = [found.end() for found in _CREATE.finditer(before)]
    if not verbs:
        return False
    between = before[verbs[-1] :]
    # "Create X in `path`" makes the file; "Add X to `path`" does not.
    others = [found for found in _OTHER_VERB.finditer(between) if found.group().casefold() not in _WHERE]
    return not others and "`" not in between.rstrip("`")[:-1]


def put_off(text: str) -> bool:
    """Tell whether an item says that it need not be done, or not now."""
    return _KEPT_APART.search(text) is not None
