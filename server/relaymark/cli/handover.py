"""`relaymark handover`: the note that hands a session over, from its record or by the writer that is chosen."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.notes import Keep, hint_keeping, kept_notes, show_orders
from relaymark.cli.workspace import Workspace
from relaymark.core.config import Writer
from relaymark.core.observed import View, view
from relaymark.core.place import belongs
from relaymark.core.status import sorted_views
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_files, look_at_workspace
from relaymark.engine.recorded import holding
from relaymark.engine.relay import RelayError, handover_session
from relaymark.engine.taking import prompt_for, take
from relaymark.engine.writing import Composed, composed, cost_of, keep
from relaymark.sources.handovers import write_new_file

_WRITERS: tuple[Writer, ...] = ("draft", "session", "command")
_MOST_TAKEN = 256 * 1024


def handover(
    session: Annotated[
        str | None,
        typer.Option("--session", "-s", help="The session's id, or how it begins; the shown one by default."),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", "-o", help="A new file to write the note to, or - for standard output.")
    ] = None,
    writer: Annotated[
        str | None,
        typer.Option("--writer", help="draft: from the record; session: its own agent, in a fork; command: a program."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a model is asked.")] = False,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="Print what to ask any chat for a note, and write nothing.")
    ] = False,
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Take the note from a file, or - for standard input.")
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
    if writer is not None and writer not in _WRITERS:
        raise typer.BadParameter(f"a writer is {', '.join(_WRITERS)}", param_hint="--writer")
    if source is not None and (out is not None or writer is not None or prompt):
        raise typer.BadParameter("it goes with --session alone", param_hint="--from")
    given = _given(source) if source is not None else None
    folder = os.path.realpath(workspace or Path.cwd())
    if kept_notes(folder, dismiss, keep_notes, listing=listing, as_json=as_json):
        return
    machine = Machine()
    look = look_at_workspace(machine, folder)
    now = machine.now()
    views: Sequence[View] = sorted_views(look.observed, look.place, look.config, now)
    try:
        views = with_closed(machine, look, views, session)
        if prompt:
            sys.stdout.buffer.write(prompt_for(machine, look.place, views, session, now, look.config).encode())
            return
        if given is not None:
            taken = take(machine, look.place, views, session, now, look.config, given)
            for problem in taken.problems:
                typer.echo(f"! {problem}", err=True)
            typer.echo(taken.path)
            return
        chosen = handover_session(views, look.place, session)
        show_orders(chosen.session, quote=quote)
        found = written_by(machine, look, chosen, now, _WRITERS[_WRITERS.index(writer)] if writer else None, yes=yes)
        if out is None:
            typer.echo(keep(look.place, found))
            hint_keeping(look.place)
            return
    except RelayError as error:
        hint = "" if session or views else " Name an older one with --session; `relaymark status --all` lists them."
        typer.echo(f"{error}{hint}", err=True)
        raise typer.Exit(1) from error
    _put(out, found.text)


def written_by(machine: Machine, look: Look, chosen: View, now: float, asked: Writer | None, *, yes: bool) -> Composed:
    """Return the note by the writer that was asked for, else by that of the settings; what it costs is said first."""
    writer = asked or look.config.writer
    if writer == "session":
        typer.echo(cost_of(chosen), err=True)
        if not yes and sys.stdin.isatty() and not typer.confirm("Go on?", default=True, err=True):
            writer = "draft"
    found = composed(
        machine,
        look.place,
        chosen,
        now,
        look.config,
        writer,
        progress=lambda text: typer.echo(f"{text} ...", err=True),
    )
    if found.fallen_back:
        typer.echo(f"{found.fallen_back} This is the draft.", err=True)
    return found


def _given(source: str) -> str:
    try:
        data = sys.stdin.buffer.read(_MOST_TAKEN) if source == "-" else _head(source)
    except OSError as error:
        typer.echo(f"{source} cannot be read: {error.strerror or error}", err=True)
        raise typer.Exit(1) from error
    return data.decode("utf-8", "replace")


def _head(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_MOST_TAKEN)


def _put(out: str, text: str) -> None:
    """Write a note where the user wants it, never over another file."""
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


def with_closed(machine: Machine, look: Look, views: Sequence[View], session: str | None) -> Sequence[View]:
    """Return the open sessions; where none of them is the named one, those of that name however old they are."""
    if session is None or any(item.session.id.startswith(session) for item in views):
        return views
    return closed_views(machine, look, session)


def closed_views(machine: Machine, look: Look, session_id: str) -> tuple[View, ...]:
    """Return the sessions of this workspace whose id starts so, however old they are."""
    named = [(item.agent, item.store, item.path) for item in holding(machine, session_id)]
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
