"""Claude Code's settings with Relaymark's hooks in them: what goes in, what comes out, and whose each entry is."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from relaymark.core import hooks_json as edit

EVENTS: Mapping[str, str] = {
    "SessionStart": "session-start",
    "UserPromptSubmit": "user-prompt",
    "PostToolUse": "post-tool",
    "PreCompact": "pre-compact",
}
"""Claude Code's event to Relaymark's name of the hook."""

_MATCHED = frozenset({"PostToolUse"})
_SLOW = frozenset({"PreCompact"})
_MARK = re.compile(r"# relaymark(?P<made>(?: (?:keep-list|keep-hooks|new-file))*)$")
_NOTHING = "\ufeff \t\r\n"
_QUIET = ">/dev/null 2>&1"


class Changed(Struct, frozen=True):
    """A text after a change: what was put in or taken out of it, as a person reads it, and what was left alone."""

    text: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """What settings hold: the events with Relaymark's hook, and whose the status line is."""

    events: tuple[str, ...]
    status_line: str
    """`relaymark`, `user` or `none`."""


def command(program: str, words: str, mark: str = "") -> str:
    """Return the command line of a hook: silent and successful, also when the program is gone."""
    name = shlex.quote(program)
    return f"command -v {name} {_QUIET} && {name} {words} 2>/dev/null || true # relaymark{mark}"


def is_own(line: Any) -> bool:
    """Tell whether a command line is one that Relaymark wrote."""
    return isinstance(line, str) and _MARK.search(line) is not None


def found_in(value: Any) -> Found:
    """Return what parsed settings hold of Relaymark; any value will do."""
    settings = value if isinstance(value, dict) else {}
    hooks = settings.get("hooks")
    hooks = hooks if isinstance(hooks, dict) else {}
    line = settings.get("statusLine")
    whose = (
        "none" if line is None else "relaymark" if isinstance(line, dict) and is_own(line.get("command")) else "user"
    )
    return Found(tuple(event for event in EVENTS if any(_own_in(group) for group in _listing(hooks.get(event)))), whose)


def installed(text: str, program: str) -> Changed:
    """Return settings with Relaymark's hooks and status line in them; what the user has stays, character by character.

    Raises:
        edit.NotJsonError: The text is no settings file.
    """
    text = removed(text).text
    mark = "" if text else " new-file"
    text = text if text.strip(_NOTHING) else "{}\n"
    value = _checked(text)
    lines: list[str] = []
    notes: list[str] = []
    had_hooks = value.get("hooks")
    mark += " keep-hooks" if had_hooks == {} else ""
    if had_hooks is None:
        text = edit.with_part(text, edit.start_of(text), {}, "hooks")
    for event, name in EVENTS.items():
        before = had_hooks.get(event) if had_hooks else None
        own = command(program, f"hook {name}", mark + (" keep-list" if before == [] else ""))
        text = _with_group(text, event, _group(event, own), new=before is None)
        lines.append(f"hooks.{event}: {own}")
        mark = ""
    if value.get("statusLine") is None:
        own = command(program, "statusline", " keep-list" if "statusLine" in value else "")
        if "statusLine" in value:
            text = _without(text, "statusLine")
        text = edit.with_part(text, edit.start_of(text), {"type": "command", "command": own}, "statusLine")
        lines.append(f"statusLine: {own}")
    else:
        notes.append(
            "statusLine is your own and stays. To show the gauge in it, hand its input on to `relaymark statusline`."
        )
    return Changed(text, tuple(lines), tuple(notes))


