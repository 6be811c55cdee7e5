"""Judges one note that lies nowhere yet: what a writer answered, or what was pasted."""

from collections.abc import Sequence

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.lines import LineTable
from relaymark.core.note_text import read_note
from relaymark.core.session import Ran
from relaymark.rules.catalog import set_severities
from relaymark.rules.handover import NoteCheck, doubtful_paths, named_commits, note_findings
from relaymark.sources import commits as git
from relaymark.sources.secrets import secrets_of
from relaymark.sources.tree import file_index, ignored


def text_findings(top: str, text: str, config: Config, ran: Sequence[Ran] | None) -> tuple[Finding, ...]:
    """Return what the rules for notes say of a text; nothing of its age.

    Args:
        top: The top of the work tree that it is of.
        text: The note.
        config: The settings.
        ran: What its session ran, None where that is not known.
    """
    note = read_note(text)
    index = file_index(top)
    shas = {sha for sha, _ in named_commits(note)}
    check = NoteCheck(
        path=f"{top}/note.md",
        note=note,
        index=index,
        judged=ignored(top, doubtful_paths(note, index)),
        commits={sha: has for sha in shas if (has := git.has_commit(top, sha)) is not None},
        ran=None if ran is None else tuple(ran),
        secrets=secrets_of(text),
    )
    return set_severities(note_findings(check), config.rules)


def told(text: str, finding: Finding) -> str:
    """Return a finding as one line for people and models: `line 12: ...`."""
    where = f"line {LineTable(text).line_at(finding.span.start) + 1}: " if finding.span else ""
    return f"{where}{finding.message}"
