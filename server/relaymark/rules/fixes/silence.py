"""The fix that silences a finding where it stands, by a comment at the end of its line."""

from collections.abc import Iterator

from relaymark.core.edits import Edit, Fix
from relaymark.core.finding import Finding
from relaymark.core.plan.mentions import blank_code, inline_parts
from relaymark.core.sheet import Sheet
from relaymark.rules.fixes.mentions import line_break
from relaymark.rules.silence import IGNORE


def silenced(finding: Finding, sheet: Sheet) -> Iterator[Fix]:
    """Yield the comment, or the code in the comment that stands there; nothing where a comment is no comment."""
    line = sheet.lines.line_at(finding.span.start) if finding.span else 0
    start, end = sheet.lines.start(line), sheet.lines.end(line)
    content = sheet.text[start:end]
    title = f"Silence {finding.code} here"
    if known := IGNORE.search(blank_code(content)):
        at = start + known.end(1)
        yield Fix(title=title, path=sheet.path, edits=(Edit(at, at, f" {finding.code}"),), kind="refactor")
        return
    at = start + len(content.rstrip())
    if at == start or content.rstrip().endswith(("|", "\\", "#")) or _opens_code(content) or _is_front(sheet, at):
        return  # in a table, code or front matter it would be shown, or break something
    comment = f"<!-- relaymark: ignore {finding.code} -->"
    # A bold line is a heading only as long as nothing stands behind it.
    above = content.startswith(("**", "__"))
    edit = Edit(start, start, comment + line_break(sheet.text)) if above else Edit(at, at, f" {comment}")
    yield Fix(title=title, path=sheet.path, edits=(edit,), kind="refactor")


def _opens_code(line: str) -> bool:
    return any("`" in line[first:last] for kind, first, last in inline_parts(line, 0, len(line)) if kind == "text")


def _is_front(sheet: Sheet, offset: int) -> bool:
    text = sheet.text
    if not text.startswith(("---\n", "---\r")):
        return False
    closed = text.find("\n---", 3)
    return closed < 0 or offset <= closed + 4
