"""Copilot Chat's mutation log: the lines of a `.jsonl` file, replayed into the chat that they stand for.

Source: `objectMutationLog.ts` of `microsoft/vscode`. A line of kind 0 is the whole chat and may come again, 1 sets the
value at a path, 2 cuts the list there to its first `i` items and appends `v`, 3 deletes what stands at the path.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from relaymark.agents.fields import listing, mapping

_INITIAL, _SET, _PUSH, _DELETE = range(4)


class _Object(dict[str, Any]):
    """An object that belongs to the replay: the parsed lines are never changed."""


class _List(list[Any]):
    """A list that belongs to the replay."""


def replay(lines: Sequence[Any]) -> tuple[Mapping[str, Any], str]:
    """Return the chat after the last line, empty if there is none, and why a line could not be applied, else empty.

    What cannot be applied is left out; the chat is then as good as the rest of the log.
    """
    state: Any = None
    bad = ""
    for line in lines:
        entry = mapping(line)
        kind = entry.get("kind")
        if kind == _INITIAL and type(kind) is int:
            state = _own(entry.get("v"))
        elif state is None:
            bad = bad or "a change before the chat itself"
        elif not _applied(state, kind, entry):
            bad = bad or "a change that does not fit the chat"
    return (state, bad) if isinstance(state, dict) else ({}, bad or "no chat in the log")


def _own(value: Any) -> Any:
    match value:
        case dict() if not isinstance(value, _Object):
            return _Object(value)
        case list() if not isinstance(value, _List):
            return _List(value)
    return value


def _applied(state: Any, kind: Any, entry: Mapping[str, Any]) -> bool:
    path = listing(entry.get("k"))
    if not path or kind not in (_SET, _PUSH, _DELETE) or isinstance(kind, bool):
        return False
    here = state
    for step in path[:-1]:
        if not _has(here, step):
            return False
        inner = _own(here[step])
        here[step] = inner
        here = inner
    match kind:
        case 1:
            return _set(here, path[-1], entry.get("v"))
        case 2:
            return _push(here, path[-1], entry.get("v"), entry.get("i"))
        case _:
            return _delete(here, path[-1])


def _has(here: Any, step: Any) -> bool:
    if isinstance(here, list):
        return type(step) is int and 0 <= step < len(here)
    return isinstance(here, dict) and isinstance(step, str) and step in here


def _set(here: Any, step: Any, value: Any) -> bool:
    if isinstance(here, list) and type(step) is int and step == len(here):
        here.append(value)
        return True
    if not (_has(here, step) or (isinstance(here, dict) and isinstance(step, str))):
        return False
    here[step] = value
    return True


def _push(here: Any, step: Any, values: Any, cut: Any) -> bool:
    if isinstance(here, dict) and isinstance(step, str):
        here.setdefault(step, None)
    if not _has(here, step):
        return False
    items = _own(here[step]) if here[step] is not None else _List()
    if not isinstance(items, list) or not isinstance(values, list | None):
        return False
    if cut is not None:
        if type(cut) is not int or not 0 <= cut <= len(items):
            return False
        del items[cut:]
    items.extend(values or ())
    here[step] = items
    return True


def _delete(here: Any, step: Any) -> bool:
    if not _has(here, step):
        return isinstance(here, dict) and isinstance(step, str)
    if isinstance(here, list):
        here[step] = None
    else:
        del here[step]
    return True
