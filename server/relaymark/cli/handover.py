"""`relaymark handover`: the note that hands a session over, from its records alone."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.notes import Keep, hint_keeping, kept_notes, show_orders
from relaymark.cli.workspace import Workspace
from relaymark.core.observed import View, view
from relaymark.core.place import belongs
from relaymark.core.status import sorted_views
from relaymark.core.store import Lines, Store
from relaymark.engine.catalog import listed
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_files, look_at_workspace
from relaymark.engine.relay import RelayError, handover_session, handover_text, write_handover
from relaymark.sources.handovers import write_new_file


def handover(
    session: Annotated[
        str | None,
        typer.Option("--session", "-s", help="The session's id, or how it begins; the shown one by default."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", help="A new file to write the note to, or - for standard output.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", "-l", help="List the notes, the newest first, and who has none.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The list as `relaymark/notes` answers.")] = False,
    dismiss: Annotated[
        str | None, typer.Option("--dismiss", metavar="ID", help="Take a session off the list of those without a note.")
    ] = None,
    keep_notes: Annotated[
        Keep | None, typer.Option("--notes", help="Decide once whether notes are committed or ignored by git.")
    ] = None,
    quote: Annotated[
        bool, typer.Option("--quote-orders", help="Quote your standing orders (always, never, ...) in notes.")
    ] = False,
    workspace: Workspace = None,
) -> None:
    """Write the handover note of a session into .relaymark/handovers/."""
    folder = os.path.realpath(workspace or Path.cwd())
    if kept_notes(folder, dismiss, keep_notes, listing=listing, as_json=as_json):
        return
    machine = Machine()
    look = look_at_workspace(machine, folder)
    now = machine.now()
    views = sorted_views(look.observed, look.place, look.config, now)
    try:
        if session is not None and not any(item.session.id.startswith(session) for item in views):
            views = closed_views(machine, look, session)
        chosen = handover_session(views, look.place, session)
        show_orders(chosen.session, quote=quote)
        if out is None:
            typer.echo(write_handover(machine, look.place, views, session, now, path_map=look.config.path_map))
            hint_keeping(look.place)
            return
        text, _ = handover_text(machine, look.place, chosen, now, path_map=look.config.path_map)
    except RelayError as error:
        hint = "" if session or views else " Name an older one with --session; `relaymark status --all` lists them."
        typer.echo(f"{error}{hint}", err=True)
        raise typer.Exit(1) from error
    if out == "-":
        sys.stdout.buffer.write(text.encode())
        return
    try:
        write_new_file(Path(os.path.abspath(out)), text)
    except FileExistsError as error:
        typer.echo(f"{out} exists, and a note is never written over another file; name a new one.", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror or error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(out)


def closed_views(machine: Machine, look: Look, session_id: str) -> tuple[View, ...]:
    """Return the sessions of this workspace whose id starts so, however old they are."""
    found, _ = listed(machine)
    named = [
        (item.agent, item.store, item.path)
        for item in found
        if session_id and _may_hold(item.store, item.path, session_id)
    ]
    if not named:
        return ()
    try:
        old = look_at_files(machine, named, look.place.folder)
    except OSError:
        return ()
    views = []
    for item in old.observed:
        if not item.session.id.startswith(session_id):
            continue
        where, tree = belongs(item.session.cwd, look.place, look.config.path_map)
        if where != "no":
            tree = tree or look.place.worktree
            views.append(view(item, look.config, machine.now(), tree, elsewhere=where == "worktree"))
    return tuple(views)


def _may_hold(store: Store, path: str, session_id: str) -> bool:
    """Tell whether a store may hold a session; only the name of a file of lines tells without opening it."""
    return not isinstance(store, Lines) or (store.session_id(path) or "").startswith(session_id)
