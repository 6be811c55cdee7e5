"""The only place where offsets of a text become positions of the protocol and back, in the client's encoding."""

from lsprotocol import types

from relaymark.core.finding import Severity
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span

SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


def position(sheet: Sheet, offset: int, encoding: str) -> types.Position:
    """Return where an offset lies, its column in units of `encoding` (`utf-8`, `utf-16`, `utf-32`)."""
    line = sheet.lines.line_at(offset)
    before = sheet.text[sheet.lines.start(line) : offset]
    return types.Position(line, units(before, encoding))


def span_range(sheet: Sheet, span: Span | None, encoding: str) -> types.Range:
    """Return the range of a span; of the first line for none."""
    if span is None:
        span = Span(0, sheet.lines.end(0))
    return types.Range(position(sheet, span.start, encoding), position(sheet, span.end, encoding))


def offset(sheet: Sheet, place: types.Position, encoding: str) -> int:
    """Return the offset of a position; one behind the end of its line counts as that end."""
    start, end = sheet.lines.start(place.line), sheet.lines.end(place.line)
    text = sheet.text[start:end]
    if text.isascii() or encoding == "utf-32":
        return start + min(place.character, len(text))
    left = place.character
    for at, sign in enumerate(text):
        if left <= 0:
            return start + at
        left -= units(sign, encoding)
    return end


def units(text: str, encoding: str) -> int:
    """Return the length of a text in units of an encoding."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
