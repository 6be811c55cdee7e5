"""Cursor: what the rows of a conversation in its database tell.

Facts: several public readers (2024 to 2026); the program is closed and its schema changes often, so every field may be
missing. The meter that the program shows is stored with the conversation, with the window: it is taken as it is, it
falls after a summary, and the figures of single bubbles (`tokenCount`) are mostly zero and never added up.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.copilot_vscode.locations import path_of
from relaymark.agents.cursor.rows import BUBBLE, CONVERSATION
from relaymark.agents.cursor.tools import attached, called, file_of, parsed, returned, waits
from relaymark.agents.fields import instant, listing, mapping, milliseconds, text, whole
from relaymark.core import events as ev
from relaymark.core.events import Record

_USER, _ASSISTANT = 1, 2
_NO_MODEL = ("default", "auto")
_INTERRUPTED = ("aborted", "cancelled", "canceled", "interrupted")
_FAILED = ("error", "failed")
Row = Mapping[str, Any]


def decode(kind: str, row: Row) -> tuple[Record, ...]:
    """Return what a row tells: `conversation`, `bubble` or `end`, with the columns of its query."""
    match kind:
        case "conversation":
            told = _named(row, CONVERSATION)
            changed = [*listing(parsed(row.get("changed"))), *listing(parsed(row.get("touched")))]
            old = [_flat(mapping(one)) for one in listing(told.get("conversation"))]
            return (_about(told), _changed(told, changed), *map(_bubble, old))
        case "bubble":
            return (_bubble(_named(row, BUBBLE)),)
        case "end":
            return (_end(_named(row, CONVERSATION), row),)
    return ()


def _named(row: Row, names: tuple[str, ...]) -> Row:
    """Return the fields that a query gives as one JSON list, by name."""
    values = listing(parsed(row.get("told")))
    return dict(zip(names, values, strict=True)) if len(values) == len(names) else {}


def _flat(bubble: Row) -> Row:
    """Return a bubble that stands in its conversation, as older versions kept them, as its query would give it."""
    found: dict[str, Any] = {}
    for name in BUBBLE:
        value: Any = bubble
        for step in name.split("."):
            value = mapping(value).get(step)
        found[name] = value
    return found


def moment(value: Any) -> float | None:
    """Return seconds since the epoch for milliseconds or for an ISO text."""
    return instant(value) if isinstance(value, str) else milliseconds(value)


def _about(told: Row) -> Record:
    if not told:
        return Record(bad="a conversation that is no object")
    parent, branch = text(told.get("subagentInfo.parentComposerId")), text(told.get("createdOnBranch"))
    place = text(told.get("workspaceIdentifier.uri.fsPath")) or text(told.get("workspaceIdentifier.uri.path"))
    found: list[ev.Event] = [ev.Started(parent=parent, cwd=place)] if parent else []
    found += [ev.CwdChanged(branch=branch)] if branch else []
    if title := text(told.get("name")):
        found.append(ev.Titled(title))
    found += _model(told.get("modelConfig.modelName"))
    meter, bad = _meter(told)
    return Record((*found, *meter), time=moment(told.get("createdAt")), bad=bad)


def _model(name: Any) -> list[ev.Event]:
    model = text(name)
    return [ev.ModelChanged(model)] if model and model.lower() not in _NO_MODEL else []


def _meter(told: Row) -> tuple[list[ev.Event], str]:
    """Return the context and the window as the program's own meter has them, and why they are bad if they are.

    Only the meter of now is kept, so what the first reply held is not known: a reply without a figure says so.
    """
    given = [told.get("contextTokensUsed"), told.get("promptTokenBreakdown.totalUsedTokens")]
    figures = [whole(value) for value in given if value is not None]
    limit = whole(told.get("contextTokenLimit"))
    found: list[ev.Event] = [ev.Reply("first", None)]
    if limit:
        found.append(ev.WindowSeen(limit))
    if None in figures:
        return found, "a meter that is no number"
    if used := next(filter(None, figures), None):
        found.append(ev.Reply("meter", used))
    return found, ""


def _changed(told: Row, named: list[Any]) -> Record:
    """Return the files that the conversation has attached, made and changed, as it lists them."""
    files = [*attached(told.get("context.fileSelections")), *attached(told.get("context.selections"))]
    made = [file_of(one) or file_of(mapping(one).get("uri")) for one in listing(told.get("newlyCreatedFiles"))]
    edited = dict.fromkeys(path for path in (*map(path_of, named), *made) if path)
    found: list[ev.Event] = [ev.Mentioned(path) for path in dict.fromkeys(files)]
    if edited:
        found += [ev.FileEdit("listed", path) for path in edited]
        found.append(ev.Returned("listed", ok=True))
    return Record(tuple(found))


def _bubble(told: Row) -> Record:
    time, said = moment(told.get("createdAt")), text(told.get("text")) or ""
    found: list[ev.Event] = []
    if folder := next(filter(None, map(path_of, listing(told.get("workspaceUris")))), None):
        found.append(ev.CwdChanged(folder))
    match told.get("type"):
        case 1:
            files = [*attached(told.get("context.fileSelections")), *attached(told.get("context.selections"))]
            model = _model(told.get("modelInfo.modelName"))
            found += [*model, ev.Prompt(said), *(ev.Mentioned(path) for path in dict.fromkeys(files))]
        case 2:
            found += [ev.Said(words) for words in (text(told.get("thinking.text")), said) if words]
            found += _tool(told)
        case _:
            return Record(bad="" if told.get("type") is None else "a bubble of no known type")
    return Record(tuple(found), time=time)


def _tool(told: Row) -> list[ev.Event]:
    name = text(told.get("toolFormerData.name"))
    if name is None:
        return []
    raw, parameters = parsed(told.get("toolFormerData.rawArgs")), parsed(told.get("toolFormerData.params"))
    given: Any = {**mapping(parameters), **mapping(raw)} or raw
    key = text(told.get("toolFormerData.toolCallId")) or name
    result, status = parsed(told.get("toolFormerData.result")), told.get("toolFormerData.status")
    return [
        *called(key, name, given),
        *returned(key, status, result, parsed(told.get("toolFormerData.additionalData"))),
    ]


def _end(told: Row, row: Row) -> Record:
    """Return whether the turn is over, by what is known: there is no mark of it that can be relied on."""
    status = told.get("status")
    found: list[ev.Event] = []
    if status in _INTERRUPTED:
        found.append(ev.Interrupted())
    elif status in _FAILED:
        found.append(ev.Failed())
    elif not (status == "generating" or listing(told.get("generatingBubbleIds")) or waits(row.get("running"))):
        answered = _last(told, row) == _ASSISTANT
        found += [ev.TurnEnded(certain=False)] if answered else []
    if told.get("isArchived") is True:
        found.append(ev.Ended())
    return Record(tuple(found), time=moment(told.get("lastUpdatedAt")))


def _last(told: Row, row: Row) -> Any:
    old = listing(told.get("conversation"))
    return row.get("last") or (mapping(old[-1]).get("type") if old else None)
