"""The opencode family: what a user's message tells of prompts, attached files and text that nobody typed."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from relaymark.agents.fields import mapping, text
from relaymark.core import events as ev
from relaymark.core.paths import absolute, from_uri

_READ = "Called the Read tool with the following input: "
_TAKEN_OUT = "[Attached "
"""How the text begins that stands for a picture when a prompt is put again."""


def user_events(parts: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]] = ()) -> list[ev.Event]:
    """Return what the parts of a user's message tell.

    Args:
        parts: They, in order. Beside each attached file stand synthetic texts with the call that read it and its
            content, before the part that names it.
        before: The parts of an earlier message. If that has the same text, the program put it again by itself.
    """
    typed: list[str] = []
    beside: list[str] = []
    files: list[ev.Event] = []
    for part in parts:
        match part.get("type"):
            case "compaction":
                return [ev.TurnStarted()]
            case "text" if part.get("ignored") is not True and (said := text(part.get("text"))):
                (beside if part.get("synthetic") is True else typed).append(said)
            case "file":
                files += _attached(part, beside)
                beside = []
    prompt = "\n".join(typed)
    found: list[ev.Event] = [ev.TurnStarted()]
    if prompt:
        again = "\n".join(said for said in typed if not said.startswith(_TAKEN_OUT)) == _typed(before)
        found.append(ev.Fed(prompt) if again else ev.Prompt(prompt))
    found += files
    if beside:
        found.append(ev.Fed("\n".join(beside)))
    return found


def _typed(parts: Iterable[Mapping[str, Any]]) -> str:
    texts = [part for part in parts if part.get("type") == "text"]
    shown = [part for part in texts if part.get("synthetic") is not True and part.get("ignored") is not True]
    return "\n".join(said for part in shown if (said := text(part.get("text"))))


def _attached(part: Mapping[str, Any], beside: list[str]) -> list[ev.Event]:
    content = "\n".join(beside)
    path = None if part.get("mime") == "application/x-directory" else _path(part, beside)
    if path:
        return [ev.Mentioned(path, content)]
    return [ev.Fed(content)] if content else []


def _path(part: Mapping[str, Any], beside: list[str]) -> str | None:
    """Return the path of an attached file; where its content replaced its address, the one that was read."""
    url = text(part.get("url")) or ""
    if url.startswith("file:"):
        return from_uri(url)
    for said in beside:
        if said.startswith(_READ):
            try:
                path = text(mapping(msgspec.json.decode(said[len(_READ) :])).get("filePath"))
            except (ValueError, RecursionError):
                continue
            return path if path and absolute(path) else None
    return None
