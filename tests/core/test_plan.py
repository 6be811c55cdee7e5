"""Plans are read in the forms that people and agents write them."""

# ruff: noqa: RUF001 - the colons that people write plans with

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relaymark.core.plan import Plan, parse_plan, plan_state, plan_summary
from relaymark.core.plan.status import may_say

SHOP = """\
# Shop plan

## Phase 1: Keys ✅ DONE
- [x] Load keys in `src/lib/keys.ts`
- [X] T002 [P] [US1] Rotate them in src/lib/rotate.ts

## Phase 2 — Issuance
**Files:**
- Modify: `src/routes/issue.ts:10-40`

- [x] 2.1 Route
- [ ] 2.2 Checks,
  wrapped over lines, see `src/checks.ts`
  - a note on `tests/checks.test.ts`
  - [ ] nested box

## Notes
Nothing.
"""


def labels(plan: Plan) -> list[str]:
    return [phase.label for phase in plan.phases]


def phase_of(heading: str):
    (phase,) = parse_plan(f"# Plan\n\n{heading}\n\n- [ ] work\n").phases
    return phase


def item_of(line: str):
    (item,) = parse_plan(f"- {line}\n").items
    return item


def paths_of(line: str) -> list[str]:
    return [mention.path for mention in item_of(f"[ ] {line}").paths]


def marked(text: str) -> tuple[str, int, int]:
    """Take the two cursors `‸` out of a text; return it with the offsets where they stood."""
    first, second, third = text.split("‸")
    return first + second + third, len(first), len(first) + len(second)


def test_a_plan_is_read_into_phases_items_and_paths():
    plan = parse_plan(SHOP)
    assert (plan.title, plan.state, labels(plan)) == ("Shop plan", "open", ["1", "2"])
    keys, issuance = plan.phases
    assert (keys.title, keys.status, keys.done, keys.name, keys.kind) == (
        "Keys",
        "done",
        True,
        "Phase 1",
        "phase",
    )
    assert (issuance.title, issuance.status, issuance.done) == ("Issuance", None, False)
    assert [item.text for item in issuance.items] == [
        "2.1 Route",
        "2.2 Checks, wrapped over lines, see `src/checks.ts`",
        "nested box",
    ]
    assert [mention.path for mention in issuance.paths] == ["src/routes/issue.ts"]
    assert [mention.path for mention in issuance.items[1].paths] == ["src/checks.ts", "tests/checks.test.ts"]
    assert plan.current == issuance


def test_spans_cover_heading_section_item_mark_and_path():
    plan = parse_plan(SHOP)
    phase = plan.phases[1]
    assert phase.heading_span.of(SHOP) == "## Phase 2 — Issuance"
    assert phase.span.of(SHOP).startswith("## Phase 2")
    assert phase.span.of(SHOP).endswith("nested box")
    assert phase.paths[0].span.of(SHOP) == "src/routes/issue.ts"
    assert phase.items[1].span.of(SHOP).startswith("- [ ] 2.2 Checks")
    assert phase.items[1].span.of(SHOP).endswith("`tests/checks.test.ts`")
    assert [item.mark_span.of(SHOP) for item in plan.items] == ["x", "X", "x", " ", " "]


@pytest.mark.parametrize(
    "text",
    [
        "# P\n\n- [‸ ‸] one\n",
        "# P\r\n\r\n* [‸x‸] one\r\n",
        "# P\r\r1. [‸✓‸] one",
        "a\f\u2028b\n\n+ [‸~‸] one\n",
        "\ufeff# P\n- [‸-‸]* one",
        "---\ntitle: x\n---\n\n  - [‸X‸]\tone",
        "- - [‸/‸] one",
        "1) text\n\n   - [‸✔️‸] one",
        "- [‸in progress‸] one",
        "\x00\n\n- [‸>‸] \x00one",
        "- \f[‸ ‸] one",
    ],
)
def test_the_mark_is_found_between_the_brackets_whatever_the_line_ends(text):
    plain, start, end = marked(text)
    (item,) = parse_plan(plain).items
    assert (item.mark_span.start, item.mark_span.end) == (start, end)
    assert item.mark == plain[start:end]