def removed(text: str) -> Changed:
    """Return settings without anything of Relaymark, and an empty text for a file that it had made.

    Raises:
        edit.NotJsonError: The text is no settings file.
    """
    if not text.strip(_NOTHING):
        return Changed(text)
    value = _checked(text)
    lines: list[str] = []
    marks: set[str] = set()
    hooks = value.get("hooks") or {}
    for event in EVENTS:
        taken: list[str] = []
        for at in reversed(range(len(_listing(hooks.get(event))))):
            text, own = _without_own(text, event, at)
            taken += own
        made = {word for own in taken for word in _made(own)}
        if taken and "keep-list" not in made:
            text = _without_empty(text, event)
        lines += [f"hooks.{event}: {own}" for own in taken]
        marks |= made
    line = value.get("statusLine")
    if isinstance(line, dict) and is_own(line.get("command")):
        text = _without(text, "statusLine")
        lines.append(f"statusLine: {line['command']}")
        if "keep-list" in _made(line["command"]):
            text = edit.with_part(text, edit.start_of(text), None, "statusLine")
    if lines and "keep-hooks" not in marks and edit.parsed(text.lstrip("\ufeff")).get("hooks") == {}:
        text = _without(text, "hooks")
    if "new-file" in marks and edit.parsed(text.lstrip("\ufeff")) == {}:
        text = ""
    return Changed(text, tuple(lines))


def _group(event: str, own: str) -> dict[str, Any]:
    hook: dict[str, Any] = {"type": "command", "command": own, "timeout": 10 if event in _SLOW else 5}
    return ({"matcher": "*"} if event in _MATCHED else {}) | {"hooks": [hook]}


def _checked(text: str) -> dict[str, Any]:
    value = edit.parsed(text.lstrip("\ufeff"))
    if not isinstance(value, dict):
        raise edit.NotJsonError("it is no JSON object")
    hooks = value.get("hooks", {})
    if not isinstance(hooks, dict) or not all(isinstance(hooks.get(event, []), list) for event in EVENTS):
        raise edit.NotJsonError("its `hooks` have another shape than Claude Code documents")
    top = edit.parts(text, edit.start_of(text))
    if len({part.key for part in top}) < len(top):
        raise edit.NotJsonError("it has a key twice")
    return value


def _with_group(text: str, event: str, group: dict[str, Any], *, new: bool) -> str:
    start = _value_of(text, "hooks")
    if new:
        return edit.with_part(text, start, [group], event)
    there = edit.member(text, start, event)
    assert there is not None
    return edit.with_part(text, there.value, group)


def _without_own(text: str, event: str, at: int) -> tuple[str, list[str]]:
    """Take Relaymark's commands out of one group of an event, and the group where nothing is left in it."""
    there = edit.member(text, _value_of(text, "hooks"), event)
    assert there is not None
    group = edit.parts(text, there.value)[at]
    value = edit.parsed(text[group.value : group.end])
    own = _own_in(value)
    if not own:
        return text, []
    if len(own) == len(value["hooks"]):
        return edit.without_part(text, there.value, group), own
    held = edit.member(text, group.value, "hooks")
    assert held is not None
    for index in reversed(range(len(value["hooks"]))):
        each = value["hooks"][index]
        if isinstance(each, dict) and is_own(each.get("command")):
            text = edit.without_part(text, held.value, edit.parts(text, held.value)[index])
    return text, own


def _without_empty(text: str, event: str) -> str:
    start = _value_of(text, "hooks")
    there = edit.member(text, start, event)
    if there and text[there.value : there.end].strip("[] \t\r\n") == "":
        return edit.without_part(text, start, there)
    return text


def _without(text: str, key: str) -> str:
    start = edit.start_of(text)
    there = edit.member(text, start, key)
    return edit.without_part(text, start, there) if there else text


def _value_of(text: str, key: str) -> int:
    there = edit.member(text, edit.start_of(text), key)
    assert there is not None
    return there.value


def _own_in(group: Any) -> list[str]:
    hooks = _listing(group.get("hooks")) if isinstance(group, dict) else []
    return [each["command"] for each in hooks if isinstance(each, dict) and is_own(each.get("command"))]


def _made(own: str) -> Sequence[str]:
    found = _MARK.search(own)
    return found["made"].split() if found else ()


def _listing(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
