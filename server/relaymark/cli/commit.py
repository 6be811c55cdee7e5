"""`relaymark commit`: the commit of a phase in this terminal, shown first and made by git itself, hooks and all."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.handover import with_closed
from relaymark.cli.workspace import Workspace
from relaymark.core.markdown import one_line
from relaymark.core.relay.committing import PhaseCommit
from relaymark.core.status import sorted_views
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_workspace
from relaymark.engine.relay import RelayError
from relaymark.engine.relay_commit import commit_for

_SHOWN = 40


def commit(
    session: Annotated[
        str | None,
        typer.Option("--session", "-s", help="Whose files are committed; the shown session by default."),
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="The plan, from the top of the work tree.")] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", "-p", help="The phase's number or title; the session's own by default.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Wait at the end, in a terminal that would close.")] = False,
    workspace: Workspace = None,
) -> None:
    """Commit what a session edited of its phase, and the plan."""
    machine = Machine()
    look = look_at_workspace(machine, os.path.realpath(workspace or Path.cwd()))
    views = with_closed(machine, look, sorted_views(look.observed, look.place, look.config, machine.now()), session)
    try:
        found = commit_for(look.place, views, look.config, session=session, plan=plan, phase=phase)
    except RelayError as error:
        typer.echo(str(error), err=True)
        _wait(hold)
        raise typer.Exit(1) from error
    code = make(found.commit, found.top, yes=yes)
    _wait(hold)
    raise typer.Exit(code)


def make(found: PhaseCommit, top: str, *, yes: bool = False) -> int:
    """Show a commit, ask, and have git make it; return git's exit code, 1 where the user does not want it."""
    typer.echo("To be committed:")
    for path in found.files[:_SHOWN]:
        typer.echo(f"  {one_line(path, 200)}")
    if len(found.files) > _SHOWN:
        typer.echo(f"  and {len(found.files) - _SHOWN} more")
    if found.others:
        more = f" and {len(found.others) - 5} more" if len(found.others) > 5 else ""
        typer.echo(f"Left out, not edited by the session: {', '.join(map(one_line, found.others[:5]))}{more}")
    typer.echo("Message:")
    for line in found.message.rstrip().splitlines():
        typer.echo(f"  {line}".rstrip())
    if not yes and not (sys.stdin.isatty() and typer.confirm("Commit this?", default=True)):
        typer.echo("Nothing was committed.", err=True)
        return 1
    sys.stdout.flush()
    for argv in found.argvs:
        try:
            done = subprocess.run(argv, cwd=top, check=False)  # noqa: S603  (no shell: the arguments stay what they are)
        except OSError as error:
            typer.echo(f"git could not be started: {error.strerror}", err=True)
            return 1
        if done.returncode:
            return done.returncode
    return 0


def _wait(hold: bool) -> None:
    if hold and sys.stdin.isatty():
        typer.prompt("Enter closes this terminal", default="", show_default=False)
