"""Finds the paths that a plan names, as they are written, with the place of each."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from collections.abc import Iterator
from typing import Literal

from relaymark.core.plan.known import NAMES, SUFFIXES
from relaymark.core.plan.model import PathMention
from relaymark.core.plan.roles import with_roles
from relaymark.core.plan.shapes import PATH, SUFFIX, Place, expanded, is_path, is_quoted, is_spaced, is_wrapped
from relaymark.core.plan.tails import with_lines
from relaymark.core.span import Span

Part = Literal["text", "code", "comment"]

_OPENER = re.compile(r"`+|<!--")
_LINK = re.compile(
    r"(?:\[[^\[\]]*)?\]\(\s*(?:<(?P<angle>[^<>\s]+(?: [^<>\s]+)+)>"
    r"|<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?[^()\n]*)\)"
)
_SPACED = re.compile(r"[\w./ -]+\.([A-Za-z]\w{0,9})")
_TOKEN = re.compile(r"""(?:\{[^{}\s]*\}|[^\s,;"'`|“”‘’「」、。，；：（）])+""")
_TAIL = re.compile(r"(?:::[\w:\[\]-]+(?:\(\))?|:[A-Za-z_]\w*\(\)|:\d+(?:[-–:,]\d+)*|#[\w.-]+)$")
_BACKSLASHES = re.compile(r"(?:[A-Za-z]:\\|\.{1,2}\\)?[\w.@()-]+(?:\\[\w.@()-]+)+\\?")
_ESCAPE = re.compile(r"\\[nrt0](?!\w)")
_QUOTED = re.compile(r"(?<!\w)\"([^\"\r\n]*+)\"")
_STATEMENT = re.compile(r"(?:import|from|const|export|#include|use)\s")

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
_LONGEST = 400


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
    if not single and is_spaced(text[start:end].strip()):
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        yield PathMention(text[start:end].strip(), Span(first, first + len(text[start:end].strip())))
        return
    for token in _TOKEN.finditer(text, start, end):
        yield from _read(text, token.start(), token.end(), "code" if single else "command")


def _in_prose(text: str, start: int, end: int) -> Iterator[PathMention]:
    at = start
    for link in _LINK.finditer(text, start, end):
        yield from _in_words(text, at, link.start())
        if link["angle"] is None:
            yield from _read(text, link.start(2), link.end(2), "code")
        elif (spaced := _SPACED.fullmatch(link["angle"])) and SUFFIXES.fullmatch(spaced[1]):
            yield PathMention(link["angle"], Span(*link.span("angle")))
        at = link.end()
    yield from _in_words(text, at, end)


def _in_words(text: str, start: int, end: int) -> Iterator[PathMention]:
    at = start
    for quoted in _QUOTED.finditer(text, start, end) if text.find('"', start, end) >= 0 else ():
        words = quoted[1]
        if " " in words and is_quoted(words):
            yield from _of_tokens(text, at, quoted.start())
            yield PathMention(words, Span(*quoted.span(1)))
            at = quoted.end()
    yield from _of_tokens(text, at, end)


def _of_tokens(text: str, start: int, end: int) -> Iterator[PathMention]:
    for token in _TOKEN.finditer(text, start, end):
        yield from _read(text, token.start(), token.end(), "prose")


def _read(text: str, start: int, end: int, place: Place) -> Iterator[PathMention]:
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
    if len(path) < 2 or not PATH.fullmatch(path) or not is_path(path, place):
        return
    if place == "prose" and is_wrapped(text, path, end):
        return
    for each in expanded(path) if "{" in path else (path,):
        yield PathMention(each, Span(start, end), None, text[end:behind])


def _of_windows(token: str, start: int) -> Iterator[PathMention]:
    found = SUFFIX.search(token)
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