@pytest.mark.parametrize("mark", ["x", "X", "✓", "✔", "✔️", "✅", "☑", "completed", "done"])
def test_done_marks_are_ticks(mark):
    assert item_of(f"[{mark}] work").ticked


@pytest.mark.parametrize("mark", [" ", "\xa0", "-", "~", "/", "S", "⏳", "🚧", "❌", "pending", "in_progress"])
def test_other_marks_are_boxes_without_a_tick(mark):
    assert not item_of(f"[{mark}] work").ticked


@pytest.mark.parametrize(
    "text",
    [
        "- [P] tasks = different files\n",
        "- [US1] story\n",
        "- [x](docs/x.md)\n",
        "- [x]no space\n",
        "- []\n",
        "- `[ ]` quoted\n",
        "text [ ] inside\n",
        "```\n- [ ] in a fence\n```\n",
        "~~~md\n## Phase 1\n- [x] in a fence\n~~~\n",
        "- step\n  ```\n  - [ ] in a fence\n  ```\n",
        "text\n\n    - [ ] indented code\n",
        "> - [ ] quoted\n",
        "<!--\n- [ ] in a comment\n-->\n",
        "- [x] = done\n- [ ] = open\n",
        "**Legend:**\n\n- [x] done\n- [~] under way\n",
        "## Status legend\n\n- [x] done\n",
    ],
)
def test_what_only_looks_like_a_box_is_none(text):
    assert parse_plan(text).items == ()


def test_boxes_know_their_nesting_and_parent():
    plan = parse_plan("- [ ] a\n  - plain\n    - [ ] b\n      - [x] c\n- [ ] d\n")
    assert [(item.nesting, item.parent) for item in plan.items] == [(0, None), (1, 0), (2, 1), (0, None)]


def test_a_numbered_parent_without_a_box_adds_no_nesting():
    plan = parse_plan("1. **Create it**\n   - [x] one\n   - [ ] two\n")
    assert [(item.nesting, item.text) for item in plan.items] == [(0, "one"), (0, "two")]


def test_an_item_keeps_its_paragraphs_behind_blank_lines():
    item = item_of("[ ] first\n\n  more in `src/a.py`\n\n  _Requirements: 1.1_")
    assert item.text == "first"
    assert [mention.path for mention in item.paths] == ["src/a.py"]


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("T012 [P] [US1] Make it", ("T012", "US1")),
        ("T024a Make it", ("T024a",)),
        ("[US1+US2] T003 Make it", ("US1", "US2", "T003")),
        ("3.2.6 Bulk", ("3.2.6",)),
        ("1. Set up", ("1",)),
        ("**1. Port CSS.**", ("1",)),
        ("**Step 4: Restore**", ()),
        ("2 files", ()),
        ("Make T012", ()),
    ],
)
def test_ids_stand_at_the_head_of_an_item(line, ids):
    assert item_of(f"[ ] {line}").ids == ids


def test_a_struck_item_is_settled_but_not_ticked():
    plan = parse_plan("## Phase 1\n- [x] a\n- [ ] ~~b~~ (c instead)\n")
    assert [(item.ticked, item.struck) for item in plan.items] == [(True, False), (False, True)]
    assert plan.phases[0].done
    assert plan.state == "done"


