"""`workspace/willRenameFiles`: a file or folder that is renamed in the editor is renamed in the plans that name it."""

from collections.abc import Iterable

from lsprotocol import types

from relaymark.core.paths import from_uri, inside, relative
from relaymark.core.plan import PathMention, plan_state
from relaymark.core.plan_renames import Move, concerned, question, rename_edits
from relaymark.lsp.asked import ready
from relaymark.lsp.convert import span_range
from relaymark.lsp.here import Here, index_of, placed, real
from relaymark.lsp.named import found_paths
from relaymark.lsp.scene import sheets
from relaymark.lsp.server import RelaymarkServer

_MOST = 500


async def will_rename_files(ls: RelaymarkServer, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """Return the edits of all plans that are not archived, None if none names what is renamed."""
    await ready(ls)
    edits: dict[str, list[types.TextEdit]] = {}
    versions: dict[str, int | None] = {}
    named = [(from_uri(file.old_uri), from_uri(file.new_uri)) for file in params.files[:_MOST]]
    pairs = [(real(old), real(new)) for old, new in named if old and new]
    for at in list(placed(ls, sheets(ls))):
        if plan_state(at.sheet.plan, at.plan) not in {"open", "done"}:
            continue
        if found := await _edits(ls, at, pairs):
            edits[at.uri], versions[at.uri] = found, at.sheet.version
    if not edits:
        return None
    documents = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), list(found))
        for uri, found in edits.items()
    ]
    return types.WorkspaceEdit(document_changes=documents)


async def _edits(ls: RelaymarkServer, at: Here, pairs: Iterable[tuple[str, str]]) -> list[types.TextEdit]:
    moves = [
        Move(relative(old, at.root), relative(new, at.root))
        for old, new in pairs
        if old != at.root and inside(old, at.root) and inside(new, at.root)
    ]
    asked = concerned(at.sheet, moves, at.plan) if moves else []
    if not asked:
        return []
    questions = [PathMention(question(each.path), each.span) for each in asked]
    found = await found_paths(ls, at, questions)
    index = await index_of(ls, at.root)
    made = rename_edits(at.sheet, at.plan, index, found, moves)
    return [types.TextEdit(span_range(at.sheet, edit.span, at.encoding), edit.text) for edit in made]


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    every = types.FileOperationFilter(types.FileOperationPattern("**/*"), "file")
    options = types.FileOperationRegistrationOptions([every])
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, options)(will_rename_files)
