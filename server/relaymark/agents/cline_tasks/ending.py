"""How the newest message of a task leaves it: at work, waiting for the user, done.

Facts: Roo Code's lists of idle, resumable, interactive and non-blocking asks (`packages/types/src/message.ts`), and
Cline's `TurnPhase`. A program that was killed leaves the last word of its work, as one that works does.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from relaymark.agents.fields import mapping
from relaymark.core import events as ev

_NOISE = (
    "checkpoint_created",
    "checkpoint_saved",
    "api_req_finished",
    "hook_status",
    "hook_output_stream",
    "task_progress",
    "user_edit_todos",
    "conditional_rules_applied",
    "deleted_api_reqs",
    "api_req_deleted",
    "subagent_usage",
)
"""What is said beside the work and tells nothing of its state."""
_DONE = ("completion_result", "resume_completed_task", "plan_completion_result")
_RUNNING = ("command_output",)


def following(messages: Sequence[Any], at: int) -> Mapping[str, Any]:
    """Return the next message that tells something of the work, empty if there is none."""
    later = (mapping(messages[place]) for place in range(at + 1, len(messages)))
    return next((message for message in later if message and message.get("say") not in _NOISE), {})


def ending(messages: Sequence[Any], status: str | None) -> tuple[ev.Event, ...]:
    """Return how the turn stands after the newest message.

    Args:
        messages: All messages.
        status: The task's status in the history, None where there is none.
    """
    newest = next((m for m in map(mapping, reversed(messages)) if m and m.get("say") not in _NOISE), {})
    if newest.get("partial") is True or newest.get("isAnswered") is True:
        return ()
    asks = newest.get("type") == "ask"
    match newest.get("ask") if asks else newest.get("say"):
        case kind if kind in _DONE:
            return (ev.TurnEnded(),)
        case "resume_task" if asks:
            return (ev.Interrupted(),)
        case "api_req_failed" if asks:
            return (ev.Failed(),)
        case kind if asks and kind not in _RUNNING:
            return (ev.Waiting(),)
        case kind if status == "completed" and kind != "api_req_started":
            return (ev.TurnEnded(),)
    return ()