@pytest.mark.parametrize(
    ("heading", "label", "title", "kind"),
    [
        ("## Phase 1: Setup", "1", "Setup", "phase"),
        ("### Phase 1 — Setup", "1", "Setup", "phase"),
        ("## PHASE 2 - Setup", "2", "Setup", "phase"),
        ("## Phase 2A: Setup", "2A", "Setup", "phase"),
        ("### Phase 02.1: Setup", "02.1", "Setup", "phase"),
        ("## Phase: Review fixes", "", "Review fixes", "phase"),
        ("## Phase II. Setup", "II", "Setup", "phase"),
        ("## Phase Two: Setup", "2", "Setup", "phase"),
        ("## Phase 3 (Setup)", "3", "Setup", "phase"),
        ("## **Phase 3: Setup**", "3", "Setup", "phase"),
        ("## 🚀 Phase 3: Setup", "3", "Setup", "phase"),
        ("## Task 0 — Shell (BLOCKS ALL)", "0", "Shell (BLOCKS ALL)", "task"),
        ("## Milestone B: Setup", "B", "Setup", "milestone"),
        ("### M0 — Setup", "M0", "Setup", "milestone"),
        ("### M-R1: Runtime", "M-R1", "Runtime", "milestone"),
        ("## Step 4: Setup", "4", "Setup", "step"),
        ("## Stage 0 — Setup", "0", "Setup", "stage"),
        ("## Week 1: Setup", "1", "Setup", "week"),
        ("## 1. Setup", "1", "Setup", ""),
        ("### 1.1 Setup", "1.1", "Setup", ""),
        ("## 7a. Setup", "7a", "Setup", ""),
        ("**Phase 4: Setup**", "4", "Setup", "phase"),
        ("**7a. Setup**", "7a", "Setup", ""),
        ("Phase 5: Setup\n-----", "5", "Setup", "phase"),
        ("## Fase 2: Preparación", "2", "Preparación", "phase"),
        ("## Etapa 3. Teste", "3", "Teste", "stage"),
        ("## Этап ٣: x", "3", "x", "stage"),
        ("## 阶段 2：x", "2", "：x", "phase"),
        ("## 第二阶段 准备", "2", "准备", "phase"),
        ("## 2단계: 준비", "2", "준비", "phase"),
    ],
)
def test_a_heading_names_a_phase(heading, label, title, kind):
    phase = phase_of(heading)
    assert (phase.label, phase.title.lstrip("："), phase.kind) == (label, title.lstrip("："), kind)


@pytest.mark.parametrize(
    "heading",
    [
        "## Task Summary",
        "## Phases",
        "## Definition of Done",
        "## 2026-01-02 Log",
        "## 3 ways to do it",
        "## M1 Mac support",
        "## Phaser 3",
        "**Phase 1 (Setup)**: tasks T002 to T008 can run in parallel",
        "```\n## Phase 9\n```",
        "> ## Phase 9",
        "- ## Phase 9",
    ],
)
def test_other_headings_and_prose_are_no_phases(heading):
    (phase,) = parse_plan(f"# Plan\n\n{heading}\n\n- [ ] work\n").phases
    assert (phase.name, phase.title, phase.kind) == ("", "Plan", "")


