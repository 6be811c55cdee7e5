"""`relaymark uninstall`: removes what Relaymark put on this machine, and keeps every note."""

from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.hooks import show
from relaymark.engine import hook_setup as setup
from relaymark.engine.machine import Machine
from relaymark.sources.folders import config_file


def uninstall(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be removed, and remove nothing.")] = False,
) -> None:
    """Remove hooks, cache, state and marked blocks; notes, plans and your settings file stay."""
    steps, problems = _steps()
    folders = setup.own_folders()
    for step in steps:
        show(step, "-")
    for folder in folders:
        typer.echo(f"{folder} (the folder goes)")
    for problem in problems:
        typer.echo(f"! {problem}", err=True)
    if not steps and not folders:
        typer.echo("There is nothing to remove.")
    elif not dry_run:
        if not yes:
            typer.confirm("Remove all this?", abort=True)
        problems += _remove(steps, folders)
        typer.echo("Done. The program itself goes with `pipx uninstall relaymark`, or as it was installed.")
    typer.echo("Kept: notes and prompts in .relaymark/ of every project")
    if config_file().exists():
        typer.echo(f"Kept: {config_file()}")
    if problems:
        raise typer.Exit(1)


def _steps() -> tuple[list[setup.Step], list[str]]:
    """Return the changes of files, and why some file could not be looked at."""
    machine, here = Machine(), str(Path.cwd())
    found: list[setup.Step] = []
    problems: list[str] = []
    targets = [setup.target(machine, agent) for agent in setup.AGENTS]
    for where in dict.fromkeys((*targets, setup.target(machine, "claude-code", here))):
        try:
            step = setup.to_remove(where)
        except setup.SetupError as error:
            problems.append(str(error))
            continue
        if step.after != step.before:
            found.append(step)
    try:
        found += setup.marked_blocks(here)
    except setup.SetupError as error:
        problems.append(str(error))
    return found, problems


def _remove(steps: list[setup.Step], folders: tuple[Path, ...]) -> list[str]:
    problems = []
    for step in steps:
        try:
            setup.make(step)
        except setup.SetupError as error:
            problems.append(str(error))
    for folder in folders:
        try:
            setup.remove_folder(folder)
        except setup.SetupError as error:
            problems.append(str(error))
    for problem in problems:
        typer.echo(f"! {problem}", err=True)
    return problems
