"""Hover on checkboxes, headings of phases and paths beside them: state, files with tokens and commits, what fits."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from lsprotocol import types
from msgspec.structs import replace

from relaymark.core import paths
from relaymark.core.hover import COMMIT, AtWork, NamedFile, Since, file_hover, item_hover, phase_hover
from relaymark.core.ledger import Entry, of_item, per_item
from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.markdown import escaped
from relaymark.core.observed import View
from relaymark.core.past import PathPast, boxes_in, item_keys
from relaymark.core.paths import normal
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.model import Item, PathMention, Phase
from relaymark.core.plan_targets import mention_at
from relaymark.core.sheet import Sheet
from relaymark.engine.archive import archive, notes_of_phase
from relaymark.engine.item_history import item_since
from relaymark.engine.machine import Machine
from relaymark.engine.settled import Settled
from relaymark.lsp.asked import ready
from relaymark.lsp.convert import offset, span_range
from relaymark.lsp.features.actions import sheet_of
from relaymark.lsp.features.note_hover import note_hover
from relaymark.lsp.filetokens import tokens_of
from relaymark.lsp.scene import Scene
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.git import Commit, last_commits
from relaymark.sources.git_files import edges_of

_MOST_FILES = 12
_MOST_SESSIONS = 4
_PATIENCE = 1.5
"""Seconds that a hover waits for history; a long one is read once."""
_DAY = 86_400


async def hover(ls: RelaymarkServer, params: types.HoverParams) -> types.Hover | None:
    """Return what there is to say of the item or heading under the cursor."""
    await ready(ls)
    found = sheet_of(ls, params.text_document.uri)
    if found is None:
        return await note_hover(ls, params)
    current, sheet = found
    encoding = str(ls.workspace.position_encoding or "utf-16")
    at = offset(sheet, params.position, encoding)
    item, phase = _item_at(sheet, at), _phase_at(sheet, at)
    if item is not None:
        owner = next((index for index, one in enumerate(sheet.plan.phases) if item in one.items), None)
        views = _views(current, sheet, owner)
        files, since = await asyncio.gather(
            _files(ls, current, sheet, item.paths, views), _since(ls, current, sheet, item)
        )
        held = _at_work(current, views, [file.found for file in files if file.found])
        spent = await asyncio.to_thread(_spent, ls.machine, current, sheet, item)
        text = item_hover(item, sheet.plan.phases[owner] if owner is not None else None, files, since, held, spent)
        span = item.span
    elif phase is not None:
        one = sheet.plan.phases[phase]
        views = _views(current, sheet, phase)
        files = await _files(ls, current, sheet, _all_paths(one), views)
        notes = await asyncio.to_thread(_notes, current, sheet, one)
        text, span = phase_hover(one, views, files, notes, _takes(current, sheet)), one.heading_span
    elif named := _named_at(sheet, at):
        views = _views(current, sheet, _phase_around(sheet, at))
        text, span = file_hover(await _files(ls, current, sheet, named, views)), named[0].span
    else:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), span_range(sheet, span, encoding))


def _item_at(sheet: Sheet, at: int) -> Item | None:
    holding = [item for item in sheet.plan.items if item.span.start <= at <= item.span.end]
    return max(holding, key=lambda item: item.span.start, default=None)


def _phase_at(sheet: Sheet, at: int) -> int | None:
    spans = [phase.heading_span for phase in sheet.plan.phases]
    return next((index for index, span in enumerate(spans) if span.start <= at <= span.end), None)


def _named_at(sheet: Sheet, at: int) -> list[PathMention]:
    """Return the path at an offset, of a list in braces all of them."""
    mention = mention_at(sheet, at)
    if mention is None:
        return []
    if mention.drawn:
        return [mention]
    line = sheet.lines.line_at(at)
    near = path_mentions(sheet.text, sheet.lines.start(line), sheet.lines.end(line))
    return [each for each in near if each.span == mention.span]


def _phase_around(sheet: Sheet, at: int) -> int | None:
    spans = [phase.span for phase in sheet.plan.phases]
    return next((index for index, span in enumerate(spans) if span.start <= at < span.end), None)


def _notes(current: Scene, sheet: Sheet, phase: Phase) -> list[tuple[str, str]]:
    """Return when the notes of a phase were written and their URIs, the newest first."""
    assert current.joined is not None
    root = current.joined.root
    found = notes_of_phase(archive(root), paths.relative(sheet.path, root), phase)
    return [(each.header.date or "undated", paths.to_uri(paths.join(root, each.path))) for each in found]


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


def _at_work(current: Scene, views: Sequence[View], files: Sequence[str]) -> list[AtWork]:
    """Return the sessions on the item's phase, and others here that hold its files; with what these take there."""
    assert current.joined is not None
    found = []
    for view in current.views:
        shares = [
            file.tokens for file in view.session.attachments if paths.relative(file.path, current.joined.root) in files
        ]
        counted = [tokens for tokens in shares if tokens is not None]
        if view in views or (counted and not view.elsewhere):
            edited = {paths.relative(path, current.joined.root) for path in view.session.under_way.edited}
            found.append(AtWork(view, sum(counted) if counted else None, not edited.isdisjoint(files)))
    return found[:_MOST_SESSIONS]


