"""Copilot Chat: what a chat's file and the `workspace.json` of its window tell.

Source: `chatModel.ts` and `chatSessionStore.ts` of `microsoft/vscode`; nothing here was observed in files of the
program. A chat is one object with its requests: `<id>.json` holds it whole, `<id>.jsonl` as a log of changes. Of both
for one id the log counts. A chat that went to another window was copied, under the same id.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.copilot_vscode.locations import folder, path_of, workspace_file
from relaymark.agents.copilot_vscode.replay import replay
from relaymark.agents.copilot_vscode.requests import records, taken_back
from relaymark.agents.copilot_vscode.usage import Figures
from relaymark.agents.fields import listing, mapping, milliseconds, text
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record
from relaymark.core.store import Told

WINDOW = "../workspace.json"
_FLAT, _LOG = ".json", ".jsonl"


def beside(name: str, read: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files that belong to a chat: its window's, the one with that window's folders, and a newer log."""
    found = [WINDOW]
    if name.endswith(_FLAT):
        found.append(name.removesuffix(_FLAT) + _LOG)
    if listed := workspace_file(read.get(WINDOW)):
        found.append(listed)
    return tuple(found)


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the chat of a file; none for one without a request, and for one that a log took the place of.

    Args:
        path: The file, absolute.
        contents: What was read: the file under its name, and those that `beside` names.
    """
    name = paths.name(path)
    if name.endswith(_FLAT) and name.removesuffix(_FLAT) + _LOG in contents:
        return ()
    own = contents.get(name)
    chat, bad = replay(own) if isinstance(own, list) else (mapping(own), "")
    requests = [mapping(one) for one in listing(chat.get("requests"))]
    live = [one for one in requests if one and not taken_back(one)]
    if not live:
        return ()
    session = text(chat.get("sessionId")) or name.rsplit(".", 1)[0]
    window = contents.get(WINDOW)
    place = path_of(chat.get("workingDirectory") or "") or folder(window, contents.get(workspace_file(window) or ""))
    figures = Figures(chat)
    if len(live) < len(requests) and not all(requests):
        bad = bad or "a request that is no object"
    found = [Record(tuple(_about(chat, session, place)), bad=bad)]
    for one in live:
        found += records(one, figures.reserve(one))
    if tokens := figures.window(live[-1]):
        found.append(Record((ev.WindowSeen(tokens),)))
    found.append(Record(time=_last(chat, live)))
    return (Told(session, tuple(found)),)


def _about(chat: Mapping[str, Any], session: str, place: str | None) -> list[ev.Event]:
    branch = text(mapping(chat.get("repoData")).get("localBranch"))
    title = text(chat.get("customTitle")) or text(chat.get("computedTitle"))
    started = ev.Started(session, cwd=place, branch=branch, at=milliseconds(chat.get("creationDate")))
    return [started, ev.Titled(title)] if title else [started]


def _last(chat: Mapping[str, Any], requests: list[Mapping[str, Any]]) -> float | None:
    """Return when the last message came, for old chats whose requests have no times."""
    timed = any(milliseconds(one.get("timestamp")) for one in requests)
    return None if timed else milliseconds(chat.get("lastMessageDate"))
