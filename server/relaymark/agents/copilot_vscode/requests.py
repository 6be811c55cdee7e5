"""Copilot Chat: what one request of a chat tells, from the prompt to its end.

Source: `chatModel.ts` and `chatService.ts` of `microsoft/vscode`. A request and its response are one object; its
`modelState` says how far it is (`value` 0 to 4, `completedAt` in milliseconds), older versions have `isCanceled` only.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from relaymark.agents.copilot_vscode.locations import path_of
from relaymark.agents.copilot_vscode.tools import called, command_of, returned, shown
from relaymark.agents.copilot_vscode.usage import compactions, model_of, reply
from relaymark.agents.fields import listing, mapping, milliseconds, text
from relaymark.core import events as ev
from relaymark.core.events import Record

_PENDING, _COMPLETE, _CANCELLED, _FAILED, _NEEDS_INPUT = range(5)
_UNDONE = 2
_NOT_FILES = ("directory", "tool", "toolset", "image", "generic", "command")
_NOT_TYPED = ("isSystemInitiated", "requestHiddenFromTranscript", "hiddenFromTranscript", "confirmation")


def taken_back(request: Mapping[str, Any]) -> bool:
    """Tell whether a request was undone as a whole: it goes with the next one that is sent."""
    undone = mapping(request.get("shouldBeRemovedOnSend"))
    return request.get("isHidden") is True or (bool(undone) and not text(undone.get("afterUndoStop")))


def records(request: Mapping[str, Any], reserve: int) -> Iterator[Record]:
    """Yield what a request tells, in order.

    Args:
        request: The request with its response.
        reserve: Tokens that are kept free for the answer, 0 if unknown.
    """
    undone = text(mapping(request.get("shouldBeRemovedOnSend")).get("afterUndoStop"))
    metadata = mapping(mapping(request.get("result")).get("metadata"))
    yield Record((ev.TurnStarted(), *_asked(request), *model_of(request)), time=milliseconds(request.get("timestamp")))
    parts = [part for part in map(_part, _parts(request, undone)) if not part.get("subAgentInvocationId")]
    rounds = [] if undone else [mapping(one) for one in listing(metadata.get("toolCallRounds"))]
    if any(listing(one.get("toolCalls")) for one in rounds):
        yield from _rounds(rounds, mapping(metadata.get("toolCallResults")), parts)
    else:
        yield from filter(None, map(_shown, parts))
    yield from _edits(request, parts)
    found, bad = reply(request, metadata, reserve, over=_over(request), cut=bool(undone))
    state = mapping(request.get("modelState"))
    ending = (*found, *compactions(metadata), *_ending(request))
    yield Record(ending, time=milliseconds(state.get("completedAt")), bad=bad)


def _asked(request: Mapping[str, Any]) -> list[ev.Event]:
    message = request.get("message")
    said = message if isinstance(message, str) else text(mapping(message).get("text")) or ""
    typed = not any(request.get(mark) for mark in _NOT_TYPED)
    found: list[ev.Event] = [ev.Prompt(said) if typed else ev.Fed(said)]
    known = set()
    for variable in map(mapping, listing(mapping(request.get("variableData")).get("variables"))):
        value, kind = variable.get("value"), variable.get("kind")
        path = path_of(value) or path_of(mapping(variable.get("copiedFrom")).get("uri")) or path_of(variable)
        if path and kind not in _NOT_FILES and variable.get("isDirectory") is not True:
            known.add(path)
            found.append(ev.Mentioned(path, text(variable.get("code")) or ""))
        elif kind in ("string", "paste") and (pasted := text(value) or text(variable.get("code"))):
            found.append(ev.Fed(pasted))
    for used in map(mapping, listing(request.get("contentReferences"))):
        reference = mapping(used.get("reference")).get("value", used.get("reference"))
        if (path := path_of(reference)) and path not in known:
            known.add(path)
            found.append(ev.Mentioned(path))
    return found


def _parts(request: Mapping[str, Any], undone: str | None) -> list[Any]:
    """Return the parts of the response, those before an undo stop only where the user went back to it."""
    response = request.get("response")
    parts = [response] if isinstance(response, str) else listing(response)
    stops = (at for at, part in enumerate(parts) if undone and _part(part).get("id") == undone)
    return parts[: next(stops, len(parts))]


def _part(part: Any) -> Mapping[str, Any]:
    return {"value": part} if isinstance(part, str) else mapping(part)


def _shown(part: Mapping[str, Any]) -> Record | None:
    match part.get("kind"):
        case "toolInvocationSerialized" | "toolInvocation":
            return Record(tuple(shown(part)))
        case None | "thinking" | "markdownContent" | "markdownVuln":
            content = part.get("value", mapping(part.get("content")).get("value"))
            said = content if isinstance(content, str) else "\n".join(s for s in listing(content) if isinstance(s, str))
            return Record((ev.Said(said),)) if said else None
    return None


def _rounds(
    rounds: list[Mapping[str, Any]], results: Mapping[str, Any], parts: list[Mapping[str, Any]]
) -> Iterator[Record]:
    """Yield what the rounds of the model tell, with the exit codes that only the shown parts have."""
    tools = [part for part in parts if part.get("kind") == "toolInvocationSerialized"]
    by_id = {key: part for part in tools if (key := text(part.get("toolCallId")))}
    terminals = [part for part in tools if command_of(part)]
    for one in rounds:
        said = [text(mapping(one.get("thinking")).get("text")), text(one.get("response"))]
        yield Record(tuple(ev.Said(words) for words in said if words))
        for call in map(mapping, listing(one.get("toolCalls"))):
            found, key = called(call), text(call.get("id")) or ""
            yield Record(tuple(found))
            ran = next((event.command for event in found if isinstance(event, ev.Command)), None)
            part = by_id.get(key) or next((each for each in terminals if command_of(each) == ran), None)
            terminals = [each for each in terminals if each is not part]
            yield Record(tuple(returned(key, results.get(key), part or {})))


def _edits(request: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> Iterator[Record]:
    """Yield the files that the response changed, as the editor notes it beside the calls of tools."""
    named = [part.get("uri") for part in parts if part.get("kind") in ("textEditGroup", "notebookEditGroup")]
    named += [
        event.get("uri")
        for event in map(mapping, listing(request.get("editedFileEvents")))
        if event.get("eventKind") != _UNDONE
    ]
    edited = dict.fromkeys(path for uri in named if (path := path_of(uri)))
    if edited:
        key = f"edits of {text(request.get('requestId')) or ''}"
        yield Record((*(ev.FileEdit(key, path) for path in edited), ev.Returned(key, ok=True)))


def _state(request: Mapping[str, Any]) -> int | None:
    value = mapping(request.get("modelState")).get("value")
    return value if type(value) is int and 0 <= value <= _NEEDS_INPUT else None


def _over(request: Mapping[str, Any]) -> bool:
    state = _state(request)
    if state is not None:
        return state not in (_PENDING, _NEEDS_INPUT)
    return bool(request.get("result")) or request.get("isCanceled") is True


def _ending(request: Mapping[str, Any]) -> list[ev.Event]:
    state = _state(request)
    if state is None and _over(request):
        state = _CANCELLED if request.get("isCanceled") is True else _COMPLETE
        if mapping(mapping(request.get("result")).get("errorDetails")) and state == _COMPLETE:
            state = _FAILED
    match state:
        case 1:
            return [ev.TurnEnded()]
        case 2:
            return [ev.Interrupted()]
        case 3:
            return [ev.Failed()]
        case 4:
            return [ev.Waiting()]
    return []
