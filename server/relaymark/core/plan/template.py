"""The words with which a plan begins: the template of a new one, and the prompt that asks an agent for one."""

from relaymark.core.markdown import one_line

_TEMPLATE = """\
# {title}

What will be true when this is done, in two sentences. What is left out on purpose.

<!-- One phase is one session: a fresh session reads this file, does one phase, ticks its items, commits, and stops. -->

## Phase 1: A first slice that works

**Done when:** the command that proves it, and what it prints.

**Files:**
- Create: `path/to/new.ext`
- Modify: `path/to/existing.ext`
- Test: `path/to/test.ext`

- [ ] 1.1 What to do, in `path/to/new.ext`
- [ ] 1.2 What to do, in `path/to/existing.ext`
- [ ] 1.3 Prove it: run the test in `path/to/test.ext`

## Phase 2: What comes next

**Done when:** the command that proves it, and what it prints.

- [ ] 2.1 What to do, in `path/to/existing.ext`
- [ ] 2.2 Prove it: run the test in `path/to/test.ext`

## Decisions

- What was decided, and why: what the next session must not decide again.
"""

PROMPT = """\
Write a plan for the work described below, as a markdown file PLAN.md that a fresh session can carry out without this
conversation. Explore the code first; do not change any file but PLAN.md.

Form:
- One title (`# ...`), then two or three sentences: what will be true when it is done, what is left out on purpose.
- Phases as `## Phase 1: <title>`, `## Phase 2: ...`, in the order of the work. A phase is what one session can finish:
  at most about seven items and a handful of files, leaving the tree green. Split a phase that would need more.
- Under each heading `**Done when:**` with the command that proves it, then a block `**Files:**` with lines
  `- Create: `path``, `- Modify: `path``, `- Test: `path``. Paths are relative to the root, in backticks, and exist
  unless they stand after Create.
- Then the items, each one line: `- [ ] 1.1 <verb> ... in `path``. An item names the file it changes and the function or
  type it is about; it can be checked by reading one diff. No box for what cannot be ticked (goals, notes).
- At the end `## Decisions`: what was decided and why, one line each.
- Nothing else: no estimates, no status words, no code longer than a signature.

Whoever carries it out ticks each item (`- [x]`) in the same commit as its work, and changes the plan when the work
turns out otherwise.

The work:
"""
"""What to say to any agent or chat so that its plan can be followed; the user's idea stands behind it."""


def new_plan(title: str) -> str:
    """Return the text of a new plan."""
    return _TEMPLATE.format(title=one_line(title, 80).replace("#", "").strip() or "Plan")
