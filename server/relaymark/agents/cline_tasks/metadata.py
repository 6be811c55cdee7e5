"""What `task_metadata.json` notes beside the messages of a task: files in the context, models, versions.

Facts: the file context trackers of Cline and Roo Code. An entry is one event: `record_source` says which, and the date
of that kind says when; the other dates are carried over from earlier entries of the same file.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import listing, mapping, milliseconds, text
from relaymark.core import events as ev
from relaymark.core import paths

FILE = "task_metadata.json"
_USER = "user_edited"


class Noted(Struct, frozen=True):
    """Something that was noted with its date, in seconds since the epoch."""

    at: float | None
    event: ev.FileRead | ev.FileEdit | ev.Mentioned | ev.ModelChanged


class Metadata(Struct, frozen=True):
    """What the file tells; `version` is the extension's."""

    noted: tuple[Noted, ...] = ()
    version: str | None = None


def metadata(value: Any) -> Metadata:
    """Return what a parsed `task_metadata.json` tells."""
    told = mapping(value)
    files = (_file(mapping(entry), at) for at, entry in enumerate(listing(told.get("files_in_context"))))
    models = (_model(mapping(entry)) for entry in listing(told.get("model_usage")))
    versions = (text(mapping(entry).get("cline_version")) for entry in listing(told.get("environment_history")))
    noted = [one for one in (*files, *models) if one]
    noted.sort(key=lambda one: (one.at is None, one.at or 0.0))
    return Metadata(tuple(noted), next((one for one in reversed([*versions]) if one), None))


def _file(entry: Mapping[str, Any], number: int) -> Noted | None:
    path, source = text(entry.get("path")), text(entry.get("record_source")) or ""
    if not path or source == _USER:
        return None
    call = f"noted {number}"
    if source == "file_mentioned":
        return Noted(_date(entry, "_read_date"), ev.Mentioned(path))
    if source == "read_tool":
        return Noted(_date(entry, "_read_date"), ev.FileRead(call, path))
    if source.endswith("_edited"):
        return Noted(_date(entry, "_edit_date"), ev.FileEdit(call, path))
    return None


def _date(entry: Mapping[str, Any], kind: str) -> float | None:
    """Return the date of a kind: each program puts its own name before it."""
    dates = (
        milliseconds(value) for name, value in entry.items() if name.endswith(kind) and not name.startswith("user")
    )
    return next((date for date in dates if date), None)


def _model(entry: Mapping[str, Any]) -> Noted | None:
    model = text(entry.get("model_id"))
    changed = ev.ModelChanged(model, provider=text(entry.get("model_provider_id")))
    return Noted(milliseconds(entry.get("ts")), changed) if model else None


def merged(records: Sequence[ev.Record], told: Metadata, cwd: str | None) -> Iterator[ev.Record]:
    """Yield the records of the messages with what was noted between them; of what both tell, the messages' word."""
    known = _called(records, cwd)
    waiting = deque(one for one in told.noted if not _is_call(one.event) or _key(one.event, cwd) not in known)
    for record in records:
        while record.time is not None and waiting and waiting[0].at is not None and waiting[0].at <= record.time:
            yield _record(waiting.popleft().event)
        yield record
    yield from (_record(one.event) for one in waiting)


def _is_call(event: ev.Event) -> bool:
    return isinstance(event, ev.FileRead | ev.FileEdit)


def _called(records: Sequence[ev.Record], cwd: str | None) -> set[tuple[bool, str]]:
    events = [event for record in records for event in record.events]
    failed = {event.call for event in events if isinstance(event, ev.Returned) and event.ok is False}
    calls = (event for event in events if isinstance(event, ev.FileRead | ev.FileEdit))
    return {_key(event, cwd) for event in calls if event.call not in failed}


def _key(event: ev.Event, cwd: str | None) -> tuple[bool, str]:
    path = event.path if isinstance(event, ev.FileRead | ev.FileEdit) else ""
    return isinstance(event, ev.FileEdit), paths.join(cwd, path)


def _record(event: ev.Event) -> ev.Record:
    if isinstance(event, ev.FileRead | ev.FileEdit):
        return ev.Record((event, ev.Returned(event.call, ok=True)))
    return ev.Record((event,))
