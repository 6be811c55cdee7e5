"""Who a task is: what its item in the task history tells, and what the first request told the model of its place."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import inner, listing, mapping, text

OWN = "history_item.json"
"""The task's own item, which Roo Code keeps in its folder."""
SHARED = "../../state/taskHistory.json"
"""The items of all tasks, where Cline keeps them."""

_FOLDER = re.compile(r"# Current Work(?:ing|space) Directory \(([^\n]+)\) Files")
_MODEL = re.compile(r"<model>([^<\n]{1,200})</model>")
_DETAILS = "<environment_details>"


class History(Struct, frozen=True):
    """What a task history tells of one task."""

    cwd: str | None = None
    title: str | None = None
    parent: str | None = None
    children: tuple[str, ...] = ()
    status: str | None = None
    model: str | None = None
    provider: str | None = None


def history(contents: Mapping[str, Any], task: str) -> History:
    """Return what the history's files, those that were read, tell of a task."""
    shared = (one for one in map(mapping, listing(contents.get(SHARED))) if one.get("id") == task)
    item = mapping(contents.get(OWN)) or next(shared, {})
    children = (text(child) for child in listing(item.get("childIds")))
    return History(
        cwd=text(item.get("workspace")) or text(item.get("cwdOnTaskInitialization")),
        title=text(item.get("title")) or text(item.get("task")),
        parent=text(item.get("parentTaskId")),
        children=tuple(child for child in children if child),
        status=text(item.get("status")),
        model=text(item.get("modelId")),
        provider=text(item.get("apiProvider")),
    )


def folder_told(messages: Any) -> str | None:
    """Return the directory that the first request with a list of its files named, None if none did."""
    for message in map(mapping, listing(messages)):
        written = message.get("text")
        if message.get("say") == "api_req_started" and isinstance(written, str) and "Directory (" in written:
            found = _FOLDER.search(_details(mapping(inner(written))))
            if found:
                return found[1]
    return None


def model_told(request: Mapping[str, Any]) -> str | None:
    """Return the model that a request's own text names: Roo Code told it to the model itself."""
    found = _MODEL.search(_details(request))
    return found[1] if found else None


def _details(request: Mapping[str, Any]) -> str:
    """Return the part of a request's text that the program added; a task may have quoted one before it."""
    _, found, details = (text(request.get("request")) or "").rpartition(_DETAILS)
    return details if found else ""
