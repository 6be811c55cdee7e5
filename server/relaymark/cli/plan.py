"""`relaymark plan`: a plan from nothing, from what an agent planned, or from pasted text."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.workspace import Workspace
from relaymark.core import paths
from relaymark.core.place import Place
from relaymark.core.plan import parse_plan
from relaymark.core.plan.adopt import LONGEST, adopt_text
from relaymark.core.plan.kinds import plan_kind
from relaymark.core.plan.template import PROMPT, new_plan
from relaymark.engine.adoption import ORIGINS, newest
from relaymark.engine.birth import looked_at
from relaymark.engine.machine import Machine
from relaymark.engine.once import settings_of
from relaymark.engine.shelf import root_of
from relaymark.sources import encoded
from relaymark.sources.git import place_of
from relaymark.sources.handovers import write_new_file

plan = typer.Typer(name="plan", help="Make a plan that the next session can follow.", no_args_is_help=True)

_NAME = "PLAN.md"

Out = Annotated[
    str, typer.Option("--out", "-o", help="The new file, from the current folder; or - for standard output.")
]


class From(StrEnum):
    """Whose newest plan is taken."""

    CLAUDE_CODE = "claude-code"
    CODEX = "codex"
    OPENCODE = "opencode"


_TITLES = {From.CLAUDE_CODE: "Claude Code", From.CODEX: "Codex", From.OPENCODE: "opencode"}


@plan.command()
def new(
    title: Annotated[str, typer.Argument(help="What it is about; by default the folder's name.")] = "",
    out: Out = "",
    workspace: Workspace = None,
) -> None:
    """Write a plan to fill in. It is never written over a file."""
    folder = os.path.realpath(workspace or Path.cwd())
    _write(new_plan(title or os.path.basename(folder)), _target(out, folder))


@plan.command()
def adopt(
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="A text to adopt, or - for standard input; else an agent's plan.")
    ] = "",
    source: Annotated[
        From | None, typer.Option("--from", help="The agent whose newest plan is taken; by default of all of them.")
    ] = None,
    out: Out = "",
    workspace: Workspace = None,
) -> None:
    """Turn what an agent planned, or any text, into a plan with phases and boxes. It is never written over a file."""
    folder = os.path.realpath(workspace or Path.cwd())
    place = place_of(folder)
    if file and source:
        typer.echo("Name a file or --from an agent, not both.", err=True)
        raise typer.Exit(2)
    name = os.path.basename(folder)
    text = adopt_text(_given(file), name, root_of(place)) if file else _of_agents(source, place, name)
    made = parse_plan(text)
    if not made.items:
        typer.echo("There is nothing in it that could become a box: no list, no steps, no phases.", err=True)
        raise typer.Exit(1)
    target = _target(out, folder)
    born = looked_at(text, target or f"{folder}/{_NAME}", place, settings_of(folder)[0])
    _write(text, target)
    items, phases = len(made.items), len(made.phases)
    typer.echo(f"{phases} phase{'s' * (phases != 1)}, {items} item{'s' * (items != 1)}.", err=True)
    for remark in born.remarks:
        typer.echo(f"  line {remark}", err=True)
    if target and not plan_kind(paths.relative(target, root_of(place)), settings_of(folder)[0].plan_files):
        typer.echo("Relaymark does not look for plans there: name it in `planFiles`.", err=True)


@plan.command()
def prompt(
    idea: Annotated[list[str] | None, typer.Argument(help="The work to plan; put behind the prompt.")] = None,
) -> None:
    """Print the prompt that asks an agent or a chat for a plan of this form."""
    typer.echo(PROMPT + (" ".join(idea) if idea else ""))


def _given(file: str) -> str:
    try:
        if file == "-":
            name, found = "standard input", encoded.read(sys.stdin.buffer, 4 * LONGEST)
        else:
            with open(file, "rb") as opened:
                name, found = file, encoded.read(opened, 4 * LONGEST)
    except OSError as error:
        typer.echo(f"{file} cannot be read: {error.strerror or error}", err=True)
        raise typer.Exit(2) from error
    if "\0" in found.text:
        typer.echo(f"{name} holds NUL bytes, as UTF-16 without its mark does: save it as UTF-8 first.", err=True)
        raise typer.Exit(2)
    if not found.whole:
        typer.echo(f"{name} is not UTF-8: what cannot be read of it stands as \N{REPLACEMENT CHARACTER}.", err=True)
    if found.cut or len(found.text) > LONGEST:
        typer.echo(f"{name} has more than {LONGEST:,} characters: the rest is left out.", err=True)
    return found.text


def _of_agents(source: From | None, place: Place, title: str) -> str:
    wanted = [origin for origin in ORIGINS if source is None or origin == source.value]
    made = newest(Machine(), place, wanted)
    if made is None:
        who = _TITLES[source] if source else "Claude Code, Codex and opencode"
        typer.echo(f"No plan of {who} was found for this folder; paste one: relaymark plan adopt -", err=True)
        raise typer.Exit(1)
    typer.echo(f"from {made.origin}: {made.where}", err=True)
    if not made.here:
        typer.echo("No session of this folder names that file: see whether it is the right one.", err=True)
    return made.adopted(root_of(place), title)


def _target(out: str, folder: str) -> str:
    """Return where to write, absolute; empty for standard output."""
    return "" if out == "-" else os.path.abspath(out) if out else f"{folder}/{_NAME}"


def _write(text: str, target: str) -> None:
    if not target:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        return
    try:
        write_new_file(Path(target), text)
    except FileExistsError as error:
        typer.echo(f"{target} exists, and is never written over; name another file with --out.", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"{target} cannot be written: {error.strerror or error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(target)
