"""Findings as one JSON object."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from relaymark.cli.formats.encoded import encoded
from relaymark.core.located import Located
from relaymark.engine.tally import Tally


def objects(found: Sequence[Located], tally: Tally, unjudged: Sequence[str] = ()) -> str:
    """Return the findings with their items and fixes, how many there are, and what was not judged; on one line."""
    others = {"notes": tally.notes, "rules": tally.rules, "unread": tally.unread}
    severities = Counter(each.finding.severity for each in found)
    told = {
        "version": 1,
        "findings": [_payload(each) for each in found],
        "summary": {"plans": tally.plans, "findings": len(found)}
        | {what: count for what, count in others.items() if count}
        | dict(severities),
    } | ({"unjudged": list(unjudged)} if unjudged else {})
    return encoded(told).decode() + "\n"


def _payload(each: Located) -> dict[str, Any]:
    line, column, end_line, end_column = each.region
    return {
        "path": each.path,
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "code": each.finding.code,
        "severity": each.finding.severity,
        "message": each.finding.message,
        "items": list(each.items),
        "fixes": [{"title": fix.title} for fix, _ in each.fixes],
    }
