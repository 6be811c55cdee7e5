"""Findings as workflow commands of GitHub Actions, which it shows beside the lines of a pull request."""

from collections.abc import Iterator, Sequence

from relaymark.cli.formats.plain import summary
from relaymark.core.located import Located
from relaymark.engine.tally import Tally

_COMMANDS = {"warning": "warning", "information": "notice", "hint": "notice"}


def github(found: Sequence[Located], tally: Tally, unjudged: Sequence[str] = ()) -> str:
    """Return one command per finding, and per reason why something could not be judged, and a line that counts them.

    GitHub shows ten warnings and ten notices of a step at most, so the loudest come first.
    """
    warnings = [_command(each) for each in found if each.finding.severity == "warning"]
    reasons = [f"::notice title=Relaymark::Not judged: {escaped(reason)}" for reason in unjudged]
    others = [_command(each) for each in found if each.finding.severity != "warning"]
    return "\n".join((*warnings, *reasons, *others, summary(len(found), tally))) + "\n"


def _command(each: Located) -> str:
    return f"::{_COMMANDS[each.finding.severity]} {','.join(_fields(each))}::{escaped(each.finding.message)}"


def _fields(each: Located) -> Iterator[str]:
    line, column, end_line, end_column = each.region
    yield f"file={escaped_field(each.path)}"
    yield f"line={line}"
    yield f"endLine={end_line}"
    if line == end_line:  # GitHub takes columns for findings on one line only
        yield f"col={column}"
        yield f"endColumn={end_column}"
    yield f"title={escaped_field(f'Relaymark {each.finding.code}')}"


def escaped(text: str) -> str:
    """Return a text that cannot end a command or begin another one."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escaped_field(text: str) -> str:
    """Return a text that stands in one field of a command."""
    return escaped(text).replace(":", "%3A").replace(",", "%2C")
