"""`relaymark brief`: after a holiday or a pull, what the last note says, what of it is not true, how to go on."""

import os
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from relaymark.cli.workspace import Workspace
from relaymark.core.brief import Brief, brief_text
from relaymark.engine.brief import brief_for
from relaymark.engine.machine import Machine
from relaymark.engine.once import settings_of
from relaymark.sources.git import place_of


def brief(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False, workspace: Workspace = None
) -> None:
    """Say where the work stands: the last note, what of it is no longer true, others' commits, the next command."""
    folder = os.path.realpath(workspace or Path.cwd())
    config, problems = settings_of(folder)
    for problem in problems:
        typer.echo(problem, err=True)
    found = brief_for(Machine(), place_of(folder), config)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_payload(found)) + b"\n")
        return
    typer.echo(brief_text(found), nl=False)


def _payload(found: Brief) -> dict[str, object]:
    told = {
        "version": 1,
        "note": found.note,
        "nextStep": found.next_step,
        "untrue": found.untrue,
        "foreign": found.foreign,
        "phase": found.phase or None,
        "green": found.green.sha if found.green else None,
        "command": found.command,
    }
    return {key: value for key, value in told.items() if value is not None}
