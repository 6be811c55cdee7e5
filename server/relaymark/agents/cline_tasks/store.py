"""A task folder as a store: which files belong to it, and the session that they make together."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.cline_tasks import history as place
from relaymark.agents.cline_tasks import metadata as noted
from relaymark.agents.cline_tasks.ending import ending
from relaymark.agents.cline_tasks.messages import Messages
from relaymark.agents.cline_tasks.usage import Rule
from relaymark.agents.fields import listing, mapping, milliseconds
from relaymark.core import events as ev
from relaymark.core.paths import normal
from relaymark.core.store import Files, Told

MESSAGES = "ui_messages.json"


def task_store(folders: tuple[str, ...], rule: Rule, first: str) -> Files:
    """Return the store of an agent.

    Args:
        folders: Where its task folders lie, the ends of paths: `publisher.name/tasks`.
        rule: How it counts the context.
        first: What the first message of a task says: `task` or `text`.
    """

    def owns(path: str) -> bool:
        folder, _, file = path.rpartition("/")
        parent, _, task = folder.rpartition("/")
        named = any(parent == one or parent.endswith(f"/{one}") for one in folders)
        return file == MESSAGES and named and not task.startswith(".")

    return Files(
        owns=owns,
        beside=beside,
        decode=lambda path, contents: decode(path, contents, rule),
        weighs=False,  # what was read is not in these files
        recognises=lambda value: recognises(value, first),
    )


def beside(name: str, read: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the further files of a task; the history of all tasks only where nothing else tells its directory."""
    own = (noted.FILE, place.OWN)
    knows = mapping(read.get(place.OWN)) or place.folder_told(read.get(name))
    return own if knows else (*own, place.SHARED)


def recognises(value: Any, first: str) -> bool:
    """Tell whether a parsed file looks like the messages of a task whose first one says `first`."""
    opening = mapping(next(iter(listing(value)), None))
    return opening.get("type") == "say" and opening.get("say") == first and "ts" in opening


def decode(path: str, contents: Mapping[str, Any], rule: Rule) -> tuple[Told, ...]:
    """Return the session of a task folder, none if it holds no message."""
    *_, task, name = ["", *normal(path).split("/")]
    messages = listing(contents.get(name))
    if not any(mapping(message) for message in messages):
        return ()
    who, told = place.history(contents, task), noted.metadata(contents.get(noted.FILE))
    cwd = who.cwd or place.folder_told(messages)
    found = Messages(messages, rule).records()
    begun = next((time for message in messages if (time := milliseconds(mapping(message).get("ts")))), None)
    started = ev.Started(session=task, parent=who.parent, version=told.version, cwd=cwd, at=begun)
    opening: list[ev.Event] = [started, *(ev.SubagentStarted(child) for child in who.children)]
    if who.model:
        opening.append(ev.ModelChanged(who.model, provider=who.provider))
    if who.title:
        opening.append(ev.Titled(who.title))
    rest = noted.merged(tuple(found), told, cwd)
    return (Told(task, (ev.Record(tuple(opening)), *rest, ev.Record(ending(messages, who.status)))),)
