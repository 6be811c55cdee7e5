"""Findings as diagnostics: pushed for open and closed plans, sent again only when they changed."""

from pathlib import Path

from lsprotocol import types

from relaymark.core.finding import Finding
from relaymark.core.pages import page
from relaymark.core.plan_symbols import plain
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.engine.findings import findings
from relaymark.lsp.convert import SEVERITIES, span_range
from relaymark.lsp.folders import Found, Tree
from relaymark.lsp.rules_desk import around_of
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer

_MOST_ITEMS = 20


def publish(ls: RelaymarkServer, current: Scene) -> bool:
    """Send a folder's findings; True if any file's differ from what stands there."""
    if current.joined is None:
        return False
    sheets = {sheet.path: sheet for sheet in current.joined.sheets.values()}
    found: dict[str, list[types.Diagnostic]] = {}
    tree = ls.trees.get(current.joined.root, Tree())
    encoding = str(ls.workspace.position_encoding or "utf-16")
    around = around_of(ls, current.joined.root)
    sheets |= {sheet.path: sheet for sheet in around.rules.values()}
    told = findings(
        current.joined, current.views, current.folder.config, tree.index, tree.judged, tree.settled, around=around
    )
    ls.found[current.folder.uri] = Found(told, sheets)
    for finding in told:
        found.setdefault(finding.path, []).append(_diagnostic(finding, sheets.get(finding.path), encoding))
    before = ls.standing.get(current.folder.uri, {})
    ls.standing[current.folder.uri] = found
    sent = [_send(ls, path) for path in {*found, *before, *sheets}]
    return any(sent)


def withdraw(ls: RelaymarkServer, folder: str) -> None:
    """Take back what a closed folder's findings said."""
    ls.found.pop(folder, None)
    for path in ls.standing.pop(folder, {}):
        _send(ls, path)


def _send(ls: RelaymarkServer, path: str) -> bool:
    """Send what all folders found in a file, under the name that the editor has for it."""
    opened = ls.opened.get(path) or ls.opened_rules.get(path)
    uri = opened.uri if opened else Path(path).as_uri()
    version = opened.sheet.version if opened else None
    together: list[types.Diagnostic] = []
    for found in ls.standing.values():
        together += [diagnostic for diagnostic in found.get(path, ()) if diagnostic not in together]
    last = ls.published.get(path)
    if last == (uri, together) or (last is None and not together):
        return False
    if last and last[0] != uri and last[1]:
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(last[0], []))
    ls.published[path] = (uri, together)
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, together, version))
    return True


def _diagnostic(finding: Finding, sheet: Sheet | None, encoding: str) -> types.Diagnostic:
    first_line = types.Range(types.Position(0, 0), types.Position(0, 0))
    spot = span_range(sheet, _seen(finding.span, sheet), encoding) if sheet else first_line
    related = [
        types.DiagnosticRelatedInformation(types.Location(Path(item.path).as_uri(), first_line), item.message)
        for item in finding.related
        if Path(item.path).is_absolute()
    ]
    related += _others(finding, sheet, encoding) if sheet else []
    data = {"session": finding.session, "phase": finding.phase, "item": finding.item}
    return types.Diagnostic(
        range=spot,
        message=finding.message,
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(page(finding.code)),
        source="relaymark",
        related_information=related or None,
        data={key: value for key, value in data.items() if value is not None},
    )


def _seen(span: Span | None, sheet: Sheet) -> Span | None:
    """Return what to underline: of a mark the whole box, as a blank alone is hardly seen."""
    if span is None or sheet.text[span.start - 1 : span.start] != "[" or sheet.text[span.end : span.end + 1] != "]":
        return span
    marks = any(item.mark_span == span for item in sheet.plan.items)
    return Span(span.start - 1, span.end + 1) if marks else span


def _others(finding: Finding, sheet: Sheet, encoding: str) -> list[types.DiagnosticRelatedInformation]:
    """Return the items that a finding about several is about, without the one that it stands on."""
    uri, items = Path(sheet.path).as_uri(), sheet.plan.items
    named = [items[index] for index in finding.items if index < len(items)]
    others = [item for item in named if finding.span is None or item.mark_span.start != finding.span.start]
    return [
        types.DiagnosticRelatedInformation(
            types.Location(uri, span_range(sheet, _seen(item.mark_span, sheet), encoding)), plain(item.text)
        )
        for item in others[:_MOST_ITEMS]
    ]


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.refreshers.append(publish)
