"""What a place in a plan points at: a path, a name of code, another phase or item of the plan."""

import re
from collections.abc import Iterator

from relaymark.core.plan import Item, PathMention, Plan, Span
from relaymark.core.plan.labels import label_key, names_in
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.sheet import Sheet
from relaymark.core.symbols import BESIDE, DEFINED, Symbol, held_words, symbols_in

_LINE = re.compile(r"(?::|#L)(\d{1,7})|[^:#].*?(?<!\w)L?(\d{1,7})(?:[ \t]?(?:[^\w\s]|to)[ \t]?L?\d{1,7})?$")
_TEST = re.compile(r"::([\w:]+)")
_PARTS = re.compile(r"\.|::|->|[#/@]")
_ID = re.compile(r"(?<![\w/.-])(?:[A-Z]{1,4}-?\d{1,5}[a-z]?|\d+(?:\.\d+)+)(?![\w/-])")
_LONGEST = 2_000


def mentions(plan: Plan) -> list[PathMention]:
    """Return all paths that the items and phases of a plan name, in the order of the text."""
    found = [mention for item in plan.items for mention in item.paths]
    found += [mention for phase in plan.phases for mention in phase.paths]
    return sorted(found, key=lambda mention: mention.span.start)


def mention_at(sheet: Sheet, at: int) -> PathMention | None:
    """Return the path that stands at an offset, with what follows it (`:10`, `::test_x`), in any line of the plan."""
    item = item_at(sheet.plan, at)
    drawn = (each for phase in sheet.plan.phases for each in phase.paths if each.drawn)
    if found := next((each for each in drawn if each.span.start <= at <= each.span.end), None):
        return found
    near = list(item.paths) if item else path_mentions(sheet.text, *_line(sheet, at))
    holding = (each for each in near if each.span.start <= at <= each.span.end + _reach(each.tail))
    return next(holding, None)


def symbol_at(sheet: Sheet, at: int) -> Symbol | None:
    """Return the name of code in backticks that stands at an offset."""
    item = item_at(sheet.plan, at)
    start, end = (item.mark_span.end + 1, item.span.end) if item else _line(sheet, at)
    taken = [mention.span for mention in (item.paths if item else path_mentions(sheet.text, start, end))]
    found = [each for each in symbols_in(sheet.text, start, end, taken) if each.span.start <= at <= each.span.end]
    return min(found, key=lambda each: each.span.end - each.span.start, default=None)


def reference_at(sheet: Sheet, at: int) -> tuple[Span, Span] | None:
    """Return the place of a phase's name (`Phase 2`) or an item's id (`T012`) at an offset, and what it means."""
    start, end = _line(sheet, at)
    for named in names_in(sheet.text[start:end]) if end - start <= _LONGEST else ():
        if start + named.start <= at <= start + named.end:
            key = label_key(named.label)
            for phase in sheet.plan.phases:
                same = phase.label and label_key(phase.label) == key and named.kind in {phase.kind, ""}
                if same and not phase.heading_span.start <= at <= phase.heading_span.end:
                    return Span(start + named.start, start + named.end), phase.heading_span
    for word in _ID.finditer(sheet.text, start, end):
        if word.start() <= at <= word.end():
            for item in sheet.plan.items:
                if word.group() in item.ids and not item.span.start <= at <= item.span.end:
                    return Span(word.start(), word.end()), item.span
    return None


def item_at(plan: Plan, at: int) -> Item | None:
    """Return the innermost item whose own text holds an offset."""
    holding = [item for item in plan.items if item.span.start <= at <= item.span.end]
    return max(holding, key=lambda item: item.span.start, default=None)


def _reach(tail: str) -> int:
    """Return how much of what stands behind a path leads to its file: `:10`, but not the words of a sentence."""
    return len(tail) if tail[:1] in {":", "#"} else 0


def told_line(tail: str) -> int | None:
    """Return the line (0-based) that stands behind a path: 9 for `:10-40`, `#L10` and ` (lines 10-40`."""
    found = _LINE.match(tail)
    return max(int(found[1] or found[2]) - 1, 0) if found else None


def told_name(tail: str) -> str:
    """Return the name behind a path: `test_x` for `::TestY::test_x[3]`; empty for none."""
    found = _TEST.match(tail)
    return found[1].rpartition("::")[2] if found else ""


def last_name(word: str) -> str:
    """Return the part of a name that its definition carries: `parse` for `Reader.parse`; no option's dashes."""
    whole = word.partition(BESIDE)[0].lstrip("-./@#")
    return _PARTS.split(whole)[-1] or whole


def places_of(text: str, name: str) -> Iterator[tuple[int, int, bool]]:
    r"""Yield the line and column (0-based) of each line that holds a name, and whether it defines it there.

    Lines end at `\n` alone.
    """
    if not name:
        return
    line, at = 0, 0
    while (found := text.find(name, at)) >= 0:
        line += text.count("\n", at, found)
        first = text.rfind("\n", 0, found) + 1
        last = text.find("\n", found)
        last = len(text) if last < 0 else last
        whole = text[first : min(last, first + _LONGEST)]
        if held_words(whole, (name,)):
            yield line, found - first, bool(held_words(whole, (DEFINED + name,)))
        at = last


def _line(sheet: Sheet, at: int) -> tuple[int, int]:
    line = sheet.lines.line_at(at)
    start = sheet.lines.start(line)
    return start, min(sheet.lines.end(line), start + 20 * _LONGEST)
