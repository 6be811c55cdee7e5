"""The table of contents of the commands."""

import logging
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from relaymark import __version__
from relaymark.cli.brief import brief
from relaymark.cli.check import check
from relaymark.cli.commit import commit
from relaymark.cli.doctor import doctor
from relaymark.cli.handover import handover
from relaymark.cli.hooks import hooks
from relaymark.cli.inspect import inspect
from relaymark.cli.next import next_phase
from relaymark.cli.plan import plan
from relaymark.cli.serve import serve
from relaymark.cli.status import status
from relaymark.cli.tell import report
from relaymark.cli.uninstall import uninstall
from relaymark.cli.watch import watch


class _Commands(TyperGroup):
    """The commands; what is wrong with a value is said without the words that the library puts before it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


app = typer.Typer(
    name="relaymark",
    cls=_Commands,
    help="Keeps AI coding sessions inside the sharp part of their context window.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say on standard error what is skipped and why.")] = False,
) -> None:
    """Set up what all commands share."""
    level = logging.INFO if verbose else logging.ERROR
    logging.basicConfig(level=level, format="%(levelname)s %(message)s", stream=sys.stderr)


app.command()(status)
app.command()(inspect)
app.command()(watch)
app.command()(check)
app.command()(handover)
app.command("next")(next_phase)
app.command()(commit)
app.command()(brief)
app.add_typer(plan)
app.command()(report)
app.add_typer(hooks)
app.command()(doctor)
app.command()(uninstall)
app.command()(serve)


@app.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
def statusline() -> None:
    """Print the gauge for a status line; reads Claude Code's status JSON on standard input."""
    raise AssertionError("handled before this is loaded")
