"""Codex: the usage of a reply, and which of its figures is the context."""

from typing import Any

from relaymark.agents.fields import mapping, whole
from relaymark.core import events as ev

_PARTS = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")


def token_count(info: Any) -> tuple[list[ev.Event], str]:
    """Return what the `info` of a `token_count` tells, and why it is bad if it is; null tells nothing."""
    if info is None:
        return [], ""
    if not isinstance(info, dict):
        return [ev.Reply("", None)], "usage that is no object"
    told = mapping(info)
    window = whole(told.get("model_context_window"))
    reply, bad = usage(told.get("last_token_usage"), mapping(told.get("total_token_usage")))
    found: list[ev.Event] = [ev.WindowSeen(window)] if window else []
    return found + ([reply] if reply else []), bad


def usage(last: Any, total: Any) -> tuple[ev.Reply | None, str]:
    """Read a usage: `total_tokens` is the context; only that one set, with empty parts, is Codex's own estimate."""
    if last == {}:
        return None, ""
    if not isinstance(last, dict):
        return ev.Reply("", None), "usage that is no object"
    key = f"{total.get('total_tokens')}:{last.get('total_tokens')}"
    tokens = whole(last.get("total_tokens"))
    if tokens is None:
        return ev.Reply(key, None), "usage that is no number"
    if not tokens:
        return None, ""
    if not any(last.get(part) for part in _PARTS):
        return ev.Reply(key, tokens, source="estimated"), ""
    return ev.Reply(key, tokens, output=min(whole(last.get("output_tokens")) or 0, tokens)), ""