@pytest.mark.parametrize(
    ("heading", "title", "status"),
    [
        ("## Phase 1: Setup ✅", "Setup", "done"),
        ("## Phase 1: Setup ✓", "Setup", "done"),
        ("## Phase 1: Setup ✓ 2026-02-12", "Setup", "done"),
        ("## ✅ Phase 1: Setup (Day 1 - 6 hours)", "Setup (Day 1 - 6 hours)", "done"),
        ("## Phase 1: Setup ✅ COMPLETE", "Setup", "done"),
        ("## Phase 1: Complete the tests ✅ COMPLETE", "Complete the tests", "done"),
        ("## Phase 1: Setup ✅ *complete*", "Setup", "done"),
        ("## Phase 1: Setup ✅ MOSTLY DONE", "Setup", "active"),
        ("## Phase 1: Setup (done)", "Setup", "done"),
        ("## Phase 1: Setup (completed 2026-01-02)", "Setup", "done"),
        ("## Phase 1: Setup [x]", "Setup", "done"),
        ("## [x] Phase 1: Setup", "Setup", "done"),
        ("## Phase 1: Setup [ ]", "Setup", "open"),
        ("## Phase 1: Setup — DONE", "Setup", "done"),
        ("## Phase 1: Setup - Completed", "Setup", "done"),
        ("## Phase 1: Setup [checkpoint: ae025f4]", "Setup", "done"),
        ("## Phase 1: Setup COMPLETE", "Setup", "done"),
        ("## Phase 1: Setup 🚧", "Setup", "active"),
        ("## Phase 1: Setup (in progress)", "Setup", "active"),
        ("## Phase 1: Setup (not started)", "Setup", "open"),
        ("## Phase 1: Setup (superseded by Phase 2)", "Setup", "dropped"),
        ("## ~~Phase 1: Setup~~", "Setup", "dropped"),
        ("## Phase 1: Setup (🟡 imports) ✅", "Setup (🟡 imports)", "done"),
        ("## Phase 1: Setup (wiring done, not started)", "Setup (wiring done, not started)", None),
        ("## Phase 1: Mark complete", "Mark complete", None),
        ("## Phase 1: Handle `job/completed`", "Handle `job/completed`", None),
        ("## Phase 1: Story (Priority: P1) 🎯 MVP", "Story (Priority: P1) 🎯 MVP", None),
        ("## Phase 1: Setup âœ…", "Setup âœ…", None),
    ],
)
def test_a_status_counts_only_where_a_heading_states_one(heading, title, status):
    phase = phase_of(heading)
    assert (phase.title, phase.status) == (title, status)


def test_a_box_belongs_to_the_nearest_heading_that_is_a_phase():
    plan = parse_plan("## Phase 1: A\n#### Checks\n- [ ] one\n\n## Phase 2: B\n- [ ] two\n\n## Appendix\n- [ ] three\n")
    assert [[item.text for item in phase.items] for phase in plan.phases] == [["one"], ["two"]]
    assert len(plan.items) == 3


def test_tasks_and_numbers_inside_a_phase_are_part_of_it():
    plan = parse_plan("## Phase 1\n### Task 1: a\n- [x] a\n### 1.2 b\n- [ ] b\n## Phase 2\n### Phase 2.1\n- [ ] c\n")
    assert labels(plan) == ["1", "2"]
    assert [len(phase.items) for phase in plan.phases] == [2, 1]


def test_phases_inside_milestones_are_the_phases():
    plan = parse_plan(
        "## Milestone 1\n### Phase 1\n- [x] a\n### Phase 2\n- [ ] b\n## Milestone 2\n### Phase 3\n- [ ] c\n"
    )
    assert labels(plan) == ["1", "2", "3"]


def test_the_only_outer_phase_around_several_is_the_title():
    plan = parse_plan("# Phase 3: Import\n## Task 1\n- [x] a\n## Task 2\n- [ ] b\n")
    assert plan.title == "Phase 3: Import"
    assert labels(plan) == ["1", "2"]


def test_bare_numbers_are_phases_only_with_boxes_or_a_status():
    assert labels(parse_plan("# P\n## 1. Overview\ntext\n## 2. Work\n- [ ] a\n## 3. More\n- [ ] b\n")) == [
        "2",
        "3",
    ]
    assert labels(parse_plan("# P\n## 1. Overview\n## 2. Design\n")) == []
    assert labels(parse_plan("# P\n## 1. Overview ✅\n## 2. Design\n")) == ["1"]
    assert labels(parse_plan("# P\n## 1. Overview\n- [ ] a\n## Phase 1\n- [ ] b\n")) == ["1"]


def test_phases_may_stand_out_of_order():
    plan = parse_plan("## Phase 7\n- [x] a\n## Phase 6\n- [ ] b\n")
    assert labels(plan) == ["7", "6"]
    assert plan.current == plan.phases[1]


