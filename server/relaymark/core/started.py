"""Knows a session again that Relaymark started: it was told to read a prompt file, whose name tells the phase."""

import re
from collections.abc import Sequence

from relaymark.core.plan import Phase, Plan

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_NAMED = re.compile(r"first read @?\"?\.relaymark/prompts/\d{8}T\d{6}Z-([A-Za-z0-9._-]+)\.md")
_AGAIN = re.compile(r"-\d{1,3}$")
_LONGEST = 64


def file_part(text: str, most: int = 40) -> str:
    """Return a text as a part of a file name: letters, digits, `.`, `_` and `-`; `none` where nothing is left."""
    return _UNSAFE.sub("-", text).strip("-.")[:most].rstrip("-.") or "none"


def prompt_name(path: str, plan: Plan, index: int) -> str:
    """Return what the prompt file of a phase is called behind its time: by its label or title, unlike every other.

    Args:
        path: The plan's path, relative to the work tree.
        plan: The plan.
        index: The phase's index in it.
    """
    name = _name(path, plan.phases[index])
    twins = [at for at, phase in enumerate(plan.phases) if _name(path, phase) == name]
    return name if len(twins) == 1 and not name.endswith("-none") else f"{name}.{index + 1}"


def started_phase(prompt: str, plans: Sequence[tuple[str, Plan]]) -> tuple[int, int] | None:
    """Return the phase for which Relaymark composed a prompt: the plan's index and the phase's; None for others."""
    found = _NAMED.search(prompt)
    if found is None:
        return None
    names = (found[1], _AGAIN.sub("", found[1]))
    known = {
        prompt_name(path, plan, index): (at, index)
        for at, (path, plan) in enumerate(plans)
        for index in range(len(plan.phases))
    }
    return next((known[name] for name in names if name in known), None)


def _name(path: str, phase: Phase) -> str:
    return f"{file_part(path.removesuffix('.md'), _LONGEST)}-{file_part(phase.label or phase.title, _LONGEST)}"
