"""How phases are called: one grammar for the headings of plans and for the prompts that name a phase."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct

_WORDS = {
    "phase": "phase fase faza fáza fază fáze fázis faz fas vaihe φάση фаза 阶段 階段 フェーズ 단계",
    "stage": "stage etapa étape etape etap etapp etappe stufe aşama στάδιο этап",
    "milestone": "milestone meilenstein hito mijlpaal jalon веха 里程碑 マイルストーン 마일스톤",
    "task": "task tarea tâche tarefa aufgabe taak zadanie úkol uppgift görev задача завдання 任务 任務 タスク 작업",
    "step": "step schritt paso passo stap pas krok steg adım bước шаг крок 步骤 步驟 ステップ",
    "sprint": "sprint iteration",
    "week": "week woche semana semaine settimana vecka týden неделя тиждень",
    "part": "part package epic wave teil paket paquete paquet pakiet abschnitt пакет",
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_RANKS = {"phase": 0, "stage": 0, "milestone": 1, "task": 2, "step": 2, "": 4}
_COUNTED = {
    word: str(number)
    for words in (
        "one two three four five six seven eight nine ten",
        "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十",
    )
    for number, word in enumerate(words.split(), 1)
}

_WORD = r"(?P<word>" + "|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True)) + ")"
_NUMBER = r"\d+(?:\.\d+)*[A-Za-z]?(?![A-Za-z0-9_])"
_LETTERS = r"(?-i:[A-Z]|[IVX]{1,4}|[A-Z]-?[A-Z]?\d+(?:\.\d+)*[a-z]?)(?![\w/'’])"
_LABEL = rf"(?P<label>{_NUMBER}|{_LETTERS}|(?:{'|'.join(_COUNTED)})(?!\w))"
_WORDED = rf"{_WORD}(?:s(?=\s))?[ \t\xa0_#-]*{_LABEL}"
_COUNTER_FIRST = (
    r"第? ?(?P<count>\d+|十[一二三四五六七八九]|二十|[一二三四五六七八九十]) ?"
    r"(?P<counted>阶段|階段|フェーズ|단계|步|마일스톤|周|週|주차)"
)
_COUNTED_KINDS = {"步": "step", **dict.fromkeys(("周", "週", "주차"), "week")}
_SHORT = r"(?P<short>(?-i:[MP]-?[A-Z]?)\d+(?:\.\d+)*[a-z]?(?:-\d{1,3})?)(?=\s*(?:[:.)|–—]|[-*✅✓✔]|$))"
_DIGITS = r"\d{1,3}(?:(?:\.\d{1,3}){1,3}[a-z]?(?=[.):]?\s)|[a-z]?(?=[.):]\s|\s+[–—:-]\s))"
_BARE = rf"(?P<bare>(?-i:[A-Z]|[IVX]{{2,4}})(?=[.)]\s)|{_DIGITS})"
_PLAIN = "phase milestone stage fase etapa étape etappe stufe этап фаза 阶段 階段 フェーズ 단계".replace(" ", "|")
_UNNUMBERED = rf"(?P<plain>{_PLAIN})(?=\s*[:：–—]\s*\S|\s-\s+\S)"
_OTHER = re.compile(
    r"(?:(?P<word>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?) #?(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?|(?-i:[A-Z]))"
    r"|(?-i:(?P<code>[A-Z]{1,5})-?\d{1,4}(?:\.\d{1,3})*[a-z]?))(?=\s*[:：)|–—]|\.(?!\d)|\s-\s|[\s*_]*$)",
    re.IGNORECASE,
)
_DECORATION = re.compile(r"(?:\[(?:[xX ]|[^\w\s])\]|</?[a-z][^<>]*>|&nbsp;|[^\w])*", re.IGNORECASE)
_HEAD = re.compile(rf"(?:{_WORDED}|{_COUNTER_FIRST}|{_SHORT}|{_BARE}|{_UNNUMBERED})", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![A-Za-zÀ-ž0-9_])(?:{_WORDED}|{_COUNTER_FIRST}|\[(?P<short>P\d+)\]|(?P<bare>(?-i:M-?[A-Z]?)\d+)(?!\w))"
    r"(?P<more>(?:\s*(?:,|-|–|/|&|\+|and|to|through|und|y)\s*"
    rf"(?:{_WORD.replace('word', 'again')}\s*)?\d+(?![\w.]))*)",
    re.IGNORECASE,
)
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_SUFFIX = re.compile(r"(?<=\d)[a-z]$|\.\d+[a-z]?$", re.IGNORECASE)


class Named(Struct, frozen=True, gc=False):
    """A phase's name found in a text: where it stands, and whether other numbers follow it (`phases 2-4`)."""

    kind: str
    label: str
    name: str
    start: int
    end: int
    several: bool = False


