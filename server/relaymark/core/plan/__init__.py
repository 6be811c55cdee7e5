"""Plans: what PLAN.md and its relatives say, read once so that every other part works on the same values."""

from relaymark.core.plan.model import Item, PathMention, Phase, Plan, Role, Row, Section, State, Status
from relaymark.core.plan.parse import PlanText, parse_plan, read_plan, reread_plan
from relaymark.core.plan.says import is_parallel, item_commit, item_status
from relaymark.core.plan.summary import PlanSummary, plan_state, plan_summary
from relaymark.core.span import Span

__all__ = [
    "Item",
    "PathMention",
    "Phase",
    "Plan",
    "PlanSummary",
    "PlanText",
    "Role",
    "Row",
    "Section",
    "Span",
    "State",
    "Status",
    "is_parallel",
    "item_commit",
    "item_status",
    "parse_plan",
    "plan_state",
    "plan_summary",
    "read_plan",
    "reread_plan",
]
