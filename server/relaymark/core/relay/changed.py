"""What a draft note claims about files: edited, committed, gone, tried and taken back."""

from collections.abc import Iterator

from relaymark.core.relay.facts import Claim, NoteFacts
from relaymark.core.relay.text import code, nameable, named, plain

GONE = "not there any more"
"""What the note says of files that it names and that do not exist; the linter knows these words."""

_COMMITS = 6
_FILES_OF_COMMIT = 6
_RETREATS = 4
_GONE_SHOWN = 12


def file_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield what became of the files that the session edited, and what else is not committed."""
    edited = [path for path in facts.edited if path in facts.existing and nameable(path)]
    gone = [path for path in facts.edited if path not in facts.existing and nameable(path)]
    if facts.uncommitted is None:
        if edited:
            yield Claim(4, f"Edited: {named(edited)}", ("edits of the session",))
    else:
        yield from _by_git(facts, edited)
    if gone:
        more = f", {len(gone) - _GONE_SHOWN} more" if len(gone) > _GONE_SHOWN else ""
        yield Claim(
            4.2, f"Edited, but {GONE}: {', '.join(map(_unmarked, gone[:_GONE_SHOWN]))}{more}", ("edits of the session",)
        )


def _by_git(facts: NoteFacts, edited: list[str]) -> Iterator[Claim]:
    changed = set(facts.uncommitted or ())
    committed = {path for commit in facts.commits for path in commit.files}
    if dirty := [path for path in edited if path in changed]:
        yield Claim(4, f"Edited, not committed: {named(dirty)}", ("git status",))
    if kept := [path for path in edited if path not in changed and path not in committed]:
        yield Claim(4.1, f"Edited, but now as in HEAD or ignored: {named(kept)}", ("git status",))
    told = {path for _, own in _own_commits(facts)[:_COMMITS] for path in own}
    if rest := [path for path in edited if path not in changed and path in committed and path not in told]:
        yield Claim(4.1, f"Edited and committed earlier: {named(rest)}", ("git log",))
    others = [path for path in facts.uncommitted or () if path not in edited and path in facts.existing]
    if others := [path for path in others if nameable(path)]:
        yield Claim(8, f"Also uncommitted, not edited by this session: {named(others, 8)}", ("git status",))


def _own_commits(facts: NoteFacts) -> list[tuple[int, list[str]]]:
    """Return the commits that hold files of the session or its phase, by their index, with the edited ones of them."""
    own = set(facts.edited) | set(facts.phase.files if facts.phase else ())
    return [
        (at, [path for path in commit.files if path in facts.edited and path in facts.existing and nameable(path)])
        for at, commit in enumerate(facts.commits)
        if own.intersection(commit.files)
    ]


def commit_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield the commits with the session's work; those of others are counted only."""
    shown = _own_commits(facts)[:_COMMITS]
    for at, edited in shown:
        commit = facts.commits[at]
        rest = [path for path in commit.files if path in facts.existing and nameable(path) and path not in edited]
        files = [*edited, *rest[: max(_FILES_OF_COMMIT - len(edited), 0)]]
        tail = f": {named(files)}" if files else ""
        yield Claim(4.3 if edited else 6, f"Committed “{plain(commit.subject, 72)}”{tail}", (commit.short,))
    if rest_count := len(facts.commits) - len(shown):
        told = {at for at, _ in shown}
        newest = next(commit for at, commit in enumerate(facts.commits) if at not in told)
        yield Claim(
            8,
            f"{rest_count} more commit{'s' if rest_count > 1 else ''} since the session started",
            (f"newest {newest.short}",),
        )


def retreat_claims(facts: NoteFacts) -> Iterator[Claim]:
    """Yield the edits that were taken back: what the next session must not try again without a reason."""
    for each in reversed(facts.retreats[-_RETREATS:]):
        if each.path and not nameable(each.path):
            continue
        where = f" in `{each.path}`" if each.path in facts.existing else f" in {_unmarked(each.path)}"
        tried = f": {code(each.tried, 80)}" if each.tried else ""
        what = f"Dead end, tried and taken back{where if each.path else ''}{tried}"
        yield Claim(3.5, what, (code(each.command, 100) if each.command else "edits of the session",))


def _unmarked(path: str) -> str:
    """Return the path of what does not exist: no code span, so that nobody takes it for a file that is there."""
    return plain(path, 200)
