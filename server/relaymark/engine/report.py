"""What a check is to tell: its findings with their lines, fixes and fingerprints, the old ones left out if asked."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core import baseline, paths
from relaymark.core.edits import Edit, Fix, applied, merged
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints, whole
from relaymark.core.located import Located, located
from relaymark.core.note_text import read_note
from relaymark.engine.check import Checked
from relaymark.rules.fixes.offers import CERTAIN, fixes_of, rules_fixes
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
    fix = note_fix(finding, read_note(note.text)) if note else None
    return (fix,) if fix else ()


def recent(result: Checked, since: Since) -> Checked:
    """Return a check with only the findings that concern what changed."""
    plans = {
        path: Recent(facts.sheet, facts.path, since.lines(facts.path), since.files, facts.index, facts.past)
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
    edits: dict[str, list[Fix]] = {}
    for finding in result.findings:
        if finding.path in result.facts and finding.code not in CERTAIN:
            continue
        sure = next((fix for fix in offers(finding, result) if fix.certain), None)
        if sure and not sure.creates:
            edits.setdefault(sure.path, []).append(sure)
    for path, fixes in edits.items():
        before = result.files[path].text
        kept, taken = _kept(fixes)
        yield Mended(path, before, applied(before, taken), kept)


def _kept(fixes: list[Fix]) -> tuple[int, tuple[Edit, ...]]:
    """Return how many fixes can be made at once, and their edits: each fix whole or not at all."""
    taken: tuple[Edit, ...] = ()
    count = 0
    for fix in fixes:
        both = merged((*taken, *fix.edits))
        if len(both) == len({*taken, *fix.edits}):
            taken, count = both, count + 1
    return count, taken
