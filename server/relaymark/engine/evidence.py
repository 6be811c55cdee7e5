"""Resolves the evidence of a note: what the session's record, the files and git say of it now."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.markdown import escaped
from relaymark.core.note_evidence import Evidence, evidence_at, files_in, line_of
from relaymark.core.note_text import NoteText
from relaymark.core.redact import redacted
from relaymark.core.relay.commands import exit_text
from relaymark.core.relay.text import code, same_command
from relaymark.core.session import Session
from relaymark.engine.recorded import Recorded
from relaymark.sources import commits as git

_LARGEST = 512 * 1024
_SHOWN = 5
_PROMPT = 600


class Ground(Struct, frozen=True):
    """Where evidence is looked for: the top of the work tree, and what is known of the note's session."""

    top: str
    recorded: Recorded


def resolved(ground: Ground, note: NoteText, at: int) -> str:
    """Return in Markdown what the evidence under an offset says now; empty where the line names none."""
    line = line_of(note, at)
    found = [text for each in evidence_at(note, at) for text in _said(ground, each, files_in(note, line))]
    return "\n\n".join(dict.fromkeys(found))


def _said(ground: Ground, each: Evidence, files: Sequence[str]) -> Iterator[str]:
    match each.kind:
        case "command":
            yield from _command(ground, each.value)
        case "place":
            yield _place(ground.top, each.value, each.number)
        case "file":
            yield _file(ground, each.value)
        case "commit":
            yield _commit(ground.top, each.value)
        case "status":
            yield _status(ground.top, files)
        case _:
            yield from _of_record(ground, each)


def _of_record(ground: Ground, each: Evidence) -> Iterator[str]:
    session = ground.recorded.session
    if session is None:
        yield _unknown(ground)
    elif each.kind == "prompt":
        yield _prompt(session, each.number)
    elif each.kind == "edits":
        names = [paths.relative(path, ground.top) for path in session.files_edited]
        yield f"The session edited {len(names)} file{'' if len(names) == 1 else 's'}: {_listed(names)}"
    elif each.kind == "commands":
        last = [f"{code(ran.command, 80)} ({exit_text(ran)})" for ran in session.commands[-_SHOWN:]]
        yield f"{len(session.commands)} commands are on record, the last ones: {'; '.join(last)}"
    elif each.kind == "session":
        held = f"{session.context.tokens:,} tokens" if session.context.tokens is not None else "unknown"
        yield f"Session of {escaped(session.agent)}: {escaped(session.title or session.id, 80)}, context {held}"


def _unknown(ground: Ground) -> str:
    if ground.recorded.too_large:
        return "Unproven here: the session's record is too large to be read for this."
    return "Unproven here: the session's record is not on this machine."


def _command(ground: Ground, value: str) -> Iterator[str]:
    session = ground.recorded.session
    if session is None:
        yield f"{code(value, 120)}: {_unknown(ground)}"
        return
    runs = [ran for ran in session.commands if same_command(value, ran.command)]
    if runs:
        times = "once" if len(runs) == 1 else f"{len(runs)} times"
        yield f"{code(value, 120)}: run {times}, the last time {exit_text(runs[-1])}"
    elif " " in value or any(value == ran.command for ran in session.commands):
        yield f"{code(value, 120)}: not in the session's record, so unproven"


def _place(top: str, path: str, line: int) -> str:
    text = _read(top, path)
    if text is None:
        return f"{code(f'{path}:{line}', 200)}: the file is not there any more"
    lines = text.splitlines()
    if not 0 < line <= len(lines):
        return f"{code(path, 200)} has {len(lines)} lines now: line {line} is gone"
    return f"{code(f'{path}:{line}', 200)} says now: {code(lines[line - 1], 200)}"


def _file(ground: Ground, path: str) -> str:
    there = os.path.lexists(paths.join(ground.top, path)) and paths.inside(paths.join(ground.top, path), ground.top)
    session = ground.recorded.session
    edited = session is not None and path in {paths.relative(each, ground.top) for each in session.files_edited}
    return f"{code(path, 200)}: {'there' if there else 'not there'}{', edited by the session' if edited else ''}"


def _commit(top: str, sha: str) -> str:
    found = git.commit_of(top, sha)
    if found is None:
        return f"{code(sha)}: no such commit in this repository"
    day = datetime.fromtimestamp(found.time, UTC).strftime("%Y-%m-%d %H:%M")
    files = f": {_listed(found.files)}" if found.files else ""
    return f"{code(found.short)} of {day}: “{escaped(found.subject, 100)}”{files}"


def _status(top: str, files: Sequence[str]) -> str:
    changed = git.uncommitted(top)
    if changed is None:
        return "git tells nothing of this folder."
    dirty = [path for path in files if path in changed]
    clean = [path for path in files if path not in changed]
    parts = [f"not committed now: {_listed(dirty)}"] if dirty else []
    parts += [f"as in HEAD now, or ignored: {_listed(clean)}"] if clean else []
    told = "; ".join(parts) or f"{len(changed)} files are not committed now"
    return told[0].upper() + told[1:]


def _prompt(session: Session, number: int) -> str:
    total = session.prompt_count if session.prompt_count is not None else len(session.prompts)
    at = 0 if number == 1 else number - 1 - max(total - len(session.prompts), 0)
    if not 0 <= at < len(session.prompts) or (at == 0 and number != 1):
        return f"Prompt {number} is not kept."
    return f"Prompt {number}: “{escaped(redacted(session.prompts[at].text), _PROMPT)}”"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(code(name, 120) for name in names[:_SHOWN]) + more


def _read(top: str, path: str) -> str | None:
    whole = os.path.realpath(paths.join(top, path))
    if not paths.inside(whole, os.path.realpath(top)) or not os.path.isfile(whole):
        return None
    try:
        with open(whole, "rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return None
