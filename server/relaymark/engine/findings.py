"""All findings of a workspace: the rules run over its plans and sessions, as loud as its settings want them."""

from collections.abc import Iterator, Mapping, Sequence

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.observed import View
from relaymark.core.sheet import Sheet
from relaymark.engine.plans import Joined
from relaymark.rules.catalog import set_severities
from relaymark.rules.context import context_findings
from relaymark.rules.facts import SessionFacts
from relaymark.rules.path_missing import missing_paths
from relaymark.rules.session import session_findings
from relaymark.rules.silence import not_silenced
from relaymark.sources.crossings import snoozed


def findings(
    joined: Joined,
    views: Sequence[View],
    config: Config,
    index: FileIndex | None,
    judged: Mapping[str, bool],
    *,
    closed_too: bool = False,
) -> tuple[Finding, ...]:
    """Return what the rules report, without what is off or silenced in place.

    Args:
        joined: The workspace's plans, and who works on what.
        views: Its open sessions; none for a look at files only.
        config: Its settings.
        index: The files of its work tree, None while they are not listed: then no path is judged.
        judged: For paths that the index lacks, whether git ignores them; one that is not judged is not reported.
        closed_too: Report on closed plans as well.
    """
    here = tuple(view for view in views if not view.elsewhere and view.session.parent is None)
    silent = {view.session.id: level for view in here if (level := snoozed(view.session.id))}
    facts = SessionFacts(joined.root, joined.sheets, here, joined.bound, silent)
    found = [*context_findings(facts), *session_findings(facts)]
    if index is not None:
        found += _plan_findings(joined, index, judged, closed_too=closed_too)
    sheets = {sheet.path: sheet for sheet in joined.sheets.values()}
    return not_silenced(set_severities(found, config.rules), sheets)


def absent(path: str, sheet: Sheet, index: FileIndex, *, closed_too: bool = False) -> tuple[str, ...]:
    """Return the paths that ticked items of a plan name and that the index lacks."""
    found = missing_paths(sheet.plan, path, index, sheet.text, closed=closed_too)
    return tuple(dict.fromkeys(mention.path for _, mention in found))


def _plan_findings(
    joined: Joined, index: FileIndex, judged: Mapping[str, bool], *, closed_too: bool
) -> Iterator[Finding]:
    for path, sheet in joined.sheets.items():
        for item, mention in missing_paths(sheet.plan, path, index, sheet.text, closed=closed_too):
            if judged.get(mention.path) is not False:
                continue
            yield Finding(
                code="path-missing",
                path=sheet.path,
                span=mention.span,
                severity="warning",
                message=f"Ticked, but there is no `{mention.path}` in this work tree.",
                item=sheet.plan.items.index(item),
            )