def test_boxes_can_be_the_phases():
    plan = parse_plan(
        "# Roadmap\n- [x] **Phase 1: Keys** - load ✓ 2026-02-12\n- [ ] **Phase 2: Issue**\n  - [x] Route\n"
    )
    assert [(phase.label, phase.title, len(phase.items), phase.done) for phase in plan.phases] == [
        ("1", "Keys", 1, True),
        ("2", "Issue", 2, False),
    ]


def test_boxes_named_like_phases_are_items_beside_headings():
    plan = parse_plan("## Phases\n- [x] **Phase 1: Keys**\n## Phase 1: Keys\n- [x] load\n")
    assert labels(plan) == ["1"]
    assert len(plan.items) == 2


def test_boxes_without_phases_have_one_phase_without_a_name():
    text = "# Cleanup\n\n- [x] see `a/b.py`\n- [ ] two\n"
    plan = parse_plan(text)
    (phase,) = plan.phases
    assert (phase.label, phase.name, phase.title, phase.span.of(text)) == ("", "", "Cleanup", text)
    assert phase.heading_span.of(text) == "# Cleanup"
    assert phase.items == plan.items


def test_a_plan_without_boxes_is_done_by_its_headings():
    plan = parse_plan("# P\n## Phase 1: a ✅\n## Phase 2: b\n")
    assert [phase.done for phase in plan.phases] == [True, False]
    assert plan.current == plan.phases[1]
    assert parse_plan("# P\n## Phase 1: a ✅\n## Phase 2: b (done)\n").state == "done"


def test_a_phase_of_prose_does_not_hold_up_those_with_boxes():
    plan = parse_plan(
        "## Phase 0: Why\ntext\n## Phase 1\n- [x] a\n## Phase 2 (deferred)\n- [ ] b\n## Phase 3\n- [ ] c\n"
    )
    assert plan.current == plan.phases[3]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "open"),
        ("# P\n- [x] a\n- [ ] b\n", "open"),
        ("# P\n- [x] a\n- [X] b\n", "done"),
        ("# P\n**Status**: Superseded by docs/next.md\n- [ ] a\n", "superseded"),
        ("---\nstatus: superseded\n---\n# P\n- [x] a\n", "superseded"),
        ("---\r\nstatus: archived\r\n---\r\n# P\r\n- [ ] a\r\n", "archived"),
        ("# P [SUPERSEDED]\n- [ ] a\n", "superseded"),
        ("# P (archived)\n- [ ] a\n", "archived"),
        ("# P\n> **Superseded** by the next plan\n\n- [ ] a\n", "superseded"),
        ("# P\nThis plan has been superseded by the next one.\n\n- [ ] a\n", "superseded"),
        ("# P\nSuperseded decisions are listed below.\n\n- [ ] a\n", "open"),
        ("# P\n**Status:** COMPLETE\n", "done"),
        ("# P\n**Status:** COMPLETE\n- [ ] a\n", "open"),
        ("# P\n**Status:** Draft\n- [x] a\n", "done"),
        ("# P\n## Phase 1\nStatus: superseded\n- [ ] a\n", "open"),
        ("# P\n- [ ] item\n  Status: archived\n", "open"),
    ],
)
def test_the_state_is_what_boxes_tell_or_the_text_plainly_says(text, state):
    assert parse_plan(text).state == state


def test_front_matter_is_neither_heading_nor_item():
    plan = parse_plan("---\ntitle: 'Shop'\nstatus: active\nlist:\n- [ ] no\n---\n- [ ] a\n")
    assert plan.title == "Shop"
    assert [item.text for item in plan.items] == ["a"]


def test_the_summary_holds_what_the_status_shows():
    summary = plan_summary(parse_plan(SHOP), "PLAN.md")
    assert (summary.state, summary.phases, summary.done) == ("open", 2, 1)
    assert (summary.items, summary.ticked, summary.current) == (5, 3, "2")


