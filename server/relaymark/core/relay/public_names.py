"""Tells which names that code defines for others: by Universal Ctags where it spoke, else by its own words."""

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from relaymark.core import paths


class Tag(Struct, frozen=True, rename="camel"):
    """A definition.

    Attributes:
        name: What is defined.
        path: The file, as it was given.
        line: 1-based.
        kind: `function`, `class`, ..., as the language has it.
        language: As Ctags calls it.
        scope: What it stands in; empty for the file itself.
        scope_kind: What that is.
        access: `public`, `private`, ...; empty where the language does not say.
        file: It cannot be named from another file.
    """

    name: str
    path: str
    line: int = 0
    kind: str = ""
    language: str = ""
    scope: str = ""
    scope_kind: str = ""
    access: str = ""
    file: bool = False


_PUBLIC: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r".*\.pyi?"), re.compile(r"(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)")),
    (
        re.compile(r".*\.[cm]?[jt]sx?"),
        re.compile(
            r"export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
            r"(?:function\*?|class|const|let|interface|type|enum)\s+([A-Za-z_$][\w$]*)"
        ),
    ),
    (
        re.compile(r".*\.rs"),
        re.compile(r"pub\s+(?:async\s+|unsafe\s+|const\s+)*(?:fn|struct|enum|trait|type|mod)\s+(\w+)"),
    ),
    (re.compile(r".*\.go"), re.compile(r"(?:func\s+(?:\([^)]*\)\s*)?|type\s+)([A-Z]\w*)")),
    (
        re.compile(r".*\.(?:java|kt|cs|scala|swift)"),
        re.compile(
            r"\s*(?:public|open)\s+(?:\w+\s+)*(?:class|interface|enum|record|struct|object|protocol|func)\s+(\w+)"
        ),
    ),
    (
        re.compile(r".*\.(?:rb|php)"),
        re.compile(r"(?:final\s+|abstract\s+)*(?:class|module|interface|trait|function)\s+([A-Z]\w*)"),
    ),
)
_KINDS = frozenset(
    (
        *("function", "func", "class", "struct", "interface", "type", "typedef", "enum", "trait", "protocol", "record"),
        *("object", "module", "namespace", "macro", "const", "constant", "alias"),
    )
)
_OPEN_SCOPES = frozenset(("", "package", "namespace", "module"))
_MARKED = {
    "JavaScript": re.compile(r"\s*export\b"),
    "TypeScript": re.compile(r"\s*export\b"),
    "TypeScriptReact": re.compile(r"\s*export\b"),
    "Rust": re.compile(r"\s*pub\b"),
    "Java": re.compile(r"\s*(?:@\w+\s+)*public\b"),
    "C#": re.compile(r"\s*(?:\[.*?\]\s*)?public\b"),
    "Lua": re.compile(r"\s*(?!local\b)"),
    "Go": re.compile(r"(?:func\s+(?:\([^)]*\)\s*)?|type\s+|const\s+|var\s+|\s+)[A-Z]"),
}


def public_names(path: str, added: Iterable[tuple[int, str]], tags: Sequence[Tag]) -> Iterator[tuple[int, str]]:
    """Yield line and name of what some added lines of a file define for others, each name once.

    Args:
        path: The file.
        added: Line numbers, 1-based, and lines.
        tags: What Ctags says of the file; none: it was not asked or does not know the language.
    """
    rows = dict(added)
    seen: set[str] = set()
    if tags:
        for tag in tags:
            row = rows.get(tag.line)
            if row is not None and tag.name not in seen and _is_public(tag, row):
                seen.add(tag.name)
                yield tag.line, tag.name
        return
    for names, pattern in _PUBLIC:
        if names.fullmatch(paths.name(path)):
            for line, row in rows.items():
                if (found := pattern.match(row)) and found[1] not in seen:
                    seen.add(found[1])
                    yield line, found[1]


def _is_public(tag: Tag, row: str) -> bool:
    marked = _MARKED.get(tag.language)
    return (
        tag.kind in _KINDS
        and not tag.file
        and tag.access in ("", "public")
        and tag.scope_kind in _OPEN_SCOPES
        and not tag.name.startswith(("_", "<"))
        and tag.name[:1].isprintable()
        and (marked is None or bool(marked.match(row)))
    )
