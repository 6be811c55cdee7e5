"""The rules for handover notes: form, length, code, paths and commits, secrets, claims of tests, age."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from relaymark.core.finding import Finding, Severity
from relaymark.core.lookup import FileIndex, Missing, look_up
from relaymark.core.note import MOST_WORDS, SECTIONS, Header
from relaymark.core.note_text import NoteText, code_spans
from relaymark.core.plan.mentions import path_mentions
from relaymark.core.plan.wording import wording
from relaymark.core.redact import Secret
from relaymark.core.relay.changed import GONE
from relaymark.core.session import Ran
from relaymark.core.span import Span
from relaymark.rules.handover_tests import unverified

_COMMIT = re.compile(r"(?<![\w./-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![\w/-]|\.\w)")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
_NOT_HERE = re.compile(
    rf"(?<![\w/.-])(?:{GONE}|to create|dead end|deleted|removed|gone|no longer|renamed from)(?![\w/-]|\.\w)",
    re.IGNORECASE,
)
_FIELDS = ("session", "agent", "author", "phase", "commit", "date", "tokens")
_SHOWN = 3


class Since(Struct, frozen=True):
    """What happened on the branch after a note.

    Attributes:
        commits: How many commits came after the note's; None: the note's commit is not behind HEAD.
        files: Those of the note's files that they changed.
    """

    commits: int | None
    files: tuple[str, ...] = ()


class NoteCheck(Struct, frozen=True):
    """A note and what it is judged by.

    Attributes:
        path: Absolute.
        note: The note.
        index: The files of its work tree, None while they are not listed: then no path is judged.
        judged: For paths that the index lacks, whether git ignores them; one that is missing is not judged.
        commits: For commits that it names, whether the repository has them; one that is missing is not judged.
        ran: What its session ran, None where the session is not known here.
        secrets: What in its text looks like a secret.
        since: What came after it, None where that is not known or the note is not the newest of its plan.
    """

    path: str
    note: NoteText
    index: FileIndex | None = None
    judged: Mapping[str, bool] = {}
    commits: Mapping[str, bool] = {}
    ran: tuple[Ran, ...] | None = None
    secrets: tuple[Secret, ...] = ()
    since: Since | None = None


def note_findings(check: NoteCheck) -> Iterator[Finding]:
    """Yield all that there is to say of one note."""
    yield from _sections(check)
    note = check.note
    if (words := note.words) > MOST_WORDS:
        text = f"The note has {words} words; {MOST_WORDS} are the most. Leave out what the next session can see itself."
        yield _finding(check, "handover-length", note.word_at(MOST_WORDS + 1), text)
    for span in note.fences:
        text = "A code block in a note: name the file or the command instead, unless the exact syntax is needed."
        yield _finding(check, "handover-code", span, text)
    yield from _missing(check)
    for secret in check.secrets:
        text = f"This looks like a secret ({secret.kind}). Take it out before anyone commits or reads the note."
        yield _finding(check, "handover-secret", Span(secret.start, secret.end), text)
    if check.ran is not None:
        for span, text in unverified(note, check.ran):
            yield _finding(check, "handover-unverified", span, text)
    yield from _stale(check)


def missing_fields(note: NoteText) -> tuple[str, ...]:
    """Return the fields that the front matter lacks."""
    return tuple(name for name in _FIELDS if name not in note.keys)


def named_paths(note: NoteText) -> tuple[tuple[str, Span], ...]:
    """Return the paths that a note speaks of as being there, with their places; quotes and commands are left out."""
    found: list[tuple[str, Span]] = []
    for line in note.lines():
        if _NOT_HERE.search(note.text, line.start, line.end):
            continue
        apart = [(span.start(), span.end()) for span in _QUOTED.finditer(note.text, line.start, line.end)]
        apart += [(span.start, span.end) for span, code in code_spans(note.text, line.start, line.end) if " " in code]
        for mention in path_mentions(note.text, line.start, line.end):
            at, behind = mention.span.start, mention.span.end
            covered = any(start <= at < end for start, end in apart)
            if not covered and wording(note.text, line.start, line.end, at, behind) is None:
                found.append((mention.path, mention.span))
    return tuple(found)


def named_commits(note: NoteText) -> tuple[tuple[str, Span], ...]:
    """Return the commits that a note names as evidence, with their places."""
    found: list[tuple[str, Span]] = []
    for line in note.lines():
        apart = [span for span, _ in code_spans(note.text, line.start, line.end)]
        found += [
            (commit.group(), Span(commit.start(), commit.end()))
            for commit in _COMMIT.finditer(note.text, line.start, line.end)
            if not any(span.start <= commit.start() < span.end for span in apart)
        ]
    return tuple(found)


def _sections(check: NoteCheck) -> Iterator[Finding]:
    note = check.note
    code = "handover-sections"
    if note.header is None:
        yield _finding(check, code, None, f"The note has no front matter; it needs {', '.join(_FIELDS)}.")
    elif lacking := missing_fields(note):
        yield _finding(
            check, code, None, f"The front matter lacks {', '.join(lacking)}; `null` says that it is unknown."
        )
    names = [part.name for part in note.parts]
    if tuple(names) == SECTIONS:
        for part in note.parts:
            if not part.body.of(note.text).strip():
                text = f"{part.name} is empty; say `- None on record.` where there is nothing."
                yield _finding(check, code, part.heading, text)
        return
    wrong = next((part for part in note.parts if part.name not in SECTIONS), None)
    twice = next((part for at, part in enumerate(note.parts) if part.name in names[:at]), None)
    lacking = tuple(name for name in SECTIONS if name not in names)
    if lacking:
        yield _finding(check, code, None, f"The note has no section {' and no section '.join(lacking)}.")
    if wrong:
        yield _finding(
            check, code, wrong.heading, f"“{wrong.name[:60]}” is no section of a note: {', '.join(SECTIONS)}."
        )
    elif twice:
        yield _finding(check, code, twice.heading, f"{twice.name} stands twice.")
    elif not lacking:
        yield _finding(
            check, code, note.parts[0].heading, f"The sections stand in another order than {', '.join(SECTIONS)}."
        )


def _missing(check: NoteCheck) -> Iterator[Finding]:
    code = "handover-path-missing"
    said: set[str] = set()
    for path, span in named_paths(check.note) if check.index is not None else ():
        if path in said or "*" in path or check.judged.get(path.rstrip("/")) is not False:
            continue
        said.add(path)
        text = f"{path} does not exist. Name the path from the top of the work tree, or say that it is gone."
        yield _finding(check, code, span, text)
    header = check.note.header
    if header and header.sha and check.commits.get(header.sha) is False:
        text = f"The commit {header.sha} that the note was written at is not in this repository."
        yield _finding(check, code, None, text)
    for commit, span in named_commits(check.note):
        if check.commits.get(commit) is False:
            yield _finding(check, code, span, f"The commit {commit} is not in this repository.")


def doubtful_paths(note: NoteText, index: FileIndex) -> tuple[str, ...]:
    """Return the paths that a note names and that its work tree lacks: those to ask git about."""
    found = (path for path, _ in named_paths(note) if "*" not in path)
    return tuple(dict.fromkeys(path.rstrip("/") for path in found if isinstance(look_up(index, path), Missing)))


def _stale(check: NoteCheck) -> Iterator[Finding]:
    since = check.since
    if since is None:
        return
    code = "handover-stale"
    header = check.note.header or Header()
    if since.commits is None:
        text = f"HEAD does not hold the note's commit {header.sha}: the note tells of another branch."
        yield _finding(check, code, None, text)
    elif since.commits and since.files:
        shown = ", ".join(since.files[:_SHOWN]) + (
            f" and {len(since.files) - _SHOWN} more" * (len(since.files) > _SHOWN)
        )
        count = "1 commit" if since.commits == 1 else f"{since.commits} commits"
        text = f"The branch moved on: {count} since the note changed what it speaks of ({shown}). Write a new note."
        yield _finding(check, code, None, text)


def _finding(check: NoteCheck, code: str, span: Span | None, message: str, severity: Severity = "warning") -> Finding:
    session = check.note.header.session if check.note.header else None
    return Finding(code=code, path=check.path, span=span, severity=severity, message=message, session=session)
