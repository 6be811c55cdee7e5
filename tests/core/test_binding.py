"""A session is bound to a phase by evidence, or not at all."""

import time

import pytest

from relaymark.core.binding import bind
from relaymark.core.naming import names_path
from relaymark.core.plan import parse_plan

PLAN = parse_plan("""\
# Shop
## Phase 1: Keys
- [x] Load `src/lib/keys.ts`
- [x] Share `src/lib/shared.ts`
## Phase 2: Issuance
**Files:**
- Create: `src/routes/issue.ts`

- [ ] Route, also `src/lib/shared.ts`
- [ ] Handler in `handlers.py`
## Phase 3: Verify
- [ ] All of `src/verify/`
- [ ] `packages/*/verify.ts`
""")
OTHER = parse_plan("# Docs\n## Phase 2: Guide\n- [ ] `docs/guide.md`\n## Phase 9: Site\n- [ ] `site/index.html`\n")
CLOSED = parse_plan("# Old\n## Phase 2: Old work\n- [x] `src/old.ts`\n")
MILESTONES = parse_plan("# M\n## Milestone A: First\n- [ ] a\n## Milestone B: Second\n- [ ] b\n")
SHORT = parse_plan("# M\n### M1 — First\n- [ ] a\n### M2 — Second\n- [ ] b\n")
NUMBERS = parse_plan("# N\n## 1. First\n- [ ] a\n## 2. Second\n- [ ] b\n")
LIST = parse_plan("# Cleanup\n- [ ] `src/a.ts`\n")
SECTIONS = parse_plan(
    "# Shop\n## Backend\n- [x] `src/a.ts`\n- [x] b\n"
    "## Front end\n- [ ] `src/view.ts`\n- [ ] c\n## Docs\n- [ ] `docs/a.md`\n"
)
ONE = [("PLAN.md", PLAN)]


def bound(prompts, edited=(), plans=ONE):
    binding = bind(prompts, edited, plans)
    return binding and (binding.plan, binding.label, binding.evidence)


@pytest.mark.parametrize(
    ("prompt", "label"),
    [
        ("Complete Phase 2 of @PLAN.md and check off each item as you go", "2"),
        ("phase 1 of @PLAN.md", "1"),
        ("phase 3", "3"),
        ("Let's do phase-2 now.", "2"),
        ("please implement Phase #3!", "3"),
        ("**Phase 2**: go", "2"),
        ("[P2] fix the route", "2"),
        ("start phase two", "2"),
        ("Phase 2.1 please", "2"),
        ("phase 2a", "2"),
        ("Bitte Phase ٢ umsetzen", "2"),
        ("完成阶段 2的任务", "2"),
        ("完成第二阶段", "2"),
        ("2단계 시작", "2"),
        ("phase 2 of 3", "2"),
        ("Phase 1 is done. Continue with Phase 2", "2"),
        ("Phase 1 is complete, phase 2 next", "2"),
        ("After finishing phase 1, start phase 2", "2"),
        ("Do phase 2 but don't touch phase 3", "2"),
        (
            "Complete Phase 2 of @PLAN.md\n\n## STATE\nPhase 1 is complete.\n## NEXT STEP\nPhase 3 is next",
            "2",
        ),
        ("Implement phase 2\n```\n## Phase 1\n## Phase 3\n```", "2"),
    ],
)
def test_a_prompt_that_names_a_phase_binds(prompt, label):
    assert bound([prompt]) == ("PLAN.md", label, "prompt")


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "fix the build",
        "do it in 2 phases",
        "phase 7",
        "phases 2-3",
        "phase 1 and 2",
        "compare phase 1 with phase 2",
        "phase 2 of @docs/unknown.md",
        "task 2",
        "phaser 2",
        "paraphrase 2",
    ],
)
def test_a_prompt_that_names_none_or_several_binds_nothing(prompt):
    assert bound([prompt]) is None


def test_the_newest_prompt_that_names_a_phase_counts():
    assert bound(["Complete phase 1", "Now phase 2", "looks good, go on"]) == ("PLAN.md", "2", "prompt")


def test_a_phase_that_is_only_told_to_be_done_leaves_the_older_prompt_standing():
    assert bound(["Complete phase 2", "phase 1 was already done"]) == ("PLAN.md", "2", "prompt")


@pytest.mark.parametrize(
    ("prompt", "plan", "label"),
    [
        ("complete milestone B", MILESTONES, "B"),
        ("complete Milestone A.", MILESTONES, "A"),
        ("milestone 2", SHORT, "M2"),
        ("start M2", SHORT, "M2"),
        ("phase 2", SHORT, "M2"),
        ("task 2", NUMBERS, "2"),
        ("phase 2", NUMBERS, "2"),
    ],
)
def test_phases_of_other_names_are_found_by_label(prompt, plan, label):
    assert bound([prompt], (), [("PLAN.md", plan)]) == ("PLAN.md", label, "prompt")


@pytest.mark.parametrize(
    ("prompt", "path"),
    [
        ("phase 2 of @PLAN.md", "PLAN.md"),
        ("Phase 2 in `docs/PLAN.md`", "docs/PLAN.md"),
        ("look at @docs/PLAN.md and do phase 2", "docs/PLAN.md"),
        ("do phase 2 of /home/dev/shop/docs/PLAN.md, phase 1 is done", "docs/PLAN.md"),
        ("phase 9", "docs/PLAN.md"),
        ("phase 1, see README.md", "PLAN.md"),
    ],
)
def test_a_prompt_that_names_a_plan_means_that_plan(prompt, path):
    binding = bind([prompt], [], [("PLAN.md", PLAN), ("docs/PLAN.md", OTHER)])
    assert binding is not None
    assert binding.plan == path