def test_a_plan_in_an_archive_folder_is_archived():
    plan = parse_plan(SHOP)
    assert plan_state(plan, "docs/plans/archive/shop.md") == "archived"
    assert plan_state(plan, "docs/archive.md") == "open"
    assert plan_state(parse_plan("# P (superseded)\n"), "archive/p.md") == "superseded"


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("Add `X` to `src/core/shared/detect.ts`", ["src/core/shared/detect.ts"]),
        ("Matcher — `src/cron.rs`", ["src/cron.rs"]),
        ("`task.go`, `review.go` (both sites), and `plan.go`", ["task.go", "review.go", "plan.go"]),
        ("Runner in `src/engine/runner/`", ["src/engine/runner/"]),
        ("`pkg/{task,review_first}.txt`", ["pkg/task.txt", "pkg/review_first.txt"]),
        ("see `src/mod.rs:1405-1452` and `a/B.swift:239`", ["src/mod.rs", "a/B.swift"]),
        ("see `src/mod.rs#L10-L20`", ["src/mod.rs"]),
        ("`tests/unit/test_x.py::test_y`", ["tests/unit/test_x.py"]),
        ("`skills/x-*/SKILL.md`", ["skills/x-*/SKILL.md"]),
        ("[format](../design/format.md#top)", ["../design/format.md"]),
        ("[`src/a.ts`](src/a.ts)", ["src/a.ts", "src/a.ts"]),
        ("`/Users/name/git/owner@host/app/server.ts`; then", ["/Users/name/git/owner@host/app/server.ts"]),
        ("`~/.tool/format.sh`", ["~/.tool/format.sh"]),
        ("page in frontend/app/(auth)/login/page.tsx", ["frontend/app/(auth)/login/page.tsx"]),
        ("page in frontend/pages/[id].tsx.", ["frontend/pages/[id].tsx"]),
        (
            "Initialize in frontend/ directory (see src/a.py, src/b.py).",
            ["frontend/", "src/a.py", "src/b.py"],
        ),
        ("**src/a.py**: x", ["src/a.py"]),
        ("read @docs/PLAN.md!", ["docs/PLAN.md"]),
        ("run `pytest tests/test_a.py -q`", ["tests/test_a.py"]),
        ("`Makefile` and `.gitignore`", ["Makefile", ".gitignore"]),
        ("`src/engine` and `./run`", ["src/engine", "./run"]),
        ("a <!-- src/no.py --> b `<!-- src/yes.py -->`", ["src/yes.py"]),
        ("see https://example.com/a/b.html and `github.com/a/b.go`", []),
        ("`job/completed`, `text/plain`, `/api/users`, and/or, I/O", []),
        ("Next.js, Node.js, e.g. v1.2.3, `foo.bar()`", []),
        ("`.shop.yml`, `README.MD` but not `Event.JSON`", [".shop.yml", "README.MD"]),
        ("no `.old.md` files and no `*.test.ts`", []),
        ("`src/<name>/x.ts`", []),
        ("`import x from './y.js'`", []),
    ],
)
def test_paths_are_found_as_written(line, paths):
    assert paths_of(line) == paths


def test_the_span_of_a_path_leaves_out_what_stands_around_it():
    text = "- [ ] see `src/mod.rs:14-20`, (@docs/a.md) and **b/c.py**.\n"
    (item,) = parse_plan(text).items
    assert [mention.span.of(text) for mention in item.paths] == ["src/mod.rs", "docs/a.md", "b/c.py"]


