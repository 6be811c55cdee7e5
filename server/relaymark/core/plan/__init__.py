"""Plans: what PLAN.md and its relatives say, read once so that every other part works on the same values."""

from relaymark.core.plan.model import Item, PathMention, Phase, Plan, Span, State, Status
from relaymark.core.plan.parse import parse_plan
from relaymark.core.plan.summary import PlanSummary, plan_state, plan_summary

__all__ = [
    "Item",
    "PathMention",
    "Phase",
    "Plan",
    "PlanSummary",
    "Span",
    "State",
    "Status",
    "parse_plan",
    "plan_state",
    "plan_summary",
]
