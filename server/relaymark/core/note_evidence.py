"""The evidence that the lines of a note name: commands, places, commits, prompts, and what git said."""

import re

from msgspec import Struct

from relaymark.core.note_text import NoteText, code_spans
from relaymark.core.span import Span

_PLACE = re.compile(r"(?P<path>[^\s:][^:]*?):(?P<line>\d{1,7})$")
_COMMIT = re.compile(r"(?<![\w./-])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?![\w/-]|\.\w)")
_PROMPT = re.compile(r"\bprompt (\d{1,6})\b")
_WORDS = re.compile(r"\bgit status\b|\bgit log\b|\bedits of the session\b|\b\d+ recorded commands\b")
_MEANT = {"git": "status", "edits": "edits"}
_FIELD = re.compile(r"^(session|commit|phase):[ \t]*(.*?)[ \t]*\r?$", re.MULTILINE)
_FILE = re.compile(r"[\w.@+-]++(?:/[\w.@+-]++)*+/?")


class Evidence(Struct, frozen=True):
    """Something that a line names as its proof.

    Attributes:
        kind: What it is: `command`, `place` (a path, its line in `number`), `file`, `commit`, `prompt` (its number),
            `status` (git's), `edits`, `commands`, or `session` (of the front matter).
        value: The command, path, commit or words.
        span: Where it stands.
        number: The line or the prompt, 1-based; 0 without one.
    """

    kind: str
    value: str
    span: Span
    number: int = 0


def line_of(note: NoteText, at: int) -> Span:
    """Return the line of a note that holds an offset."""
    start = note.text.rfind("\n", 0, at) + 1
    end = note.text.find("\n", at)
    return Span(start, len(note.text) if end < 0 else end)


def evidence_at(note: NoteText, at: int) -> tuple[Evidence, ...]:
    """Return the evidence under an offset; where there is none all that its line names, each once."""
    line = line_of(note, at)
    found = _of_front(note, line) if at < note.start else _of_line(note, line)
    under = tuple(each for each in found if each.span.start <= at <= each.span.end)
    once = {(each.kind, each.value, each.number): each for each in reversed(under or found)}
    return tuple(reversed(once.values()))


def files_in(note: NoteText, line: Span) -> tuple[str, ...]:
    """Return the files that a line names in code spans."""
    return tuple(each.value for each in _of_line(note, line) if each.kind == "file")


def _of_front(note: NoteText, line: Span) -> tuple[Evidence, ...]:
    found = _FIELD.match(note.text, line.start, line.end)
    header = note.header
    if found is None or header is None:
        return ()
    span = Span(found.start(2), found.end(2))
    if found[1] == "commit":
        return (Evidence("commit", header.sha, span),) if header.sha else ()
    return (Evidence("session", header.session, span),) if found[1] == "session" and header.session else ()


def _of_line(note: NoteText, line: Span) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    taken: list[Span] = []
    for span, code in code_spans(note.text, line.start, line.end):
        taken.append(span)
        place = _PLACE.fullmatch(code)
        if place:
            found.append(Evidence("place", place["path"], span, int(place["line"])))
        elif _FILE.fullmatch(code) and ("/" in code or "." in code.strip(".")):
            found.append(Evidence("file", code, span))
        else:
            found.append(Evidence("command", code, span))

    for kind, pattern in (("commit", _COMMIT), ("prompt", _PROMPT), ("words", _WORDS)):
        for each in pattern.finditer(note.text, line.start, line.end):
            if any(span.start <= each.start() < span.end for span in taken):
                continue
            number = int(each[1]) if kind == "prompt" else 0
            meant = _MEANT.get(each.group().split()[0], "commands") if kind == "words" else kind
            found.append(Evidence(meant, each.group(), Span(*each.span()), number))
    return tuple(sorted(found, key=lambda each: each.span.start))
