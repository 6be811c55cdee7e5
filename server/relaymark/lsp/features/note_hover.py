"""Hover and fixes in a handover note: what its evidence says now, and what can be done about its findings."""

import asyncio

from lsprotocol import types

from relaymark.core.note_evidence import line_of
from relaymark.core.note_text import NoteText, read_note
from relaymark.core.relay.knowledge import UNQUOTED
from relaymark.core.sheet import Sheet
from relaymark.engine.evidence import Ground, resolved
from relaymark.engine.recorded import Recorded, recorded
from relaymark.engine.relay_facts import top_of
from relaymark.lsp.asked import ready
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.features import handover
from relaymark.lsp.here import encoding_of
from relaymark.lsp.note_desk import desk_of, folder_of, look, note_at
from relaymark.lsp.server import RelaymarkServer
from relaymark.rules.handover_fixes import note_fix

_QUICKFIX = types.CodeActionKind.QuickFix


async def note_hover(ls: RelaymarkServer, params: types.HoverParams) -> types.Hover | None:
    """Return what the evidence under the cursor says now; None for a document that is no note."""
    sheet = note_at(ls, params.text_document.uri)
    folder = folder_of(ls, sheet.path) if sheet else None
    if sheet is None or folder is None or folder.place is None:
        return None
    await ready(ls)
    note, encoding = read_note(sheet.text), encoding_of(ls)
    at = offset(sheet, params.position, encoding)
    header = note.header
    known = _known(ls, header.session) if header and header.session else Recorded()
    if known is None and header and header.session:
        known = await asyncio.to_thread(recorded, ls.machine, header.session, header.agent)
    ground = Ground(top_of(folder.place), known or Recorded())
    text = await asyncio.to_thread(resolved, ground, note, at)
    if not text:
        return None
    span = line_of(note, at)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), span_range(sheet, span, encoding))


def _known(ls: RelaymarkServer, session: str) -> Recorded | None:
    """Return a session that the engine has read whole already."""
    for item in ls.picture.observed if ls.picture else ():
        if item.session.id == session and not item.session.partial:
            return Recorded(item.session)
    return None


def note_actions(ls: RelaymarkServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the fixes of the findings in a note that a range touches; none for any other document."""
    sheet = note_at(ls, params.text_document.uri)
    folder = folder_of(ls, sheet.path) if sheet else None
    if sheet is None or folder is None or folder.place is None or not _wanted(params):
        return []
    note, encoding = read_note(sheet.text), encoding_of(ls)
    found = _orders(sheet, note, folder.uri, params)
    judged = desk_of(ls).judged.get(top_of(folder.place))
    if judged is None or not any(each.path == sheet.path and each.text == sheet.text for each in judged.notes):
        return found
    for finding in judged.findings:
        spot = span_range(sheet, finding.span, encoding)
        if finding.path != sheet.path or not _touches(spot, params.range):
            continue
        own = [each for each in params.context.diagnostics if each.code == finding.code and each.range == spot]
        fix = note_fix(finding, note)
        if fix:
            changes = [
                types.TextEdit(span_range(sheet, edit.span, encoding) if edit.end else _start(), edit.text)
                for edit in fix.edits
            ]
            found.append(types.CodeAction(fix.title, _QUICKFIX, own or None, edit=_edit(ls, sheet, changes, params)))
        if finding.code in ("handover-stale", "handover-unverified"):
            wish = {"workspace": folder.uri} | ({"session": finding.session} if finding.session else {})
            command = types.Command("Write a new note", handover.HANDOVER, arguments=[wish])
            found.append(types.CodeAction("Write a new note", _QUICKFIX, own or None, command=command))
    return found


def _orders(sheet: Sheet, note: NoteText, folder: str, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the offer to quote the user's orders, on the line that says that they are not quoted."""
    start = sheet.lines.start(params.range.start.line)
    end = sheet.lines.end(params.range.end.line)
    if UNQUOTED not in sheet.text[start:end] or note.header is None or not note.header.session:
        return []
    wish = {"workspace": folder, "session": note.header.session, "text": handover.QUOTE_ORDERS}
    title = "Quote these orders in a new note"
    return [types.CodeAction(title, _QUICKFIX, command=types.Command(title, handover.HANDOVER, arguments=[wish]))]


def _start() -> types.Range:
    return types.Range(types.Position(0, 0), types.Position(0, 0))


def _wanted(params: types.CodeActionParams) -> bool:
    only = params.context.only
    return not only or any(str(getattr(kind, "value", kind)) in ("", "quickfix") for kind in only)


def _touches(spot: types.Range, asked: types.Range) -> bool:
    return spot.start.line <= asked.end.line and asked.start.line <= spot.end.line


def _edit(
    ls: RelaymarkServer, sheet: Sheet, changes: list[types.TextEdit], params: types.CodeActionParams
) -> types.WorkspaceEdit:
    uri = params.text_document.uri
    workspace = ls.client_capabilities.workspace
    if not (workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes):
        return types.WorkspaceEdit(changes={uri: changes})
    document = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=sheet.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(changes))])


def register(server: RelaymarkServer) -> None:
    """Register the feature; hover and code actions of notes are asked for by those of plans."""
    server.refreshers.append(look)
