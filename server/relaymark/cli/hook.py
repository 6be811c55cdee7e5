"""`relaymark hook NAME`: what an agent runs at its own events; quick, silent, and always successful."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

_HELP = """Usage: relaymark hook NAME

Run by agents at their own events, not by people: `relaymark hooks install claude-code` (or codex) sets it up.
Names: session-start, user-prompt, post-tool, pre-compact (their input is JSON on standard input), codex-notify."""

_MOST_GIVEN = 8 * 1024 * 1024
_SAID_AT = {"user-prompt": "UserPromptSubmit", "post-tool": "PostToolUse", "session-start": "SessionStart"}


def main(arguments: list[str], stdin: BinaryIO | None = None) -> int:
    """Answer one event; 0 whatever happens, as a hook that fails gets in the agent's way."""
    name = arguments[0] if arguments else "-h"
    if name in ("-h", "--help"):
        print(_HELP)  # noqa: T201
        return 0
    try:
        answer = _answer(name, arguments[1:], stdin)
        if answer:
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    except Exception:  # noqa: BLE001  (whatever is wrong, the agent goes on)
        with contextlib.suppress(Exception):
            # What a closed pipe did not take must not fail again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _answer(name: str, rest: list[str], stdin: BinaryIO | None) -> Mapping[str, Any] | None:
    match name:
        case "session-start" | "user-prompt" | "post-tool" | "pre-compact":
            return _of_claude(name, _given(stdin))
        case "codex-notify":
            _of_codex(_parsed((rest[-1] if rest else "").encode("utf-8", "surrogateescape")))
        case "look":
            from relaymark.engine.hook_look import look  # noqa: PLC0415

            look(*rest[:4])
        case "count":
            from relaymark.engine.hook_notes import count_notes  # noqa: PLC0415

            count_notes(*rest[:1])
    return None


def _of_claude(name: str, given: dict[str, Any]) -> Mapping[str, Any] | None:
    from relaymark.sources import hook_state as state  # noqa: PLC0415

    session, path, cwd = given.get("session_id"), given.get("transcript_path"), given.get("cwd")
    if not (state.is_session(session) and isinstance(path, str) and isinstance(cwd, str) and _is_folder(cwd)):
        return None
    assert isinstance(session, str)
    if given.get("agent_id"):
        return None  # of a subagent: its own window is not the session's
    if name == "session-start":
        return _at_start(session, cwd, given.get("source"))
    path = os.path.expanduser(path)
    if not _is_transcript(path, session):
        return None
    if name == "pre-compact":
        from relaymark.engine.hook_notes import note_before_compaction  # noqa: PLC0415

        return note_before_compaction(path, session, cwd)
    if not os.path.isfile(path):
        return None
    text, kept, size = state.say(session), state.kept(session), os.stat(path).st_size
    look = kept is None or name == "user-prompt" or size - kept.looked > state.STALE
    if kept and not text and not kept.looked <= size < kept.due:
        from relaymark.cli.hook_speed import import_msgspec  # noqa: PLC0415

        import_msgspec()
        from relaymark.engine.hook_gauge import crossing_now  # noqa: PLC0415  (25 ms)

        text, known = crossing_now(session, path, size, kept)
        look |= not known
    if look and state.begin_look(session):
        state.start("look", "claude-code", session, path, cwd)
    return _context(name, text) if text else None


def _at_start(session: str, cwd: str, source: object) -> Mapping[str, Any] | None:
    from relaymark.sources import hook_state as state  # noqa: PLC0415

    state.forget(session)
    if source not in ("startup", "clear", "compact"):
        return None  # a resumed session still holds what it was given
    from relaymark.sources.hook_ground import starting_text, top_of, uncounted  # noqa: PLC0415

    top = top_of(cwd)
    if top is None:
        return None
    text = starting_text(top)
    if uncounted(top):
        state.start("count", top)
    return _context("session-start", text) if text else None


def _of_codex(given: dict[str, Any]) -> None:
    from relaymark.sources import hook_state as state  # noqa: PLC0415

    session, cwd = given.get("thread-id"), given.get("cwd")
    if given.get("type") != "agent-turn-complete" or not (isinstance(cwd, str) and _is_folder(cwd)):
        return
    if state.is_session(session) and isinstance(session, str) and state.begin_look(session):
        state.start("look", "codex", session, "", cwd)


def _context(name: str, text: str) -> Mapping[str, Any]:
    return {"hookSpecificOutput": {"hookEventName": _SAID_AT[name], "additionalContext": text}}


def _is_folder(path: str) -> bool:
    return "\0" not in path and os.path.isabs(path) and os.path.isdir(path)


def _is_transcript(path: str, session: str) -> bool:
    return "\0" not in path and os.path.isabs(path) and os.path.basename(path) == f"{session}.jsonl"


def _given(stdin: BinaryIO | None) -> dict[str, Any]:
    source = stdin or (sys.stdin.buffer if sys.stdin and not sys.stdin.closed and not sys.stdin.isatty() else None)
    return _parsed(source.read(_MOST_GIVEN)) if source else {}


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
