"""Finds the paths that a plan names, as they are written, with the place of each."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from collections.abc import Iterator
from typing import Literal

from relaymark.core.plan.known import DOTFILES, NAMES, PRODUCTS, ROOTS, SUFFIXES
from relaymark.core.plan.model import PathMention
from relaymark.core.plan.roles import with_roles
from relaymark.core.plan.tails import with_lines
from relaymark.core.span import Span

Part = Literal["text", "code", "comment"]

_OPENER = re.compile(r"`+|<!--")
_LINK = re.compile(
    r"(?:\[[^\[\]]*)?\]\(\s*(?:<(?P<angle>[^<>\s]+(?: [^<>\s]+)+)>"
    r"|<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?[^()\n]*)\)"
)
_SPACED = re.compile(r"[\w./ -]+\.([A-Za-z]\w{0,9})")
_WORDS = re.compile(r"(?!-)[\w.@&+()\[\]/-]+(?: (?!-)[\w.@&+()\[\]/-]+)+")
_PROGRAM = re.compile(r"\.{1,2}/|(?:.*/)?(?:s?bin|scripts?|node_modules)/|[^/]*$|.*\.\w+$")
_TOKEN = re.compile(r"""(?:\{[^{}\s]*\}|[^\s,;"'`|“”‘’「」、。，；：（）])+""")
_TAIL = re.compile(r"(?:::[\w:\[\]-]+(?:\(\))?|:[A-Za-z_]\w*\(\)|:\d+(?:[-–:,]\d+)*|#[\w.-]+)$")
_SEGMENT = r"(?:[\w.@+~*{},%=&!$-]++|\([\w.-]++\)|(?>\[[\w.\[\]-]+\]))++"
_PATH = re.compile(rf"(?:[A-Za-z]:)?/?{_SEGMENT}(?:/{_SEGMENT})*+/?")
_SUFFIX = re.compile(r"[\w)\]}*-]\.([A-Za-z]\w{0,9})$")
_BRACES = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_HOST = re.compile(r"(?:www\.|localhost\b|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|app)/)", re.IGNORECASE)
_BACKSLASHES = re.compile(r"(?:[A-Za-z]:\\|\.{1,2}\\)?[\w.@()-]+(?:\\[\w.@()-]+)+\\?")
_ESCAPE = re.compile(r"\\[nrt0](?!\w)")
_STATEMENT = re.compile(r"(?:import|from|const|export|#include|use)\s")

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
_MOST_BRACES = 64
_LONGEST = 400
_FEW_WORDS = 5


def path_mentions(text: str, start: int, end: int) -> list[PathMention]:
    """Return the paths named in `text[start:end]`, a stretch of inline markdown, in order.

    In backticks and links a path may be a bare file name, a folder or a file without a suffix; in running
    text it needs a known suffix, or a folder's `/` at its end. Addresses, routes, packages, bare suffixes
    (`.test.ts`), placeholders (`<name>`) and comments are none.
    """
    found: list[PathMention] = []
    if not any(text.find(char, start, end) >= 0 for char in "/.`"):
        return found
    for kind, first, last in inline_parts(text, start, end):
        if kind == "code":
            found.extend(_in_code(text, first, last))
        elif kind == "text" and (text.find("/", first, last) >= 0 or text.find(".", first, last) >= 0):
            found.extend(_in_prose(text, first, last))
    if not found:
        return found
    found = with_lines(text, end, found)
    return with_roles(text, start, end, found) if text.find(":", start, found[-1].span.start) >= 0 else found


def inline_parts(text: str, start: int, end: int) -> Iterator[tuple[Part, int, int]]:
    """Yield (kind, start, end) of the running text, the insides of code spans, and whole comments."""
    openers = [(hit.start(), hit.end()) for hit in _OPENER.finditer(text, start, end)]
    partner: dict[int, tuple[int, int]] = {}
    newest: dict[int, tuple[int, int]] = {}
    for first, last in reversed(openers):
        if text[first] == "`":
            if last - first in newest:
                partner[first] = newest[last - first]
            newest[last - first] = (first, last)
    at = start
    for first, last in openers:
        if first < at:
            continue
        if first in partner:
            closing, behind = partner[first]
            yield "text", at, first
            yield "code", last, closing
            at = behind
        elif text[first] == "<":
            closing = text.find("-->", last, end)
            if closing < 0:
                break
            yield "text", at, first
            yield "comment", first, closing + 3
            at = closing + 3
    yield "text", at, end


def blank_code(text: str) -> str:
    """Return `text` at the same length with letters in place of the content of its code spans."""
    return _replaced(text, "code", "q") if "`" in text else text


def without_comments(text: str) -> str:
    """Return inline markdown without its HTML comments; what looks like one in backticks stays."""
    return _replaced(text, "comment", "") if "<!--" in text else text


def _replaced(text: str, kind: Part, filler: str) -> str:
    parts: list[str] = []
    at = 0
    for each, first, last in inline_parts(text, 0, len(text)):
        if each == kind:
            parts += (text[at:first], filler * (last - first))
            at = last
    return "".join((*parts, text[at:]))


def _in_code(text: str, start: int, end: int) -> Iterator[PathMention]:
    single = len(text[start:end].split()) == 1
    if not single and _STATEMENT.match(text, start, end):
        return
    if not single and _is_spaced(text[start:end].strip()):
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        yield PathMention(text[start:end].strip(), Span(first, first + len(text[start:end].strip())))
        return
    for token in _TOKEN.finditer(text, start, end):
        yield from _read(text, token.start(), token.end(), "code" if single else "command")


def _is_spaced(words: str) -> bool:
    """Tell whether several words in backticks are one path with spaces (`docs/My Plan.md`), not a command."""
    found = _SUFFIX.search(words)
    if found is None or not _WORDS.fullmatch(words) or not SUFFIXES.fullmatch(found[1]):
        return False
    first, *others = words.split(" ")
    if "/" not in words:
        return len(others) < _FEW_WORDS and all(word[:1].isupper() for word in (first, *others)) and "." not in first
    # Another path in it, or a program before it, make it a command.
    paths = any(ROOTS.fullmatch(word.partition("/")[0]) and "/" in word for word in others)
    return not paths and not _PROGRAM.match(first) and not any(_SUFFIX.search(word) for word in others[:-1])


def _in_prose(text: str, start: int, end: int) -> Iterator[PathMention]:
    at = start
    for link in _LINK.finditer(text, start, end):
        for token in _TOKEN.finditer(text, at, link.start()):
            yield from _read(text, token.start(), token.end(), "prose")
        if link["angle"] is None:
            yield from _read(text, link.start(2), link.end(2), "code")
        elif (spaced := _SPACED.fullmatch(link["angle"])) and SUFFIXES.fullmatch(spaced[1]):
            yield PathMention(link["angle"], Span(*link.span("angle")))
        at = link.end()
    for token in _TOKEN.finditer(text, at, end):
        yield from _read(text, token.start(), token.end(), "prose")


def _read(text: str, start: int, end: int, place: Literal["code", "command", "prose"]) -> Iterator[PathMention]:
    token = text[start:end]
    if len(token) > _LONGEST:
        return
    if "/" not in token and "." not in token and not NAMES.match(token):
        return
    if "\\" in token and place == "code":
        yield from _of_windows(token, start)
        return
    if token.startswith("#file:"):
        start += len("#file:")
    if token.startswith("-"):
        start += token.find("=") + 1 or len(token)
    start, end = _trim(text, start, end)
    behind = end
    while tail := _TAIL.search(text, start, end):
        start, end = _trim(text, start, tail.start())
    path = text[start:end]
    if len(path) < 2 or not _PATH.fullmatch(path) or not _is_path(path, place):
        return
    for each in _expand(path) if "{" in path else (path,):
        yield PathMention(each, Span(start, end), None, text[end:behind])


def _of_windows(token: str, start: int) -> Iterator[PathMention]:
    found = _SUFFIX.search(token)
    if _BACKSLASHES.fullmatch(token) and found and SUFFIXES.fullmatch(found[1]) and not _ESCAPE.search(token):
        yield PathMention(token.replace("\\", "/"), Span(start, start + len(token)))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end:
        first, last = text[start], text[end - 1]
        closer = _CLOSERS.get(first, "")
        opener = _OPENERS.get(last, "")
        glob = text.endswith(("/*", "/**"), start, end) and not text.startswith("**", start)
        trailing = last in ".,:;!?*~" and not glob
        if trailing or (opener and text.count(last, start, end) > text.count(opener, start, end)):
            end -= 1
        elif first in "*@=:→" or (first == "~" and not text.startswith("~/", start)):
            if text.startswith(("**/", "*/"), start):
                break
            start += 1
        elif first == last == "_":
            start, end = start + 1, end - 1
        elif closer and (last == closer or text.find(closer, start, end) < 0):
            start += 1
        else:
            break
    return start, max(start, end)


def _is_path(path: str, place: Literal["code", "command", "prose"]) -> bool:
    base = path.rstrip("/").rpartition("/")[2]
    found = _SUFFIX.search(base)
    suffix = found[1] if found else ""
    if "://" in path or _HOST.match(path) or "..." in path or "$" in path or PRODUCTS.fullmatch(path):
        return False
    if "/" not in path:
        known = bool(SUFFIXES.fullmatch(suffix) and not path.startswith("."))
        named = bool(NAMES.fullmatch(path)) or bool(DOTFILES.fullmatch(path))
        return "*" not in path and place != "command" and (known or (named and place == "code"))
    folders = [part for part in path.split("/")[:-1] if part not in {"", ".", ".."}]
    if all("*" in part for part in folders) and "*" in path:
        return False
    if suffix and not path.endswith("/"):
        return place != "prose" or bool(SUFFIXES.fullmatch(suffix) and not PRODUCTS.fullmatch(base))
    if path.startswith("/") or place == "command":
        return False
    if path.endswith("/"):
        return any(char.isalpha() for char in path)
    if place == "prose":
        return False
    return path.startswith(("./", "../", "~/")) or bool(
        ROOTS.fullmatch(path.partition("/")[0]) or NAMES.fullmatch(base)
    )


def _expand(path: str) -> list[str]:
    done: list[str] = []
    left = [path]
    while left and len(done) + len(left) <= _MOST_BRACES:
        each = left.pop(0)
        braces = _BRACES.search(each)
        if braces is None:
            done.append(each)
        else:
            left.extend(each[: braces.start()] + part.strip() + each[braces.end() :] for part in braces[1].split(","))
    return done or [path]
