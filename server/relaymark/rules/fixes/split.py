"""The fix that splits a phase in two, at the boundary that a reader would choose."""

import re
from collections.abc import Iterator

from msgspec import Struct

from relaymark.core.edits import Edit, Fix
from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.plan import Item, Phase, Plan
from relaymark.core.plan.mentions import without_comments
from relaymark.core.plan.status import split_status
from relaymark.core.sheet import Sheet
from relaymark.rules.fixes.mentions import line_break
from relaymark.rules.fixes.rereading import with_edits

_FEWEST = 2
_LETTER = re.compile(r"(?<=\d)([a-z])$", re.IGNORECASE)
_INNER = 0.25
"""How much of the balance a boundary may cost that the plan itself draws, by a heading inside of the phase."""


class _Boundary(Struct, frozen=True):
    """A place before which the second half may begin.

    Attributes:
        at: The start of a line.
        before: The items of the first half.
        drawn: A heading inside of the phase stands there.
    """

    at: int
    before: int
    drawn: bool


def split(finding: Finding, sheet: Sheet) -> Iterator[Fix]:
    """Yield the heading that makes two phases of one; nothing where the plan would not read as before but for that."""
    if finding.phase is None or finding.phase >= len(sheet.plan.phases):
        return
    phase = sheet.plan.phases[finding.phase]
    heading = _second_heading(phase, sheet)
    boundary = _best(phase, sheet) if heading else None
    if heading is None or boundary is None:
        return
    end = line_break(sheet.text)
    blank = _blank_before(sheet, boundary.at)
    edit = Edit(boundary.at, boundary.at, f"{'' if blank else end}{heading[1]}{end}{end}")
    new = with_edits(sheet, [edit])
    if _is_split(sheet.plan, new, finding.phase, boundary.before):
        title = f"Split it: {one_line(heading[0])} from item {boundary.before + 1} on"
        yield Fix(title=title, path=sheet.path, edits=(edit,), kind="refactor")


def _second_heading(phase: Phase, sheet: Sheet) -> tuple[str, str] | None:
    """Return the name and the whole heading of the second half: `Phase 2b`, `## Phase 2b: Title (continued)`."""
    line = without_comments(phase.heading_span.of(sheet.text)).strip()
    if not phase.name or not phase.label or phase.name not in line or "\n" in line or not line.startswith(("#", "**")):
        return None
    name = _next_name(phase.name, {each.name.casefold() for each in sheet.plan.phases})
    if name is None:
        return None
    lead, _, rest = line.partition(phase.name)
    if line.startswith("#"):
        rest = split_status(rest)[0].rstrip() if phase.status else rest
    return name, f"{lead}{name}{rest}"


def _next_name(name: str, taken: set[str]) -> str | None:
    letter = _LETTER.search(name)
    base, first = (name[:-1], ord(letter[1].casefold()) + 1) if letter else (name, ord("b"))
    if not base[-1:].isdigit():
        return None
    names = (f"{base}{chr(code)}" for code in range(first, ord("z") + 1))
    return next((each for each in names if each.casefold() not in taken), None)


def _best(phase: Phase, sheet: Sheet) -> _Boundary | None:
    count = len(phase.items)
    found = [each for each in _boundaries(phase, sheet) if _FEWEST <= each.before <= count - _FEWEST]
    return min(
        found, key=lambda each: (abs(2 * each.before - count) / count - _INNER * each.drawn, each.at), default=None
    )


def _boundaries(phase: Phase, sheet: Sheet) -> Iterator[_Boundary]:
    starts = [item.span.start for item in phase.items]
    for section in sheet.plan.sections:
        if phase.heading_span.end <= section.heading_span.start < phase.span.end:
            at = sheet.lines.start(sheet.lines.line_at(section.heading_span.start))
            yield _Boundary(at, sum(start < at for start in starts), drawn=True)
    for before, item in enumerate(phase.items):
        if not item.nesting:
            at = sheet.lines.start(sheet.lines.line_at(item.span.start))
            yield _Boundary(at, before, drawn=False)


def _blank_before(sheet: Sheet, at: int) -> bool:
    line = sheet.lines.line_at(at)
    return line == 0 or not sheet.text[sheet.lines.start(line - 1) : sheet.lines.end(line - 1)].strip()


def _is_split(old: Plan, new: Plan, at: int, before: int) -> bool:
    """Tell whether a plan has one phase more, and everything else of it is as it was."""
    if len(new.phases) != len(old.phases) + 1 or list(map(_core, new.items)) != list(map(_core, old.items)):
        return False
    sizes = [len(phase.items) for phase in old.phases]
    sizes[at : at + 1] = [before, sizes[at] - before]
    return [len(phase.items) for phase in new.phases] == sizes


def _core(item: Item) -> tuple[str, str, int, int | None]:
    return item.text, item.mark, item.nesting, item.parent
