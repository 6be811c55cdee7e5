"""Compares what a note says of tests and commands with what its session's record says."""

import re
from collections.abc import Iterator, Sequence

from relaymark.core.note_text import NoteText, code_spans
from relaymark.core.relay.commands import exit_text, last_test, outcome, runs_tests
from relaymark.core.relay.text import same_command
from relaymark.core.session import Ran
from relaymark.core.span import Span

_PASS = re.compile(
    r"\b(?:tests?|suite|specs?|ci|checks?)\b[^.;\n`]{0,60}?\b(?:pass(?:ed|es|ing)?|green|succeed(?:s|ed)?|ok)\b"
    r"|\b(?:green|passing)\s+(?:tests?|suite|specs?)\b"
    r"|\b(?:pass(?:ed|es|ing)?|green)\b",
    re.IGNORECASE,
)
_SPEAKS_OF_TESTS = re.compile(r"\b(?:tests?|suite|specs?|pytest|vitest|jest)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|no|never|fail(?:s|ed|ing)?|red|broken|unproven|unverified|until|make|should|must|once|before|if|when)\b",
    re.IGNORECASE,
)
_EXIT = re.compile(r"[\s,(]*exit(?:\s+code)?\s+(\d{1,3})\b", re.IGNORECASE)


def unverified(note: NoteText, ran: Sequence[Ran]) -> Iterator[tuple[Span, str]]:
    """Yield the claims that the record of the session does not bear out: where each stands, and why."""
    for line in note.lines():
        text = note.text[line.start : line.end]
        spans = list(code_spans(note.text, line.start, line.end))
        exits = [problem for span, code in spans if (problem := _exit(note, span, code, line, ran))]
        yield from exits
        if not exits and _claims_a_pass(text, spans, line.start):
            tests = [code for _, code in spans if runs_tests(code)]
            why = _named(tests[0], ran) if tests else _any(ran)
            if why:
                yield line, f"The note says that tests passed, but {why}."


def _claims_a_pass(text: str, spans: Sequence[tuple[Span, str]], start: int) -> bool:
    plain = text
    for span, _ in spans:
        plain = plain[: span.start - start] + " " * (span.end - span.start) + plain[span.end - start :]
    plain = re.sub(r"“[^”]*”", lambda found: " " * len(found[0]), plain)
    if not _PASS.search(plain) or _DENIED.search(plain):
        return False
    return bool(_SPEAKS_OF_TESTS.search(plain)) or any(runs_tests(code) for _, code in spans)


def _exit(note: NoteText, span: Span, code: str, line: Span, ran: Sequence[Ran]) -> tuple[Span, str] | None:
    """Return what is wrong with an exit code that is claimed for a command; a command cut short is compared so far."""
    claimed = _EXIT.match(note.text, span.end, line.end)
    if claimed is None:
        return None
    runs = [each for each in ran if same_command(code, each.command)]
    if not runs:
        return Span(span.start, claimed.end()), "This command is not in the record of the note's session."
    known = {each.exit for each in runs if each.exit is not None}
    if known and int(claimed[1]) not in known:
        told = exit_text(runs[-1])
        return Span(span.start, claimed.end()), f"The record of the session says otherwise of this command: {told}."
    return None


def _named(code: str, ran: Sequence[Ran]) -> str:
    runs = [each for each in ran if same_command(code, each.command) or code in each.command]
    return _told(runs[-1]) if runs else "the session never ran this command"


def _any(ran: Sequence[Ran]) -> str:
    test = last_test(ran)
    return _told(test) if test else "the session's record has no test run"


def _told(run: Ran) -> str:
    match outcome(run):
        case "failed":
            return f"the last run failed ({exit_text(run)})"
        case "unknown":
            return f"the record does not bear it out ({exit_text(run)}); say that it is unproven"
        case _:
            return ""
