"""Copilot Chat: the context of a request, the window of its model, and how its history was summarised.

The editor's own gauge counts prompt and reserve for the answer over all that the model takes in and gives out
(`chatContextUsageWidget.ts` of `microsoft/vscode`: `promptTokens + maxOutputTokens` over
`maxInputTokens + maxOutputTokens`). The figures of the model stand in the chat's `inputState`, for the model that is
selected now; where they are missing the context is the prompt alone and no window is known.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.core import events as ev

_VENDOR, _HOST = "copilot", "github-copilot"
_NO_MODEL = ("auto", "copilot-auto")


def model_of(request: Mapping[str, Any]) -> list[ev.Event]:
    """Return the model that answered a request: the one it was routed to, else the one that was picked."""
    picked = text(request.get("modelId")) or ""
    metadata = mapping(mapping(request.get("result")).get("metadata"))
    vendor, _, named = picked.partition("/") if "/" in picked else ("", "", picked)
    model = text(metadata.get("resolvedModel")) or named
    if model in ("", *_NO_MODEL):
        return []
    return [ev.ModelChanged(model, picked or None, (_HOST if vendor == _VENDOR else vendor) or None)]


class Figures:
    """What a chat records of the selected model's size, in tokens."""

    def __init__(self, chat: Mapping[str, Any]) -> None:
        selected = mapping(mapping(chat.get("inputState")).get("selectedModel"))
        told = mapping(selected.get("metadata"))
        self._model = text(selected.get("identifier"))
        self._input = whole(told.get("maxInputTokens")) or 0
        self._output = whole(told.get("maxOutputTokens")) or 0

    def reserve(self, request: Mapping[str, Any]) -> int:
        """Return what is kept free for the answer to a request, 0 where its model is not the selected one."""
        return self._output if self._input and self._fits(request) else 0

    def window(self, request: Mapping[str, Any]) -> int | None:
        """Return the window of a request's model, None where it is not the selected one."""
        return self._input + self._output if self._input and self._fits(request) else None

    def _fits(self, request: Mapping[str, Any]) -> bool:
        return self._model is not None and self._model == request.get("modelId")


def reply(
    request: Mapping[str, Any], metadata: Mapping[str, Any], reserve: int, *, over: bool, cut: bool
) -> tuple[list[ev.Event], str]:
    """Return the context after a request, and why its record is bad if it is.

    While a request runs, and when nothing came of it, the figure of the one before stays. When it is over and tells
    none, nothing is known.

    Args:
        request: The request with its response.
        metadata: The metadata of its result.
        reserve: Tokens that are kept free for the answer.
        over: Whether it ended.
        cut: Whether the user went back to a point within it.
    """
    key = text(request.get("requestId")) or text(request.get("responseId")) or ""
    told = [each["promptTokens"] for each in (request, metadata) if each.get("promptTokens") is not None]
    figures = [whole(figure) for figure in told]
    if cut:
        return [ev.Reply(key, None)], ""
    if None in figures:
        return [ev.Reply(key, None)], "a number of tokens that is none"
    if known := next(filter(None, figures), None):
        return [ev.Reply(key, known + reserve, output=reserve)], ""
    answered = bool(request.get("response") or metadata.get("toolCallRounds"))
    return ([ev.Reply(key, None)] if over and answered else []), ""


def compactions(metadata: Mapping[str, Any]) -> list[ev.Event]:
    """Return the summaries that took the place of history; the next request's figure is the first after them."""
    told = [mapping(metadata.get("summary")), *map(mapping, listing(metadata.get("summaries")))]
    found = {text(one.get("toolCallRoundId")) or at: text(one.get("text")) or "" for at, one in enumerate(told) if one}
    return [ev.Compacted(summary) for summary in found.values()]
