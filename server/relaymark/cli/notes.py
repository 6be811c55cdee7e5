"""What `relaymark handover` does with notes that are there: lists, dismisses, keeps them in git or not; and orders."""

import sys
from enum import StrEnum
from typing import Any, NoReturn

import msgspec
import typer

from relaymark.core.markdown import one_line
from relaymark.core.paths import join, to_uri
from relaymark.core.place import Place
from relaymark.core.redact import redacted
from relaymark.core.session import Session
from relaymark.core.tokens import short
from relaymark.engine.archive import Filed, archive
from relaymark.engine.due import due_payload, due_sessions
from relaymark.engine.machine import Machine
from relaymark.engine.once import settings_of
from relaymark.engine.relay_facts import top_of
from relaymark.sources import keeping
from relaymark.sources.git import place_of
from relaymark.sources.let_go import let_go
from relaymark.sources.orders import saw_orders, unseen_orders

_ORDERS_SHOWN = 10


class Keep(StrEnum):
    """What becomes of notes in the repository."""

    COMMIT = "commit"
    IGNORE = "ignore"


def kept_notes(folder: str, dismiss: str | None, keep: Keep | None, *, listing: bool, as_json: bool) -> bool:
    """Do what was asked for notes that are there already; True if anything was."""
    if keep is not None:
        _keep(folder, keep)
    if dismiss is not None:
        _dismiss(dismiss)
    if listing or as_json:
        _list(folder, as_json=as_json)
    return keep is not None or dismiss is not None or listing or as_json


def show_orders(session: Session, *, quote: bool) -> None:
    """Show standing orders that no note quotes yet; they are quoted where the user asks for it."""
    unseen = unseen_orders(session)
    if not unseen:
        return
    if quote:
        try:
            saw_orders(unseen)
        except OSError as error:
            _fail(f"This cannot be kept: {error.strerror or error}", error)
        return
    typer.echo("The note does not quote these orders of yours; --quote-orders has it quote them:", err=True)
    for order in unseen[:_ORDERS_SHOWN]:
        typer.echo(f"  {one_line(redacted(order), 160)}", err=True)


def hint_keeping(place: Place) -> None:
    """Say that the user may decide whether git keeps notes, as long as nobody has."""
    if keeping.choice_of(place) is None:
        typer.echo("Decide once whether git keeps notes: `relaymark handover --notes commit` or `ignore`.", err=True)


def _keep(folder: str, keep: Keep) -> None:
    place = place_of(folder)
    if place.worktree is None:
        _fail(f"{one_line(folder, 200)} is not in a git repository: there is nothing to commit or to ignore.")
    try:
        keeping.choose(place, "commit" if keep is Keep.COMMIT else "ignore")
    except OSError as error:
        _fail(f"This cannot be kept: {error.strerror or error}", error)
    made = "are committed with the work" if keep is Keep.COMMIT else "are ignored by git"
    typer.echo(f"Notes {made}, by {place.worktree.path}/.relaymark/.gitignore.")


def _dismiss(session: str) -> None:
    try:
        let_go(session)
    except OSError as error:
        _fail(f"This cannot be kept: {error.strerror or error}", error)
    typer.echo(f"{one_line(session)} is not listed any more.")


def _list(folder: str, *, as_json: bool) -> None:
    machine, place = Machine(), place_of(folder)
    config, problems = settings_of(folder)
    top = top_of(place)
    notes = archive(top)
    due = [due_payload(shown) for shown in due_sessions(machine, place, config, notes)]
    if as_json:
        listed = [each.payload | {"uri": to_uri(join(top, each.path))} for each in notes]
        payload = {"version": 1, "notes": listed, "due": due, "keeping": keeping.choice_of(place) or "ask"}
        sys.stdout.buffer.write(msgspec.json.encode(payload) + b"\n")
        return
    for problem in problems:
        typer.echo(problem, err=True)
    for each in notes:
        typer.echo(_note_line(each))
    if not notes:
        typer.echo("No notes here: `relaymark handover` writes one.")
    if due:
        typer.echo("\nPast the reset line and not handed over:")
        for told in due:
            typer.echo(_due_line(told))
        typer.echo("`relaymark handover --session ID` writes its note, `--dismiss ID` takes it off this list.")


def _note_line(note: Filed) -> str:
    header = note.header
    phase = one_line(header.phase or "no phase", 60)
    held = f"{short(header.tokens)} tokens" if header.tokens is not None else "tokens unknown"
    return f"{one_line(header.date or '?')}  {phase}  {one_line(header.agent or '?')}  {held}  {note.path}"


def _due_line(told: dict[str, Any]) -> str:
    name, when = one_line(str(told.get("title") or ""), 40), told.get("updatedAt", "")
    held = f"{short(told['tokens'])} of {short(told['reset'])}"
    return f"  {one_line(told['id'])}  {held}  {told['agent']}  {when}  {name}".rstrip()


def _fail(text: str, error: Exception | None = None) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1) from error
