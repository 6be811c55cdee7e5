"""`relaymark check`: the rules of the editor, for a terminal and for continuous integration."""

import os
import sys
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from relaymark.core import paths
from relaymark.core.finding import Finding
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.engine.check import Checked, checked
from relaymark.engine.machine import Machine

_LOUDNESS = ("hint", "information", "warning", "error")


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


class FailOn(StrEnum):
    """From which severity on findings make the command fail."""

    HINT = "hint"
    INFORMATION = "information"
    WARNING = "warning"
    NEVER = "never"


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Plans and notes to check; by default those of the workspace."),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", "-w", exists=True, file_okay=False, help="The folder to look at; the current one by default."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
    include_closed: Annotated[bool, typer.Option(help="Report on closed plans too.")] = False,
    sessions: Annotated[bool, typer.Option("--sessions", help="Report on the open sessions too.")] = False,
    fail_on: Annotated[FailOn, typer.Option(help="Fail on findings at or above this severity.")] = FailOn.WARNING,
) -> None:
    """Check plans and handover notes; exit 1 on findings at or above --fail-on, 2 on bad usage."""
    folder = os.path.realpath(workspace or Path.cwd())
    wanted = [os.path.realpath(file) for file in files or ()]
    missing = [str(file) for file in files or () if not file.is_file()]
    if missing:
        typer.echo(f"no such file: {', '.join(missing)}", err=True)
        raise typer.Exit(2)
    result = checked(Machine(), folder, wanted, sessions=sessions, include_closed=include_closed)
    for problem in result.problems:
        typer.echo(problem, err=True)
    for reason in result.unjudged:
        typer.echo(f"not judged: {reason}", err=True)
    sheets = {sheet.path: sheet for sheet in (*result.sheets, *result.notes)}
    if form is Format.JSON:
        payload = {
            "version": 1,
            "findings": [_payload(finding, sheets.get(finding.path), result.root) for finding in result.findings],
            "summary": {"plans": len(result.sheets), "findings": len(result.findings)}
            | ({"notes": len(result.notes)} if result.notes else {})
            | dict(Counter(finding.severity for finding in result.findings)),
        }
        sys.stdout.buffer.write(msgspec.json.encode(payload) + b"\n")
    else:
        _print(result, sheets)
    if any(_fails(finding, fail_on) for finding in result.findings):
        raise typer.Exit(1)


def _fails(finding: Finding, fail_on: FailOn) -> bool:
    return fail_on is not FailOn.NEVER and _LOUDNESS.index(finding.severity) >= _LOUDNESS.index(fail_on.value)


def _print(result: Checked, sheets: dict[str, Sheet]) -> None:
    findings = result.findings
    for finding in findings:
        line, column = _place(sheets.get(finding.path), finding.span)
        where = f"{paths.relative(finding.path, result.root)}:{line}:{column}"
        typer.echo(f"{where}: {finding.severity} {finding.code}: {finding.message}")
    counts = [(len(result.sheets), "plan"), (len(result.notes), "note")]
    said = " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
    if not sheets:
        typer.echo("No plan here: looked for PLAN.md and IMPLEMENTATION_PLAN.md.")
    else:
        typer.echo(f"{said} checked, {len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}.")


def _payload(finding: Finding, sheet: Sheet | None, root: str) -> dict[str, Any]:
    line, column = _place(sheet, finding.span)
    end_line, end_column = _place(sheet, Span(finding.span.end, finding.span.end) if finding.span else None)
    items = [sheet.lines.line_at(sheet.plan.items[at].span.start) + 1 for at in finding.concerned] if sheet else []
    return {
        "path": paths.relative(finding.path, root),
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "items": items,
        "fixes": [],
    }


def _place(sheet: Sheet | None, span: Span | None) -> tuple[int, int]:
    """Return line and column, 1-based, in characters."""
    if sheet is None or span is None:
        return 1, 1
    line, column = sheet.lines.position(span.start)
    return line + 1, column + 1
