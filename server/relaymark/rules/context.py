"""Rules about how full the session on a phase is."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from relaymark.core import paths
from relaymark.core.finding import Finding, Related, Severity
from relaymark.core.gauge import SEVERITY
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.plan import plan_state
from relaymark.core.plan.kinds import NAMES
from relaymark.core.sheet import Sheet
from relaymark.core.span import Span
from relaymark.core.tokens import exact, short
from relaymark.rules.catalog import BY_CODE
from relaymark.rules.facts import SessionFacts

_HEAVIEST = 5
_GROWN = 0.2
"""A session that began heavy speaks of its base until it has grown by this share of its ceiling."""
_CODES = {"near": "context-near-ceiling", "over": "context-over-ceiling", "reset": "context-past-reset"}


class Spot(Struct, frozen=True):
    """Where the findings about a session stand: in a plan, on a phase's heading or on the first line (phase None)."""

    sheet: Sheet
    phase: int | None

    @property
    def span(self) -> Span | None:
        """The heading's span, None for the first line."""
        return None if self.phase is None else self.sheet.plan.phases[self.phase].heading_span


def plan_of_record(sheets: Mapping[str, Sheet]) -> str | None:
    """Return the plan that counts where no phase is known: the only open one, else the only open one at the top.

    A text in which there is nothing to follow counts only where no other plan is open.
    """
    open_ones = [path for path, sheet in sheets.items() if plan_state(sheet.plan, path) == "open"]
    followed = [path for path in open_ones if sheets[path].plan.items or sheets[path].plan.phases] or open_ones
    of_top = [path for path in followed if path in NAMES]
    return next((lone[0] for lone in (followed, of_top) if len(lone) == 1), None)


def spot_of(facts: SessionFacts, view: View) -> Spot | None:
    """Return where findings about a session stand: its phase, else the plan of record, else nowhere."""
    bound = facts.bound.get(view.session.id)
    if bound:
        return Spot(facts.sheets[bound.plan], bound.phase) if bound.plan in facts.open_sheets else None
    plan = plan_of_record(facts.sheets)
    return Spot(facts.sheets[plan], None) if plan else None


def context_findings(facts: SessionFacts) -> Iterator[Finding]:
    """Yield one finding per spot, for the worst session there."""
    places: dict[tuple[str, int | None], list[tuple[Spot, View]]] = {}
    for view in facts.views:
        if view.gauge.level not in _CODES or facts.snoozed.get(view.session.id) == view.gauge.level:
            continue
        if spot := spot_of(facts, view):
            places.setdefault((spot.sheet.path, spot.phase), []).append((spot, view))
    for found in places.values():
        spot, worst = max(found, key=lambda pair: (SEVERITY[pair[1].gauge.level], pair[1].observed.active_at))
        yield _finding(spot, worst, len(found) - 1)


def base_heavy(view: View) -> bool:
    """Tell whether a session was near its ceiling before any work, and has hardly grown since."""
    session, ceiling = view.session, view.gauge.ceiling.tokens
    first = session.first_context
    if first is None or session.context.tokens is None or session.compactions:
        return False
    was_near = first * 100 >= ceiling * 80
    return was_near and session.context.tokens - first < ceiling * _GROWN


def _finding(spot: Spot, view: View, others: int) -> Finding:
    heavy = base_heavy(view)
    code = "base-heavy" if heavy else _CODES[view.gauge.level]
    default = BY_CODE[code].default
    severity: Severity = "information" if default == "off" else default
    if not view.window.sure or spot.phase is None:
        severity = "information" if severity == "warning" else severity
    message = _base_message(view) if heavy else _message(view)
    if spot.phase is None:
        message += " (phase not recognised)"
    if not view.window.sure:
        message += f" The window of {short(view.window.tokens)} is assumed."
    if others:
        message += f" And {others} more {'session' if others == 1 else 'sessions'}."
    return Finding(
        code=code,
        path=spot.sheet.path,
        span=spot.span,
        severity=severity,
        message=message,
        related=() if code == "context-near-ceiling" else _heaviest(view),
        session=view.session.id,
        phase=spot.phase,
    )


def _message(view: View) -> str:
    held, gauge, who = exact(view.session.context.tokens or 0), view.gauge, view.observed.agent_title
    match gauge.level:
        case "reset":
            past = f"past its reset line of {exact(gauge.reset.tokens)} ({gauge.reset.reason})"
            return f"{who} holds {held} tokens, {past}: hand over now."
        case "over":
            line = gauge.ceiling
            return (
                f"{who} holds {held} tokens, over its ceiling of {exact(line.tokens)} ({line.reason}): "
                "finish the item, then hand over."
            )
    line = gauge.ceiling
    return f"{who} holds {held} of {exact(line.tokens)} tokens ({line.reason}): it nears its ceiling."


def _base_message(view: View) -> str:
    session = view.session
    base = exact(session.base if session.base is not None else session.first_context or 0)
    return (
        f"{view.observed.agent_title} held {base} of {exact(view.gauge.ceiling.tokens)} tokens before any work: "
        "system prompt, tools and rules files. Fewer tools or shorter rules leave more room."
    )


def _heaviest(view: View) -> tuple[Related, ...]:
    heavy = [file for file in view.session.attachments if file.tokens][:_HEAVIEST]
    return tuple(
        Related(file.path, f"{one_line(paths.name(file.path))}: {exact(file.tokens or 0)} tokens in the context")
        for file in heavy
    )
