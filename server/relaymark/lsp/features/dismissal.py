"""Dismissal: a finding that is not so is told no more until what it is about changes, and told again when wished."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import Fingerprint, fingerprints, whole
from relaymark.core.sheet import Sheet
from relaymark.engine.relay_facts import top_of
from relaymark.lsp import note_desk
from relaymark.lsp.asked import Asked, UserError, asked, ready, scene_of
from relaymark.lsp.convert import offset
from relaymark.lsp.folders import Folder, Found
from relaymark.lsp.here import encoding_of
from relaymark.lsp.refresh import refresh_now
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources import dismissed
from relaymark.sources.dismissed import Dismissed, line_print

DISMISS = "relaymark.dismiss"
SHOW = "relaymark.showDismissed"
RESTORE = "relaymark.restoreFinding"
KIND = types.CodeActionKind.Refactor


async def dismiss(ls: RelaymarkServer, *given: Any) -> bool:
    """Keep that a finding is not so, until what it is about changes; True if it was kept."""
    wish = asked(given)
    await ready(ls)
    try:
        folder, root = _place(ls, wish)
        dismissed.dismiss(root, _meant(ls, folder, root, wish.finding))
    except (UserError, OSError) as error:
        return _refused(ls, "the dismissal cannot be kept", error)
    _tell_anew(ls, folder)
    return True


async def restore(ls: RelaymarkServer, *given: Any) -> bool:
    """Have a dismissed finding told again; True if it was dismissed."""
    wish = asked(given)
    await ready(ls)
    try:
        folder, root = _place(ls, wish)
        found = [each for each in dismissed.every(root) if each.finding == wish.finding]
        count = dismissed.restore(root, found)
    except (UserError, OSError) as error:
        return _refused(ls, "the dismissal cannot be taken back", error)
    if not count:
        return _refused(ls, "", UserError("no such finding is dismissed."))
    _tell_anew(ls, folder)
    return True


async def show(ls: RelaymarkServer, *given: Any) -> list[dict[str, Any]]:
    """Answer what is dismissed in a repository, the newest first; each can be named to `restore`."""
    await ready(ls)
    try:
        _, root = _place(ls, asked(given))
    except UserError as error:
        _refused(ls, "", error)
        return []
    return [_payload(each) for each in await asyncio.to_thread(dismissed.every, root)]


def dismissing(
    folder: str, uri: str, sheet: Sheet, told: Iterable[tuple[Finding, Fingerprint, list[types.Diagnostic] | None]]
) -> Iterator[types.CodeAction]:
    """Yield the dismissal of findings in a file."""
    for finding, parts, diagnostics in told:
        title = f"Not so: dismiss this {finding.code}"
        wish = Asked(folder, uri, version=sheet.version, finding=whole(parts))
        command = types.Command(title, DISMISS, arguments=[wish.given()])
        yield types.CodeAction(title, KIND, diagnostics, command=command)


def restoring(folder: str, root: str, sheet: Sheet, lines: tuple[int, int]) -> Iterator[types.CodeAction]:
    """Yield the way back for what was dismissed on some lines (offsets of their ends)."""
    path = paths.relative(sheet.path, root)
    here = [each for each in dismissed.every(root) if each.path == path and each.about]
    if not here:
        return
    first, last = (sheet.lines.line_at(at) for at in lines)
    prints = {line_print(sheet.text[sheet.lines.start(at) : sheet.lines.end(at)]) for at in range(first, last + 1)}
    for each in here:
        if each.about in prints:
            title = f"Hear of the dismissed {each.code} again"
            wish = Asked(folder, finding=each.finding)
            command = types.Command(title, RESTORE, arguments=[wish.given()])
            yield types.CodeAction(title, KIND, command=command)


def in_note(ls: RelaymarkServer, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    """Yield both for a handover note; nothing for any other document."""
    sheet = note_desk.note_at(ls, params.text_document.uri)
    folder = note_desk.folder_of(ls, sheet.path) if sheet else None
    if sheet is None or folder is None or folder.place is None:
        return
    root, encoding, table = top_of(folder.place), encoding_of(ls), sheet.lines
    ends = [table.line_at(offset(sheet, place, encoding)) for place in (params.range.start, params.range.end)]
    lines = table.start(ends[0]), table.end(ends[1])
    told = [
        (finding, parts, [one for one in params.context.diagnostics if one.code == finding.code] or None)
        for note, own, prints in note_desk.standing(ls, root)
        for finding, parts in zip(own, prints, strict=True)
        if (note.path, note.text) == (sheet.path, sheet.text)
        if _start(finding) <= lines[1] and (finding.span.end if finding.span else 0) >= lines[0]
    ]
    yield from dismissing(folder.uri, params.text_document.uri, sheet, told)
    yield from restoring(folder.uri, root, sheet, lines)


def _place(ls: RelaymarkServer, wish: Asked) -> tuple[Folder, str]:
    current = scene_of(ls, wish)
    return current.folder, current.joined.root if current.joined else ""


def _meant(ls: RelaymarkServer, folder: Folder, root: str, finding: str | None) -> Dismissed:
    """Return the finding with a fingerprint, as it stands.

    Raises:
        UserError: There is none like that that can be dismissed.
    """
    for sheet, own, prints in (*_in_plans(ls, folder, root), *note_desk.standing(ls, root)):
        for each, parts in zip(own, prints, strict=True):
            if whole(parts) == finding:
                at = sheet.lines.line_at(_start(each))
                about = line_print(sheet.text[sheet.lines.start(at) : sheet.lines.end(at)])
                return Dismissed(parts, each.code, paths.relative(sheet.path, root), at + 1, each.message, about)
    raise UserError("that finding does not stand any more, so nothing was dismissed.")


def _in_plans(ls: RelaymarkServer, folder: Folder, root: str) -> Iterator[note_desk.Standing]:
    """Yield what stands in plans and rules files; a session is snoozed instead."""
    found = ls.found.get(folder.uri, Found())
    for sheet in found.sheets.values():
        own = found.of(sheet)
        pairs = zip(own, fingerprints(own, found.sheets, root, dismissed.dismissed(root)), strict=True)
        told = [(each, parts) for each, parts in pairs if each.session is None]
        yield sheet, [each for each, _ in told], [parts for _, parts in told]


def _tell_anew(ls: RelaymarkServer, folder: Folder) -> None:
    note_desk.again(ls, folder)
    refresh_now(ls)


def _refused(ls: RelaymarkServer, what: str, error: UserError | OSError) -> bool:
    text = f"{what}: {error.strerror}." if isinstance(error, OSError) else str(error)
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))
    return False


def _payload(each: Dismissed) -> dict[str, Any]:
    known = {"code": each.code, "path": each.path, "line": each.line, "message": each.message} if each.code else {}
    date = datetime.fromtimestamp(each.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"finding": each.finding, **known, "dismissedAt": date}


def _start(finding: Finding) -> int:
    return finding.span.start if finding.span else 0


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.command(DISMISS)(dismiss)
    server.command(SHOW)(show)
    server.command(RESTORE)(restore)
