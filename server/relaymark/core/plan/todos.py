"""Reads the list `todos` in a front matter, in which Cursor keeps the steps of its plans."""

import re
from collections.abc import Iterator

from relaymark.core.plan.items import is_ticked
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.model import Item
from relaymark.core.span import Span

_LIST = re.compile(r"(?<![^\r\n])todos:[ \t]*(?=\r?\n|\r)")
_ENTRY = re.compile(r"(?<![^\r\n])[ \t]*-[ \t]+(?=\S)")
_PAIR = re.compile(r"(?:(?<![^\r\n])|(?<=- ))[ \t]*(?P<key>id|content|status):[ \t]*(?P<value>[^\r\n]*)")
_TOP = re.compile(r"(?<![^\r\n])[^\s#-]")
_DROPPED = frozenset({"cancelled", "canceled"})
_MOST = 500


def todos(text: str, end: int) -> Iterator[Item]:
    """Yield the entries with a content and a status in `text[:end]`, a front matter."""
    opened = _LIST.search(text, 0, end)
    if opened is None:
        return
    closed = _TOP.search(text, opened.end() + 1, end)
    starts = [found.start() for found in _ENTRY.finditer(text, opened.end() + 1, closed.start() if closed else end)]
    ends = [*starts[1:], closed.start() if closed else len(text[:end].rstrip().removesuffix("---"))]
    for first, last in list(zip(starts, ends, strict=True))[:_MOST]:
        pairs = {
            found["key"]: Span(*_unquoted(text, *found.span("value"))) for found in _PAIR.finditer(text, first, last)
        }
        content, status = pairs.get("content"), pairs.get("status")
        if content is None or status is None or content.start == content.end or status.start == status.end:
            continue
        mark = status.of(text)
        yield Item(
            text=" ".join(content.of(text).split()),
            span=Span(first, first + len(text[first:last].rstrip())),
            mark_span=status,
            mark=mark,
            ticked=is_ticked(mark),
            ids=(pairs["id"].of(text),) if "id" in pairs and pairs["id"].start < pairs["id"].end else (),
            paths=tuple(path_mentions(text, content.start, content.end)),
            struck=mark.casefold() in _DROPPED,
            todo=True,
        )


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    end = start + len(text[start:end].rstrip())
    if end - start > 1 and text[start] == text[end - 1] and text[start] in "\"'":
        return start + 1, end - 1
    return start, end
