"""Fixes, silencing and dismissal of findings as code actions: versioned edits of the fewest characters."""

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.edits import Fix
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints, whole
from relaymark.core.sheet import Sheet
from relaymark.engine.settled import Settled
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.convert import span_range
from relaymark.lsp.refresh import refresh_now
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fix_of_kind, fixes_of
from relaymark.rules.fixes.silence import silenced
from relaymark.sources import dismissed

DISMISS = "relaymark.dismiss"
KIND = types.CodeActionKind.Refactor

_KINDS = {"quickfix": types.CodeActionKind.QuickFix, "refactor": KIND}


def offered(
    ls: RelaymarkServer, current: Scene, sheet: Sheet, lines: tuple[int, int], params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Return what can be done about the findings in a plan that stand on some lines (offsets of their ends)."""
    root = current.joined.root if current.joined else ""
    standing = [one for one in ls.found.get(current.folder.uri, ()) if one.path == sheet.path]
    there = [one for one in standing if _start(one) <= lines[1] and _end(one) >= lines[0]]
    facts = _facts(ls, root, sheet)
    if not there or facts is None:
        return []
    uri = params.text_document.uri
    made: list[types.CodeAction] = []
    for finding in there:
        told = _diagnostics(finding, params.context.diagnostics)
        made += [_action(ls, fix, sheet, uri, told) for fix in fixes_of(finding, facts)]
    for code in dict.fromkeys(finding.code for finding in there):
        if fix := fix_of_kind(code, standing, facts):
            made.append(_action(ls, fix, sheet, uri, []))
    prints = dict(zip(map(id, standing), fingerprints(standing, {sheet.path: sheet}, root), strict=True))
    for finding in there:
        if finding.session is not None:
            continue  # a session is snoozed
        told = _diagnostics(finding, params.context.diagnostics)
        wish = Asked(current.folder.uri, uri, version=sheet.version, finding=whole(prints[id(finding)]))
        title = f"Not so: dismiss this {finding.code}"
        command = types.Command(title, DISMISS, arguments=[wish.given()])
        made.append(types.CodeAction(title, KIND, told or None, command=command))
        made += [_action(ls, fix, sheet, uri, told) for fix in silenced(finding, sheet)]
    return made


def turns_one(action: types.CodeAction, place: types.Range) -> bool:
    """Tell whether an action does nothing but turn over the box whose mark stands at a place."""
    changes = action.edit.document_changes if action.edit else None
    edits = [edit for change in changes or () if isinstance(change, types.TextDocumentEdit) for edit in change.edits]
    return [edit.range for edit in edits if not isinstance(edit, types.SnippetTextEdit)] == [place]


async def dismiss(ls: RelaymarkServer, *given: Any) -> bool:
    """Keep that a finding is not so, until what it is about changes; True if it was kept."""
    wish = asked(given)
    await ready(ls)
    try:
        current = scene_of(ls, wish)
        parts = _parts(ls, current, wish)
        dismissed.dismiss(current.joined.root if current.joined else "", parts)
    except (UserError, OSError) as error:
        text = f"the dismissal cannot be kept: {error.strerror}." if isinstance(error, OSError) else str(error)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))
        return False
    refresh_now(ls)
    return True


def _parts(ls: RelaymarkServer, current: Scene, wish: Asked) -> tuple[str, ...]:
    """Return the fingerprint of the finding that is meant.

    Raises:
        UserError: There is none like that, or it is about a session.
    """
    found = ls.found.get(current.folder.uri, ()) if current.joined else ()
    sheets = {sheet.path: sheet for sheet in current.joined.sheets.values()} if current.joined else {}
    root = current.joined.root if current.joined else ""
    for path in dict.fromkeys(finding.path for finding in found):
        own = [finding for finding in found if finding.path == path]
        for finding, parts in zip(own, fingerprints(own, sheets, root), strict=True):
            if whole(parts) == wish.finding and finding.session is None:
                return parts
    raise UserError("that finding does not stand any more, so nothing was dismissed.")


def _facts(ls: RelaymarkServer, root: str, sheet: Sheet) -> PlanFacts | None:
    tree = ls.trees.get(root)
    if tree is None or tree.index is None:
        return None
    plan = paths.relative(sheet.path, root)
    return PlanFacts(plan, sheet, tree.index, tree.judged, tree.settled.get(plan, Settled()).past)


def _action(
    ls: RelaymarkServer, fix: Fix, sheet: Sheet, uri: str, told: Sequence[types.Diagnostic]
) -> types.CodeAction:
    encoding = str(ls.workspace.position_encoding or "utf-16")
    edits = [types.TextEdit(span_range(sheet, edit.span, encoding), edit.text) for edit in fix.edits]
    if _takes_versions(ls):
        document = types.OptionalVersionedTextDocumentIdentifier(uri, sheet.version)
        change = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])
    else:
        change = types.WorkspaceEdit(changes={uri: edits})
    return types.CodeAction(
        fix.title, _KINDS[fix.kind], list(told) or None, is_preferred=fix.certain or None, edit=change
    )


def _takes_versions(ls: RelaymarkServer) -> bool:
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes)


def _diagnostics(finding: Finding, given: Sequence[types.Diagnostic]) -> list[types.Diagnostic]:
    return [one for one in given if one.code == finding.code and one.message == finding.message]


def _start(finding: Finding) -> int:
    return finding.span.start if finding.span else 0


def _end(finding: Finding) -> int:
    return finding.span.end if finding.span else 0


def wanted(actions: Sequence[types.CodeAction], only: Sequence[str] | None) -> Iterator[types.CodeAction]:
    """Yield the actions of the kinds that a client asked for; all where it asked for none."""
    for action in actions:
        kind = str(action.kind.value if isinstance(action.kind, types.CodeActionKind) else action.kind or "")
        if not only or any(kind == one or kind.startswith(f"{one}.") for one in map(_text, only)):
            yield action


def _text(kind: Any) -> str:
    return str(getattr(kind, "value", kind))


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(DISMISS)(dismiss)