PIECES = st.sampled_from(
    [
        *(
            "## Phase 1: a",
            "### Task 2 ✅",
            "# P (done)",
            "**Phase 3**",
            "---",
            "===",
            "status: archived",
            "<div>",
        ),
        *(
            "- [ ] a",
            "- [x] `src/a.py`",
            "  - [~] b",
            "* [✔️] c",
            "1. [ ] d",
            "> - [ ] q",
            "```",
            "~~~",
            "{a,b}.py",
        ),
        *("\n", "\r\n", "\r", "\f", "\u2028", "\x85", "\x00", "\t", "    ", "\ufeff", "\ud800"),
        *("<!--", "-->", "`", "``", "[", "]", "(", "~~x~~", "|"),
        *(
            "| Phase | Status |",
            "|---|---|",
            "| 1 | ✅ |",
            "todos:",
            "  - content: x",
            "    status: done",
            "Create: a/b.py:1",
            "a.- [x] b",
            "- [ ] 1. a",
            "## Backend",
            "src/",
            "├── a/",
            "│   └── b.rs",
            "`docs/My Plan.md` (lines 3-9)",
            '"docs/My Plan.md"',
            "one/two/",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=st.characters()),
    st.lists(PIECES, max_size=40).map("".join),
    st.lists(PIECES, max_size=40).map("\n".join),
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("- [ ]")
@example("---\n---")
@example("\ufeff---\r\n- [x]")
@example("\ufeff# Task 0 ✅")
def test_any_text_is_a_plan_and_every_span_lies_inside_it(text):
    plan = parse_plan(text)
    plan_summary(plan, "a/b.md")
    spans = [span for phase in plan.phases for span in (phase.span, phase.heading_span)]
    spans += [span for item in plan.items for span in (item.span, item.mark_span)]
    mentions = [mention for item in plan.items for mention in item.paths]
    mentions += [mention for phase in plan.phases for mention in phase.paths]
    spans += [mention.span for mention in mentions]
    if plan.items or any(phase.status for phase in plan.phases if "\n--" not in text and "\n==" not in text):
        assert may_say(text)
    spans += [span for section in plan.sections for span in (section.span, section.heading_span)]
    spans += [span for row in plan.rows for span in (row.span, row.status_span)]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    for item in plan.items:
        assert item.mark_span.of(text) == item.mark != ""
        assert item.todo or text[item.mark_span.start - 1] == "["
        assert item.todo or text[item.mark_span.end] == "]"
        assert item.span.start < item.mark_span.start < item.mark_span.end
        assert item.mark_span.end < item.span.end or item.todo
        assert item.parent is None or plan.items[item.parent].nesting == item.nesting - 1
    assert all(mention.path and mention.span.start < mention.span.end for mention in mentions)
    assert all(
        text.startswith(mention.tail.strip(), mention.span.end) for mention in mentions if "{" not in mention.path
    )
    assert all(row.status_span.of(text) in row.span.of(text) for row in plan.rows)
    inside = [item for phase in plan.phases for item in phase.items]
    assert len(inside) <= len(plan.items)
    ordered = [phase.span for phase in plan.phases]
    assert all(first.end <= second.start for first, second in pairwise(ordered))


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES.filter(lambda piece: not set(piece) & set("\r\n")), max_size=30))
def test_line_ends_change_nothing_but_offsets(lines):
    one, other = parse_plan("\n".join(lines)), parse_plan("\r\n".join(lines))
    assert [(item.text, item.mark, item.nesting) for item in one.items] == [
        (item.text, item.mark, item.nesting) for item in other.items
    ]
    assert [(phase.name, phase.title, phase.status) for phase in one.phases] == [
        (phase.name, phase.title, phase.status) for phase in other.phases
    ]


def test_a_plan_of_230_kb_is_read_while_someone_types():
    section = "".join(
        f"- [{'x' if at % 2 else ' '}] T{at:03} Add `render` to `src/lib/keys{at}.ts:10` and test_{at}.py\n"
        "  in a wrapped sentence that says why.\n"
        for at in range(30)
    )
    text = "# Plan\n" + "".join(f"\n## Phase {at}: Work\n\nProse.\n\n{section}" for at in range(74))
    assert len(text) > 230_000
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        plan = parse_plan(text)
        taken.append(time.perf_counter() - start)
    assert (len(plan.phases), len(plan.items)) == (74, 2220)
    assert min(taken) < 1.5
