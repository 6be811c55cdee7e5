"""Code actions on headings, items and findings: hand over, continue, start the next phase, tick, adopt."""

from collections.abc import Sequence

from lsprotocol import types

from relaymark.core.plan_lens import action, started
from relaymark.core.sheet import Sheet
from relaymark.lsp.asked import Asked, is_plan, ready
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.features import adopt, dismissal, fixes, handover, relay, snooze, tick
from relaymark.lsp.features.note_hover import note_actions
from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer

_KIND = types.CodeActionKind.QuickFix


async def code_action(ls: RelaymarkServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return what can be done about the lines that a range touches."""
    await ready(ls)
    found = sheet_of(ls, params.text_document.uri)
    if found is None:
        of_note = fixes.wanted([*note_actions(ls, params), *dismissal.in_note(ls, params)], params.context.only)
        return [*of_note, *fixes.offered_in_rules(ls, params), *adopt.offered(ls, params)]
    current, sheet = found
    encoding = str(ls.workspace.position_encoding or "utf-16")
    first = sheet.lines.start(sheet.lines.line_at(offset(sheet, params.range.start, encoding)))
    last = sheet.lines.end(sheet.lines.line_at(offset(sheet, params.range.end, encoding)))
    asked = Asked(workspace=current.folder.uri, plan=params.text_document.uri, version=sheet.version)
    mending = fixes.offered(ls, current, sheet, (first, last), params)
    turned = [
        item.mark_span.start
        for item in sheet.plan.items
        if any(fixes.turns_one(each, span_range(sheet, item.mark_span, encoding)) for each in mending)
    ]
    ticks = _ticks(sheet, asked, first, last, turned)
    relays = _relays(current, sheet, asked, (first, last), params.context)
    # In this order, as some clients show one list: what mends, the tick, what lets a finding rest, the session.
    first_of_all = [each for each in mending if each.kind == _KIND]
    asides = [each for each in mending if each.kind != _KIND]
    return list(fixes.wanted([*first_of_all, *ticks, *asides, *relays], params.context.only))


def _ticks(sheet: Sheet, asked: Asked, first: int, last: int, turned: Sequence[int]) -> list[types.CodeAction]:
    """Return the tick of the first item on some lines, unless a finding offers just that."""
    found = []
    for index, item in enumerate(sheet.plan.items):
        if first <= item.span.start <= last and item.mark_span.start not in turned:
            title = "Untick this item" if item.ticked else "Tick this item"
            wish = Asked(asked.workspace, asked.plan, None, index, None, asked.version, item.text)
            found.append(_action(title, tick.COMMAND, wish))
    return found[:1]


def _relays(
    current: Scene, sheet: Sheet, asked: Asked, lines: tuple[int, int], context: types.CodeActionContext
) -> list[types.CodeAction]:
    phase, heading = _phase_at(sheet, *lines)
    # What they answer is said of a session; an item's finding is not mended by another session.
    told = [one for one in context.diagnostics if one.source == "relaymark" and _session_of(one)]
    session = next(map(_session_of, told), None) or _session_on(current, sheet, phase)
    if session is None and not heading:
        return []
    wish = Asked(asked.workspace, asked.plan, phase, None, session, asked.version)
    found = []
    if session:
        found.append(_action("Generate handover", handover.HANDOVER, wish, told))
    if session or _half_done(sheet, phase):
        found.append(_action("Continue this phase in a fresh session", relay.CONTINUE, wish, told))
    if which := _begun(sheet, phase, taken=session is not None):
        found.append(_action(f"Start {which} phase in a fresh session", relay.NEXT, wish, told))
    if told:
        found.append(_action("Snooze until the next level", snooze.COMMAND, wish, told))
    return found


def _half_done(sheet: Sheet, phase: int | None) -> bool:
    if phase is None:
        return False
    return not sheet.plan.phases[phase].done and action(sheet.plan.phases[phase], taken=False) == "continue"


def _begun(sheet: Sheet, phase: int | None, *, taken: bool) -> str:
    """Return which phase starting begins, as seen from one; empty where all are done."""
    phases = sheet.plan.phases
    if phase is not None and started(phases, phase, taken=taken) == phase:
        return "this"
    return "the next" if any(not each.done for each in phases) else ""


def _phase_at(sheet: Sheet, first: int, last: int) -> tuple[int | None, bool]:
    """Return the phase whose heading or item one of the lines is, and whether it is the heading."""
    for index, phase in enumerate(sheet.plan.phases):
        heading = first <= phase.heading_span.start <= last
        if heading or any(first <= item.span.start <= last for item in phase.items):
            return index, heading
    return None, False


def _session_of(finding: types.Diagnostic) -> str | None:
    session = finding.data.get("session") if isinstance(finding.data, dict) else None
    return session if isinstance(session, str) else None


def _session_on(current: Scene, sheet: Sheet, phase: int | None) -> str | None:
    if current.joined is None:
        return None
    for session, bound in current.joined.bound.items():
        if current.joined.sheets.get(bound.plan) is sheet and bound.phase == phase:
            return session
    return None


def _action(title: str, command: str, wish: Asked, findings: list[types.Diagnostic] | None = None) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=_KIND,
        diagnostics=findings or None,
        command=types.Command(title, command, arguments=[wish.given()]),
    )


def sheet_of(ls: RelaymarkServer, uri: str) -> tuple[Scene, Sheet] | None:
    """Return the plan that a URI names, with its folder's scene; None for anything else."""
    for folder in ls.folders.values():
        current = scene(ls, folder)
        for sheet in current.joined.sheets.values() if current.joined else ():
            if is_plan(ls, sheet, uri):
                return current, sheet
    return None


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    options = types.CodeActionOptions(code_action_kinds=[_KIND, dismissal.KIND, adopt.KIND])
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
