"""Findings as text: one per line, as compilers write them."""

from collections.abc import Iterator, Sequence

from relaymark.core.located import Located
from relaymark.engine.tally import Tally

NO_PLAN = (
    "No plan here: no PLAN.md, TODO.md, docs/plans/*.md, specs/*/tasks.md or their like with boxes or phases in it. "
    "`relaymark plan new` makes one."
)


def plain(found: Sequence[Located], tally: Tally) -> str:
    """Return the findings, how many plans are closed, and a line that counts what was checked and found."""
    return "\n".join((*_lines(found), *_closed(tally), summary(len(found), tally))) + "\n"


def summary(findings: int, tally: Tally) -> str:
    """Return how much was checked and found, in one sentence."""
    counts = ((tally.plans, "plan"), (tally.notes, "note"), (tally.rules, "rules file"))
    checked = " and ".join(_count(count, what) for count, what in counts if count)
    if not checked:
        nothing = "Nothing to check there: no plan, note or rules file." if tally.asked else NO_PLAN
        return f"Nothing checked: {_unread(tally)}." if tally.unread else nothing
    told = [f"{checked} checked", _count(findings, "finding") if findings else "no findings"]
    if tally.unread:
        told.insert(1, _unread(tally))
    mendable = f"; {tally.mendable} can be mended by --fix" if tally.mendable else ""
    return f"{', '.join(told)}{mendable}."


def _unread(tally: Tally) -> str:
    return f"{_count(tally.unread, 'plan')} could not be read"


def _closed(tally: Tally) -> Iterator[str]:
    if tally.closed:
        are = "is" if tally.closed == 1 else "are"
        state = "done" if tally.done == tally.closed else "closed"
        yield f"{_count(tally.closed, 'plan')} {are} {state}: --include-closed reports on {_it(tally.closed)} too."


def _it(count: int) -> str:
    return "it" if count == 1 else "them"


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _lines(found: Sequence[Located]) -> Iterator[str]:
    for each in found:
        line, column, *_ = each.region
        finding = each.finding
        yield f"{each.path}:{line}:{column}: {finding.severity} {finding.code}: {finding.message}"
