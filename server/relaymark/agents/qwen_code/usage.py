"""Qwen Code: the usage of a reply, the estimate after a compression, failed requests, and the windows of its models."""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import listing, mapping, text, whole
from relaymark.agents.qwen_code.tools import spoken
from relaymark.core import events as ev

_MAIN_CALL = re.compile(r".*########\d+(/.*)?|[0-9a-f]{8,16}", re.DOTALL)
"""The prompt ids of the session's own requests: interactive ones, and those of a run without a screen (0.15)."""

# From its public source (`packages/core/src/core/tokenLimits.ts`). The windows of other makers' models changed between
# its versions; nothing is said of them here.
_WINDOWS = (
    (re.compile(r"qwen3-coder-(plus|flash)|qwen3\.\d|qwen-(plus|flash)-latest$|coder-model$"), 1_000_000),
    (re.compile(r"qwen3-(max|coder-)"), 262_144),
)


def window(_version: str | None, model: str) -> int | None:
    """Return the window in tokens that Qwen Code takes one of its own models to have, None for any other.

    It is for lines that record none: those of 0.15 without a setting, and those of subagents.

    Args:
        _version: The program version; what stands here did not change between versions.
        model: As the transcript names it, perhaps with a provider before it or a tag behind it.
    """
    plain = model.lower().strip().rsplit("/", 1)[-1].rsplit("|", 1)[-1]
    for part in (plain, *reversed(plain.split(":"))):
        for pattern, tokens in _WINDOWS:
            if pattern.match(part):
                return tokens
    return None


def reply(line: Mapping[str, Any]) -> tuple[list[ev.Event], str]:
    """Return what the `usageMetadata` of an assistant line tells, and why it is bad if it is.

    The agent's own gauge shows the prompt alone; it holds the cached tokens, and no part of the answer. A line
    without usage (0.15, and each tool call of a subagent) changes nothing.
    """
    usage = line.get("usageMetadata")
    if usage is None or usage == {}:
        return [], ""
    key = text(line.get("uuid")) or ""
    if not isinstance(usage, dict):
        return [ev.Reply(key, None)], "usage that is no object"
    tokens = whole(usage.get("promptTokenCount"))
    if tokens is None:
        return [ev.Reply(key, None)], "usage that is no number"
    if tokens:
        return [ev.Reply(key, tokens)], ""
    # All zero is a server that counts nothing; an answer to an empty prompt is none that can be.
    return ([ev.Reply(key, None)], "usage without a prompt") if usage.get("totalTokenCount") else ([], "")


def compressed(line: Mapping[str, Any], payload: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a `chat_compression` tells.

    `newTokenCount` is the agent's own guess at the context, low because it leaves out system prompt and tools. 0.24
    says of it whether it is one; 0.15 does not, and its figure is often 0: then nothing is known until the next reply.
    """
    info = mapping(payload.get("info"))
    history = "\n".join(filter(None, (_content(one) for one in listing(payload.get("compressedHistory")))))
    found: list[ev.Event] = [ev.Compacted(history, text(info.get("triggerReason")) or "")]
    tokens = whole(info.get("newTokenCount"))
    if tokens and isinstance(info.get("newTokenCountIsEstimated"), bool):
        found.append(ev.Reply(f"{text(line.get('uuid')) or ''}:compressed", tokens, "estimated"))
    return found


def _content(content: Any) -> str:
    said = []
    for part in map(mapping, listing(mapping(content).get("parts"))):
        call, returned = mapping(part.get("functionCall")), mapping(part.get("functionResponse"))
        said += [text(part.get("text")), spoken(call.get("args")), spoken(returned.get("response"))]
    return "\n".join(filter(None, said))


def failure(payload: Mapping[str, Any]) -> list[ev.Event]:
    """Return what a `ui_telemetry` tells: an error of the session's own request, or that the user stopped it.

    Its token counts are never the context: it repeats each reply and tells those of side calls (subagents, memory,
    compression, titles), whose errors end no turn either.
    """
    told = mapping(payload.get("uiEvent"))
    if told.get("event.name") not in ("qwen-code.api_error", "qwen-code.api_cancel"):
        return []
    prompt = told.get("prompt_id")
    if told.get("subagent_name") or not isinstance(prompt, str) or not _MAIN_CALL.fullmatch(prompt):
        return []
    stopped = told["event.name"] == "qwen-code.api_cancel" or told.get("error_type") == "APIUserAbortError"
    return [ev.Interrupted() if stopped else ev.Failed()]
