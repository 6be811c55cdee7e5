"""Judges the notes of a work tree: gathers what the rules for notes have to know, and runs them."""

import os
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from msgspec import Struct

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints
from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.note import Header
from relaymark.core.note_text import NoteText, read_note
from relaymark.core.plan import Plan
from relaymark.core.session import Ran
from relaymark.core.sheet import Sheet
from relaymark.engine.archive import archive, newest_of_plans
from relaymark.engine.machine import Machine
from relaymark.engine.recorded import recorded
from relaymark.rules.catalog import set_severities
from relaymark.rules.handover import NoteCheck, Since, doubtful_paths, named_commits, named_paths, note_findings
from relaymark.rules.silence import not_silenced
from relaymark.sources import commits as git
from relaymark.sources.dismissed import dismissed
from relaymark.sources.secrets import secrets_of
from relaymark.sources.tree import file_index, ignored

_MOST_SCANNED = 200
_SLACK = 2.0
"""Seconds between the clock of a note and that of the files."""


class Judged(Struct, frozen=True):
    """The notes that were judged, and what there is to say of them."""

    notes: tuple[Sheet, ...] = ()
    findings: tuple[Finding, ...] = ()


Runs = Callable[[Header], tuple[Ran, ...] | None]
"""Gives what the session of a note ran; None where that is not known."""


def runs_of(
    machine: Machine,
    known: Mapping[str, tuple[Ran, ...]] | None = None,
    kept: dict[str, tuple[Ran, ...] | None] | None = None,
) -> Runs:
    """Return who tells what a note's session ran.

    Args:
        machine: Where the agents are.
        known: What sessions ran that are read already, by their ids: these may still grow.
        kept: Where to keep what was read from disk, by id; None: nowhere.
    """
    read = {} if kept is None else kept

    def told(header: Header) -> tuple[Ran, ...] | None:
        if not header.session:
            return None
        if known and header.session in known:
            return known[header.session]
        if header.session not in read:
            found = recorded(machine, header.session, header.agent).session
            read[header.session] = found.commands if found and not found.partial else None
        return read[header.session]

    return told


def judged_notes(
    top: str,
    config: Config,
    runs: Runs,
    *,
    texts: Mapping[str, str] | None = None,
    index: FileIndex | None = None,
    only: Collection[str] = (),
) -> Judged:
    """Run the rules over the notes of a work tree: all of them over the newest of each plan, the archive for secrets.

    Args:
        top: The top of the work tree.
        config: Its settings.
        runs: Tells what the session of a note ran.
        texts: Notes as an editor has them, by their path relative to the top; they are judged by all rules.
        index: The files of the work tree, None: they are listed here.
        only: The notes to judge, by their path relative to the top; none: all of them.
    """
    edited = texts or {}
    filed = archive(top)
    newest = newest_of_plans(filed)
    chosen = [each for each in filed if not only or each.path in only][:_MOST_SCANNED]
    if not chosen:
        return Judged()
    whole = [each for each in chosen if each.path in newest or each.path in edited or each.path in only]
    index = (index or file_index(top)) if whole else index
    notes: list[Sheet] = []
    found: list[Finding] = []
    for each in chosen:
        text = edited.get(each.path, each.text)
        sheet = Sheet(f"{top}/{each.path}", text, Plan())
        notes.append(sheet)
        if each in whole:
            check = _check(top, sheet, runs, index, newest=each.path in newest)
            found += note_findings(check)
        else:
            lone = NoteCheck(sheet.path, read_note(text), secrets=secrets_of(text))
            found += [one for one in note_findings(lone) if one.code == "handover-secret"]
    sheets = {sheet.path: sheet for sheet in notes}
    told = not_silenced(set_severities(found, config.rules), sheets)
    if away := dismissed(top):
        prints = fingerprints(told, sheets, top)
        told = tuple(one for one, parts in zip(told, prints, strict=True) if not away.issuperset(parts))
    return Judged(tuple(notes), told)


def _check(top: str, sheet: Sheet, runs: Runs, index: FileIndex | None, *, newest: bool) -> NoteCheck:
    note = read_note(sheet.text)
    header = note.header or Header()
    shas = {sha for sha, _ in named_commits(note)} | ({header.sha} if header.sha else set())
    known = {sha: has for sha in shas if (has := git.has_commit(top, sha)) is not None}
    return NoteCheck(
        path=sheet.path,
        note=note,
        index=index,
        judged=ignored(top, doubtful_paths(note, index)) if index is not None else {},
        commits=known,
        ran=runs(header),
        secrets=secrets_of(sheet.text),
        since=_since(top, note, header, index) if newest and header.sha and known.get(header.sha) else None,
    )


def _since(top: str, note: NoteText, header: Header, index: FileIndex | None) -> Since | None:
    """Return what happened after a note.

    A commit of what lay on disk when it was written is nothing new. Where a file is being edited, its time tells
    nothing of the commits.
    """
    if header.sha is None or index is None or git.head_of(top) is None:
        return None
    moved = git.moved_since(top, header.sha)
    if moved is None:
        return Since(None)
    count, changed = moved
    named = {found.path for path, _ in named_paths(note) if isinstance(found := look_up(index, path), Found)}
    open_edits = set(git.uncommitted(top) or ())
    newer = (path for path in changed if path in named and path not in open_edits)
    return Since(count, tuple(path for path in newer if _newer(f"{top}/{path}", header.date)))


def _newer(path: str, date: str | None) -> bool:
    """Tell whether a file changed after a date, or went."""
    try:
        written = datetime.fromisoformat(date or "").timestamp()
        return os.stat(path).st_mtime > written + _SLACK
    except (ValueError, OverflowError, OSError):
        return True
