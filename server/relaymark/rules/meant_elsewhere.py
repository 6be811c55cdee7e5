"""Tells of paths that history never knew whether the words around them mean a file of another place, or none."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re

from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.plan import Item, PathMention

_OR = re.compile(r"\bor\s*[`'\"(]*$", re.IGNORECASE)
_OUTSIDE = re.compile(r"(?<![\w./~-])(?:~/|/(?=[\w.@-]+/)|[A-Za-z]:\\)[^\s`'\")]+")
_REQUEST = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[\s`'\"*:]{1,3}$")
"""What follows is a route, however much it looks like a folder."""
_OTHER_TREE = re.compile(
    r"\b(?:in|into|to|of|from) (?:the|our|its|their) [`'\"]?(?P<one>[\w./-]+)[`'\"]? repo(?:sitory)?\b"
    r"|\blives in [`'\"]?(?P<other>\w+-[\w-]+)(?=[\s`'\").,;]|$)",
    re.IGNORECASE,
)
_NEAR = 60
_OWN_TREE = frozenset(
    (
        "this",
        "same",
        "current",
        "main",
        "local",
        "git",
        "whole",
        "entire",
        "own",
        "project",
        "top",
        "test",
        "public",
        "private",
        "monorepo",
        "github",
        "new",
        "base",
    )
)
_NAMES_APART = re.compile(r"\w[\w-]*\.[A-Za-z]\w*(?:/\w[\w.-]*\.[A-Za-z]\w*)+|[A-Z][A-Z0-9_]+=/.*")
_ON_A_MACHINE = re.compile(r"[\W\d]*(?:sudo\s+)?(?:chown|chmod|chgrp|mkdir|ln|scp|rsync|setfacl)\s", re.IGNORECASE)
_MODEL = re.compile(
    r"\b(?:mirror(?:s|ed|ing)?|following|modell?ed (?:on|after)|patterned (?:on|after)|same (?:\w+ )?as"
    r"|assum(?:ed|ing)(?: to be| it is| in)?|presumably|likely)\s+(?:both\s+|the\s+|existing\s+)*[`'\"*(\[]*$",
    re.IGNORECASE,
)
_GUESSED_AFTER = re.compile(
    r"[`'\"*)\]]*+\s*+(?:\(?or (?:similar|equivalent|so|the like)\b|[(（]\s*+(?:or\b|oder\b|或|または))", re.IGNORECASE
)
_WENT = re.compile(
    r"(?:\bnote\b[\s:*_]{1,6}|[(\[（]|[–—]|\s-\s|→)\s*+(?:\w+\s){0,2}?"
    r"(?:implemented|integrated|merged|included|folded|consolidated|combined|handled|placed|lives|located|covered)"
    r"(?:\s(?:directly|instead|together))?\s(?:in|into|inside|within|by|with)\b",
    re.IGNORECASE,
)
_REACH = 400
_NEEDLESS = re.compile(
    r"(?:\s[–—-]{1,2}|[(\[])\s*(?:[^\w\s`]\ufe0f?\s*)?[*_]*"
    r"(?:not needed|not required|no longer needed|not applicable|superseded|skipped|deferred|dropped|cancell?ed"
    r"|won['’]t do)\b",
    re.IGNORECASE,
)


def of_another_place(text: str, item: Item, mention: PathMention, index: FileIndex) -> bool:
    """Tell whether a line names a folder outside of the tree first, so that a path may be meant from there."""
    line = max(item.span.start, text.rfind("\n", 0, mention.span.start) + 1)
    return any(
        not isinstance(look_up(index, found.group().rstrip(".,;:")), Found)
        for found in _OUTSIDE.finditer(text, line, mention.span.start)
        if not _REQUEST.search(text, max(line, found.start() - 12), found.start())
    )


def spoken_of(text: str, item: Item, mention: PathMention, plan: str, index: FileIndex) -> bool:
    """Tell whether a path that history never knew may be a package, words, read elsewhere, or a second name."""
    if text[mention.span.start - 1 : mention.span.start] == "@" or mention.role == "read":
        return True
    line = text[text.rfind("\n", 0, mention.span.start) + 1 : mention.span.start]
    if line.count("`") % 2 == 0 and ("/" not in mention.path or mention.path.endswith("/")):
        return True  # the name of a product (`three.js`), or words with strokes between them: nobody set it off as code
    if _NAMES_APART.fullmatch(mention.path) or line.endswith("*"):
        return True  # names with strokes between them, an assignment, what stands behind the star of a pattern
    if _ON_A_MACHINE.match(item.text) or _ON_A_MACHINE.match(line, line.rfind("`") + 1):
        return True
    if of_another_tree(text, item, index):
        return True
    others = (each for each in item.paths if each is not mention)
    before = text[max(item.span.start, mention.span.start - 12) : mention.span.start]
    return _OR.search(before) is not None and any(
        isinstance(look_up(index, each.path, plan), Found) for each in others
    )  # fmt: skip


def model_or_guess(text: str, item: Item, mention: PathMention) -> bool:
    """Tell whether an item names a file as a model, guesses at its name, or says behind it where the work went."""
    start = max(item.span.start, text.rfind("\n", 0, mention.span.start) + 1)
    before = text[max(start, mention.span.start - _NEAR) : mention.span.start]
    behind = text[mention.span.end : mention.span.end + _NEAR]
    went = _WENT.search(text, mention.span.end, min(item.span.end, mention.span.end + _REACH))
    return went is not None or _MODEL.search(before) is not None or _GUESSED_AFTER.match(behind) is not None


def of_another_tree(text: str, item: Item, index: FileIndex) -> bool:
    """Tell whether an item or the heading above it says that the work is in another repository."""
    heading = text.rfind("\n#", 0, item.span.start) + 1
    above = text[heading : text.find("\n", heading)] if heading or text.startswith("#") else ""
    told = (found for words in (item.text, above) for found in _OTHER_TREE.finditer(words))
    names = ((found["one"] or found["other"]).casefold() for found in told)
    return any(name not in _OWN_TREE | index.names and not index.ending(f"{name}/") for name in names)


def told_needless(text: str) -> bool:
    """Tell whether an item says behind its work that it was not done after all: `... - NOT NEEDED: ...`."""
    return _NEEDLESS.search(text) is not None
