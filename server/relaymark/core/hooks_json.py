"""Edits a JSON text in place: one member or element goes in or out, every other character stays as it was."""

import json
import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from msgspec import Struct

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_scan: Callable[[str, int], tuple[str, int]] = scanstring


class Part(Struct, frozen=True):
    """A member of an object or an element of an array: `start` to `end`, its value from `value` on."""

    key: str
    start: int
    value: int
    end: int


class NotJsonError(ValueError):
    """A text is no JSON of the shape that is to be edited; the message says what is wrong with it."""


def parsed(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        NotJsonError: It is none.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise NotJsonError("it is nested too deeply") from error
    except ValueError as error:
        # The message of the parser names the place only; what stands there is never told.
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number in it"
        raise NotJsonError(f"it is not valid JSON ({where})") from error


def parts(text: str, start: int) -> tuple[Part, ...]:
    """Return the members of the object, or the elements of the array, that begins at `start` of a valid JSON text."""
    keyed, closing = text[start] == "{", "}" if text[start] == "{" else "]"
    found: list[Part] = []
    at = _after_blank(text, start + 1)
    while text[at] != closing:
        begin, key = at, ""
        if keyed:
            key, at = _scan(text, at + 1)
            at = _after_blank(text, _after_blank(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        found.append(Part(key, begin, at, end))
        at = _after_blank(text, end)
        if text[at] == ",":
            at = _after_blank(text, at + 1)
    return tuple(found)


def member(text: str, start: int, key: str) -> Part | None:
    """Return the member of an object that counts for a key: the last one of that name."""
    return next((part for part in reversed(parts(text, start)) if part.key == key), None)


def start_of(text: str) -> int:
    """Return where the value of a JSON text begins."""
    return _after_blank(text, 1 if text.startswith("\ufeff") else 0)


def with_part(text: str, start: int, value: Any, key: str | None = None) -> str:
    """Return the text with a new last member (with `key`) or element in the container that begins at `start`."""
    there = parts(text, start)
    own, unit, line_end = _indent_at(text, start), _unit(text), "\r\n" if "\r\n" in text else "\n"
    inner = _indent_at(text, there[0].start) if there else own + unit
    flat = bool(there) and "\n" not in text[start : there[0].start]
    shown = json.dumps(value, ensure_ascii=False, indent=None if flat else unit)
    shown = shown.replace("\n", line_end + inner)
    if key is not None:
        shown = f"{json.dumps(key, ensure_ascii=False)}: {shown}"
    if flat:
        return f"{text[: there[-1].end]}, {shown}{text[there[-1].end :]}"
    if there:
        return f"{text[: there[-1].end]},{line_end}{inner}{shown}{text[there[-1].end :]}"
    close = _after_blank(text, start + 1)
    return f"{text[: start + 1]}{line_end}{inner}{shown}{line_end}{own}{text[close:]}"


def without_part(text: str, start: int, part: Part) -> str:
    """Return the text without a member or element of the container that begins at `start`."""
    there = parts(text, start)
    index = next(at for at, each in enumerate(there) if each.start == part.start)
    if len(there) == 1:
        return text[: start + 1] + text[_after_blank(text, part.end) :]
    if index == len(there) - 1:
        return text[: there[index - 1].end] + text[part.end :]
    return text[: part.start] + text[there[index + 1].start :]


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _indent_at(text: str, at: int) -> str:
    """Return the blanks with which the line of an offset begins."""
    begin = text.rfind("\n", 0, at) + 1
    return text[begin : begin + len(text[begin:at]) - len(text[begin:at].lstrip(" \t"))]


def _unit(text: str) -> str:
    """Return what one level of indentation is in a text; two blanks where it has none."""
    found = re.search(r"\{[ \t]*\r?\n([ \t]+)\"", text)
    first = found[1] if found else "  "
    return first if len(first) <= 8 else "  "
