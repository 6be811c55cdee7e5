"""Findings as one JSON object."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from relaymark.core.located import Located


def objects(found: Sequence[Located], plans: int, notes: int) -> str:
    """Return the findings with their items and fixes, and how many there are; on one line."""
    severities = Counter(each.finding.severity for each in found)
    told = {
        "version": 1,
        "findings": [_payload(each) for each in found],
        "summary": {"plans": plans, "findings": len(found)} | ({"notes": notes} if notes else {}) | dict(severities),
    }
    return msgspec.json.encode(told).decode() + "\n"


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
