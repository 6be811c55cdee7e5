"""`relaymark hooks`: puts Relaymark into the hooks of agents, shows what that changes first, and takes it out again."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from relaymark.engine import hook_setup as setup
from relaymark.engine.machine import Machine

hooks = typer.Typer(name="hooks", no_args_is_help=True, help="Relaymark inside the agents: their own hooks.")

_Agent = Annotated[str, typer.Argument(help="claude-code or codex.")]
_Project = Annotated[
    bool, typer.Option("--project", help="Claude Code: the .claude/settings.json of this project, not the user's own.")
]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


@hooks.command()
def install(agent: _Agent, project: _Project = False, yes: _Yes = False, dry_run: _DryRun = False) -> None:
    """Put the hooks in: notes at the start, one word at each crossing, a note before a compaction, the status line."""
    try:
        where = setup.target(Machine(), agent, str(Path.cwd()) if project else None)
        step = setup.to_install(where, setup.program())
    except setup.SetupError as error:
        _fail(error)
    change(step, "+", "The hooks stand there already.", yes=yes, dry_run=dry_run)


@hooks.command()
def remove(agent: _Agent, project: _Project = False, yes: _Yes = False, dry_run: _DryRun = False) -> None:
    """Take Relaymark's own hooks out, and nothing else."""
    try:
        step = setup.to_remove(setup.target(Machine(), agent, str(Path.cwd()) if project else None))
    except setup.SetupError as error:
        _fail(error)
    change(step, "-", "No hooks of Relaymark stand there.", yes=yes, dry_run=dry_run)


@hooks.command()
def status() -> None:
    """Say which hooks are in, and where."""
    machine, failed = Machine(), False
    found = [setup.target(machine, agent) for agent in setup.AGENTS]
    found.append(setup.target(machine, "claude-code", str(Path.cwd())))
    for where in dict.fromkeys(found):
        try:
            typer.echo(f"{where.agent:<12} {where.path}: {setup.state_of(where)}")
        except setup.SetupError as error:
            failed = True
            typer.echo(f"{where.agent:<12} {error}")
    if failed:
        raise typer.Exit(1)


def change(step: setup.Step, sign: str, nothing: str, *, yes: bool, dry_run: bool) -> None:
    """Show a change, ask, and make it."""
    if step.after == step.before:
        typer.echo(f"{step.path}: {nothing}")
        _tell(step.notes)
        return
    show(step, sign)
    if dry_run:
        return
    if not yes:
        typer.confirm("Change this file?", abort=True)
    try:
        setup.make(step)
    except setup.SetupError as error:
        _fail(error)
    typer.echo("Done.")


def show(step: setup.Step, sign: str) -> None:
    """Print what a change puts into a file or takes out of it."""
    new = " (new file)" if step.before is None else " (the file goes)" if step.after is None else ""
    typer.echo(f"{step.path}{new}")
    for line in step.lines:
        typer.echo(f"{sign} {line}")
    _tell(step.notes)


def _tell(notes: tuple[str, ...]) -> None:
    for note in notes:
        typer.echo(f"! {note}")


def _fail(error: Exception) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1) from error
