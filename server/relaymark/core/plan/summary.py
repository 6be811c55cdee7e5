"""The few figures of a plan that a status payload and a status bar show."""

from msgspec import Struct

from relaymark.core.plan.kinds import folder_state
from relaymark.core.plan.model import Plan, State


class PlanSummary(Struct, frozen=True):
    """How far a plan is; `current` is the label (else the title) of its first phase that is not done."""

    state: State
    phases: int
    done: int
    items: int
    ticked: int
    current: str | None = None


def plan_state(plan: Plan, path: str = "") -> State:
    """Return the plan's state; one that is open or done is `archived` or `superseded` by its folder in `path`."""
    if plan.state == "superseded":
        return plan.state
    return folder_state(path) or plan.state


def plan_summary(plan: Plan, path: str = "") -> PlanSummary:
    """Return the figures of `plan`, which lies at `path` in its workspace."""
    current = plan.current
    return PlanSummary(
        state=plan_state(plan, path),
        phases=len(plan.phases),
        done=sum(phase.done for phase in plan.phases),
        items=len(plan.items),
        ticked=sum(item.ticked for item in plan.items),
        current=(current.label or current.title) if current else None,
    )
