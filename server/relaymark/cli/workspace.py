"""The option by which commands are told which folder to look at."""

from pathlib import Path
from typing import Annotated

import typer

Workspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", exists=True, file_okay=False, help="The folder to look at; the current one by default."
    ),
]
