"""Hover on a checkbox and on a phase's heading: state, files with their tokens and commits, and whether they fit."""

import asyncio
import time
from collections.abc import Sequence

from lsprotocol import types

from relaymark.core import paths
from relaymark.core.hover import NamedFile, item_hover, phase_hover
from relaymark.core.lookup import Found, look_up
from relaymark.core.markdown import escaped
from relaymark.core.observed import View
from relaymark.core.plan.model import Item, PathMention, Phase
from relaymark.core.sheet import Sheet
from relaymark.lsp.asked import ready
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.features.actions import sheet_of
from relaymark.lsp.filetokens import tokens_of
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.git import Commit, last_commits

_MOST_FILES = 12
_DAY = 86_400


async def hover(ls: RelaymarkServer, params: types.HoverParams) -> types.Hover | None:
    """Return what there is to say of the item or heading under the cursor."""
    await ready(ls)
    found = sheet_of(ls, params.text_document.uri)
    if found is None:
        return None
    current, sheet = found
    encoding = str(ls.workspace.position_encoding or "utf-16")
    at = offset(sheet, params.position, encoding)
    item, phase = _item_at(sheet, at), _phase_at(sheet, at)
    if item is not None:
        owner = next((index for index, one in enumerate(sheet.plan.phases) if item in one.items), None)
        files = await _files(ls, current, sheet, item.paths, _views(current, sheet, owner))
        text = item_hover(item, sheet.plan.phases[owner] if owner is not None else None, files)
        span = item.span
    elif phase is not None:
        one = sheet.plan.phases[phase]
        views = _views(current, sheet, phase)
        files = await _files(ls, current, sheet, _all_paths(one), views)
        text, span = phase_hover(one, views, files), one.heading_span
    else:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), span_range(sheet, span, encoding))


def _item_at(sheet: Sheet, at: int) -> Item | None:
    holding = [item for item in sheet.plan.items if item.span.start <= at <= item.span.end]
    return max(holding, key=lambda item: item.span.start, default=None)


def _phase_at(sheet: Sheet, at: int) -> int | None:
    spans = [phase.heading_span for phase in sheet.plan.phases]
    return next((index for index, span in enumerate(spans) if span.start <= at <= span.end), None)


def _all_paths(phase: Phase) -> tuple[PathMention, ...]:
    named = (*phase.paths, *(mention for item in phase.items for mention in item.paths))
    return tuple({mention.path: mention for mention in named}.values())


def _views(current: Scene, sheet: Sheet, phase: int | None) -> tuple[View, ...]:
    """Return the sessions that work on a phase."""
    if current.joined is None or phase is None:
        return ()
    bound = current.joined.bound
    return tuple(
        view
        for view in current.views
        if (on := bound.get(view.session.id)) and on.phase == phase and current.joined.sheets.get(on.plan) is sheet
    )


async def _files(
    ls: RelaymarkServer, current: Scene, sheet: Sheet, mentions: Sequence[PathMention], views: Sequence[View]
) -> list[NamedFile]:
    assert current.joined is not None
    root = current.joined.root
    tree = ls.trees.get(root)
    index = tree.index if tree and tree.index else await asyncio.to_thread(ls.listings.index, root)
    plan = paths.relative(sheet.path, root)
    placed: list[tuple[PathMention, str | None]] = []
    for mention in mentions[:_MOST_FILES]:
        answer = look_up(index, mention.path, plan)
        placed.append((mention, answer.path if isinstance(answer, Found) else None))
    known = [path for _, path in placed if path]
    counts, commits = await asyncio.gather(tokens_of(ls, root, known), asyncio.to_thread(last_commits, root, known))
    read = {paths.relative(path, root) for view in views for path in view.session.files_read}
    edited = {paths.relative(path, root) for view in views for path in view.session.files_edited}
    return [
        NamedFile(
            mention.path,
            path,
            True,
            counts.get(path) if path else None,
            _said(commits.get(path)) if path else "",
            path in read,
            path in edited,
        )
        for mention, path in placed
    ]


def _said(commit: Commit | None) -> str:
    if commit is None:
        return "not committed"
    days = int((time.time() - commit.time) // _DAY)
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{commit.name} {when}: {escaped(commit.subject, 50)}"


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
