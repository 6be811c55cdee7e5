"""Code lenses above phases that are to be done: start or continue, the newest note, their size against the headroom."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from lsprotocol import types

from relaymark.core.observed import View
from relaymark.core.paths import relative
from relaymark.core.plan import Phase
from relaymark.core.plan_lens import action, lensed, phases_noted, room_of, size_title
from relaymark.engine.notes import PhaseNote, notes_stamp
from relaymark.engine.plans import root_of
from relaymark.lsp.asked import Asked
from relaymark.lsp.convert import span_range
from relaymark.lsp.features import notes, relay
from relaymark.lsp.filetokens import tokens_soon
from relaymark.lsp.here import Here, here
from relaymark.lsp.named import found_paths, is_file
from relaymark.lsp.redraw import redraw
from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer

_MOST_FILES = 300
_TEXT_ONLY = ""
"""The command of a lens that only says something."""
_ACTIONS = {"start": ("Start phase", relay.NEXT), "continue": ("Continue phase", relay.CONTINUE)}


async def code_lens(ls: RelaymarkServer, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    """Return the lenses of a plan; None for other documents."""
    at = await here(ls, params.text_document.uri)
    if at is None:
        return None
    ls.drawn.add("lenses")
    phases = {index: at.sheet.plan.phases[index] for index in lensed(at.sheet.plan, at.plan)}
    if not phases:
        return []
    files = await _files(ls, at, phases)
    every = list(dict.fromkeys(file for named in files.values() for file in named))[:_MOST_FILES]
    tokens = await tokens_soon(ls, at.root, every, refreshed=ls.features.refreshes_lenses)
    newest = await asyncio.to_thread(ls.notes.newest, at.root)
    noted = {index: newest[said] for index, said in phases_noted(at.sheet.plan, at.plan, newest).items()}
    current = scene(ls, at.folder)
    return [
        lens
        for index, phase in phases.items()
        for lens in _lenses(at, current, index, phase, size=(files[index], tokens), note=noted.get(index))
    ]


def _lenses(
    at: Here,
    current: Scene,
    index: int,
    phase: Phase,
    *,
    size: tuple[Sequence[str], Mapping[str, int]],
    note: PhaseNote | None,
) -> Iterator[types.CodeLens]:
    spot = span_range(at.sheet, phase.heading_span, at.encoding)
    on_it = _on(current, at.plan, index)
    held = {relative(file.path, at.root) for view in on_it for file in view.session.attachments}
    others = [view for view in current.views if not view.elsewhere and view.session.parent is None]
    title, command = _ACTIONS[action(phase, taken=bool(on_it))]
    session = on_it[0].session.id if on_it else None
    wish = Asked(at.folder.uri, at.uri, index, None, session, at.sheet.version)
    yield types.CodeLens(spot, types.Command(title, command, arguments=[wish.given()]))
    if note:
        wish = Asked(workspace=at.folder.uri, path=note.path)
        yield types.CodeLens(spot, types.Command(_note_title(note.date), notes.COMMAND, arguments=[wish.given()]))
    # Last, as there is nothing to choose in it: some clients number the lenses of a line.
    if title := size_title(*size, held, room_of(on_it, others)):
        yield types.CodeLens(spot, types.Command(title, _TEXT_ONLY))


def _on(current: Scene, plan: str, index: int) -> list[View]:
    bound = current.joined.bound if current.joined else {}
    return [
        view for view in current.views if (on := bound.get(view.session.id)) and (on.plan, on.phase) == (plan, index)
    ]


async def _files(ls: RelaymarkServer, at: Here, phases: Mapping[int, Phase]) -> dict[int, list[str]]:
    """Return the files of the tree that phases name."""
    mentions = {
        index: [*phase.paths, *(mention for item in phase.items for mention in item.paths)]
        for index, phase in phases.items()
    }
    found = await found_paths(ls, at, [mention for named in mentions.values() for mention in named])
    files: dict[int, list[str]] = {}
    for index, named in mentions.items():
        places = (found.get(mention.path) for mention in named)
        files[index] = list(dict.fromkeys(place.path for place in places if place is not None and is_file(place)))
    return files


def _note_title(date: str) -> str:
    try:
        at = datetime.fromisoformat(date)
    except ValueError:
        return "Handover note"
    return f"Handover note of {(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone():%Y-%m-%d %H:%M}"


def watch(ls: RelaymarkServer, current: Scene) -> bool:
    """Have the lenses asked for again when the sessions on phases, or the notes, are others than before."""
    place = current.folder.place
    if "lenses" in ls.drawn and current.joined and place:
        seen = (
            *sorted(
                (view.session.id, on.plan, on.phase, (view.gauge.headroom or 0) // 1_000, view.session.base or 0)
                for view in current.views
                if (on := current.joined.bound.get(view.session.id))
            ),
            notes_stamp(root_of(place)),
        )
        if ls.lensed.get(current.folder.uri, seen) != seen:
            redraw(ls, hints=False)
        ls.lensed[current.folder.uri] = seen
    return False


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(code_lens)
    server.refreshers.append(watch)
