"""Reads in the sentence around a path whether the file is to go, to come, or only spoken of."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from functools import lru_cache
from typing import Literal

from relaymark.core.plan.task_place import is_place

Wording = Literal["going", "coming", "aside"]

_BULLET = re.compile(r"(?:^|[\r\n])[ \t>]*(?:[-*+]|\d+[.)])[ \t]|(?:\r\n|\r|\n)[ \t]*(?=[\r\n])")
_GOING = re.compile(
    r"\b(?:delet|remov|renam|replac|retir|eliminat|deprecat|supersed|migrat|consolidat|obsolet|relocat|uninstall|clean"
    r"|extract|split|merg|convert|reorgani[sz]|restor|revert|rewrit|rewrote|translat)\w*\b"
    r"|\b(?:port|ports|ported|porting|drop|drops|dropped|move|moves|moved|moving|rm|mv|unlink|purge"
    r"|strip|inline|inlined|fold|folded|get rid of|rid of"
    r"|discard|decommission|kill|löschen|mover|quitar)\b"
    # German, Spanish, Portuguese, French, Italian, Russian; Chinese, Japanese and Korean put no blanks between words.
    r"|\b(?:lösch|entfern|umbenenn|ersetz|verschieb|elimin|borra|renombr|reemplaz|exclu|renome|substitu|supprim|renomm"
    r"|remplac|déplac|retir|rimuov|удал|убра|переимен|замен|перенес)\w*"
    r"|[删刪]除|移除|去除|[废廢][弃棄除止]|重命名|替[换換]|[迁遷]移|移[动動]|合[并併]|拆分|清理|削除|除去|廃止|置換|改名|삭제|제거|이동|대체",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"(?:→|->|=>|➜|\b(?:to|into|with|as|in favou?r of|by))\s*(?:the\s+|a\s+|new\s+)*[`'\"*(\[]*$", re.IGNORECASE
)
_SOURCE_AFTER = re.compile(r"[`'\"*)\]]*\s*(?:\([^()\r\n]{0,40}\)\s*)?(?:→|->|=>|➜)")
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|instead of|rather than|don['’]t|doesn['’]t|no longer|formerly|previously|former|old"
    r"|legacy|avoid|absence of|neither|nor|was|were|from|unlike|kein\w*|nicht|sans|sin)\b[^.;:–—]{0,24}$",
    re.IGNORECASE,
)
_NEGATED_AFTER = re.compile(
    r"[`'\"*)\]]*\s*(?:(?:is|are|was|were|has been|have been)\s+)?(?:no longer|gone|absent|removed|deleted|not "
    r"|does ?n[o']t|must not|should not|if (?:it |they )?(?:exists?|present|needed|any)"
    r"|\(?(?:removed|deleted|optional|if |deferred|skipped|n/?a))",
    re.IGNORECASE,
)
_ABSENT_AFTER = re.compile(
    r"(?:(?![.;]\s)[^\r\n]){0,160}?\b(?:do(?:es)?(?: not|n['’]t) exist|no longer exists?)\b", re.IGNORECASE
)
_ALWAYS_ASIDE = (
    r"e\.g\.|i\.e\.|such as|for example|for instance|examples?|etc\b|optional(?:ly)?"
    r"|if (?:it |they )?(?:exists?|present)|gitignored?|ignored?|deferred|skipped|n/a"
    r"|at run ?time|temp(?:orary)?|upstream|another repo\w*|output folders?"
)
_ASIDE = re.compile(
    rf"\b(?:{_ALWAYS_ASIDE}|like|creates|writes|saves|emits|outputs?|produces?"
    rf"|generates|generated|users?['’]?s?|would|could|consider\w*)\b",
    re.IGNORECASE,
)
_ASIDE_AFTER = re.compile(rf"\b(?:{_ALWAYS_ASIDE})\b", re.IGNORECASE)
_COMING = re.compile(
    r"\b(?:create|add|new|write|implement|build|scaffold|introduce|generate|set ?up|initiali[sz]e|make|define|draft"
    r"|copy|produce|will|erstellen|hinzufügen|crear|añadir|criar|adicionar|créer|ajouter|anlegen|создать|добавить|написать)\b"
    r"|[创創]建|新建|新增|建立|添加|[编編][写寫]|[实實][现現]|作成|追加|実装|추가|생성|구현",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?P<indent>[ \t>]*)(?P<bullet>(?:[-*+]|\d+[.)])[ \t]+)?(?:\[[^\[\]\r\n]{1,3}\][ \t]+)?"
    r"(?P<words>[^\r\n]*)"
)
_TAKEN_AWAY = re.compile(
    r"(?P<mark>#{1,6}[ \t]+)?(?P<bold>[*_]{2})?(?:\w+[ \t]+){0,2}?"
    r"(?:removed|deleted|dropped|to[ \t]+(?:be[ \t]+)?(?:removed?|deleted?|dropp?e?d?)|delete|remove)"
    r"(?:[ \t]+(?:files?|modules?|components?|tests?|code))?[*_]*[ \t]*(?:\([^()]*\)[ \t]*)?(?P<colon>[:：])?[*_]*"
    r"(?:[ \t]*\([^()]*\))?(?P<last>[:：])?",
    re.IGNORECASE,
)
_TAKE_AWAY = re.compile(
    r"(?:[A-Z]{0,4}-?\d[\w.]*[.:)]?[ \t]+)?[*_]*(?:delete|remove|drop|purge|retire|get rid of|删除|移除|削除)"
    r"(?!.*\b(?:add|create|update|replace|modify|edit|keep)\b).*[:：][*_]*",
    re.IGNORECASE,
)
_OWN = re.compile(r"<!--\s*+relaymark:(?:[^-]|-(?!->)){0,400}+-->")
"""Relaymark's own comments, which say nothing of a path (`ignore` in them is no `ignored`)."""
_CODE = re.compile(r"`[^`]*`")
_PROSE = re.compile(r"\w{3}")
_LONGEST = 400
_FARTHEST = 60
"""Lines: how far above an entry of a list what it stands below is looked for."""


