"""What can be done about a finding in a note by changing the note: the fixes that editors and `check --fix` offer."""

from relaymark.core.edits import Fix, least
from relaymark.core.finding import Finding
from relaymark.core.note import NOTHING, SECTIONS
from relaymark.core.note_text import NoteText
from relaymark.core.redact import MARK
from relaymark.core.span import Span
from relaymark.rules.fixes.mentions import line_break
from relaymark.rules.handover import missing_fields

_MARK = "\ufeff"


def note_fix(finding: Finding, note: NoteText) -> Fix | None:
    """Return the change that ends a finding, None where only a person or a new note can."""
    match finding.code:
        case "handover-sections":
            return _sections(finding, note)
        case "handover-secret" if finding.span:
            return _fix(finding, note, "Take the secret out", finding.span, MARK, certain=True)
        case "handover-code" if finding.span:
            return _code(finding, finding.span, note)
        case "handover-unverified" if finding.span and "unproven" not in finding.span.of(note.text):
            return _unproven(finding, finding.span, note)
        case _:
            return None


def _sections(finding: Finding, note: NoteText) -> Fix | None:
    """Return the change that completes the front matter, else the one that completes and orders the sections."""
    end = line_break(note.text)
    if finding.span is None and (note.header is None or missing_fields(note)) and "matter" in finding.message:
        fields = "".join(f"{name}: null{end}" for name in missing_fields(note))
        if note.header is None:
            first = int(note.text.startswith(_MARK))
            matter = f"---{end}{fields}---{end}{end}"
            return _fix(finding, note, "Add the front matter", Span(first, first), matter, certain=True)
        closing = note.text.rfind("---", 0, note.start)
        return _fix(finding, note, "Add the missing fields", Span(closing, closing), fields, certain=True)
    empty = next((part for part in note.parts if finding.span == part.heading and "is empty" in finding.message), None)
    if empty:
        said = f"{end}{end}- {NOTHING}{end}{end}"
        return _fix(finding, note, "Say that there is nothing", empty.body, said, certain=True)
    names = [part.name for part in note.parts]
    if any(name not in SECTIONS for name in names) or len(set(names)) != len(names):
        return None
    bodies = {part.name: part.body.of(note.text).strip("\r\n") for part in note.parts}
    start = note.parts[0].heading.start if note.parts else len(note.text)
    lead = "" if note.parts or note.text.endswith(2 * end) else end
    written = (2 * end).join(f"## {name}{2 * end}{bodies.get(name) or f'- {NOTHING}'}" for name in SECTIONS)
    title = "Put the sections in order" if set(names) == set(SECTIONS) else "Add the missing sections"
    return _fix(finding, note, title, Span(start, len(note.text)), f"{lead}{written}{end}", certain=True)


def _code(finding: Finding, span: Span, note: NoteText) -> Fix | None:
    lines = [line.strip() for line in span.of(note.text).splitlines()[1:]]
    inner = [line for line in lines if line and not line.startswith(("```", "~~~"))]
    if len(inner) != 1 or "`" in inner[0]:
        return None
    return _fix(finding, note, "Write it as a code span", span, f"- `{inner[0]}`")


def _unproven(finding: Finding, span: Span, note: NoteText) -> Fix:
    """Return the change that says of a claim that nothing proves it."""
    text = span.of(note.text).rstrip()
    end = span.start + len(text.rstrip("."))
    return _fix(finding, note, "Say that it is unproven", Span(end, end), " (unproven)")


def _fix(finding: Finding, note: NoteText, title: str, span: Span, text: str, *, certain: bool = False) -> Fix:
    return Fix(title=title, path=finding.path, edits=(least(note.text, span, text),), certain=certain)
