"""Runs the rules for teams over a work tree, where its settings want them."""

import os
from collections.abc import Mapping

from relaymark.core.config import Config
from relaymark.core.finding import Finding
from relaymark.core.paths import inside
from relaymark.core.sheet import Sheet
from relaymark.engine.archive import archive
from relaymark.rules.catalog import set_severities
from relaymark.rules.silence import not_silenced
from relaymark.rules.team import MISSING, MIXED, TeamFacts, team_findings
from relaymark.sources.trailers import trailed_commits


def judged_team(top: str, sheets: Mapping[str, Sheet], config: Config) -> tuple[Finding, ...]:
    """Return what the rules for teams say of the plans of a work tree; where both are off nothing is read."""
    if all(config.rules.get(code, "off") == "off" for code in (MISSING, MIXED)):
        return ()
    commits = trailed_commits(top)
    named = {note for commit in commits for note in commit.notes}
    facts = TeamFacts(
        sheets,
        frozenset(each.header.phase for each in archive(top) if each.header.phase),
        commits,
        frozenset(note for note in named if not _is_there(top, note)),
    )
    found = set_severities(team_findings(facts), config.rules)
    return not_silenced(found, {sheet.path: sheet for sheet in sheets.values()})


def _is_there(top: str, note: str) -> bool:
    whole = os.path.join(top, note)
    return inside(os.path.normpath(whole), top) and os.path.isfile(whole)
