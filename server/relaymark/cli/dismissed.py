"""What was dismissed in a repository, for `relaymark check`: the list, and the way back."""

from datetime import datetime

import typer

from relaymark.core.markdown import one_line
from relaymark.engine.plans import root_of
from relaymark.sources import dismissed
from relaymark.sources.git import place_of

_ALL = "all"
_SHOWN = 8
_SHORTEST = 4


def list_dismissed(folder: str) -> None:
    """Print what was dismissed in the repository of a folder, the newest first, each with the id to restore it by."""
    found = dismissed.every(root_of(place_of(folder)))
    for each in found:
        day = datetime.fromtimestamp(each.at).astimezone().date()
        what = f"{one_line(each.path)}:{each.line}  {each.code}  {one_line(each.message, 200)}"
        typer.echo(f"{each.finding[:_SHOWN]}  {day}  {what if each.code else 'a finding of which no more was kept'}")
    if not found:
        typer.echo("nothing is dismissed here")


def restored(folder: str, wanted: str) -> bool:
    """Have findings told again that an id (or its beginning) means, or `all`; tell whether there was one."""
    root = root_of(place_of(folder))
    found = dismissed.every(root)
    chosen = [each for each in found if wanted == _ALL or _means(wanted, each.finding)]
    if not chosen or (len(chosen) > 1 and wanted != _ALL):
        return False
    try:
        return dismissed.restore(root, chosen) > 0
    except OSError as error:
        typer.echo(f"it cannot be taken back: {error.strerror}", err=True)
        raise typer.Exit(2) from error


def _means(wanted: str, finding: str) -> bool:
    return len(wanted) >= _SHORTEST and finding.startswith(wanted.casefold())
