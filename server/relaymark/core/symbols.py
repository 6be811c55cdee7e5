"""Finds the names of code that an item speaks of, and tells whether a text holds them."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from relaymark.core.plain_words import PLAIN_WORDS
from relaymark.core.plan.mentions import inline_parts
from relaymark.core.span import Span

BESIDE = "\0"
"""Between two words that have to stand on one line."""

DEFINED = "\x02"
"""Before a word that has to be defined, not only named."""

LINE = "\x03"
"""Before a whole line, its blanks made one each."""

BEGINNING = "\x04"
"""Before how a word begins, in lower case, which is found whatever its case, and in longer names."""

_NAME = r"[A-Za-z_$][\w$]*"
_WHOLE = re.compile(
    rf"['\"]?(?P<name>(?:--?|[@#./])?{_NAME}(?:(?:\.|::|->|/|-){_NAME})*)(?:\(.*\)|!|<.*>|\[\])?(?:\s*[:=].*)?['\"]?",
    re.DOTALL,
)
_DISTINCT = re.compile(
    r"(?<![\w./-])(?:[a-z]+(?:_[a-z0-9]+)+|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[a-z]+(?:[A-Z][a-z0-9]+)+"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?!\w)"
)
_PLAIN = re.compile(
    r"(?<![\w./`-])(?:[A-Za-z_]\w+(?=\(\))|[a-z]+(?:_[a-z0-9]+)+|[a-z]{2,}(?:[A-Z][a-z0-9]+)+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"
    r"(?![\w/`-]|\.\w)"
)
"""Names of code outside of backticks; one like `GitHub` may be any name."""
_CHANGED = re.compile(r"`?[^`→>]{0,40}?(?:→|->|=>)\s*`?([\w.\"'-]+)")
_SHELL = re.compile(
    r"(?:\$|npm|npx|pnpm|yarn|git|cargo|go|python3?|pip|uv|make|bash|sh|cd|ls|rm|mv|cp|grep|rg|curl|docker|just)\s"
)
_KEYWORDS = (
    r"def|class|func|fn|fun|function|struct|enum|interface|protocol|trait|type|const|let|var|val|static|module|mod|macro_rules!|"
    r"actor|extension|record|object|namespace|abstract|defp|defmodule|sub|proc|table|message|service|@interface|#define|export"
)
_PROSE = r"(?:for|of|to|the|an?|in|on|with|that|and|or|is|from|by|as|this|which)\s"
_KEYWORD = re.compile(
    rf"(?:^|[\s(])(?:{_KEYWORDS})\s+(?:(?!{_PROSE})[\w<>\[\]*&.:]+\s+)*(?:\([^()]*\)\s*)?$", re.IGNORECASE
)
_DEFINES = re.compile(
    rf"(?:^|[\s(])(?:{_KEYWORDS})\s+(?:\([^()]*\)\s*)?([A-Za-z_]\w+)|^[ \t]*([A-Z][A-Z0-9_]+)\s*(?::[^=\n]*)?=",
    re.MULTILINE,
)
_MODIFIERS = " \t@#"
_SHORTEST = 3
_LONGEST = 80
_WORDS = re.compile(r"[A-Za-z][\w'-]+")
_COMMON = PLAIN_WORDS | frozenset(["code", "ensure", "file", "files", "sure", "using"])


class Symbol(Struct, frozen=True, gc=False):
    """A name of code in an item's text.

    Attributes:
        word: What to look for; with `BESIDE` and a value, where the item gives it a new one.
        span: Where it stands in the plan.
        sole: It fills its code span; else it was picked from a longer one.
        distinct: No everyday word looks like it: it can be looked for in the whole tree.
    """

    word: str
    span: Span
    sole: bool
    distinct: bool


def symbols_in(text: str, start: int, end: int, taken: Iterable[Span] = ()) -> tuple[Symbol, ...]:
    """Return the names of code in the backticks of `text[start:end]`; what overlaps a path (`taken`) is none."""
    spans = [(span.start, span.end) for span in taken]
    found: dict[str, Symbol] = {}
    for kind, first, last in inline_parts(text, start, end):
        if kind != "code" or any(first < behind and at < last for at, behind in spans):
            continue
        for symbol in _read(text, first, last):
            found.setdefault(symbol.word, symbol)
    return tuple(found.values())


def plain_symbols(text: str, start: int, end: int, taken: Iterable[Span] = ()) -> tuple[str, ...]:
    """Return the names that look like code outside of the backticks of `text[start:end]`; none overlaps `taken`."""
    spans = [(span.start, span.end) for span in taken]
    spans += [(first, last) for kind, first, last in inline_parts(text, start, end) if kind == "code"]
    found = (
        each
        for each in _PLAIN.finditer(text, start, end)
        if not any(first < each.end() and each.start() < last for first, last in spans)
    )
    return tuple(dict.fromkeys(each.group() for each in found if _SHORTEST < len(each.group()) <= _LONGEST))


def is_distinct(word: str) -> bool:
    """Tell whether no everyday word looks like a name: it has an underscore, a hump or parts."""
    return len(word) > 5 and bool(_DISTINCT.search(word) or "::" in word or word.startswith("--"))


def phrases_in(words: str) -> tuple[str, ...]:
    """Return the runs of three words of a sentence that say something, in lower case."""
    parts = [[word.casefold() for word in _WORDS.findall(part)] for part in re.split(r"[;:.,()]", words)]
    return tuple(
        dict.fromkeys(
            " ".join(run)
            for listed in parts
            for run in zip(listed, listed[1:], listed[2:], strict=False)
            if not _COMMON.intersection((run[0], run[2])) and all(len(word) > 1 for word in run)
        )
    )


def held_words(text: str, words: Iterable[str]) -> frozenset[str]:
    """Return those of some words that a text holds, as whole words; phrases whatever their case and line ends."""
    plain: str | None = None
    lines: set[str] | None = None
    lower: str | None = None
    kept = set()
    for word in words:
        if word.startswith(LINE):
            if lines is None:
                lines = {*map(" ".join, map(str.split, text.splitlines()))}
            if word[1:] in lines:
                kept.add(word)
        elif word.startswith(BEGINNING):
            if lower is None:
                lower = text.casefold()
            if word[1:] in lower:
                kept.add(word)
        elif word.startswith(DEFINED):
            if _defines(text, word[1:]):
                kept.add(word)
        elif BESIDE in word:
            one, _, other = word.partition(BESIDE)
            if any(_holds(line, one) and _holds(line, other) for line in _lines_with(text, one)):
                kept.add(word)
        elif " " in word:
            if plain is None:
                plain = " ".join(_WORDS.findall(text)).casefold()
            if word in plain:
                kept.add(word)
        elif _holds(text, word):
            kept.add(word)
    return frozenset(kept)


def defined_in(code: str) -> tuple[str, ...]:
    """Return the telling names that some code defines: functions, classes, constants, in the common languages."""
    return tuple(dict.fromkeys(name for found in _DEFINES.finditer(code) if is_distinct(name := found[1] or found[2])))


def _defines(text: str, word: str) -> bool:
    return any(_is_definition(line, word) for line in _lines_with(text, word))


def _lines_with(text: str, word: str) -> Iterator[str]:
    """Yield the lines that hold a word: to cut a whole file into lines for each word takes far longer."""
    at = text.find(word) if word else -1
    while at >= 0:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield from (line for line in text[text.rfind("\n", 0, at) + 1 : end].splitlines() if word in line)
        at = text.find(word, end)


def _is_definition(line: str, word: str) -> bool:
    at = line.find(word)
    behind = line[at + len(word) : at + len(word) + 3].lstrip()
    before = line[:at]
    if _inner(before[-1:]) or _inner(line[at + len(word) : at + len(word) + 1]):
        return False
    constant = word.isupper() and not before.strip(_MODIFIERS) and behind[:1] in {"=", ":"}
    return constant or bool(_KEYWORD.search(before))


def _holds(text: str, word: str) -> bool:
    if _found(text, word):
        return True
    if word.startswith("--"):
        return _found(text, word[2:].replace("-", "_")) or _found(text, word[2:])
    parts = re.split(r"\.|::|->", word)
    return len(parts) > 1 and all(_found(text, part) for part in parts if part)


def _found(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        behind = at + len(word)
        if not (_inner(text[at - 1 : at]) and _inner(word[:1])) and not (
            _inner(text[behind : behind + 1]) and _inner(word[-1:])
        ):
            return True
        at = text.find(word, at + 1)
    return False


def _inner(char: str) -> bool:
    return bool(char) and (char.isalnum() or char == "_")


def _read(text: str, first: int, last: int) -> Iterator[Symbol]:
    inner = text[first:last].strip()
    if not inner or _SHELL.match(inner):
        return
    whole = _WHOLE.fullmatch(inner)
    if whole and _SHORTEST <= len(whole["name"]) <= _LONGEST:
        word = whole["name"]
        value = _CHANGED.match(text, last, min(last + 60, len(text)))
        yield Symbol(f"{word}{BESIDE}{value[1]}" if value else word, Span(first, last), True, is_distinct(word))
        first = text.find(word, first) + len(word)
        if text.startswith("(", first):
            return  # what it is called with is not what the item brings
    for found in _DISTINCT.finditer(text, first, last):
        if _SHORTEST < len(found.group()) <= _LONGEST:
            yield Symbol(found.group(), Span(found.start(), found.end()), False, True)
