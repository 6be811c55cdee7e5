"""What a check is to tell: its findings with their lines, fixes and fingerprints, the old ones left out if asked."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import baseline, paths
from relaymark.core.edits import Edit, Fix, applied, merged
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints, whole
from relaymark.core.located import Located, located
from relaymark.core.note_text import NoteText, read_note
from relaymark.engine.check import Checked
from relaymark.engine.plans import known_to_git
from relaymark.rules.fixes.offers import CERTAIN, fixes_of, is_mended, rules_fixes
from relaymark.rules.handover_fixes import note_fix
from relaymark.rules.recent import Recent
from relaymark.sources.since import Since


class Mended(Struct, frozen=True):
    """A file as its certain fixes leave it: where it lies, its text before and after, and how many fixes that took."""

    path: str
    before: str
    after: str
    fixes: int


def report(result: Checked, *, fixes: bool = True) -> tuple[Located, ...]:
    """Return the findings of a check as they are printed, with their fixes or without."""
    files = result.files
    prints = fingerprints(result.findings, files, result.root)
    return tuple(
        located(finding, result.root, files, offers(finding, result) if fixes else (), whole(parts))
        for finding, parts in zip(result.findings, prints, strict=True)
    )


def offers(finding: Finding, result: Checked) -> tuple[Fix, ...]:
    """Return what can be done about a finding, the best first."""
    if (facts := result.facts.get(finding.path)) is not None:
        return fixes_of(finding, facts)
    if (rules := result.rules.get(finding.path)) is not None:
        return rules_fixes(finding, rules, tuple(facts.path for facts in result.facts.values()))
    note = next((sheet for sheet in result.notes if sheet.path == finding.path), None)
    fix = note_fix(finding, _read(note.text)) if note else None
    return (fix,) if fix else ()


@lru_cache(maxsize=2)
def _read(text: str) -> NoteText:
    """Return a note as its fixes are made against it: it may have many findings, which come one after the other."""
    return read_note(text)


def recent(result: Checked, since: Since) -> Checked:
    """Return a check with only the findings that concern what changed."""
    plans = {
        path: Recent(
            facts.sheet,
            facts.path,
            since.lines(known_to_git(result.root, facts.path)),
            since.files,
            facts.index,
            facts.past,
        )
        for path, facts in result.facts.items()
    }

    def concerns(finding: Finding) -> bool:
        if finding.path in plans:
            return plans[finding.path].concerns(finding)
        return paths.relative(finding.path, result.root) in since.files

    return replace(result, findings=tuple(filter(concerns, result.findings)))


def without_known(result: Checked, known: frozenset[str]) -> Checked:
    """Return a check with only the findings that a baseline lacks."""
    prints = fingerprints(result.findings, result.files, result.root)
    pairs = zip(result.findings, prints, strict=True)
    return replace(result, findings=tuple(one for one, parts in pairs if not baseline.is_known(parts, known)))


def new_baseline(result: Checked) -> bytes:
    """Return the file that makes all findings of a check old ones."""
    prints = fingerprints(result.findings, result.files, result.root)
    where = [paths.relative(finding.path, result.root) for finding in result.findings]
    return baseline.encoded(zip(result.findings, where, prints, strict=True))


def mended(result: Checked) -> Iterator[Mended]:
    """Yield the files that certain fixes change: no guesses, and never a tick."""
    certain: dict[str, list[tuple[Finding, Fix]]] = {}
    for finding in result.findings:
        if finding.path in result.facts and finding.code not in CERTAIN:
            continue
        sure = next((fix for fix in offers(finding, result) if fix.certain), None)
        if sure and not sure.creates:
            certain.setdefault(sure.path, []).append((finding, sure))
    for path, fixes in certain.items():
        before = result.files[path].text
        count, taken = at_once(fixes)
        yield Mended(path, before, applied(before, taken), count)


def at_once(fixes: Sequence[tuple[Finding, Fix]]) -> tuple[int, tuple[Edit, ...]]:
    """Return how many findings of a file end by their fixes, and the edits of these: each fix whole or not at all.

    A fix that meets an earlier one is left out; its finding is ended all the same where that one mends its place.
    """
    taken: tuple[Edit, ...] = ()
    left: list[Finding] = []
    for finding, fix in fixes:
        both = merged((*taken, *fix.edits))
        if len(both) == len({*taken, *fix.edits}):
            taken = both
        else:
            left.append(finding)
    return len(fixes) - sum(not is_mended(finding, taken) for finding in left), taken
