"""The rules for teams, off unless the settings want them: notes of finished phases, commits of one phase each."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from relaymark.core.finding import Finding
from relaymark.core.markdown import one_line
from relaymark.core.path_index import PathIndex
from relaymark.core.relay.trailed import Trailed
from relaymark.core.relay.work import phase_name
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span

MISSING, MIXED = "handover-missing", "phases-mixed"
_SHOWN = 3


class TeamFacts(Struct, frozen=True):
    """What the rules for teams look at.

    Attributes:
        sheets: The plans by their path, relative to the work tree.
        noted: The phases that a note in the archive is of, as `PLAN.md: Phase 2`.
        commits: The newest commits with trailers.
        gone: Those of the notes named by trailers that are not there.
    """

    sheets: Mapping[str, Sheet]
    noted: frozenset[str]
    commits: Sequence[Trailed] = ()
    gone: frozenset[str] = frozenset()


def team_findings(facts: TeamFacts) -> Iterator[Finding]:
    """Yield what the rules for teams say, on the headings of the phases."""
    yield from _missing(facts)
    yield from _mixed(facts)


def _missing(facts: TeamFacts) -> Iterator[Finding]:
    """Yield the finished phases that others go on from without a note, and the commits whose note is not there."""
    noted = {each.casefold() for each in facts.noted}
    for path, sheet in facts.sheets.items():
        phases = [phase for phase in sheet.plan.phases if phase.items]
        for at, phase in enumerate(phases[:-1]):
            begun = any(item.ticked for later in phases[at + 1 :] for item in later.items)
            names = {f"{path}: {name}".casefold() for name in (phase_name(phase), phase.title) if name}
            if phase.done and not begun and not names & noted:
                text = f"{one_line(phase.name or phase.title, 60)} is done, and no handover note of it is here."
                yield _finding(MISSING, sheet, phase.heading_span, text)
    places = _places(facts)
    for commit in facts.commits:
        for note in commit.notes:
            place = next((places[key] for each in commit.phases if (key := each.casefold()) in places), None)
            if note in facts.gone and place:
                sheet = facts.sheets[place[0]]
                text = f"Commit {commit.sha} names the note {one_line(note, 120)}, which is not here."
                yield _finding(MISSING, sheet, sheet.plan.phases[place[1]].heading_span, text)


def _mixed(facts: TeamFacts) -> Iterator[Finding]:
    """Yield the commits that say of themselves one phase and hold work of another, or that say several."""
    places = _places(facts)
    paths = list(facts.sheets)
    index = PathIndex([(path, sheet.plan) for path, sheet in facts.sheets.items()])
    for commit in facts.commits:
        own = [places[key] for each in commit.phases if (key := each.casefold()) in places]
        if not own:
            continue
        path, at = own[0]
        sheet = facts.sheets[path]
        span = sheet.plan.phases[at].heading_span
        if len(set(own)) > 1:
            text = f"Commit {commit.sha} carries the trailers of {len(set(own))} phases."
            yield _finding(MIXED, sheet, span, text)
            continue
        place = paths.index(path), at
        foreign = [file for file in commit.files if (best := index.best(file)) and place not in best]
        if foreign:
            shown = ", ".join(one_line(file, 80) for file in foreign[:_SHOWN]) + (
                " ..." if len(foreign) > _SHOWN else ""
            )
            text = f"Commit {commit.sha} is of this phase and changes files of another one: {shown}."
            yield _finding(MIXED, sheet, span, text)


def _finding(code: str, sheet: Sheet, span: Span, message: str) -> Finding:
    return Finding(code=code, path=sheet.path, span=span, severity="warning", message=message)


def _places(facts: TeamFacts) -> dict[str, tuple[str, int]]:
    """Return the phases by what trailers call them."""
    return {
        f"{path}: {name}".casefold(): (path, at)
        for path, sheet in facts.sheets.items()
        for at, phase in enumerate(sheet.plan.phases)
        for name in (phase_name(phase), phase.title)
        if name
    }