def wording(text: str, start: int, end: int, at: int, behind: int) -> Wording | None:
    """Return what an item says of a path.

    Args:
        text: The plan.
        start: Where the item starts.
        end: Where it ends.
        at: Where the path starts.
        behind: Where it ends.
    """
    first = max([start, *(found.end() for found in _BULLET.finditer(text, start, at))])
    following = _BULLET.search(text, behind, end)
    file = "/" in text[at:behind].rstrip("/") and text[behind - 1] != "/"
    rest = text[behind : following.start() if following else end]
    said = _between(_OWN.sub(" ", text[first:at]), _OWN.sub(" ", rest), file=file)
    return "going" if said is None and below_removal(text, at) else said


@lru_cache(maxsize=8_192)  # the same sentences are asked about with each keystroke in their plan
def _between(before: str, after: str, *, file: bool = False) -> Wording | None:
    if file and is_place(before, after) and not (_NEGATED_AFTER.match(after) or _ABSENT_AFTER.match(after)):
        return "coming" if _COMING.search(before) else None
    if _NEGATED.search(before) or _NEGATED_AFTER.match(after):
        return "going"
    if _ABSENT_AFTER.match(after):
        return "going"
    if _GOING.search(before) and not _TARGET.search(before):
        return "going"
    if _SOURCE_AFTER.match(after):
        return "going"
    if _ASIDE.search(before) or _ASIDE_AFTER.search(after):
        return "aside"
    return "coming" if _COMING.search(before) else None


def below_removal(text: str, at: int) -> bool:
    """Tell whether a path that begins an entry of a list stands below words that take all of the list away."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    own = _LINE.match(text, start) if at - start <= _LONGEST else None
    if own is None or not own["bullet"] or _PROSE.search(_CODE.sub("", text[own.start("words") : at])):
        return False
    for _ in range(_FARTHEST):
        if start == 0:
            return False
        end = start - 1
        start = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        above = _LINE.match(text, start)
        words = above["words"].rstrip() if above else ""
        if above is None or not words:
            continue
        deeper = len(above["indent"]) - len(own["indent"])
        if deeper > 0 or (above["bullet"] and deeper == 0):
            continue
        label = _TAKEN_AWAY.fullmatch(words)
        if label and (label["mark"] or label["bold"] or label["colon"] or label["last"]):
            return True
        return _TAKE_AWAY.fullmatch(words) is not None
    return False