def _spent(machine: Machine, current: Scene, sheet: Sheet, item: Item) -> list[tuple[Entry, str]]:
    """Return what sessions spent on an item, with the agents' names; nothing where its wording is not its alone."""
    assert current.joined is not None
    if not current.joined.ledger or item.todo:
        return []
    [key] = item_keys(sheet.text, [item.mark_span.start])
    words = key.partition("\0")[0]
    if not words or sum(each.partition("\0")[0] == words for _, each, _ in boxes_in(sheet.text)) > 1:
        return []
    names = {agent.name: agent.title for agent in machine.agents}
    entries = of_item(current.joined.ledger, paths.relative(sheet.path, current.joined.root), words)
    return [(entry, names.get(entry.agent, entry.agent)) for entry in entries]


def _takes(current: Scene, sheet: Sheet) -> int | None:
    """Return what an item of a plan took so far, in tokens."""
    assert current.joined is not None
    return per_item(current.joined.ledger, paths.relative(sheet.path, current.joined.root))


async def _since(ls: RelaymarkServer, current: Scene, sheet: Sheet, item: Item) -> Since | None:
    """Return what git tells of an item, None where that takes too long: then it is there the next time."""
    assert current.joined is not None
    root = current.joined.root
    tree = ls.trees.get(root)
    if tree is None or tree.index is None:
        return None
    plan, index = paths.relative(sheet.path, root), tree.index
    places = [look_up(index, mention.path, plan) for mention in item.paths[:_MOST_FILES]]
    files = list(dict.fromkeys(place.path for place in places if isinstance(place, Found) and place.how != "glob"))
    work = asyncio.to_thread(item_since, tree.histories, root, plan, sheet, index, item, files)
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait([task], timeout=_PATIENCE)
    found = task.result() if done else None
    return replace(found, cut=True) if found and found.written in edges_of(root) else found


async def _files(
    ls: RelaymarkServer, current: Scene, sheet: Sheet, mentions: Sequence[PathMention], views: Sequence[View]
) -> list[NamedFile]:
    assert current.joined is not None
    root = current.joined.root
    tree = ls.trees.get(root)
    index = tree.index if tree and tree.index else await asyncio.to_thread(ls.listings.index, root)
    plan = paths.relative(sheet.path, root)
    files: dict[str, tuple[PathMention, str | None]] = {}
    for mention in mentions:
        answer = look_up(index, mention.path, plan)
        path = answer.path if isinstance(answer, Found) else None
        files.setdefault(path or mention.path, (mention, path))  # each once, however often it is named
        if len(files) == _MOST_FILES:
            break
    placed = list(files.values())
    known = [path for _, path in placed if path]
    past = tree.settled.get(plan, Settled()).past.paths if tree else {}
    counts, commits = await asyncio.gather(tokens_of(ls, root, known), asyncio.to_thread(last_commits, root, known))
    edges = edges_of(root)
    read = {paths.relative(path, root) for view in views for path in view.session.files_read}
    edited = {paths.relative(path, root) for view in views for path in view.session.files_edited}
    return [
        NamedFile(
            mention.path,
            path,
            True,
            counts.get(path) if path else None,
            _said(commits.get(path), edges) if path else "",
            path in read,
            path in edited,
            None if path else _moved_to(index, past, mention),
        )
        for mention, path in placed
    ]


def _moved_to(index: FileIndex, past: Mapping[str, PathPast], mention: PathMention) -> str | None:
    """Return where a path that the tree lacks is now, as far as history was read: by its spelling, else by its file."""
    whole = normal(mention.path)
    known = past.get(mention.path) or next((each for each in past.values() if each.path == whole), None)
    return known.moved_to if known and known.moved_to and index.holds(known.moved_to) else None


def _said(commit: Commit | None, edges: AbstractSet[str]) -> str:
    if commit is None:
        return "not committed"
    if commit.name in edges:
        return f"{commit.name[:COMMIT]} or before"
    days = int((time.time() - commit.time) // _DAY)
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{commit.name[:COMMIT]} {when}: {escaped(commit.subject, 50)}"


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
