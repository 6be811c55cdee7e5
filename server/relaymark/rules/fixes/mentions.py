"""Fixes that write into a plan which files it is about: of items that name none, and of a phase that lacks some."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from relaymark.core import paths
from relaymark.core.edits import Edit, Fix
from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.markdown import one_line
from relaymark.core.naming import is_code
from relaymark.core.plan import Phase
from relaymark.core.plan.mentions import inline_parts, path_mentions
from relaymark.core.sheet import Sheet
from relaymark.rules.facts import PlanFacts

_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
_TEST = re.compile(r"^(?:test|conftest)s?[_.-]|[_.-](?:test|spec)s?\.", re.IGNORECASE)
_BULLET = re.compile(r"[ \t]*[-*+][ \t]+")
_SHORTEST = 4
_OFFERED = 4
_PER_ITEM = 2


def with_path(finding: Finding, facts: PlanFacts) -> Iterator[Fix]:
    """Yield the files that items probably mean: code whose name stands in their words, where only one has it."""
    sheet = facts.sheet
    stems = _stems(facts.index)
    count = 0
    for at in finding.concerned:
        if at >= len(sheet.plan.items) or sheet.plan.items[at].todo:
            continue
        item = sheet.plan.items[at]
        for path in _meant(item.text, stems)[:_PER_ITEM]:
            place = _line_end(sheet, item.span.start)
            addition = f" (`{path}`)"
            if place is None or not _named(addition, path):
                continue
            title = f"Add {one_line(path)} to “{one_line(item.text.replace('`', ''), 40)}”"
            yield Fix(title=title, path=sheet.path, edits=(Edit(place, place, addition),), kind="refactor")
            count += 1
            if count >= _OFFERED:
                return


def planned(finding: Finding, sheet: Sheet, root: str) -> Iterator[Fix]:
    """Yield the files that a session holds as files of its phase: below those that stand there, else on a new line."""
    if finding.phase is None or finding.phase >= len(sheet.plan.phases):
        return
    phase = sheet.plan.phases[finding.phase]
    named = [paths.relative(each.path, root) for each in finding.related]
    files = [path for path in named if not paths.absolute(path) and _named(f" `{path}`", path)]
    edit = _added(sheet, phase, files) if files else None
    if edit:
        title = (
            f"Add {one_line(files[0])} to the plan" if len(files) == 1 else f"Add these {len(files)} files to the plan"
        )
        yield Fix(title=title, path=sheet.path, edits=(edit,), kind="refactor")


def _added(sheet: Sheet, phase: Phase, files: Sequence[str]) -> Edit | None:
    text, end = sheet.text, line_break(sheet.text)
    for mention in reversed(phase.paths):
        line = sheet.lines.line_at(mention.span.start)
        start, stop = sheet.lines.start(line), sheet.lines.end(line)
        bullet = _BULLET.match(text, start, stop)
        if mention.role and bullet and bullet.end() < mention.span.start and text[mention.span.start - 1] == "`":
            return Edit(stop, stop, "".join(f"{end}{bullet.group()}Read: `{path}`" for path in files))
    heading = phase.heading_span.of(text)
    if not heading.lstrip().startswith(("#", "**", "__")) or _below(sheet, phase.heading_span.end).startswith(
        ("=", "-")
    ):
        return None
    at = phase.heading_span.end
    return Edit(at, at, f"{end}{end}Files: {', '.join(f'`{path}`' for path in files)}")


def line_break(text: str) -> str:
    """Return the line end that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def _below(sheet: Sheet, offset: int) -> str:
    line = sheet.lines.line_at(offset) + 1
    return sheet.text[sheet.lines.start(line) : sheet.lines.end(line)].strip()


def _line_end(sheet: Sheet, offset: int) -> int | None:
    """Return where words can be added to a line, None inside of code and before what a line may end with."""
    line = sheet.lines.line_at(offset)
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    content = sheet.text[start:end].rstrip()
    unclosed = any("`" in content[a:b] for kind, a, b in inline_parts(content, 0, len(content)) if kind == "text")
    return None if unclosed or "<!--" in content or content.endswith(("|", "\\", "]")) else start + len(content)


def _named(addition: str, path: str) -> bool:
    return [each.path for each in path_mentions(addition, 0, len(addition))] == [path]


@lru_cache(maxsize=2)
def _stems(index: FileIndex) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in index.below(""):
        name = path.rpartition("/")[2]
        if is_code(path) and not _TEST.search(name):
            found[name.partition(".")[0].casefold().replace("-", "_")].append(path)
    return found


def _meant(text: str, stems: dict[str, list[str]]) -> list[str]:
    words = [word.casefold().replace("-", "_") for word in _WORD.findall(text)]
    pairs = [f"{one}_{two}" for one, two in pairwise(words)]
    forms = (*pairs, *(pair.replace("_", "") for pair in pairs), *words, *(word.removesuffix("s") for word in words))
    found = [stems[form] for form in forms if len(form) >= _SHORTEST and len(stems.get(form, ())) == 1]
    return list(dict.fromkeys(paths[0] for paths in found))
