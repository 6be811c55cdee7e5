"""Fixes and silencing of findings as code actions: versioned edits of the fewest characters."""

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.edits import Fix
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints
from relaymark.core.plan import plan_state
from relaymark.core.sheet import Sheet
from relaymark.engine.settled import Settled
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.features.dismissal import KIND, dismissing, restoring
from relaymark.lsp.folders import Found
from relaymark.lsp.rules_desk import around_of, rules_path
from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import fix_of_kind, fixes_of, rules_fixes
from relaymark.rules.fixes.silence import silenced
from relaymark.sources.dismissed import dismissed

_KINDS = {"quickfix": types.CodeActionKind.QuickFix, "refactor": KIND}


def offered(
    ls: RelaymarkServer, current: Scene, sheet: Sheet, lines: tuple[int, int], params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Return what can be done about the findings in a plan that stand on some lines (offsets of their ends)."""
    root = current.joined.root if current.joined else ""
    facts = _facts(ls, root, sheet)
    if facts is None:
        return []
    desk = _Desk(ls, current.folder.uri, root, sheet, params)
    made = [desk.action(fix, finding) for finding in desk.on(lines) for fix in fixes_of(finding, facts)]
    codes = dict.fromkeys(finding.code for finding in desk.on(lines))
    made += [desk.action(fix, None) for code in codes if (fix := fix_of_kind(code, desk.standing, facts))]
    return [*made, *desk.asides(lines)]


def offered_in_rules(ls: RelaymarkServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return what can be done about the findings in a rules file."""
    path = rules_path(ls, params.text_document.uri)
    for folder in ls.folders.values() if path else ():
        current = scene(ls, folder)
        root = current.joined.root if current.joined else ""
        around = around_of(ls, root)
        name = paths.relative(path or "", root)
        facts = _facts(ls, root, around.rules[name]) if name in around.rules else None
        if facts is None or current.joined is None:
            continue
        desk = _Desk(ls, folder.uri, root, facts.sheet, params)
        start, end = (offset(facts.sheet, place, desk.encoding) for place in (params.range.start, params.range.end))
        table = facts.sheet.lines
        lines = table.start(table.line_at(start)), table.end(table.line_at(end))
        plans = [plan for plan, sheet in current.joined.sheets.items() if plan_state(sheet.plan, plan) == "open"]
        made = [desk.action(fix, finding) for finding in desk.on(lines) for fix in rules_fixes(finding, facts, plans)]
        return list(wanted([*made, *desk.asides(lines)], params.context.only))
    return []


class _Desk:
    """One document, with its findings, for which actions are made."""

    def __init__(
        self, ls: RelaymarkServer, folder: str, root: str, sheet: Sheet, params: types.CodeActionParams
    ) -> None:
        self.folder, self.root, self.sheet = folder, root, sheet
        self.uri, self._given = params.text_document.uri, params.context.diagnostics
        self.encoding = str(ls.workspace.position_encoding or "utf-16")
        self._versions = _takes_versions(ls)
        self.standing = ls.found.get(folder, Found()).of(sheet)

    def on(self, lines: tuple[int, int]) -> list[Finding]:
        """Return the findings on some lines."""
        return [one for one in self.standing if _start(one) <= lines[1] and _end(one) >= lines[0]]

    def action(self, fix: Fix, finding: Finding | None) -> types.CodeAction:
        """Return a fix as an action, with the diagnostics that it ends."""
        sheet = self.sheet
        edits = [types.TextEdit(span_range(sheet, edit.span, self.encoding), edit.text) for edit in fix.edits]
        if self._versions:
            document = types.OptionalVersionedTextDocumentIdentifier(self.uri, sheet.version)
            change = types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(edits))])
        else:
            change = types.WorkspaceEdit(changes={self.uri: edits})
        told = self._told(finding) if finding else None
        return types.CodeAction(fix.title, _KINDS[fix.kind], told, is_preferred=fix.certain or None, edit=change)

    def asides(self, lines: tuple[int, int]) -> Iterator[types.CodeAction]:
        """Yield what lets findings rest, dismissal and a comment, and the way back; a session is snoozed instead."""
        prints = fingerprints(self.standing, {self.sheet.path: self.sheet}, self.root, dismissed(self.root))
        there = self.on(lines)
        for finding, parts in zip(self.standing, prints, strict=True):
            if finding.session is not None or finding not in there:
                continue
            yield from dismissing(self.folder, self.uri, self.sheet, [(finding, parts, self._told(finding))])
            for fix in silenced(finding, self.sheet):
                yield self.action(fix, finding)
        yield from restoring(self.folder, self.root, self.sheet, lines)

    def _told(self, finding: Finding) -> list[types.Diagnostic] | None:
        return [one for one in self._given if (one.code, one.message) == (finding.code, finding.message)] or None


def turns_one(action: types.CodeAction, place: types.Range) -> bool:
    """Tell whether an action does nothing but turn over the box whose mark stands at a place."""
    changes = action.edit.document_changes if action.edit else None
    edits = [edit for change in changes or () if isinstance(change, types.TextDocumentEdit) for edit in change.edits]
    return [edit.range for edit in edits if not isinstance(edit, types.SnippetTextEdit)] == [place]


def _facts(ls: RelaymarkServer, root: str, sheet: Sheet) -> PlanFacts | None:
    tree = ls.trees.get(root)
    if tree is None or tree.index is None:
        return None
    plan = paths.relative(sheet.path, root)
    return PlanFacts(plan, sheet, tree.index, tree.judged, tree.settled.get(plan, Settled()).past)


def _takes_versions(ls: RelaymarkServer) -> bool:
    """Tell whether a client takes versioned edits; Neovim only says so by the operations that stand among them."""
    workspace = ls.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace else None
    return bool(edits and (edits.document_changes or edits.resource_operations))


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
