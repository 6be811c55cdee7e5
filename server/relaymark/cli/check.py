"""`relaymark check`: the rules of the editor, for a terminal and for continuous integration."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from relaymark.cli.dismissed import list_dismissed, restored
from relaymark.cli.formats.github import github
from relaymark.cli.formats.objects import objects
from relaymark.cli.formats.plain import plain
from relaymark.cli.formats.scan import scan
from relaymark.cli.mending import patch, write
from relaymark.core import baseline
from relaymark.core.finding import Finding
from relaymark.engine.check import Checked, checked
from relaymark.engine.machine import Machine
from relaymark.engine.report import mended, new_baseline, recent, report, without_known
from relaymark.engine.tally import tally
from relaymark.sources.files import write_atomically
from relaymark.sources.refusal import refusal
from relaymark.sources.since import since

_UNKNOWN = "git knows no commit `{}` in {}"
_LOUDNESS = ("hint", "information", "warning", "error")


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


class FailOn(StrEnum):
    """From which severity on findings make the command fail."""

    HINT = "hint"
    INFORMATION = "information"
    WARNING = "warning"
    NEVER = "never"


def check(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Plans, notes, rules files, and folders with them; by default all."),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", exists=True, file_okay=False, help="The folder to look at; the current one by default."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How findings are printed.")] = Format.TEXT,
    include_closed: Annotated[bool, typer.Option(help="Report on closed plans too.")] = False,
    sessions: Annotated[bool, typer.Option("--sessions", help="Report on the open sessions too.")] = False,
    log: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Write a SARIF log there as well.")
    ] = None,
    ref: Annotated[
        str, typer.Option("--since", metavar="REF", help="Only what concerns lines and named files changed since.")
    ] = "",
    known: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Only findings that this file lacks.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write what is found now into the --baseline, and pass.")
    ] = False,
    away: Annotated[bool, typer.Option("--dismissed", help="List what was dismissed here, and check nothing.")] = False,
    back: Annotated[
        str,
        typer.Option("--restore", metavar="ID", help="Have a dismissed finding told again, by its id there, or all."),
    ] = "",
    fix: Annotated[bool, typer.Option("--fix", help="Make the fixes that are certain; never a tick.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what --fix would change, and change nothing.")] = False,
    fail_on: Annotated[FailOn, typer.Option(help="Fail on findings at or above this severity.")] = FailOn.WARNING,
) -> None:
    """Check plans and handover notes; exit 1 on findings at or above --fail-on, 2 on bad usage."""
    folder = os.path.realpath(workspace or Path.cwd())
    # A link to nothing stays what it is, so that it can be told of.
    wanted = [os.path.realpath(file) if file.exists() else str(file.absolute()) for file in files or ()]
    if back and not restored(folder, back):
        _refuse(f"no finding with the id `{back}` is dismissed here; --dismissed lists them")
    if away:
        list_dismissed(folder)
        return
    if missing := [str(file) for file in files or () if not os.path.lexists(file)]:
        _refuse(f"no such file or folder: {', '.join(missing)}")
    if write_baseline and known is None:
        _refuse("--write-baseline needs --baseline FILE")
    old = _known(known) if known and not write_baseline else frozenset()

    def look() -> Checked:
        found = checked(Machine(), folder, wanted, sessions=sessions, include_closed=include_closed, logs=ctx.obj)
        return _chosen(found, ref, old)

    result = look()
    if write_baseline and known:
        _write_baseline(known, result)
        return
    changes = list(mended(result)) if fix or diff else []
    if changes and not diff and write(changes, result.root):
        result = look()
    for said in (*result.problems, *(f"not judged: {reason}" for reason in result.unjudged)):
        typer.echo(said, err=True)
    if log:
        _write_log(log, result)
    _emit(
        patch(changes, result.root)
        if diff
        else _printed(result, form, asked=bool(files), fixed=fix).encode("utf-8", "replace")
    )
    if any(_fails(finding, fail_on) for finding in result.findings):
        raise typer.Exit(1)


def _chosen(result: Checked, ref: str, old: frozenset[str]) -> Checked:
    """Return a check with what is asked for: what concerns a change, and is not known."""
    if ref:
        base = since(result.root, ref)
        if base is None:
            why = refusal(result.root)
            _refuse(f"git tells nothing of {result.root}: {why}" if why else _UNKNOWN.format(ref, result.root))
        result = recent(result, base)
    return without_known(result, old) if old else result


def _known(file: Path) -> frozenset[str]:
    try:
        return baseline.decoded(file.read_bytes())
    except OSError as error:
        _refuse(f"the baseline {file} cannot be read: {error.strerror}")
    except baseline.BadBaselineError as error:
        _refuse(f"the baseline {file} cannot be read: {error}")


def _write_baseline(file: Path, result: Checked) -> None:
    try:
        write_atomically(file, new_baseline(result))
        file.chmod(0o644)  # it is for everyone who works on the repository
    except OSError as error:
        _refuse(f"{file} cannot be written: {error.strerror}")
    count = len(result.findings)
    typer.echo(f"{file}: {count} finding{' is' if count == 1 else 's are'} known from now on")


def _write_log(file: Path, result: Checked) -> None:
    try:
        write_atomically(file, _printed(result, Format.SARIF).encode("utf-8", "replace"))
        file.chmod(0o644)  # what uploads it may run as somebody else
    except OSError as error:
        _refuse(f"{file} cannot be written: {error.strerror}")


def _printed(result: Checked, form: Format, *, asked: bool = False, fixed: bool = False) -> str:
    found = report(result, fixes=form in {Format.JSON, Format.SARIF})
    figures = tally(result, asked=asked, mendable=form is Format.TEXT and not fixed)
    match form:
        case Format.JSON:
            return objects(found, figures, result.unjudged)
        case Format.SARIF:
            return scan(found, (*result.problems, *result.unjudged))
        case Format.GITHUB:
            return github(found, figures, result.unjudged)
        case Format.TEXT:
            return plain(found, figures)


def _emit(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # whoever reads has seen enough: that is handled for all commands
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or it is tried again at the end
        _refuse(f"the findings cannot be printed: {error.strerror}")


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(2)


def _fails(finding: Finding, fail_on: FailOn) -> bool:
    return fail_on is not FailOn.NEVER and _LOUDNESS.index(finding.severity) >= _LOUDNESS.index(fail_on.value)
