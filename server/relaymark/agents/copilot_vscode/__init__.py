"""Copilot Chat in VS Code: where its chats lie, in every editor of that family."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.copilot_vscode.decode import beside, decode
from relaymark.agents.fields import listing, mapping
from relaymark.agents.vscode_places import user_folders
from relaymark.core.agent import Agent, Home
from relaymark.core.store import Files

_CHATS = "chatSessions"
_WITHOUT_FOLDER = ("emptyWindowChatSessions", "transferredChatSessions")


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return the folders `User` of VS Code and the editors made from it, of installed ones and of servers."""
    return tuple(Home(folder.path, folder.variable) for folder in user_folders(environ, home))


def owns(path: str) -> bool:
    """Tell whether a path is a chat: of a window with a folder, without one, or on its way to another window."""
    match path.split("/"):
        case ["workspaceStorage", _, folder, file]:
            chats = folder == _CHATS
        case ["globalStorage", folder, file]:
            chats = folder in _WITHOUT_FOLDER
        case _:
            return False
    return chats and file.endswith((".json", ".jsonl")) and not file.startswith(".")


def _recognises(value: Any) -> bool:
    for one in map(mapping, listing(value)[:1] or [value]):
        chat = mapping(one.get("v")) if one.get("kind") == 0 else one
        if "requests" in chat and "responderUsername" in chat and ("sessionId" in chat or "creationDate" in chat):
            return True
    return False


FILES = Files(owns=owns, decode=decode, recognises=_recognises, beside=beside)

AGENT = Agent(
    name="copilot-vscode",
    title="Copilot Chat",
    homes=homes,
    flat=(f"workspaceStorage/*/{_CHATS}", *(f"globalStorage/{folder}" for folder in _WITHOUT_FOLDER)),
    stores=(FILES,),
    host="github-copilot",
    # It offers smaller windows than the models have elsewhere.
    trusts_registry=False,
)
