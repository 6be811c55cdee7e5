"""Reads from a diff which dependencies and public names are new, as far as the added lines plainly say so."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from relaymark.core import paths
from relaymark.core.relay.facts import Addition
from relaymark.core.relay.public_names import Tag, public_names

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_NAME = r"[A-Za-z][\w./@-]{0,80}"
_DEPENDENCIES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"package\.json|composer\.json|deno\.jsonc?"),
        re.compile(rf'\s*"(@?{_NAME})"\s*:\s*"(?:[\^~<>=]*\s*v?\d|\*|latest|workspace:|npm:|jsr:|file:|git)'),
    ),
    (
        re.compile(r"(?:.*[-_])?requirements[\w.-]*\.(?:txt|in)"),
        re.compile(rf"({_NAME})(?:\[[\w,]+\])?\s*(?:[=<>~!]=|[<>]|@|$)"),
    ),
    (
        re.compile(r"pyproject\.toml"),
        re.compile(rf'\s*(?:[\w-]+\s*=\s*\[\s*)?"({_NAME})(?:\[[\w,-]+\])?\s*(?:[=<>~!]=|[<>]|@\s)'),
    ),
    (
        re.compile(r"pyproject\.toml|cargo\.toml|pipfile", re.IGNORECASE),
        re.compile(r'([A-Za-z][\w-]{0,80})\s*=\s*(?:"[\^~<>=*]*\s*[\d*]|\{[^}]*\b(?:version|git|path|workspace)\b)'),
    ),
    (re.compile(r"go\.mod"), re.compile(rf"\s*(?:require\s+)?({_NAME}\.[\w./-]+)\s+v\d")),
    (re.compile(r"gemfile", re.IGNORECASE), re.compile(rf"\s*gem\s+['\"]({_NAME})['\"]")),
)
_NOT_DEPENDENCIES = frozenset(
    {"version", "python", "requires-python", "node", "npm", "name", "edition", "rust-version"}
)
_WORD = re.compile(r"\w+")
_TESTS = re.compile(r"(?:^|/)(?:tests?|spec|__tests__)/|(?:^|/)test_|[._](?:test|spec)\.")


class _File(Struct):
    added: list[tuple[int, str]] = field(default_factory=list)
    removed: list[tuple[int, str]] = field(default_factory=list)


def is_manifest(path: str) -> bool:
    """Tell whether a file by its name lists dependencies."""
    return any(names.fullmatch(paths.name(path)) for names, _ in _DEPENDENCIES)


def additions(diff: str, new_files: Mapping[str, str], tags: Sequence[Tag] = ()) -> tuple[Addition, ...]:
    """Return the dependencies and public names that are new, in the order of the files.

    Args:
        diff: As git prints it with `--unified=0` and the prefixes `a/` and `b/`.
        new_files: Files that git does not know yet: path to text.
        tags: What Universal Ctags says of these files; none: it was not asked.
    """
    files = _changed(diff)
    for path, text in new_files.items():
        files[path] = _File(added=list(enumerate(text.splitlines(), 1)))
    by_path: dict[str, list[Tag]] = {}
    for tag in tags:
        by_path.setdefault(tag.path, []).append(tag)
    return tuple(found for path, file in files.items() for found in _of_file(path, file, by_path.get(path, ())))


def _changed(diff: str) -> dict[str, _File]:
    files: dict[str, _File] = {}
    current: _File | None = None
    line, left = 0, [0, 0]
    for row in diff.split("\n"):
        if current is not None and left[0] and row.startswith("-"):
            left[0] -= 1
            current.removed.append((line, row[1:]))
        elif current is not None and left[1] and row.startswith("+"):
            left[1] -= 1
            current.added.append((line, row[1:]))
            line += 1
        elif row.startswith("+++ "):
            path = row[4:].rstrip("\t")
            current = files.setdefault(path[2:], _File()) if path.startswith("b/") else None
        elif hunk := _HUNK.match(row):
            line = int(hunk[1])
            left = [_count(part) for part in row.split(" ")[1:3]]
    return files


def _count(part: str) -> int:
    count = part.partition(",")[2]
    return int(count) if count else 1


def _of_file(path: str, file: _File, tags: Sequence[Tag]) -> Iterator[Addition]:
    base = paths.name(path)
    told = False
    for names, pattern in _DEPENDENCIES:
        if not names.fullmatch(base):
            continue
        for kind, rows, others in (("dependency", file.added, file.removed), ("dropped", file.removed, file.added)):
            for line, name in _new(pattern, rows, others):
                if name.casefold() not in _NOT_DEPENDENCIES:
                    told = True
                    yield Addition("dependency" if kind == "dependency" else "dropped", name, path, line)
    if is_manifest(path):
        version = next((line for line, row in (*file.added, *file.removed) if _names_a_version(base, row)), None)
        if version is not None and not told:
            yield Addition("manifest", "", path, version)
        return
    if not _TESTS.search(path):
        gone = {word for _, row in file.removed for word in _WORD.findall(row)}
        for line, name in public_names(path, file.added, tags):
            if name not in gone:
                yield Addition("name", name, path, line)


def _names_a_version(base: str, row: str) -> bool:
    found = (pattern.match(row) for names, pattern in _DEPENDENCIES if names.fullmatch(base))
    return any(each and each[1].casefold() not in _NOT_DEPENDENCIES for each in found)


def _new(
    pattern: re.Pattern[str], rows: Sequence[tuple[int, str]], others: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Yield what some lines name and others do not, each name once."""
    seen = {found[1] for _, row in others if (found := pattern.match(row))}
    for line, row in rows:
        if (found := pattern.match(row)) and found[1] not in seen:
            seen.add(found[1])
            yield line, found[1]
