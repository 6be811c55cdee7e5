"""Codex's config.toml with Relaymark's `notify` in it: one line of text that goes in and out as a whole."""

import json
import re
import tomllib
from typing import Any

from relaymark.core.hooks_claude import Changed, command

_LINE = re.compile(r"^notify[ \t]*=[^\n]*# relaymark(?: new-file)?\"[^\n]*(?:\n|\Z)", re.MULTILINE)


class NotTomlError(ValueError):
    """A text is no TOML, or cannot be edited as wanted; the message says why."""


class TakenError(NotTomlError):
    """The user has another `notify`, which is not Relaymark's to replace."""


def argv(program: str, *, new_file: bool = False) -> list[str]:
    """Return the program that Codex is to start at the end of a turn; Codex adds one argument of JSON."""
    return ["sh", "-c", command(program, 'hook codex-notify "$1"', " new-file" if new_file else ""), "relaymark"]


def found_in(text: str) -> str:
    """Return whose `notify` a config has: `relaymark`, `user` or `none`.

    Raises:
        NotTomlError: It is no TOML.
    """
    notify = _parsed(text).get("notify")
    if notify is None:
        return "none"
    return "relaymark" if _is_own(notify) else "user"


def installed(text: str, program: str) -> Changed:
    """Return a config whose first line tells Codex to notify Relaymark; all else stays, character by character.

    Raises:
        TakenError: It has another `notify`.
        NotTomlError: It is no TOML.
    """
    bare = removed(text).text
    value = _parsed(bare)
    if "notify" in value:
        raise TakenError("it has a `notify` of your own")
    # A string of JSON is one of TOML too, as long as it has no surrogates.
    own = argv(program, new_file=not bare)
    line = f"notify = [{', '.join(json.dumps(word, ensure_ascii=False) for word in own)}]"
    mark, rest = ("\ufeff", bare[1:]) if bare.startswith("\ufeff") else ("", bare)
    changed = f"{mark}{line}{_line_end(bare)}{rest}"
    if _parsed(changed) != value | {"notify": own}:
        raise NotTomlError("the line cannot be put in safely")
    return Changed(changed, (line,))


def removed(text: str) -> Changed:
    """Return a config without Relaymark's line, and an empty text for a file that it had made.

    Raises:
        NotTomlError: It is no TOML, or the line was changed so that it cannot be taken out safely.
    """
    value = _parsed(text)
    if not _is_own(value.get("notify")):
        return Changed(text)
    mark, rest = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    found = _LINE.search(_top(rest))
    bare = mark + rest[: found.start()] + rest[found.end() :] if found else text
    if found is None or _parsed(bare) != {key: each for key, each in value.items() if key != "notify"}:
        raise NotTomlError("Relaymark's `notify` was rewritten; take it out by hand")
    return Changed(bare, (found[0].rstrip("\r\n"),))


def _parsed(text: str) -> dict[str, Any]:
    try:
        # Codex's reader skips this mark, Python's does not.
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise NotTomlError("it is not valid TOML") from error


def _is_own(notify: Any) -> bool:
    return isinstance(notify, list) and any(
        isinstance(word, str) and word.endswith(("# relaymark", "# relaymark new-file")) for word in notify
    )


def _top(text: str) -> str:
    """Return the part above the first table, where a top-level key stands; offsets are those of the whole."""
    found = re.search(r"^[ \t]*\[", text, re.MULTILINE)
    return text[: found.start()] if found else text


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
