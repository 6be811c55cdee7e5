"""`relaymark next`: starts the next session of the relay in this terminal, with its opening prompt."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.workspace import Workspace
from relaymark.core.status import sorted_views
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_workspace
from relaymark.engine.relay import RelayError
from relaymark.engine.relay_opening import Start, Wish, opening_for


def next_phase(
    phase: Annotated[
        str | None, typer.Option("--phase", "-p", help="The phase's number or title; the one that is next by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be started, and write nothing.")] = False,
    workspace: Workspace = None,
) -> None:
    """Start the agent on the next phase, or on the rest of the one under way."""
    machine = Machine()
    look = look_at_workspace(machine, os.path.realpath(workspace or Path.cwd()))
    now = machine.now()
    views = sorted_views(look.observed, look.place, look.config, now)
    try:
        start = opening_for(
            machine,
            look.place,
            views,
            now,
            Wish(phase=phase),
            write=not dry_run,
            count=_counter(),
            path_map=look.config.path_map,
        )
    except RelayError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _tell(start, "would be " if dry_run else "")
    if dry_run:
        typer.echo(f"\n{start.prompt}", nl=False)
        return
    _launch(start)


def _counter() -> Callable[[str], int] | None:
    from relaymark.sources.vocabulary import count, encoding  # noqa: PLC0415  (takes 0.2 s)

    try:
        loaded = encoding()
    except OSError:
        return None  # the estimate does without
    return lambda text: count(loaded, text)


def _tell(start: Start, would: str) -> None:
    typer.echo(f"{start.title}: {'begins' if start.mode == 'start' else 'goes on'} in a fresh session of {start.agent}")
    if start.estimate:
        typer.echo(f"context {start.estimate}")
    for offer in start.offers:
        typer.echo(f"! {offer.text} ({offer.action})")
    typer.echo(f"prompt  {would}{'in ' if would else ''}{start.prompt_path}")
    typer.echo(f"command {shlex.join(start.argv)}")


def _launch(start: Start) -> None:
    """Become the agent; without a terminal, or without the program, say what to do."""
    program = start.argv[0]
    if not sys.stdin.isatty():
        typer.echo(f"No terminal here, so nothing was started: run the command in {start.cwd}", err=True)
        return
    if shutil.which(program) is None:
        typer.echo(f"`{program}` is not on the PATH: install it, or give the prompt file to your agent.", err=True)
        raise typer.Exit(1)
    sys.stdout.flush()
    try:
        os.chdir(start.cwd)
        os.execvp(program, start.argv)  # noqa: S606  (no shell: the arguments stay what they are)
    except OSError as error:
        typer.echo(f"`{program}` could not be started: {error.strerror}", err=True)
        raise typer.Exit(1) from error
