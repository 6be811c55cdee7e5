"""Copilot Chat: what the calls of tools and their results tell of files and commands.

Two records hold them. When a request is over, its `result.metadata` has the rounds of the model with each call's name
and arguments, and the results as the model got them. While it runs there are only the parts of the response, as they
are shown: these have no arguments, but the command line and the exit code of a terminal. Sources: `chatService.ts` of
`microsoft/vscode`; `intents.ts` and `toolNames.ts` of `microsoft/vscode-copilot-chat`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from relaymark.agents.codex.shell import changes
from relaymark.agents.copilot_vscode.locations import linked, path_of
from relaymark.agents.fields import inner, listing, mapping, text, whole
from relaymark.core import events as ev

_DENIED, _SKIPPED = 0, 5
_TEXT = 2
_PIECES = 100_000


def called(call: Mapping[str, Any]) -> list[ev.Event]:
    """Return what one call of a round tells, by the tool's name as the model knows it."""
    name, key = text(call.get("name")) or "unknown", text(call.get("id")) or ""
    given = _arguments(call.get("arguments"))
    path = path_of(given.get("filePath"))
    added = text(given.get("newString")) or ""
    match name:
        case "read_file" if path:
            return [ev.FileRead(key, path, *_lines(given))]
        case "replace_string_in_file" if path:
            return [ev.FileEdit(key, path, added, text(given.get("oldString")) or "")]
        case "multi_replace_string_in_file":
            return _replacements(key, given)
        case "create_file" if path:
            return [ev.FileEdit(key, path, text(given.get("content")) or "", whole=True)]
        case "insert_edit_into_file" | "edit_notebook_file" if path:
            return [ev.FileEdit(key, path, text(given.get("code")) or _joined(given.get("newCode")))]
        case "apply_patch" if patch := text(given.get("input")):
            done = changes(patch)
            return [ev.FileEdit(key, path_of(one.path) or one.path, one.added, one.removed, one.whole) for one in done]
        case "run_in_terminal" if command := text(given.get("command")):
            return [ev.Command(key, command), ev.Said(command)]
    said = "\n".join(value for value in given.values() if isinstance(value, str))
    return [ev.Called(key, name), ev.Said(said)]


def _arguments(value: Any) -> Mapping[str, Any]:
    """Return a call's arguments, which stand there as JSON in a text; what the model got wrong gives none."""
    return mapping(inner(value) if isinstance(value, str) else value)


def _lines(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return first line and number of lines of a read: `startLine` to `endLine`, or `limit` lines from `offset`."""
    if "offset" in given or "limit" in given:
        return whole(given.get("offset")) or 0, whole(given.get("limit")) or 0
    first, last = whole(given.get("startLine")) or 0, whole(given.get("endLine")) or 0
    return first, last - first + 1 if 0 < first <= last else 0


def _replacements(key: str, given: Mapping[str, Any]) -> list[ev.Event]:
    return [
        ev.FileEdit(key, path, text(one.get("newString")) or "", text(one.get("oldString")) or "")
        for one in map(mapping, listing(given.get("replacements")))
        if (path := path_of(one.get("filePath")))
    ]


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else "\n".join(line for line in listing(value) if isinstance(line, str))


def returned(key: str, result: Any, part: Mapping[str, Any]) -> list[ev.Event]:
    """Return how a call came back, nothing while it did not.

    Args:
        key: The call's id.
        result: What the model got, None without a record of it.
        part: The part of the response that shows the call, empty without one.
    """
    code = _exit_code(part)
    if result is None and not part.get("isComplete"):
        return []
    ok = None if not part else True
    if part.get("resultError") or _refused(part.get("isConfirmed")) or code:
        ok = False
    elif _terminal(part) and code is None:
        ok = None
    return [ev.Returned(key, ok, code, _result_text(result) if result is not None else _shown_text(part))]


def shown(part: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a part of a response tells of a call that stands in no round yet."""
    key, tool = text(part.get("toolCallId")) or "", text(part.get("toolId")) or "unknown"
    if command := command_of(part):
        found: list[ev.Event] = [ev.Command(key, command), ev.Said(command)]
    elif tool in ("copilot_readFile", "read_file") and (path := _read_path(part)):
        found = [ev.FileRead(key, path)]
    else:
        found = [ev.Called(key, tool)]
    return [*found, *returned(key, None, part)]


def command_of(part: Mapping[str, Any]) -> str | None:
    """Return the command that a part of a response ran in a terminal, None for other tools."""
    data = _terminal(part)
    line = mapping(data.get("commandLine"))
    forms = (line.get("userEdited"), line.get("original"), line.get("toolEdited"), data.get("command"))
    return next((form for form in forms if isinstance(form, str) and form), None)


def _read_path(part: Mapping[str, Any]) -> str | None:
    return linked(part.get("pastTenseMessage")) or linked(part.get("invocationMessage"))


def _terminal(part: Mapping[str, Any]) -> Mapping[str, Any]:
    data = mapping(part.get("toolSpecificData"))
    return data if data.get("kind") == "terminal" else {}


def _exit_code(part: Mapping[str, Any]) -> int | None:
    code = mapping(_terminal(part).get("terminalCommandState")).get("exitCode")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _refused(confirmed: Any) -> bool:
    kind = mapping(confirmed).get("type")
    return confirmed is False or (type(kind) is int and kind in (_DENIED, _SKIPPED))


def _shown_text(part: Mapping[str, Any]) -> str:
    output = mapping(_terminal(part).get("terminalCommandOutput")).get("text")
    return output if isinstance(output, str) else ""


def _result_text(result: Any) -> str:
    content = mapping(result).get("content", result)
    return "\n".join(_texts(content))


def _texts(content: Any) -> Iterator[str]:
    """Yield the texts of a tool's result in order: plain ones, and those of trees that a prompt is rendered from."""
    waiting = [content]
    for _ in range(_PIECES):
        if not waiting:
            return
        match waiting.pop():
            case str() as said:
                yield said
            case list() as pieces:
                waiting.extend(reversed(pieces))
            case {"type": kind, "text": str() as said} if kind in (_TEXT, "text"):
                yield said
            case {"value": inner} | {"node": inner} | {"children": inner}:
                waiting.append(inner)
