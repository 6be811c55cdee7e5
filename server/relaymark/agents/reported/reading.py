"""Reported sessions: a line of a drop file is taken for an event, or it is told what is wrong with it."""

import re
from typing import Any

import msgspec

from relaymark.agents.fields import instant, mapping
from relaymark.agents.reported.words import WORDS, Time, Word
from relaymark.core import events as ev

_LATEST = 1e11
"""Seconds since the epoch; a larger number was meant as milliseconds."""
_AT_FIELD = re.compile(r"(.*) - at `\$\.(\w+).*`", re.DOTALL)


class WordError(ValueError):
    """A value that is no event of a drop file; the text names the event and the field."""


def read(value: Any, *, loose: bool = False) -> tuple[Word, ev.Record]:
    """Return the word that a value is, and what it tells.

    Args:
        value: The parsed line.
        loose: Figures and flags may be texts, as a command line has them.

    Raises:
        WordError: It is none.
    """
    given = mapping(value)
    if not given:
        raise WordError("an event has to be an object with `event`")
    name = given.get("event")
    kind = WORDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise WordError(f"unknown event {name!r:.60}: there are {', '.join(WORDS)}")
    try:
        word = msgspec.convert(given, kind, strict=not loose)
        return word, ev.Record(word.events(), time=_seconds(word.time))
    except (ValueError, RecursionError) as error:
        raise WordError(f"{name}: {_plain(str(error))}") from error


def unknown_fields(value: Any) -> tuple[str, ...]:
    """Return the fields that a value's word does not have, in their order."""
    given = mapping(value)
    name = given.get("event")
    kind = WORDS.get(name) if isinstance(name, str) else None
    known = {"event", *(kind.__struct_encode_fields__ if kind else ())}
    return tuple(key for key in given if key not in known)


def decode(value: Any) -> ev.Record:
    """Return what one parsed line tells; fields that its word does not have are left to later versions."""
    try:
        return read(value)[1]
    except WordError as error:
        # After a reply that cannot be read an older figure is not the context any more.
        events = (ev.Reply("", None),) if mapping(value).get("event") == "reply" else ()
        return ev.Record(events, bad=str(error))


def _seconds(time: Time) -> float | None:
    """Return a time as seconds since the epoch; as text it may be a number too."""
    if time is None:
        return None
    told = instant(time) if isinstance(time, str) else None
    if told is None:
        try:
            told = float(time)
        except (ValueError, OverflowError):
            raise ValueError("`time` is neither ISO 8601 nor seconds since the epoch") from None
    if not 0 <= told < _LATEST:
        raise ValueError("`time` is out of range: it counts in seconds since the epoch")
    return told


def _plain(message: str) -> str:
    found = _AT_FIELD.fullmatch(message)
    said = f"`{found[2]}`: {found[1]}" if found else message
    return said.replace("Expected ", "expected ").replace("Object missing required field", "there has to be")