def test_two_plans_with_the_phase_are_none():
    assert bound(["phase 2"], (), [("PLAN.md", PLAN), ("docs/PLAN.md", OTHER)]) is None


def test_of_two_plans_with_the_phase_the_only_open_one_counts():
    assert bound(["phase 2"], (), [("old.md", CLOSED), ("PLAN.md", PLAN)]) == ("PLAN.md", "2", "prompt")


def test_a_closed_plan_counts_when_it_is_named():
    assert bound(["phase 2 of old.md"], (), [("old.md", CLOSED), ("PLAN.md", PLAN)]) == (
        "old.md",
        "2",
        "prompt",
    )


def test_edits_settle_which_of_two_plans_a_prompt_meant():
    plans = [("PLAN.md", PLAN), ("docs/PLAN.md", OTHER)]
    assert bound(["phase 2"], ["docs/guide.md"], plans) == ("docs/PLAN.md", "2", "edits")
    assert bound(["phase 2"], ["src/lib/keys.ts"], plans) is None


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Do the section “Front end” of @TODO.md", "Front end"),
        ("Do the Docs section", "Docs"),
        ("Complete section: docs", "Docs"),
        ("Complete the front end in TODO.md", "Front end"),
        ("Go on with `Backend`", "Backend"),
        ("Fix the docs of the parser", None),
        ("Complete @TODO.md", None),
        ("Complete the backend and the docs of TODO.md", None),
    ],
)
def test_a_section_without_a_number_is_bound_by_its_title(prompt, title):
    binding = bind([prompt], (), [("TODO.md", SECTIONS)])
    assert (binding and binding.title) == title


def test_of_a_plan_that_a_prompt_names_the_edits_settle_the_section_and_the_only_open_one_is_meant():
    assert bind(["Complete @TODO.md"], ["docs/a.md"], [("TODO.md", SECTIONS), *ONE]).title == "Docs"
    late = parse_plan("# P\n## Backend\n- [x] a\n- [x] b\n## Docs\n- [ ] c\n- [ ] d\n")
    assert bind(["Complete @TODO.md"], (), [("TODO.md", late)]).title == "Docs"


def test_the_phase_of_an_unknown_plan_is_not_guessed_from_edits():
    assert bound(["phase 2 of @other.md"], ["src/lib/keys.ts"]) is None


def test_a_plan_of_one_list_is_bound_by_its_name():
    plans = [("PLAN.md", PLAN), ("TODO.md", LIST)]
    assert bound(["work through @TODO.md"], (), plans) == ("TODO.md", "", "prompt")
    assert bound(["work through @PLAN.md"], (), plans) is None


@pytest.mark.parametrize(
    ("edited", "label"),
    [
        (["src/lib/keys.ts"], "1"),
        (["src/routes/issue.ts"], "2"),
        (["src/lib/keys.ts", "src/lib/shared.ts"], "1"),
        (["src/routes/issue.ts", "src/lib/shared.ts", "src/new.ts"], "2"),
        (["src/verify/deep/a.ts"], "3"),
        (["packages/a/verify.ts"], "3"),
        (["api/v2/handlers.py"], "2"),
        (["PLAN.md", "src/lib/keys.ts"], "1"),
        (["apps/web/src/routes/issue.ts"], "2"),
    ],
)
def test_edits_in_the_files_of_one_phase_bind(edited, label):
    assert bound(["go on"], edited) == ("PLAN.md", label, "edits")


@pytest.mark.parametrize(
    "edited",
    [[], ["PLAN.md"], ["src/new.ts"], ["src/lib/shared.ts"], ["src/lib/keys.ts", "src/routes/issue.ts"]],
)
def test_edits_in_no_phase_or_in_two_bind_nothing(edited):
    assert bound([], edited) is None


def test_a_prompt_weighs_more_than_edits():
    assert bound(["phase 3"], ["src/lib/keys.ts"]) == ("PLAN.md", "3", "prompt")


def test_the_binding_tells_title_and_place_of_the_phase():
    binding = bind(["phase 2"], [], ONE)
    assert binding is not None
    assert (binding.title, binding.phase) == ("Issuance", 1)


def test_long_prompts_take_no_more_than_their_length():
    start = time.perf_counter()
    assert bound(["x" * 4_000, "a." * 2_000, "@" * 4_000, "phases 1" + ", 2" * 1_300] * 25) is None
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("mention", "path", "plan", "grade"),
    [
        ("src/a.ts", "src/a.ts", "", 5),
        ("./src/a.ts", "src/a.ts", "", 5),
        ("/home/dev/shop/src/a.ts", "src/a.ts", "", 5),
        ("src/a.ts", "docs/src/a.ts", "docs/PLAN.md", 4),
        ("../src/a.ts", "src/a.ts", "docs/PLAN.md", 4),
        ("src/a.ts", "packages/x/src/a.ts", "", 3),
        ("src/*/a.ts", "src/b/a.ts", "", 3),
        ("src/**/a.ts", "src/a.ts", "", 3),
        ("src/", "src/b/a.ts", "", 2),
        ("src/b", "src/b/a.ts", "", 2),
        ("a.ts", "src/a.ts", "", 1),
        ("a.ts", "src/ba.ts", "", 0),
        ("src/*.ts", "src/b/a.ts", "", 0),
        ("src/", "resrc/a.ts", "", 0),
    ],
)
def test_a_path_is_named_more_or_less_well(mention, path, plan, grade):
    assert names_path(mention, path, plan) == grade
