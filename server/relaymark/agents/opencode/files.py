"""opencode 1.1: a session as a tree of small JSON files, one for each message and each part.

`session/<project>/<session>.json`, `message/<session>/<message>.json` and `part/<message>/<part>.json` below `storage`
hold what later became rows; ids stand inside. 1.2 took all of it into its database and left the files where they were.
"""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.fields import mapping, milliseconds, text
from relaymark.agents.opencode.message import Known, Part, message_record, session_record
from relaymark.core.events import Record
from relaymark.core.paths import name
from relaymark.core.store import Files, Told

STORAGE = "storage"
_SESSION = "ses_"
_ENDING = ".json"
_MESSAGES, _PARTS = "../../message/", "../../part/"


def owns(path: str) -> bool:
    """Tell whether a path below a home is a session: `storage/session/<project>/ses_….json`."""
    match path.split("/"):
        case [storage, "session", _, file]:
            return storage == STORAGE and file.startswith(_SESSION) and file.endswith(_ENDING)
    return False


def beside(file: str, read: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a session's messages lie and, of the messages that were read, their parts."""
    messages = f"{_MESSAGES}{_stem(file)}/"
    parts = (f"{_PARTS}{_stem(path)}/*{_ENDING}" for path in read if path.startswith(messages))
    return (f"{messages}*{_ENDING}", *parts)


def decode(path: str, contents: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return the session of a unit: its file and those of its messages and parts."""
    own = mapping(contents.get(name(path)))
    if not own:
        return ()
    known = _known(text(own.get("id")) or _stem(path), own)
    parts: dict[str, list[Part]] = {}
    for each, part in sorted(contents.items()):
        if each.startswith(_PARTS):
            parts.setdefault(each.split("/")[-2], []).append((_stem(each), mapping(part)))
    messages = [(_stem(each), info) for each, info in contents.items() if each.startswith(_MESSAGES)]
    messages.sort(key=lambda message: (_created(message[1]), message[0]))
    records = _records(messages, parts, known.created, mapping(own.get("revert")))
    return (Told(known.id, (session_record(known), *records)),)


def recognises(value: Any) -> bool:
    """Tell whether a parsed file looks like a session."""
    known = mapping(value)
    return str(known.get("id")).startswith(_SESSION) and known.keys() >= {"projectID", "directory", "time"}


FILES = Files(owns=owns, beside=beside, decode=decode, recognises=recognises)


def _records(
    messages: list[tuple[str, Any]],
    parts: Mapping[str, list[Part]],
    since: float | None,
    revert: Mapping[str, Any],
) -> list[Record]:
    undone, undone_part = text(revert.get("messageID")), text(revert.get("partID"))
    found: list[Record] = []
    typed: list[Part] = []
    asked = summarised = False
    for message, info in messages:
        held = parts.get(message, [])
        if undone and message >= undone:
            if message > undone or not undone_part:
                continue
            held = [part for part in held if part[0] < undone_part]
        known = mapping(info)
        found.append(message_record(message, info, held, since=since, before=typed if summarised else ()))
        summarised = asked and known.get("summary") is True
        compactions = [part for _, part in held if part.get("type") == "compaction"]
        asked = any(part.get("auto") is True for part in compactions)
        if known.get("role") == "user" and not compactions:
            typed = held
    return found


def _known(session: str, own: Mapping[str, Any]) -> Known:
    times = mapping(own.get("time"))
    return Known(
        id=session,
        parent=text(own.get("parentID")),
        directory=text(own.get("directory")),
        title=text(own.get("title")),
        version=text(own.get("version")),
        created=milliseconds(times.get("created")),
        updated=milliseconds(times.get("updated")),
        archived=milliseconds(times.get("archived")) is not None,
    )


def _created(info: Any) -> float:
    return milliseconds(mapping(mapping(info).get("time")).get("created")) or 0


def _stem(path: str) -> str:
    return name(path).removesuffix(_ENDING)
