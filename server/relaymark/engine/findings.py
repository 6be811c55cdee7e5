"""All findings of a workspace: the rules run over its plans and sessions, as loud as its settings want them."""

from collections.abc import Mapping, Sequence

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints
from relaymark.core.lookup import FileIndex
from relaymark.core.observed import View
from relaymark.core.sheet import Sheet
from relaymark.engine.around import Around, around_findings
from relaymark.engine.plans import Joined
from relaymark.engine.settled import Settled, carried
from relaymark.rules.catalog import set_severities
from relaymark.rules.context import context_findings
from relaymark.rules.facts import PlanFacts, SessionFacts
from relaymark.rules.path_missing import doubtful_paths
from relaymark.rules.plans import finished, further, questions, quick_findings, slow_findings, wants_of
from relaymark.rules.session import session_findings
from relaymark.rules.silence import not_silenced
from relaymark.sources.crossings import snoozed
from relaymark.sources.dismissed import dismissed
from relaymark.sources.history import Histories, State, state_of


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
            found += around_findings(around, joined, here, index, judged, closed_too=closed_too)
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
    state: State | None = None,
) -> Settled:
    """Return what history says about a plan and what follows from it; reads git and files, so it belongs off the loop.

    Args:
        histories: Reads history.
        root: The top of the work tree.
        path: The plan's path from there.
        sheet: The plan.
        index: The files of the tree.
        judged: As for `findings`.
        known: What was found out before; it is given back if nothing changed.
        closed_too: Report on a closed plan as well.
        state: How the work tree stands, None: git is asked.
    """
    facts = PlanFacts(path, sheet, index, judged, closed_too=closed_too)
    if not facts.speaks or not sheet.plan.items:
        return Settled()
    state = state or state_of(root)
    basis = (state, id(index), tuple(judged.items()), closed_too)
    if known and known.sheet and known.sheet.text == sheet.text and known.basis == basis:
        return known
    wants = wants_of(facts)
    asked = questions(facts, wants)
    past = histories.past(root, path, sheet.text, index, asked, lambda first: further(facts, wants, first), state)
    facts = finished(facts, wants, past)
    return Settled(sheet, facts.past, tuple(slow_findings(facts, wants)), basis)


def settle_all(
    histories: Histories,
    root: str,
    plans: Mapping[str, Sheet],
    index: FileIndex,
    judged: Mapping[str, bool],
    *,
    closed_too: bool = False,
) -> dict[str, Settled]:
    """Return what `settle` does for each plan of a work tree, by path; git is asked once for what they share."""
    every = [PlanFacts(path, sheet, index, judged, closed_too=closed_too) for path, sheet in plans.items()]
    state = state_of(root) if any(facts.speaks and facts.sheet.plan.items for facts in every) else None
    asked = [questions(facts, wants_of(facts)) for facts in every]
    histories.prepare(root, [word for each in asked for word in each.words], state)
    return {
        path: settle(histories, root, path, sheet, index, judged, closed_too=closed_too, state=state)
        for path, sheet in plans.items()
    }
