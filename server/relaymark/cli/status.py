"""`relaymark status`: the sessions of a workspace, or of this machine, once."""

import os
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from relaymark.cli.report import session_lines
from relaymark.cli.workspace import Workspace
from relaymark.core.ledger import room_said
from relaymark.core.markdown import one_line
from relaymark.core.observed import view
from relaymark.core.status import VERSION, session_payload, sorted_views
from relaymark.core.status import status as composed
from relaymark.engine.ledgers import Ledgers
from relaymark.engine.machine import Machine
from relaymark.engine.note import nothing_open
from relaymark.engine.once import look_at_machine, look_at_workspace
from relaymark.engine.plans import PlanShelf, joined


def status(
    workspace: Workspace = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the payload that editors get.")] = False,
    everywhere: Annotated[bool, typer.Option("--all", help="Every session on this machine, open or not.")] = False,
) -> None:
    """Show how full each open session of this workspace is."""
    folder = os.path.realpath(workspace or Path.cwd())
    machine = Machine()
    if everywhere:
        _all(machine, folder, as_json=as_json)
        return
    look = look_at_workspace(machine, folder)
    views = sorted_views(look.observed, look.place, look.config, machine.now())
    note = nothing_open(machine, look.place)
    ledger = Ledgers().take([look.place], look.observed, look.config.path_map)[look.place.folder]
    sheets = PlanShelf(look.config.plan_files).sheets([look.place])
    plans = joined(sheets, look.place, views, ledger).payload
    made = composed(folder, views, look.config, plans=plans, note=note)
    if as_json:
        _print_json(made.payload)
        return
    for problem in look.problems:
        typer.echo(problem, err=True)
    if not views:
        typer.echo(note)
        return
    typer.echo(made.payload["text"])
    for item in views:
        typer.echo("")
        for line in session_lines(item):
            typer.echo(line)
        if phase := plans.phases.get(item.session.id):
            on = one_line(f"{phase['label']} {phase['title']}")
            room = plans.left.get(item.session.id)
            left = "" if room is None else f", {room_said(room)}"
            typer.echo(f"    phase {on} of {phase['plan']} (by {phase['evidence']}){left}")
    if any(item.gauge.level == "reset" for item in views):
        typer.echo("\nHand over: `relaymark handover` writes the note, `relaymark next` starts the next session.")


def _all(machine: Machine, folder: str, *, as_json: bool) -> None:
    look = look_at_machine(machine, folder)
    now = machine.now()
    views = [view(item, look.config, now) for item in look.observed if not item.session.warm_up]
    views.sort(key=lambda item: -item.observed.active_at)
    if as_json:
        _print_json({"version": VERSION, "sessions": [session_payload(item) for item in views]})
        return
    for item in views:
        for line in session_lines(item):
            typer.echo(line)
        typer.echo(f"    {item.session.cwd or 'directory unknown'}\n")
    typer.echo(f"{len(views)} sessions, {sum(item.open for item in views)} of them open")


def _print_json(payload: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(payload) + b"\n")
