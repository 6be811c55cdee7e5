"""Adopt as PLAN.md: a selection, an agent's plan or any text becomes a new plan, by an edit that can be undone."""

import asyncio
import os
from pathlib import Path
from typing import Any

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.lines import LineTable
from relaymark.core.paths import from_uri
from relaymark.core.place import Place
from relaymark.core.plan import parse_plan
from relaymark.core.plan.adopt import adopt_text
from relaymark.core.plan.kinds import plan_kind
from relaymark.engine.adoption import newest
from relaymark.engine.shelf import root_of
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.folders import Folder
from relaymark.lsp.server import RelaymarkServer
from relaymark.lsp.showing import show

COMMAND = "relaymark.adoptPlan"
KIND = types.CodeActionKind.RefactorRewrite

_TITLE = "Adopt as PLAN.md"
_NAME = "PLAN.md"
_LONGEST_SELECTION = 200_000
_FEW_LINES = 2


def offered(ls: RelaymarkServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the action for a document that is no plan here: for what is selected, or a plan from elsewhere.

    Nothing is offered where there is a PLAN.md, or where the editor cannot make a file.
    """
    document = ls.workspace.text_documents.get(params.text_document.uri)
    folder = _folder_of(ls, params.text_document.uri)
    only = params.context.only
    if document is None or folder is None or folder.place is None or not _creates_files(ls):
        return []
    if only and not any(kind == KIND or KIND.startswith(f"{kind}.") for kind in map(_kind, only)):
        return []
    chosen = params.range.end.line - params.range.start.line + 1 >= _FEW_LINES
    selected = _lines(document.source, params.range) if chosen else ""
    if not (selected.strip() and len(selected) <= _LONGEST_SELECTION) and not _is_plan_elsewhere(document.uri):
        return []
    if os.path.lexists(_target(folder.place)):
        return []
    wish = Asked(workspace=folder.uri, plan=document.uri, text=selected if selected.strip() else None)
    command = types.Command(_TITLE, COMMAND, arguments=[wish.given()])
    return [types.CodeAction(title=_TITLE, kind=KIND, command=command)]


async def adopt(ls: RelaymarkServer, *given: Any) -> bool:
    """Have the editor make a PLAN.md of `text`, else of the open document `plan`, else of an agent's newest plan."""
    wish = asked(given)
    await ready(ls)
    try:
        place = scene_of(ls, wish).folder.place
        target = _target_of(ls, place)
        document = ls.workspace.text_documents.get(wish.plan or "")
        text = wish.text or (document.source if document else None)
        made = await asyncio.to_thread(_adopted, ls, place, text)
    except UserError as error:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {error}"))
        return False
    answer = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(_edit(target, made), _TITLE))
    if answer.applied:
        await show(ls, Path(target))
    else:
        text = f"Relaymark: the editor did not make {target}: {answer.failure_reason or 'no reason given'}"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))
    return answer.applied


def _target_of(ls: RelaymarkServer, place: Place | None) -> str:
    """Return where the plan is to stand.

    Raises:
        UserError: Something stands there, or the editor cannot make a file.
    """
    if place is None or not _creates_files(ls):
        raise UserError("this editor cannot make a file by an edit; `relaymark plan adopt` does it in a terminal.")
    target = _target(place)
    if os.path.lexists(target):
        raise UserError(f"{target} exists, and is never written over.")
    return target


def _adopted(ls: RelaymarkServer, place: Place | None, text: str | None) -> str:
    """Return the plan's text; reads agents' files where no text is given.

    Raises:
        UserError: There is nothing to make a plan of.
    """
    assert place is not None
    name = os.path.basename(place.folder)
    if text is None:
        found = newest(ls.machine, place)
        if found is None:
            raise UserError("no agent made a plan for this folder yet: select a text, or plan with an agent first.")
        made = found.adopted(root_of(place), name)
    else:
        made = adopt_text(text, name, root_of(place))
    if not parse_plan(made).items:
        raise UserError("there is nothing in it that could become a box: no list, no steps, no phases.")
    return made


def _edit(target: str, text: str) -> types.WorkspaceEdit:
    uri = Path(target).as_uri()
    new = types.CreateFile(uri, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=False))
    start = types.Position(0, 0)
    document = types.OptionalVersionedTextDocumentIdentifier(uri, None)
    filled = types.TextDocumentEdit(document, [types.TextEdit(types.Range(start, start), text)])
    return types.WorkspaceEdit(document_changes=[new, filled])


def _target(place: Place) -> str:
    return os.path.join(place.folder, _NAME)


def _folder_of(ls: RelaymarkServer, uri: str) -> Folder | None:
    """Return the folder in which a document lies, else the first: plans of agents lie in their own folders."""
    path = from_uri(uri)
    folders = [folder for folder in ls.folders.values() if folder.path]
    inside = [folder for folder in folders if path and paths.inside(path, folder.path or "")]
    return max(inside, key=lambda folder: len(folder.path or ""), default=folders[0] if folders else None)


def _is_plan_elsewhere(uri: str) -> bool:
    path = from_uri(uri)
    return uri.startswith("untitled:") or (path is not None and plan_kind(path.lstrip("/")) is not None)


def _lines(text: str, chosen: types.Range) -> str:
    """Return the lines that a range touches, whole."""
    table = LineTable(text)
    last = chosen.end.line - (chosen.end.character == 0 and chosen.end.line > chosen.start.line)
    return text[table.start(chosen.start.line) : table.end(last)]


def _creates_files(ls: RelaymarkServer) -> bool:
    workspace = ls.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    kinds = edits.resource_operations if edits and edits.document_changes else None
    return types.ResourceOperationKind.Create in (kinds or ())


def _kind(kind: str | types.CodeActionKind) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(COMMAND)(adopt)
