"""Grok Build: what the files of a session's folder tell.

Facts: from its public source in parts, from readers of the format for the rest; no file of it was observed. The folder
`sessions/<percent-encoded directory>/<uuid>/` holds `updates.jsonl` (the log, appended to; it counts before the
others), `signals.json` (`contextTokensUsed`, `contextWindowTokens`; rewritten, and late) and `summary.json`. Known by
name alone, not by place, are `_meta.totalTokens` and `turn_completed` in a line of the log, and `primaryModelId`. How
prompts, calls, titles, times, compactions and subagents are written is not known, so nothing is made of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record
from relaymark.core.store import Told

LOG = "updates.jsonl"
_SIGNALS = "signals.json"
_SUMMARY = "summary.json"
BESIDE = (_SIGNALS, _SUMMARY)
"""What is read beside the log of a session."""
_TOTAL = "totalTokens"
_COMPLETED = "turn_completed"
_DEEPEST = 4
"""Objects within each other in which a name is looked for; lists are left out: texts of tools and models lie there."""


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the one session of a folder.

    Args:
        path: Its log, absolute.
        contents: The parsed lines of the log, and the parsed files beside it, under their names.
    """
    place, session = ["", "", *paths.normal(path).split("/")[:-1]][-2:]
    lines = listing(contents.get(LOG))
    records = [_line(line, at, last=at == len(lines) - 1) for at, line in enumerate(lines)]
    told = any(isinstance(event, ev.Reply) for record in records for event in record.events)
    about = _about(_directory(place), session, contents)
    return (Told(session, (about, _signals(contents, told=told), *records)),)


def tells_tokens(line: Mapping[str, Any]) -> bool:
    """Tell whether a line of a log has `_meta.totalTokens`."""
    return next(_totals(line), None) is not None


def _about(cwd: str | None, session: str, contents: Mapping[str, Any]) -> Record:
    found: list[ev.Event] = [ev.Started(session, cwd=cwd, figures_only=True)]
    models = (text(mapping(contents.get(name)).get("primaryModelId")) for name in BESIDE)
    if model := next(filter(None, models), None):
        found.append(ev.ModelChanged(model))
    return Record(tuple(found))


def _directory(name: str) -> str | None:
    """Return the directory that a folder's name encodes, None if it is none (a log that was copied elsewhere)."""
    try:
        decoded = unquote(name, errors="strict")
    except UnicodeDecodeError:
        return None
    return decoded if paths.absolute(decoded) else None


def _signals(contents: Mapping[str, Any], *, told: bool) -> Record:
    """Return the window, and the context where the log has told none: the file follows the log late."""
    if _SIGNALS not in contents:
        return Record()
    signals = contents[_SIGNALS]
    if not isinstance(signals, dict):
        return Record(bad="signals that are no object")
    found: list[ev.Event] = []
    bad = ""
    size = signals.get("contextWindowTokens")
    if window := whole(size):
        found.append(ev.WindowSeen(window))
    elif size is not None and window is None:
        bad = "a window that is no number"
    if not told:
        replies, unreadable = _reply(_SIGNALS, signals.get("contextTokensUsed"))
        found += replies
        bad = unreadable or bad
    return Record(tuple(found), bad=bad)


def _line(line: Any, at: int, *, last: bool) -> Record:
    if not isinstance(line, dict):
        return Record(bad="not an object")
    found, bad = _reply(str(at), next(_totals(line), None))
    # What opens a turn is not known: once lines follow, nobody knows whether the next one runs.
    if last and any(value == _COMPLETED for each in _objects(line) for value in each.values()):
        found.append(ev.TurnEnded())
    return Record(tuple(found), bad=bad)


def _reply(key: str, tokens: Any) -> tuple[list[ev.Event], str]:
    # Whether the provider or the program counted is not known: the weaker word is right for both.
    known = whole(tokens)
    if known:
        return [ev.Reply(key, known, source="estimated")], ""
    if tokens is not None and known is None:
        return [ev.Reply(key, None)], "tokens that are no number"
    return [], ""


def _totals(line: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what stands as the total, the outermost first; a null is none."""
    for each in _objects(line):
        meta = mapping(each.get("_meta"))
        if _TOTAL in meta:
            yield meta[_TOTAL]


def _objects(line: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a line and the objects in it, the outer ones first."""
    level = [line]
    for _ in range(_DEEPEST):
        yield from level
        level = [value for each in level for value in each.values() if isinstance(value, dict)]
