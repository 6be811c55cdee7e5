"""`relaymark inspect`: everything that transcripts tell, wherever they lie."""

import os
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from relaymark.cli.report import session_lines
from relaymark.core.agent import Agent
from relaymark.core.markdown import one_line
from relaymark.core.observed import view
from relaymark.core.status import inspected_payload
from relaymark.core.store import Store
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_files
from relaymark.engine.recognise import recognise


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Transcripts of any agent that Relaymark knows.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print an array, one object per session.")] = False,
) -> None:
    """Read transcripts whole and show what they tell."""
    machine = Machine()
    known: list[tuple[Agent, Store, str]] = []
    failed = False
    for file in files:
        path = os.path.abspath(file)
        try:
            found = recognise(machine, path)
        except OSError as error:
            typer.echo(f"{file}: not read: {error.strerror}", err=True)
            failed = True
            continue
        if found is None:
            typer.echo(f"{file}: no transcript of an agent that Relaymark knows", err=True)
            failed = True
            continue
        known.append((found.agent, found.store, path))
    look = look_at_files(machine, known, str(Path.cwd()))
    views = [view(item, look.config, machine.now()) for item in look.observed]
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode([inspected_payload(item) for item in views]) + b"\n")
    else:
        for item in views:
            for line in (*session_lines(item), *_details(inspected_payload(item))):
                typer.echo(line)
            typer.echo("")
    if failed:
        raise typer.Exit(1)


def _details(found: dict[str, object]) -> list[str]:
    lines = []
    for key, label in (("filesRead", "read"), ("filesEdited", "edited")):
        names = found.get(key)
        if isinstance(names, list) and names:
            lines.append(f"    {label}: " + ", ".join(map(one_line, names)))
    commands = found.get("commands")
    if isinstance(commands, list):
        for ran in commands:
            code = ran.get("exit")
            lines.append(f"    $ {one_line(ran['command'], 200)}" + (f"  -> exit {code}" if code is not None else ""))
    if counts := _counts(found.get("prompts"), found.get("compactions")):
        lines.append(f"    {counts}")
    return lines


def _counts(prompts: object, compactions: object) -> str:
    """Return how many prompts and compactions there are; a record without a prompt does not tell of either."""
    if not prompts:
        return f"{compactions} compaction{'' if compactions == 1 else 's'}" if compactions else ""
    told = [(prompts, "prompt"), *([] if compactions is None else [(compactions, "compaction")])]
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in told)
