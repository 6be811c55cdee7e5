"""Findings as text: one per line, as compilers write them."""

from collections.abc import Iterator, Sequence

from relaymark.core.located import Located

NO_PLAN = (
    "No plan here: no PLAN.md, TODO.md, docs/plans/*.md, specs/*/tasks.md or their like with boxes or phases in it. "
    "`relaymark plan new` makes one."
)


def plain(found: Sequence[Located], plans: int, notes: int) -> str:
    """Return the findings and a line that counts them."""
    return "\n".join((*_lines(found), summary(len(found), plans, notes))) + "\n"


def summary(findings: int, plans: int, notes: int) -> str:
    """Return how much was checked and found, in one sentence."""
    counts = ((plans, "plan"), (notes, "note"))
    checked = " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
    if not checked:
        return NO_PLAN
    return f"{checked} checked, {findings or 'no'} finding{'' if findings == 1 else 's'}."


def _lines(found: Sequence[Located]) -> Iterator[str]:
    for each in found:
        line, column, *_ = each.region
        finding = each.finding
        yield f"{each.path}:{line}:{column}: {finding.severity} {finding.code}: {finding.message}"
