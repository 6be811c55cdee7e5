"""Findings as text: one per line, as compilers write them."""

from collections.abc import Iterator, Sequence

from relaymark.core.located import Located

NO_PLAN = "No plan here: looked for PLAN.md and IMPLEMENTATION_PLAN.md."


def plain(found: Sequence[Located], plans: int) -> str:
    """Return the findings and a line that counts them."""
    return "\n".join((*_lines(found), summary(len(found), plans))) + "\n"


def summary(findings: int, plans: int) -> str:
    """Return how much was checked and found, in one sentence."""
    if not plans:
        return NO_PLAN
    checked = "1 plan" if plans == 1 else f"{plans} plans"
    return f"{checked} checked, {findings or 'no'} finding{'' if findings == 1 else 's'}."


def _lines(found: Sequence[Located]) -> Iterator[str]:
    for each in found:
        line, column, *_ = each.region
        finding = each.finding
        yield f"{each.path}:{line}:{column}: {finding.severity} {finding.code}: {finding.message}"
