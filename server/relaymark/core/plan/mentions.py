"""Finds the paths that a plan names, as they are written, with the place of each."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import re
from collections.abc import Iterator
from typing import Literal

from relaymark.core.plan.model import PathMention
from relaymark.core.plan.roles import with_roles
from relaymark.core.span import Span

Part = Literal["text", "code", "comment"]

_OPENER = re.compile(r"`+|<!--")
_LINK = re.compile(
    r"(?:\[[^\[\]]*)?\]\(\s*(?:<(?P<angle>[^<>\s]+(?: [^<>\s]+)+)>"
    r"|<?([^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)*)>?[^()\n]*)\)"
)
_SPACED = re.compile(r"[\w./ -]+\.([A-Za-z]\w{0,9})")
_TOKEN = re.compile(r"""(?:\{[^{}\s]*\}|[^\s,;"'`|“”‘’「」、。，；：（）])+""")
_TAIL = re.compile(r"(?:::[\w:\[\]-]+|:\d+(?:[-–:,]\d+)*|#[\w.-]+)$")
_SEGMENT = r"(?:[\w.@+~*{},%=&!$-]|\([\w.-]+\)|\[[\w.\[\]-]+\])+"
_PATH = re.compile(rf"(?:[A-Za-z]:)?/?{_SEGMENT}(?:/{_SEGMENT})*/?")
_SUFFIX = re.compile(r"[\w)\]}*-]\.([A-Za-z]\w{0,9})$")
_BRACES = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_HOST = re.compile(r"(?:www\.|localhost\b|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|app)/)", re.IGNORECASE)
_DOTFILE = re.compile(
    r"\.(?:[a-z]+(?:rc|ignore|rules|config|attributes|modules)|env|editorconfig)(?:\.\w+)*|\.[a-z][\w-]*\.(?:ya?ml|toml|json)"
)
_BACKSLASHES = re.compile(r"(?:[A-Za-z]:\\|\.{1,2}\\)?[\w.@()-]+(?:\\[\w.@()-]+)+\\?")
_ESCAPE = re.compile(r"\\[nrt0](?!\w)")
_STATEMENT = re.compile(r"(?:import|from|const|export|#include|use)\s")

_SUFFIXES = re.compile(
    r"adoc|astro|bat|c|cc|cfg|cjs|clj|cmake|conf|cpp|cs|csproj|css|csv|cts|cue|cxx|dart|"
    r"db|dockerfile|ejs|el|elm|erl|ex|exs|fs|go|gql|gradle|graphql|groovy|h|hbs|hcl|hh|"
    r"hpp|hrl|hs|html|ini|ipynb|java|jinja|jl|js|json|json5|jsonc|jsonl|jsx|kt|kts|less|"
    r"lock|lua|m|md|mdc|mdx|mjs|mk|ml|mli|mm|mts|nim|nix|odin|patch|php|pl|plist|"
    r"prisma|properties|proto|ps1|py|pyi|pyx|r|rake|rb|rs|rst|sass|scala|scss|sh|sln|sol|"
    r"sql|sqlite|svelte|svg|swift|tcl|templ|tex|tf|tfvars|tmpl|toml|ts|tsx|txt|v|vim|vue|"
    r"wgsl|xml|yaml|yml|zig|zsh|st|MD|R"
)
_NAMES = re.compile(
    r"makefile|dockerfile|justfile|gemfile|rakefile|procfile|license|codeowners|jenkinsfile|"
    r"cmakelists\.txt|go\.mod|go\.sum|containerfile|vagrantfile",
    re.IGNORECASE,
)
_ROOTS = re.compile(
    r"src|lib|libs|test|tests|spec|specs|docs|doc|pkg|cmd|app|apps|packages|internal|"
    r"server|scripts|bin|tools|crates|config|examples|migrations|public|assets|components|"
    r"frontend|backend|plugins|modules|services|\.github",
    re.IGNORECASE,
)
_PRODUCTS = re.compile(
    r"node\.js|next\.js|vue\.js|nuxt\.js|express\.js|three\.js|d3\.js|nest\.js|chart\.js|"
    r"alpine\.js|ember\.js|discord\.js|react\.js|backbone\.js|solid\.js|asp\.net|socket\.io",
    re.IGNORECASE,
)
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
_MOST_BRACES = 64
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
    return with_roles(text, start, end, found) if found and text.find(":", start, found[-1].span.start) >= 0 else found


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
    for token in _TOKEN.finditer(text, start, end):
        yield from _read(text, token.start(), token.end(), "code" if single else "command")


def _in_prose(text: str, start: int, end: int) -> Iterator[PathMention]:
    at = start
    for link in _LINK.finditer(text, start, end):
        for token in _TOKEN.finditer(text, at, link.start()):
            yield from _read(text, token.start(), token.end(), "prose")
        if link["angle"] is None:
            yield from _read(text, link.start(2), link.end(2), "code")
        elif (spaced := _SPACED.fullmatch(link["angle"])) and _SUFFIXES.fullmatch(spaced[1]):
            yield PathMention(link["angle"], Span(*link.span("angle")))
        at = link.end()
    for token in _TOKEN.finditer(text, at, end):
        yield from _read(text, token.start(), token.end(), "prose")


def _read(text: str, start: int, end: int, place: Literal["code", "command", "prose"]) -> Iterator[PathMention]:
    token = text[start:end]
    if len(token) > _LONGEST:
        return
    if "/" not in token and "." not in token and not _NAMES.match(token):
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
    if _BACKSLASHES.fullmatch(token) and found and _SUFFIXES.fullmatch(found[1]) and not _ESCAPE.search(token):
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
    if "://" in path or _HOST.match(path) or "..." in path or "$" in path or _PRODUCTS.fullmatch(path):
        return False
    if "/" not in path:
        known = bool(_SUFFIXES.fullmatch(suffix) and not path.startswith("."))
        named = bool(_NAMES.fullmatch(path)) or bool(_DOTFILE.fullmatch(path))
        return "*" not in path and place != "command" and (known or (named and place == "code"))
    folders = [part for part in path.split("/")[:-1] if part not in {"", ".", ".."}]
    if all("*" in part for part in folders) and "*" in path:
        return False
    if suffix and not path.endswith("/"):
        return place != "prose" or bool(_SUFFIXES.fullmatch(suffix) and not _PRODUCTS.fullmatch(base))
    if path.startswith("/") or place == "command":
        return False
    if path.endswith("/"):
        return any(char.isalpha() for char in path)
    if place == "prose":
        return False
    return path.startswith(("./", "../", "~/")) or bool(
        _ROOTS.fullmatch(path.partition("/")[0]) or _NAMES.fullmatch(base)
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
