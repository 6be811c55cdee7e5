"""Copilot CLI: the usage of a reply, which of its figures is the context, and who served it."""

from typing import Any

from relaymark.agents.fields import mapping, text, whole
from relaymark.core import events as ev

_HOST = "github-copilot"
_NO_MODEL = ("auto",)
_SUMMARISING, _OF_SUBAGENT = "compaction", "sub-agent"


def model_of(name: Any) -> list[ev.Event]:
    """Return the change to a model of this name; `auto` only asks the program to choose one."""
    model = text(name)
    return [ev.ModelChanged(model)] if model and model not in _NO_MODEL else []


def usage(data: Any, record_id: str, *, subagent: bool = False) -> tuple[list[ev.Event], str]:
    """Return what a `session.usage_record` tells, and why it is bad if it is.

    `inputTokens` is the context: cached tokens are in it for both kinds of providers that were observed. The window
    is taken from here alone, so that a reader of the end of a file goes back to a reply, with its model and provider.

    Args:
        data: The event's data.
        record_id: The event's id, for a reply that tells none.
        subagent: The event is marked as a subagent's.
    """
    told = mapping(data.get("usage"))
    initiator = told.get("initiator")
    if initiator == _SUMMARISING or (initiator == _OF_SUBAGENT and not subagent):
        return [], ""
    found: list[ev.Event] = []
    if model := text(told.get("model")):
        found.append(ev.ModelChanged(model, provider=_provider(told)))
    if window := whole(told.get("maxPromptTokens")):
        found.append(ev.WindowSeen(window))
    key = text(told.get("apiCallId")) or text(mapping(told.get("accounting")).get("usageId")) or record_id
    tokens = whole(told.get("inputTokens"))
    if tokens is None:
        return [*found, ev.Reply(key, None)], "usage that is no number"
    # All zeros come from providers that tell no usage, and from requests that failed.
    return [*found, ev.Reply(key, tokens)] if tokens else found, ""


def _provider(told: Any) -> str | None:
    match told.get("isByok"):
        case True:
            return text(told.get("modelProvider")) or text(told.get("providerType"))
        case False:
            return _HOST
    return None
