"""`relaymark next`: starts the next session of the relay in this terminal, with its opening prompt."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from relaymark.cli.commit import make
from relaymark.cli.handover import with_closed, written_by
from relaymark.cli.workspace import Workspace
from relaymark.core.boundary import Offer
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.redact import redacted
from relaymark.core.status import sorted_views
from relaymark.engine.machine import Machine
from relaymark.engine.once import Look, look_at_workspace
from relaymark.engine.pasting import BUDGET, Pasted, pasted
from relaymark.engine.relay import RelayError, handover_session
from relaymark.engine.relay_opening import Start, Wish, opening_for
from relaymark.engine.writing import keep


def next_phase(
    phase: Annotated[
        str | None, typer.Option("--phase", "-p", help="The phase's number or title; the one that is next by default.")
    ] = None,
    agent: Annotated[
        str | None, typer.Option("--agent", "-a", help="Who goes on; the agent of the session that is left by default.")
    ] = None,
    session: Annotated[
        str | None, typer.Option("--session", "-s", help="The session that is left; the shown one by default.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be started, and write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start whatever the check says.")] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Print a prompt with the files in it, for any chat, and start nothing.")
    ] = False,
    budget: Annotated[int, typer.Option("--budget", min=1, help="With --copy: the most tokens of files.")] = BUDGET,
    workspace: Workspace = None,
) -> None:
    """Start the agent on the next phase, or on the rest of the one under way."""
    machine = Machine()
    folder = os.path.realpath(workspace or Path.cwd())
    wish = Wish(phase=phase, agent=agent, session=session)
    count = _counter()
    try:
        while True:
            look = look_at_workspace(machine, folder)
            if copy:
                _put(_pasted(machine, look, wish, count, budget))
                return
            # Nothing is written as long as the user may choose otherwise.
            asking = not (dry_run or yes) and sys.stdin.isatty()
            start = _composed(machine, look, wish, count, write=False)
            _tell(start)
            if not asking or not start.offers or (taken := _chosen(start)) is None:
                break
            wish = _acted(machine, look, start, taken, wish)
        start = start if dry_run else _composed(machine, look, wish, count, write=True)
    except RelayError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    would = "would be in " if dry_run else ""
    typer.echo(f"prompt  {would}{start.prompt_path} ({start.tokens:,} tokens)")
    typer.echo(f"command {shlex.join(start.argv)}")
    if dry_run:
        typer.echo(f"\n{start.prompt}", nl=False)
        return
    _launch(start)


def _composed(machine: Machine, look: Look, wish: Wish, count: Callable[[str], int] | None, *, write: bool) -> Start:
    views = _views(machine, look, wish)
    return opening_for(machine, look.place, views, machine.now(), wish, write=write, count=count, config=look.config)


def _pasted(machine: Machine, look: Look, wish: Wish, count: Callable[[str], int] | None, budget: int) -> Pasted:
    return pasted(look.place, _views(machine, look, wish), wish, look.config, count=count, budget=budget)


def _views(machine: Machine, look: Look, wish: Wish) -> Sequence[View]:
    views = sorted_views(look.observed, look.place, look.config, machine.now())
    return with_closed(machine, look, views, wish.session)


def _put(found: Pasted) -> None:
    """Print a prompt to be copied; what it weighs goes to standard error."""
    sys.stdout.buffer.write(found.text.encode("utf-8", "replace"))
    for name, tokens in found.files:
        typer.echo(f"{tokens:>7,}  {name}", err=True)
    for name in found.left_out:
        typer.echo(f"      -  {name} is left out; --budget makes room", err=True)
    if found.secrets:
        typer.echo(f"{found.secrets} texts that look like secrets were taken out", err=True)
    typer.echo(f"{found.tokens:>7,}  tokens in all", err=True)


def _counter() -> Callable[[str], int] | None:
    from relaymark.sources.vocabulary import count, encoding  # noqa: PLC0415  (takes 0.2 s)

    try:
        loaded = encoding()
    except OSError:
        return None  # the estimate does without
    return lambda text: count(loaded, text)


def _tell(start: Start) -> None:
    typer.echo(f"{start.title}: {'begins' if start.mode == 'start' else 'goes on'} in a fresh session of {start.agent}")
    if start.estimate:
        typer.echo(f"context {start.estimate}")
    if start.reread:
        typer.echo(f"        {start.reread}")
    for offer in start.offers:
        typer.echo(f"! {offer.text} ({offer.action})")
    if start.green:
        green = start.green
        what = f"{green.sha} “{one_line(green.subject)}” passed `{one_line(redacted(green.command))}`"
        typer.echo(f"back    {what}: {shlex.join(green.back)}")


def _chosen(start: Start) -> Offer | None:
    """Ask what to do about what the check found; None: start all the same."""
    for number, offer in enumerate(start.offers, 1):
        typer.echo(f"  {number}  {offer.action}")
    while True:
        answer = typer.prompt(
            "A number does that first, Enter starts, q leaves", default="", show_default=False
        ).strip()
        if not answer:
            return None
        if answer.lower() == "q":
            raise typer.Exit
        if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(start.offers):
            return start.offers[int(answer) - 1]


def _acted(machine: Machine, look: Look, start: Start, offer: Offer, wish: Wish) -> Wish:
    """Do what the user took, and return what is wished now."""
    if offer.kind == "items" and start.left:
        return Wish(mode="continue", plan=start.left.plan, phase=start.left.label or start.left.title, agent=wish.agent)
    if offer.kind == "tests":
        # A command from a transcript is never run: the user reads it, and runs it if they want.
        typer.echo(f"Run it yourself, in another terminal: {start.test}" if start.test else "Run the project's tests.")
    elif offer.kind == "uncommitted" and start.commit:
        make(start.commit, start.cwd)
    elif offer.kind == "uncommitted":
        typer.echo("None of these files was edited by the session: commit them yourself.")
    else:
        chosen = handover_session(_views(machine, look, wish), look.place, start.session)
        typer.echo(keep(look.place, written_by(machine, look, chosen, machine.now(), None, yes=False)))
    return wish


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
