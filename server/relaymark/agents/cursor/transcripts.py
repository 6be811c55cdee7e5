"""Cursor: what a line of an agent transcript tells.

A line is a message with role and content, or the mark of a turn's end. Nothing has a time or an id, results of tools
are not kept, and no figure tells the context: it is unknown. A line names no directory either; the folder that the
transcript lies in is named after one, and a path that a tool was given, or one of its parents, may have that name.
Source: public readers of these files; the program is closed.
"""

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from relaymark.agents.cursor.tools import called
from relaymark.agents.fields import joined, listing, mapping, text
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record

_QUERY = re.compile(r"<user_query>\s*(.*?)\s*</user_query>", re.DOTALL)
_NOT_NAMED = re.compile(r"[^A-Za-z0-9]+")
_STOPPED = ("aborted", "cancelled", "canceled", "interrupted")
_PLACES = ("path", "target_file", "file_path", "working_directory", "workingDirectory", "target_directory", "cwd")


def slug(folder: str) -> str:
    """Return the name that a folder's transcripts lie under; several folders can have one name."""
    return _NOT_NAMED.sub("-", paths.normal(folder)).strip("-")


def decode(record: Any, session: str | None, parent: str | None, named: str | None) -> Record:
    """Return what one parsed line tells.

    Args:
        record: The parsed JSON of the line.
        session: The id that the file's path gives.
        parent: The session that started this one as its subagent, by the file's path.
        named: The slug of the folder it works in.
    """
    line = mapping(record)
    if not line:
        return Record(bad="not an object")
    found: list[ev.Event] = [ev.Started(session, parent)] if parent else []
    if line.get("type") == "turn_ended":
        return Record((*found, ev.TurnStarted(), _ended(line)))
    content = mapping(line.get("message")).get("content")
    match line.get("role"):
        case "user":
            found += _user(joined(content))
        case "assistant":
            found += _assistant(content, named)
    return Record(tuple(found))


def _ended(line: Mapping[str, Any]) -> ev.Event:
    match line.get("status"):
        case "error" | "failed":
            return ev.Failed()
        case status if status in _STOPPED:
            return ev.Interrupted()
    return ev.TurnEnded()


def _user(said: str) -> list[ev.Event]:
    typed = _QUERY.findall(said)
    if typed:
        rest = _QUERY.sub("", said).strip()
        return [ev.Prompt("\n".join(typed)), *([ev.Fed(rest)] if rest else [])]
    # What is wrapped otherwise was put there by the program.
    return [ev.Fed(said)] if said.lstrip().startswith("<") else [ev.Prompt(said)] if said else []


def _assistant(content: Any, named: str | None) -> list[ev.Event]:
    said = joined(content)
    found: list[ev.Event] = [ev.Said(said)] if said else []
    calls = [block for block in map(mapping, listing(content)) if block.get("type") == "tool_use"]
    for block in calls:
        given = block.get("input")
        if folder := next(_folders(mapping(given), named), None):
            found.append(ev.CwdChanged(folder))
        made = called(_key(block), block.get("name"), given)
        # A result is never told: a file counts as read, but nothing is known of what came in.
        reads = any(isinstance(event, ev.FileRead) for event in made)
        found += [*made, ev.Returned(_key(block), text=None if reads else "")]
    return found if calls else [*found, ev.TurnEnded(certain=False)]


def _key(block: Mapping[str, Any]) -> str:
    if known := text(block.get("id")):
        return known
    try:
        given = msgspec.json.encode(block.get("input"))
    except (ValueError, RecursionError):  # half of a pair of surrogates, or very deep
        given = b""
    return f"{text(block.get('name'))} {blake2b(given, digest_size=8).hexdigest()}"


def _folders(given: Mapping[str, Any], named: str | None) -> Iterator[str]:
    """Yield the parents of paths in a call's arguments that have the transcript's name."""
    for place in filter(None, (text(given.get(field)) for field in _PLACES)):
        if not named or not paths.absolute(place):
            continue
        folder, inner = paths.normal(place), ""
        while folder != inner and len(slug(folder)) >= len(named):
            if slug(folder).casefold() == named.casefold():
                yield folder
                return
            folder, inner = paths.join(folder, ".."), folder