def leading_name(heading: str) -> Named | None:
    """Return the phase's name at the head of `heading` (one line of inline markdown), None if it has none."""
    lead = _DECORATION.match(heading)
    start = lead.end() if lead else 0
    found = _HEAD.match(heading, start)
    return _named(found) if found else None


def numbered_name(heading: str) -> tuple[str, Named] | None:
    """Return the word and the name at the head of a heading like `Slice 2: ...` or `US2: ...`: words in no list.

    Only a series of such headings means phases.
    """
    lead = _DECORATION.match(heading)
    found = _OTHER.match(heading, lead.end() if lead else 0)
    if found is None:
        return None
    label = _plain(found["number"]) if found["word"] else found.group()
    return (found["word"] or found["code"]).casefold(), Named("", label, found.group(), found.start(), found.end())


def table_kind(head: str) -> str:
    """Return what a column whose head is `Phase` or `Step #` names; empty for any other."""
    words = head.casefold().strip(" \t*_`#.").split()
    return _KIND_OF.get(words[0], "") if words else ""


def names_in(text: str) -> Iterator[Named]:
    """Yield the phases that a prompt names, in the order of the text."""
    for found in _NAMED.finditer(text):
        yield _named(found)


def rank(kind: str) -> int:
    """Return how much a kind of heading is a phase; lower is more, and 4 is a bare number."""
    return _RANKS.get(kind, 3)


def label_key(label: str) -> str:
    """Return what two spellings of one label have in common: `02` and `2`, `M1` and `1`, `2a` and `2A`."""
    key = _ZEROS.sub("", label.casefold())
    return key[1:].lstrip("-") if key[:1] in "mp" and key[1:].lstrip("-")[:1].isdigit() else key


def wider_label(label: str) -> str | None:
    """Return the label that `label` is a part of (`2` for `2A` and `2.1`), None if there is none."""
    wider = _SUFFIX.sub("", label)
    return wider if wider != label else None


def _named(found: re.Match[str]) -> Named:
    groups = found.groupdict()
    more = groups.get("more") or ""
    name = found.group()[: len(found.group()) - len(more)]
    if groups.get("plain"):
        kind, label = _KIND_OF[groups["plain"].casefold()], ""
    elif groups["count"]:
        word = groups["counted"]
        kind, label = _KIND_OF.get(word) or _COUNTED_KINDS[word], groups["count"]
    elif groups["short"]:
        kind, label = ("milestone" if groups["short"][0] in "Mm" else "phase"), groups["short"]
    elif groups["bare"]:
        milestone = groups["bare"][0] == "M" and len(groups["bare"]) > 1
        kind, label = ("milestone" if milestone else ""), groups["bare"]
    else:
        kind, label = _KIND_OF[groups["word"].casefold()], groups["label"]
    return Named(kind, _plain(label), name.strip(), found.start(), found.end(), several=bool(more))


def _plain(label: str) -> str:
    counted = _COUNTED.get(label.casefold())
    return counted or "".join(str(unicodedata.decimal(char, char)) for char in label)
