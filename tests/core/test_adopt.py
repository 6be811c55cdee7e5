"""An idea becomes a plan: nothing of it is lost, and what is to be done has phases and boxes."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relaymark.core.plan import parse_plan
from relaymark.core.plan.adopt import Step, adopt_steps, adopt_text
from relaymark.core.plan.template import PROMPT, new_plan

PLAN_MODE = """\
# Plan: Add login

## Context
- the app has no login, see `/home/dev/shop/src/app.ts`

### Today
- nothing

## Implementation Steps
1. Create `/home/dev/shop/src/keys.ts`
   - load it
2. Wire `src/app.ts`

```
- not a point
```

## Files to modify
- `src/app.ts`

## Verification
- run `npm test`
"""


def seen(text):
    plan = parse_plan(text)
    return [(phase.name, phase.title, [(item.text, item.ticked) for item in phase.items]) for phase in plan.phases]


def test_a_plan_mode_file_becomes_phases_and_boxes():
    adopted = adopt_text(PLAN_MODE, root="/home/dev/shop")
    assert seen(adopted) == [
        ("Phase 1", "Implementation Steps", [("Create `src/keys.ts`", False), ("Wire `src/app.ts`", False)]),
        ("Phase 2", "Verification", [("run `npm test`", False)]),
    ]
    assert parse_plan(adopted).title == "Plan: Add login"
    assert "- the app has no login, see `src/app.ts`" in adopted
    assert "- nothing" in adopted
    assert "   - load it" in adopted
    assert "## Files to modify\n- `src/app.ts`" in adopted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "### 1. Keys\n- a\n- b\n### 2. Routes\nText.\n* c\n",
            [("1", "Keys", [("a", False), ("b", False)]), ("2", "Routes", [("c", False)])],
            id="numbered headings",
        ),
        pytest.param(
            "## Phase 1: A\n**Files:**\n- Create: `a.py`\n\nSteps:\n- one\n## Phase 2: B\n- two\n## Notes\n- three\n",
            [("Phase 1", "A", [("one", False)]), ("Phase 2", "B", [("two", False)])],
            id="named phases, lists of files and other sections stay",
        ),
        pytest.param(
            "## Phase 1: A\nDo it.\n\n## Phase 2: B\n- two\n",
            [("Phase 1", "A", [("A", False)]), ("Phase 2", "B", [("two", False)])],
            id="a phase of prose gets one box",
        ),
        pytest.param(
            "## 1. Keys\nText.\n\n## 2. Routes\nText.\n",
            [("1", "Keys", [("Keys", False)]), ("2", "Routes", [("Routes", False)])],
            id="numbered prose",
        ),
        pytest.param("1. a\n2. b\n   - c\n", [("Phase 1", "Shop", [("a", False), ("b", False)])], id="a list alone"),
        pytest.param(
            "Fix it.\nTest it.\n", [("Phase 1", "Shop", [("Fix it.", False), ("Test it.", False)])], id="lines"
        ),
        pytest.param("# X\n- [ ] a\n- [x] b\n- c\n", [("Phase 1", "X", [("a", False), ("b", True)])], id="boxes stay"),
        pytest.param(
            "```markdown\n# X\n## Core\n- a\n```\n", [("Phase 1", "Core", [("a", False)])], id="fenced answer"
        ),
        pytest.param(
            "<proposed_plan>\n# X\n- a\n</proposed_plan>\n", [("Phase 1", "X", [("a", False)])], id="tagged answer"
        ),
        pytest.param(
            "Goal: be fast\n\n1. a\n2. b\n",
            [("Phase 1", "Shop", [("a", False), ("b", False)])],
            id="a goal in one line",
        ),
        pytest.param(
            "Goals:\n- fast\n\nSteps:\n1. a\n", [("Phase 1", "Shop", [("a", False)])], id="lists that explain stay"
        ),
        pytest.param(
            "Sure:\n\n**Step 1: Keys**\n\nMake `a.py`.\n\n**Step 2: Routes**\n\nText.\n",
            [("Step 1", "Keys", [("Keys", False)]), ("Step 2", "Routes", [("Routes", False)])],
            id="bold lines over prose",
        ),
        pytest.param(
            "Phase 1 - Keys\n- a\nPhase 2 - Routes\n- b\n",
            [("Phase 1", "Keys", [("a", False)]), ("Phase 2", "Routes", [("b", False)])],
            id="plain lines over lists",
        ),
        pytest.param(
            "# X\n## Work\n### Server\n- a\n### Page\n- b\n## Proof\n- c\n",
            [("Phase 1", "Work", [("a", False), ("b", False)]), ("Phase 2", "Proof", [("c", False)])],
            id="boxes below deeper headings are of the phase around them",
        ),
        pytest.param("# X\r\n\r\n- a\r\n", [("Phase 1", "X", [("a", False)])], id="other line ends"),
    ],
)
def test_texts_of_many_forms_become_plans(text, expected):
    assert seen(adopt_text(text, "Shop")) == expected


def test_the_phase_begins_before_the_line_that_leads_to_its_boxes():
    assert adopt_text("Text.\n\nSteps:\n- a\n", "Shop") == "# Shop\n\nText.\n\n## Phase 1: Shop\n\nSteps:\n- [ ] a\n"
    adopted = adopt_text("# Shop\n\nSteps:\n- a\n\n## Risks\n- b\n")
    assert adopted == "# Shop\n\n## Phase 1: Shop\n\nSteps:\n- [ ] a\n\n## Risks\n- b\n"
    assert adopt_text("Shop\n====\n- [ ] a\n") == "Shop\n====\n\n## Phase 1: Shop\n\n- [ ] a\n"


@pytest.mark.parametrize("text", ["Step 1 of the stairs is loose.\nStep 2 is not.\n", "> Phase 1: a\n> Phase 2: b\n"])
def test_sentences_about_steps_and_quotations_become_no_headings(text):
    assert "##" not in adopt_text(text, "T").replace("## Phase 1: T", "")


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "# Only prose\n\nSome text.\n",
        "## Context\n- a\n",
        "```\ncode\n```\n\n# X\n",
    ],
)
def test_what_holds_nothing_to_do_gets_no_box(text):
    assert parse_plan(adopt_text(text)).items == ()


def test_nothing_stays_nothing():
    assert adopt_text(" \n\n", "Shop") == ""


@pytest.mark.parametrize("root", ["/home/dev/shop", "/home/dev/shop/"])
def test_only_paths_below_the_work_tree_become_relative(root):
    text = "- `/home/dev/shop/a.py`, `/home/dev/shopping/b.py`, `/mnt/home/dev/shop/c.py`, (/home/dev/shop/d.py)\n"
    adopted = adopt_text(text, root=root)
    assert "`a.py`, `/home/dev/shopping/b.py`, `/mnt/home/dev/shop/c.py`, (d.py)" in adopted


def test_an_agents_steps_keep_their_state():
    steps = [Step("Edit\n greeter.py", "completed"), Step("b", "in_progress"), Step("c", "cancelled"), Step(" ")]
    adopted = adopt_steps(steps, "Greet")
    assert seen(adopted) == [("Phase 1", "Greet", [("Edit greeter.py", True), ("b", False), ("~~c~~", False)])]
    assert parse_plan(adopted).title == "Greet"


def test_a_step_cannot_break_out_of_its_line():
    adopted = adopt_steps([Step("a\n\n# Phase 9\n- [x] b")], "T\n# U")
    assert len(parse_plan(adopted).items) == 1
    assert [phase.label for phase in parse_plan(adopted).phases] == ["1"]


LINES = st.lists(
    st.sampled_from(
        [
            "# P",
            "## Phase 1: A",
            "## Phase 2",
            "## Context",
            "### 1. x",
            "## 2. y",
            "text",
            "- a",
            "  - b",
            "1. c",
            "* d",
            "**Step 1: f**",
            "Step 2: g",
            "Goal: h",
            *("- [ ] e", "- [x] f", "```", "", "", "> - q", "Files:", "**Files:**", "    code", "---", "<div>", "- "),
        ]
    ),
    max_size=25,
).map("\n".join)


@settings(max_examples=200, deadline=None)
@given(LINES | st.text())
@example("---\ntitle: x\n---\n- a\n")
@example("- a\n\n  # P\n")
def test_nothing_is_lost_and_only_boxes_names_and_titles_are_added(text):
    adopted = adopt_text(text, "T")
    plain = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    words = iter(adopted.split())
    if "```" not in text:
        assert all(word in words for word in plain.split()), "the words of the text in their order"
    if parse_plan(adopted).items:
        assert any(phase.name for phase in parse_plan(adopted).phases)


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_adopting_twice_adds_no_more_boxes(text):
    once = adopt_text(text, "T")
    assert len(parse_plan(adopt_text(once, "T")).items) == len(parse_plan(once).items) or not parse_plan(once).items


def test_a_new_plan_is_one_and_lets_nothing_be_done_yet():
    plan = parse_plan(new_plan("Shop # 2"))
    assert (plan.title, plan.state, [phase.label for phase in plan.phases]) == ("Shop 2", "open", ["1", "2"])
    assert [len(phase.items) for phase in plan.phases] == [3, 2]
    assert all(item.paths for item in plan.items)
    assert [mention.role for mention in plan.phases[0].paths] == ["create", "modify", "test"]


def test_the_prompt_asks_for_what_is_understood():
    for said in ("## Phase 1:", "**Files:**", "- Create: `path`", "- [ ] 1.1", "Done when"):
        assert said in PROMPT
