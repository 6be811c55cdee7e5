"""Gemini CLI: what a user message tells: what was typed, which files it names, and what nobody typed.

Facts: the blocks of referenced files as observed in files of 0.30.1 and 0.61.0, an image among them without its name;
the program's own user messages after its public source (`packages/core/src/core/client.ts`,
`utils/environmentContext.ts`, `packages/cli/src/ui/hooks/useExecutionLifecycle.ts`).
"""

import re
from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import text
from relaymark.agents.gemini_cli.parts import parts, spoken
from relaymark.core import events as ev

CONTEXT = "<session_context>"
"""How the message begins with which the program opens every history: a part of the base, no message of anybody."""

_NOT_TYPED = (
    "<hook_context>",
    "- **Workspace Directories:**",
    "Here is the user's editor context as a JSON object",
    "Here is a summary of changes in the user's editor context",
    "I ran the following shell command:\n```sh\n",
    "User has manually exited Plan Mode.",
    "System: Please continue.",
    "System: Potential loop detected.",
)
_GO_ON = "Please continue."
_ATTACHED, _END = "--- Content from referenced files ---", "--- End of content ---"
_FILE = re.compile(r"\n?Content from @?(.+?):\n*")
_NAMED = re.compile(r'(?<!\\)@("[^"]*"|(?:\\.|[^\s,;!?()\[\]{}.\\]|\.(?!\s|$))+)')


def user(message: Mapping[str, Any], *, copied: bool) -> list[ev.Event]:
    """Return what a user message tells that holds no results of tools.

    Args:
        message: The message.
        copied: It was put into a new history: it takes room there, and nobody typed it again.
    """
    content = parts(message.get("content"))
    said = spoken(message.get("content"))
    if said.lstrip().startswith(CONTEXT):
        return []
    shown = spoken(message.get("displayContent"))
    if copied or said.startswith(_NOT_TYPED) or (shown and said == _GO_ON):
        return [ev.Fed(said)] if said else []
    texts = [text(part.get("text")) or "" for part in content]
    until = next((at for at, one in enumerate(texts) if one.strip() == _ATTACHED), len(texts))
    fed = [one for one in texts[:until] if one.startswith(_NOT_TYPED)]
    typed = "".join(one for one in texts[:until] if one not in fed)
    if shown and typed != shown:
        fed.append(typed)
    found: list[ev.Event] = [ev.Fed(one) for one in fed if one]
    if not (shown or typed or any("inlineData" in part for part in content)):
        return found
    images = sum(1 for part in content[until:] if "inlineData" in part)
    return [ev.Prompt(shown or typed), *found, *_attached(shown or typed, texts[until + 1 :], images)]


def _attached(typed: str, texts: list[str], images: int) -> list[ev.Event]:
    """Return the files that a prompt named: each with its content, and images by their names in what was typed."""
    paths: list[str] = []
    contents: list[list[str]] = []
    for one in texts:
        if heading := _FILE.fullmatch(one):
            paths.append(heading[1])
            contents.append([])
        elif contents and one.strip() != _END:
            contents[-1].append(one)
    named = [path for found in _NAMED.findall(typed) if (path := _plain(found)) not in paths]
    with_text = [ev.Mentioned(path, "".join(content)) for path, content in zip(paths, contents, strict=True)]
    return [*with_text, *(ev.Mentioned(path) for path in named[:images])]


def _plain(found: str) -> str:
    return found[1:-1] if found.startswith('"') else re.sub(r"\\(.)", r"\1", found)
