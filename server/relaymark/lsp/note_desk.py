"""The notes that lie on a server's desk: open ones as the editor has them, and what the rules say of all of them."""

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from lsprotocol import types
from msgspec import Struct, field

from relaymark.core import paths
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import Fingerprint, fingerprints
from relaymark.core.pages import page
from relaymark.core.plan import Plan
from relaymark.core.session import Ran
from relaymark.core.sheet import Sheet
from relaymark.engine.note_check import Judged, judged_notes, runs_of
from relaymark.engine.notes import notes_stamp
from relaymark.engine.relay_facts import top_of
from relaymark.lsp.convert import SEVERITIES, span_range
from relaymark.lsp.folders import Folder
from relaymark.lsp.here import encoding_of, real
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources import dismissed
from relaymark.sources.handovers import is_note

_log = logging.getLogger(__name__)

_PAUSE = 0.3
"""Seconds after a keystroke in a note until it is judged: that takes a few calls of git."""


class OpenNote(Struct):
    """A note that is open in the editor, under the editor's own URI."""

    uri: str
    sheet: Sheet


class Desk(Struct):
    """What is known of notes.

    Attributes:
        opened: The notes that are open in the editor, by their paths.
        judged: The findings of the notes, by the top of the work tree.
        sent: What was sent, by path: the URI and the diagnostics.
        stamps: What the notes of a work tree were judged by, by its top.
        ran: What sessions ran that are not open any more, by their ids.
        due: Runs until notes are judged, by the top of the work tree.
    """

    opened: dict[str, OpenNote] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)
    sent: dict[str, tuple[str, list[types.Diagnostic]]] = field(default_factory=dict)
    stamps: dict[str, tuple[object, ...]] = field(default_factory=dict)
    ran: dict[str, tuple[Ran, ...] | None] = field(default_factory=dict)
    due: dict[str, asyncio.TimerHandle] = field(default_factory=dict)


_DESKS: WeakKeyDictionary[RelaymarkServer, Desk] = WeakKeyDictionary()


def desk_of(ls: RelaymarkServer) -> Desk:
    """Return a server's desk."""
    return _DESKS.setdefault(ls, Desk())


def note_path(uri: str) -> str | None:
    """Return the path of a note that a URI names, None for any other document."""
    named = paths.from_uri(uri)
    return real(named) if named and is_note(named) else None


def folder_of(ls: RelaymarkServer, path: str) -> Folder | None:
    """Return the workspace folder whose work tree a note lies in, None for a note from elsewhere."""
    for folder in ls.folders.values():
        if folder.place and paths.relative(path, top_of(folder.place)).startswith(".relaymark/"):
            return folder
    return None


def note_at(ls: RelaymarkServer, uri: str) -> Sheet | None:
    """Return a note as the editor has it, None for any other document."""
    path = note_path(uri)
    opened = desk_of(ls).opened.get(path or "")
    return opened.sheet if opened else None


def opened(ls: RelaymarkServer, uri: str, text: str, version: int | None) -> None:
    """Take over the text of a note; any other document is left to others."""
    path = note_path(uri)
    if path is not None:
        desk_of(ls).opened[path] = OpenNote(uri, Sheet(path, text, Plan(), version))
        _soon(ls, path)


def closed(ls: RelaymarkServer, uri: str) -> None:
    """Go back to the text on disk."""
    path = note_path(uri)
    if path is not None and path in desk_of(ls).opened:
        del desk_of(ls).opened[path]
        _soon(ls, path)


def look(ls: RelaymarkServer, current: Scene) -> bool:
    """Have notes judged where one came or went, the branch moved, files came or went, or the settings changed."""
    place = current.folder.place
    if place is None:
        return False
    top, desk = top_of(place), desk_of(ls)
    tree = ls.trees.get(top)
    others = (id(tree.index) if tree else 0, current.folder.config.rules, dismissed.stamp(top))
    stamp = (notes_stamp(top), current.folder.stamp, *others)
    if stamp[0] and desk.stamps.get(top) != stamp:
        desk.stamps[top] = stamp
        _plan(ls, current.folder, top, 0.0)
    return False


Standing = tuple[Sheet, Sequence[Finding], Sequence[Fingerprint]]
"""A file with the findings in it and their fingerprints."""


def standing(ls: RelaymarkServer, top: str) -> Iterator[Standing]:
    """Yield the notes of a work tree as they were judged, with what stands in them."""
    judged = desk_of(ls).judged.get(top, Judged())
    for sheet in judged.notes:
        own = [each for each in judged.findings if each.path == sheet.path]
        yield sheet, own, fingerprints(own, {sheet.path: sheet}, top, dismissed.dismissed(top))


def again(ls: RelaymarkServer, folder: Folder) -> None:
    """Have the notes of a folder's work tree judged anew."""
    if folder.place:
        _plan(ls, folder, top_of(folder.place), 0.0)


def _soon(ls: RelaymarkServer, path: str) -> None:
    folder = folder_of(ls, path)
    if folder and folder.place:
        _plan(ls, folder, top_of(folder.place), _PAUSE)


def _plan(ls: RelaymarkServer, folder: Folder, top: str, pause: float) -> None:
    due = desk_of(ls).due
    if waiting := due.pop(top, None):
        waiting.cancel()

    def begin() -> None:
        due.pop(top, None)
        ls.background(_judge(ls, folder, top))

    due[top] = asyncio.get_running_loop().call_later(pause, begin)


async def _judge(ls: RelaymarkServer, folder: Folder, top: str) -> None:
    desk = desk_of(ls)
    texts = {
        inner: note.sheet.text
        for path, note in desk.opened.items()
        if (inner := paths.relative(path, top)).startswith(".relaymark/")
    }
    tree = ls.trees.get(top)
    index = tree.index if tree else None
    known = {
        item.session.id: item.session.commands
        for item in (ls.picture.observed if ls.picture else ())
        if not item.session.partial
    }
    runs = runs_of(ls.machine, known, desk.ran)
    judged = await asyncio.to_thread(judged_notes, top, folder.config, runs, texts=texts, index=index)
    if folder.uri not in ls.folders:
        judged = Judged()
    before = desk.judged.get(top, Judged())
    desk.judged[top] = judged
    for sheet in {each.path: each for each in (*before.notes, *judged.notes)}.values():
        _send(ls, sheet, [each for each in judged.findings if each.path == sheet.path])


def _send(ls: RelaymarkServer, sheet: Sheet, findings: list[Finding]) -> None:
    """Send what stands in a note, with the places of the text that was judged."""
    desk = desk_of(ls)
    note = desk.opened.get(sheet.path)
    if note and note.sheet.text != sheet.text and os.path.exists(sheet.path):
        return  # it was edited meanwhile: the next look is on its way
    encoding = encoding_of(ls)
    uri = note.uri if note else Path(sheet.path).as_uri()
    told = [_diagnostic(finding, sheet, encoding) for finding in findings]
    last = desk.sent.get(sheet.path)
    if last == (uri, told) or (last is None and not told):
        return
    if last and last[0] != uri and last[1]:
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(last[0], []))
    desk.sent[sheet.path] = (uri, told)
    version = note.sheet.version if note else None
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told, version))


def _diagnostic(finding: Finding, sheet: Sheet, encoding: str) -> types.Diagnostic:
    return types.Diagnostic(
        range=span_range(sheet, finding.span, encoding),
        message=finding.message,
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(page(finding.code)),
        source="relaymark",
        data={"session": finding.session} if finding.session else None,
    )
