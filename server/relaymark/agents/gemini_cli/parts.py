"""Gemini CLI: the parts of a message's content, whatever form it takes: a text, a part, or a list of both."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import mapping, text


def parts(content: Any) -> list[Mapping[str, Any]]:
    """Return the parts of a content; a text is a part with `text`."""
    several = content if isinstance(content, list) else [content]
    return [{"text": part} if isinstance(part, str) else mapping(part) for part in several]


def spoken(content: Any) -> str:
    """Return the text of a content without the model's thoughts."""
    return "".join(text(part.get("text")) or "" for part in parts(content) if part.get("thought") is not True)


def under(content: Any, name: str) -> list[Mapping[str, Any]]:
    """Return what stands under `name` in the parts of a content: `functionCall`, `functionResponse`."""
    return [found for part in parts(content) if (found := mapping(part.get(name)))]
