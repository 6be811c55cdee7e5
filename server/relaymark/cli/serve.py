"""`relaymark serve`: the language server."""

import logging
from typing import Annotated

import typer


def serve(
    tcp: Annotated[
        int | None, typer.Option("--tcp", min=1, max=65_535, help="Listen on this port of 127.0.0.1, for debugging.")
    ] = None,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error, on standard error.")] = "warning",
) -> None:
    """Speak the language server protocol on standard input and output."""
    from relaymark.lsp.server import run  # noqa: PLC0415  (pygls takes a third of a second to load)

    level = logging.getLevelNamesMapping().get(log_level.upper(), logging.WARNING)
    run(tcp, level)
