"""All findings of a workspace: the rules run over its plans and sessions, as loud as its settings want them."""

from collections.abc import Iterable, Mapping, Sequence

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints
from relaymark.core.lookup import FileIndex
from relaymark.core.observed import View
from relaymark.core.past import Asked
from relaymark.core.sheet import Sheet
from relaymark.engine.around import Around, around_findings
from relaymark.engine.plans import Joined, known_to_git
from relaymark.engine.settled import Settled, carried
from relaymark.rules.catalog import set_severities
from relaymark.rules.context import context_findings
from relaymark.rules.facts import PlanFacts, SessionFacts
from relaymark.rules.path_missing import doubtful_paths
from relaymark.rules.plans import Wants, finished, further, questions, quick_findings, slow_findings, wants_of
from relaymark.rules.session import session_findings
from relaymark.rules.silence import not_silenced
from relaymark.sources.crossings import snoozed
from relaymark.sources.dismissed import dismissed
from relaymark.sources.history import Histories
from relaymark.sources.history_state import Asking, State

_Basis = tuple[State | None, FileIndex, tuple[tuple[str, bool], ...], bool]


def findings(
    joined: Joined,
    views: Sequence[View],
    config: Config,
    index: FileIndex | None,
    judged: Mapping[str, bool],
    settled: Mapping[str, Settled] | None = None,
    *,
    around: Around | None = None,
    closed_too: bool = False,
) -> tuple[Finding, ...]:
    """Return what the rules report, without what is off, silenced in place or dismissed.

    Args:
        joined: The workspace's plans, and who works on what.
        views: Its open sessions; none for a look at files only.
        config: Its settings.
        index: The files of its work tree, None while they are not listed: then no path is judged.
        judged: For paths that the index lacks, whether git ignores them; one that is not judged is not reported.
        settled: What history says, by plan, and what follows from it; a plan that is missing there is judged by its
            files alone.
        around: What was read beside the plans, None while it was not.
        closed_too: Report on closed plans as well.
    """
    here = tuple(view for view in views if not view.elsewhere and view.session.parent is None)
    silent = {view.session.id: level for view in here if (level := snoozed(view.session.id))}
    facts = SessionFacts(joined.root, joined.sheets, here, joined.bound, silent)
    found = [*context_findings(facts), *session_findings(facts)]
    if index is not None:
        for path, sheet in joined.sheets.items():
            known = (settled or {}).get(path, Settled())
            found += quick_findings(PlanFacts(path, sheet, index, judged, known.past, closed_too))
            found += carried(known, sheet)
        if around:
            ages = {path: known.past.age for path, known in (settled or {}).items() if known.past.age is not None}
            found += around_findings(
                around, joined, here, index, judged, told=tuple(found), ages=ages, closed_too=closed_too
            )
    every = (*joined.sheets.values(), *(around.rules.values() if around else ()))
    sheets = {sheet.path: sheet for sheet in every}
    told = not_silenced(set_severities(found, config.rules), sheets)
    away = dismissed(joined.root)
    if not away:
        return told
    prints = fingerprints(told, sheets, joined.root)
    return tuple(finding for finding, parts in zip(told, prints, strict=True) if not away.issuperset(parts))


def absent(path: str, sheet: Sheet, index: FileIndex, *, closed_too: bool = False) -> tuple[str, ...]:
    """Return the paths that a plan names and that the index lacks, as far as rules would report them."""
    facts = PlanFacts(path, sheet, index, closed_too=closed_too)
    return (
        tuple(dict.fromkeys((*doubtful_paths(sheet.plan, path, index), *questions(facts, wants_of(facts)).absent)))
        if facts.speaks
        else ()
    )


def settle(
    histories: Histories,
    root: str,
    path: str,
    sheet: Sheet,
    index: FileIndex,
    judged: Mapping[str, bool],
    known: Settled | None = None,
    *,
    closed_too: bool = False,
) -> Settled:
    """Return what `settle_all` does for the plan at `path`; `known` is what was found out before."""
    before = {path: known} if known else {}
    return settle_all(histories, root, {path: sheet}, index, judged, before, closed_too=closed_too)[path]


def settle_all(
    histories: Histories,
    root: str,
    plans: Mapping[str, Sheet],
    index: FileIndex,
    judged: Mapping[str, bool],
    known: Mapping[str, Settled] | None = None,
    *,
    closed_too: bool = False,
    ahead: bool = False,
) -> dict[str, Settled]:
    """Return what history says about plans and what follows from it; reads git and files, so it belongs off the loop.

    Git is asked once for what they share, and looks at the work tree while the plans are read.

    Args:
        histories: Reads history.
        root: The top of the work tree.
        plans: The plans by their path from there.
        index: The files of the tree.
        judged: As for `findings`.
        known: What was found out before, by plan; it is given back if nothing changed.
        closed_too: Report on closed plans as well.
        ahead: The plans are being edited: what they may ask after an edit is looked for at once.
    """
    every = {path: PlanFacts(path, sheet, index, judged, closed_too=closed_too) for path, sheet in plans.items()}
    spoken = {path: facts for path, facts in every.items() if facts.speaks and facts.sheet.plan.items}
    settled = dict.fromkeys(plans, Settled())
    if not spoken:
        return settled
    asking = Asking(root)
    known = {path: each for path, each in (known or {}).items() if path in spoken and each.sheet}
    same = {path for path, each in known.items() if each.sheet and each.sheet.text == plans[path].text}
    wants = {path: wants_of(facts) for path, facts in spoken.items() if path not in same}
    asked = {path: questions(spoken[path], each) for path, each in wants.items()}
    state = asking.answer()
    basis = (state, index, tuple(judged.items()), closed_too)
    for path in same:
        if known[path].basis == basis:
            settled[path] = known[path]
        else:
            wants[path] = wants_of(spoken[path])
            asked[path] = questions(spoken[path], wants[path])
    histories.prepare(
        root,
        [word for each in asked.values() for word in each.words],
        _soon(wants.values()) if ahead else (),
        state,
    )
    for path, each in wants.items():
        settled[path] = _settled(histories, root, spoken[path], each, asked[path], basis)
    return settled


def _soon(wants: Iterable[Wants]) -> list[str]:
    """Return the names of code that plans may ask for once a box is ticked or a line is written."""
    return [symbol.word for each in wants for claim in each.claims for symbol in claim.names if symbol.distinct]


def _settled(
    histories: Histories,
    root: str,
    facts: PlanFacts,
    wants: Wants,
    asked: Asked,
    basis: _Basis,
) -> Settled:
    past = histories.past(
        root,
        known_to_git(root, facts.path),
        facts.sheet.text,
        facts.index,
        asked,
        lambda first: further(facts, wants, first),
        basis[0],
    )
    facts = finished(facts, wants, past)
    return Settled(facts.sheet, facts.past, tuple(slow_findings(facts, wants)), basis)
