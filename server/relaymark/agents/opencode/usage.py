"""The opencode family: which figures of a reply are the context, and what settings say of a model's window."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import mapping, whole
from relaymark.core import events as ev

_CACHED = ("read", "write")


def reply(info: Mapping[str, Any], key: str, *, done: bool) -> tuple[ev.Reply | None, str]:
    """Return what an assistant message tells of the context, and why that is bad if it is.

    The program's own gauge takes the newest message with output; one that runs, and one that failed, has zeros.
    `total` is the provider's own sum; where there is none the five figures are added up, as the gauge does. In 1.1
    `output` held the reasoning that is listed again beside it, so that only `total` is right there.

    Args:
        info: The message.
        key: Its id.
        done: Whether it came to its end: then it should have figures.
    """
    tokens = info.get("tokens")
    bad = "usage that is no number" if isinstance(tokens, dict) else "usage that is no object"
    unreadable = (ev.Reply(key, None), bad) if done else (None, "")
    if not isinstance(tokens, dict):
        return unreadable
    cache = mapping(tokens.get("cache"))
    output, given = whole(tokens.get("output")), whole(tokens.get("input"))
    reasoning, read, written = (_or_none(figure) for figure in (tokens.get("reasoning"), *map(cache.get, _CACHED)))
    total = _or_none(tokens.get("total"))
    if output == 0:
        return None, ""
    if output is None or given is None or reasoning is None or read is None or written is None or total is None:
        return unreadable
    prompt = given + read + written
    held = total or prompt + output + reasoning
    return ev.Reply(key, held, output=max(held - prompt, 0)), ""


def _or_none(figure: Any) -> int | None:
    """Return a figure that some versions leave out: 0 if it is not there, None if it is no figure."""
    return 0 if figure is None else whole(figure)


def window(providers: Any, provider: str | None, model: str) -> int | None:
    """Return the window in tokens that a table of providers and their models gives, None if it gives none."""
    models = mapping(mapping(mapping(providers).get(provider or "")).get("models"))
    return whole(mapping(mapping(models.get(model)).get("limit")).get("context")) or None


def window_of_settings(settings: Any, provider: str | None, model: str) -> int | None:
    """Return the window that the user's settings give a model; nothing else of them is looked at."""
    return window(mapping(settings).get("provider"), provider, model)
