"""Reads the tables of a plan whose rows name phases or tasks and say how far each one is."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from relaymark.core.plan.labels import Named, leading_name, table_kind
from relaymark.core.plan.mentions import blank_code
from relaymark.core.plan.model import Row, Status
from relaymark.core.plan.status import split_status
from relaymark.core.span import Span

_LINE = re.compile(r"[^\r\n]*")
_RULE = re.compile(r"[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+(?:\|[ \t]*+)?")
_BAR = re.compile(r"(?<!\\)\|")
_STATUS_HEAD = re.compile(
    r"\W*(?:(?:current\s+)?status|state|progress|done|complete[d]?|estado|statut|stand|fortschritt|stato|статус|состояние"
    r"|状态|狀態|进度|進捗|ステータス|상태|진행)\W*|[✅✓✔☑]\ufe0f?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:(?:\d{1,4}(?:\.\d+)*[a-z]?)|(?-i:[A-Z]{1,3}-?[A-Z]?\d{1,4}[a-z]?))", re.IGNORECASE)
_ID = re.compile(r"[A-Z]{1,3}-?\d{1,4}[a-z]?(?:[:.)]|\s+[–—-])?\s")
_NUMBER = re.compile(r"(\d{1,3}(?:\.\d+)*[a-z]?)\s+(?=\S)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = " \t\xa0*_~"
_TRIM = _EMPHASIS + "`"
_FEW = 2


def table_rows(text: str, start: int, end: int) -> Iterator[Row]:
    """Yield the rows in `text[start:end]`, a paragraph, if it is or ends in a table with a status column.

    A column is one by its head (`Status`, `✅`), else if all its cells, two at least, say nothing but a status. A row
    counts if its first cell starts with the name or number of a phase or task, or stands in a column of these.
    """
    lines = [Span(found.start(), found.end()) for found in _LINE.finditer(text, start, end) if found.group()]
    head = next((at for at in range(len(lines) - 1) if _is_head(text, lines[at], lines[at + 1])), None)
    if head is None:
        return
    heads = [cell.of(text) for cell in _cells(text, lines[head])]
    rows = [_cells(text, line) for line in lines[head + 2 :]]
    column = _status_column(text, heads, rows)
    if column is None:
        return
    kind = table_kind(heads[0])
    for line, cells in zip(lines[head + 2 :], rows, strict=True):
        if len(cells) > column and (row := _row(text, line, cells, column, kind)):
            yield row


def cell_status(cell: str) -> Status | None:
    """Return the status that a cell says, None if it says anything else."""
    rest, status = split_status(cell.strip(_TRIM))
    return status if not rest.strip(_TRIM + ".:–—-") else None


def _is_head(text: str, head: Span, rule: Span) -> bool:
    line = rule.of(text)
    if "|" not in line or not _RULE.fullmatch(line):
        return False
    return len(_cells(text, head)) == len(_cells(text, rule)) > 1


def _cells(text: str, line: Span) -> list[Span]:
    """Return the cells of a line without the whitespace around them; a bar in backticks parts none."""
    content = blank_code(line.of(text))
    cuts = [-1, *(found.start() for found in _BAR.finditer(content)), len(content)]
    found = []
    for first, last in pairwise(cuts):
        cell = content[first + 1 : last]
        inner = line.start + first + 1 + len(cell) - len(cell.lstrip())
        found.append(Span(inner, inner + len(cell.strip())))
    edges = slice(content.lstrip().startswith("|"), len(found) - content.rstrip().endswith("|"))
    return found[edges]


def _status_column(text: str, heads: Sequence[str], rows: Sequence[Sequence[Span]]) -> int | None:
    for column, head in enumerate(heads):
        if _STATUS_HEAD.fullmatch(head.strip(_TRIM)):
            return column
    for column in range(1, len(heads)):
        cells = [cells[column].of(text) for cells in rows if len(cells) > column]
        if len(cells) >= _FEW and all(cell_status(cell) for cell in cells):
            return column
    return None


def _row(text: str, line: Span, cells: Sequence[Span], column: int, kind: str) -> Row | None:
    first = 1 if column == 0 and len(cells) > 1 else 0
    content = _LINK.sub(r"\1", cells[first].of(text)).strip(_EMPHASIS)
    named = _label(content, kind)
    if named is None:
        return None
    title = content[named.end :].strip(_EMPHASIS + ".:–—-")
    if not title:
        others = [cell for at, cell in enumerate(cells) if at not in {first, column}]
        title = _LINK.sub(r"\1", others[0].of(text)).strip(_EMPHASIS) if others else ""
    status = cell_status(cells[column].of(text))
    return Row(named.kind, named.label, named.name, title, status, line, cells[column])


def _label(content: str, kind: str) -> Named | None:
    """Return the name at the head of a cell; a number alone is one, and in a column of phases a title as well."""
    named = leading_name(content)
    if named is None and (found := _LABEL.match(content)) and (found.end() == len(content) or _ID.match(content)):
        named = Named("", found.group(), found.group(), 0, found.end())
    if named is None and kind and (numbered := _NUMBER.match(content)):
        named = Named("", numbered[1], numbered[1], 0, numbered.end())
    if named is None and kind and content:
        return Named(kind, "", kind.capitalize(), 0, 0)
    if named and not named.kind and kind:
        return Named(kind, named.label, f"{kind.capitalize()} {named.label}", 0, named.end)
    return named
