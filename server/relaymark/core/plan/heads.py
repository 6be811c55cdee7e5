"""Gives phases to a text that has none: lines that name them become headings, headings get names, boxes one phase."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token
from msgspec import Struct

from relaymark.core.lines import LineTable
from relaymark.core.plan.labels import leading_name
from relaymark.core.plan.model import Plan
from relaymark.core.plan.parse import parse_plan

_LINE = re.compile(r"(?![-+>|#<]|\*[ \t]|\d+[.)][ \t])\S")
_BEHIND = re.compile(r"[ \t]*(?:[:.)–—-]|\*\*|__|$)")
_ATX = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+")
_PROSE = re.compile(r"(?!```|~~~)[\w*\"'(`\[]")
_LONGEST = 120
_VERBATIM = frozenset({"fence", "code_block", "html_block", "heading_open", "blockquote_open"})


class Added(Struct, frozen=True):
    """Text to be put in place of a stretch, mostly of an empty one."""

    start: int
    end: int
    text: str


def headings(text: str, tokens: Sequence[Token]) -> Iterator[Added]:
    """Yield what makes headings of the lines that name phases, where no heading does."""
    if not any(is_heading(token) and is_phase(tokens[at + 1].content) for at, token in enumerate(tokens)):
        for start in _phase_lines(text, tokens):
            yield Added(start, start, "## ")


def phase_names(text: str, plan: Plan) -> Iterator[Added]:
    """Yield the names to put before the headings over boxes, where no heading is a phase."""
    if not plan.items or any(phase.name for phase in plan.phases):
        return
    over = []
    for item in plan.items:
        near = [each for each in plan.sections if each.heading_span.start < item.span.start < each.span.end]
        if near and near not in over:
            over.append(near)
    if not over:
        return
    level = min(near[-1].level for near in over)
    # Of a section that is deeper, the one around it on that level is the phase.
    around = [[each for each in near if each.level <= level][-1:] for near in over]
    chosen = dict.fromkeys(each for found in around for each in found if each is not plan.sections[0])
    for number, each in enumerate(chosen, 1):
        lead = _ATX.match(text, each.heading_span.start)
        if lead:
            yield Added(lead.end(), lead.end(), f"Phase {number}: ")


def with_phase(text: str) -> str:
    """Return a plan whose boxes stand in a phase that has a name."""
    plan = parse_plan(text)
    if not plan.items or any(phase.name for phase in plan.phases):
        return text
    table = LineTable(text)
    start = table.start(_lead_in(text, table, plan))
    gap = "" if not start or text[:start].endswith("\n\n") else "\n"
    return f"{text[:start]}{gap}## Phase 1: {plan.title or 'Work'}\n\n{text[start:]}"


def _lead_in(text: str, table: LineTable, plan: Plan) -> int:
    """Return the line of the first box, or that of the paragraph that leads to it."""
    first = plan.items[0].span.start
    line = table.line_at(first)
    above = [each.heading_span.end for each in plan.sections if each.heading_span.end < first]
    least = max((table.line_at(end) + 1 for end in above), default=0)
    while line > least and _PROSE.match(text, table.start(line - 1), table.end(line - 1)):
        line -= 1
    return line


def is_heading(token: Token) -> bool:
    """Tell whether a block begins a heading that stands in nothing else."""
    return token.type == "heading_open" and token.level == 0


def is_phase(heading: str) -> bool:
    """Tell whether a heading names a phase by a word, such as `Phase 2`."""
    named = leading_name(heading)
    return named is not None and bool(named.kind)


def _phase_lines(text: str, tokens: Sequence[Token]) -> list[int]:
    """Return where the lines begin that name phases: two with other numbers at least, else none."""
    table = LineTable(text)
    taken = {line for token in tokens if token.type in _VERBATIM and token.map for line in range(*token.map)}
    found: dict[int, str] = {}
    for line in range(len(table)):
        start, end = table.start(line), table.end(line)
        if line not in taken and end - start <= _LONGEST and (label := _label(text[start:end].rstrip())):
            found[start] = label
    return list(found) if len(set(found.values())) > 1 else []


def _label(line: str) -> str:
    named = leading_name(line) if _LINE.match(line) else None
    whole = named and named.kind and not line.endswith(".") and _BEHIND.match(line, named.end)
    return f"{named.kind} {named.label}" if named and named.label and whole else ""
