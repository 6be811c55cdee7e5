"""Each form in which real plans are written is understood: one case per form."""

# ruff: noqa: RUF001 - the dashes and quotes that people write plans with

import pytest

from relaymark.core.past import item_keys
from relaymark.core.plan import is_parallel, item_commit, item_status, parse_plan

BOXES = "\n- [x] a\n- [ ] b\n\n"
TODOS = """\
---
name: Shop
todos:
  - id: keys
    content: "Load keys in `src/keys.ts`"
    status: completed
  - id: routes
    content: Add routes
    status: in_progress
    dependencies:
      - keys
  - content: 'Write docs'
    status: pending
  - id: old
    content: Keep the old one
    status: cancelled
isProject: false
---
# Shop

Text.
"""


def phases(text):
    return [(phase.kind, phase.label, phase.title, phase.status, len(phase.items)) for phase in parse_plan(text).phases]


def items(text):
    return parse_plan(text).items


def mentions(line):
    return [(each.path, each.role, each.tail) for each in items(f"- [ ] {line}\n")[0].paths]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"## Phase 1: A\n{BOXES}", [("phase", "1", "A", None, 2)], id="phase"),
        pytest.param(f"## Phase 1 — A (Spec)\n{BOXES}", [("phase", "1", "A (Spec)", None, 2)], id="em dash"),
        pytest.param(f"### Task 1: A\n{BOXES}### Task 2\n", [("task", "1", "A", None, 2), ("task", "2", "", None, 0)]),
        pytest.param(f"## Task T012: A\n{BOXES}", [("task", "T012", "A", None, 2)], id="task with an id"),
        pytest.param(f"## 1. A\n{BOXES}## 2. B\n{BOXES}", [("", "1", "A", None, 2), ("", "2", "B", None, 2)]),
        pytest.param(f"### 1.1 A ✅\n{BOXES}", [("", "1.1", "A", "done", 2)], id="decimal number"),
        pytest.param(
            f"## A. First\n{BOXES}## B) Second\n{BOXES}", [("", "A", "First", None, 2), ("", "B", "Second", None, 2)]
        ),
        pytest.param(f"### M0 — A ✅ *complete*\n{BOXES}", [("milestone", "M0", "A", "done", 2)], id="M0"),
        pytest.param(
            f"### M-R1: Runtime (≈1,000 LOC | 2 weeks) ✅ COMPLETE\n{BOXES}",
            [("milestone", "M-R1", "Runtime (≈1,000 LOC | 2 weeks)", "done", 2)],
            id="M-R1",
        ),
        pytest.param(f"### Step 1: Add a.rs\n{BOXES}", [("step", "1", "Add a.rs", None, 2)], id="step"),
        pytest.param(f"### Stage 0 — A\n{BOXES}", [("stage", "0", "A", None, 2)], id="stage"),
        pytest.param(
            f"### Week 1: A\n{BOXES}## Sprint 2\n{BOXES}", [("week", "1", "A", None, 2), ("sprint", "2", "", None, 2)]
        ),
        pytest.param(f"## Package 1: A\n{BOXES}", [("part", "1", "A", None, 2)], id="package"),
        pytest.param(f"## Phase 2A: A\n{BOXES}### Phase 02.1: B\n{BOXES}", [("phase", "2A", "A", None, 4)]),
        pytest.param(
            f"**7a. Gate**\n{BOXES}**7b. Gate**\n{BOXES}", [("", "7a", "Gate", None, 2), ("", "7b", "Gate", None, 2)]
        ),
        pytest.param(f"## Phase: Review Fixes\n{BOXES}", [("phase", "", "Review Fixes", None, 2)], id="unnumbered"),
        pytest.param(f"**Phase 1: A** ✅\n{BOXES}", [("phase", "1", "A", "done", 2)], id="bold line"),
        pytest.param(f"__Phase 1: A__\n{BOXES}", [("phase", "1", "A", None, 2)], id="bold by underscores"),
        pytest.param(f"**Task 1:** Set up\n{BOXES}", [("task", "1", "Set up", None, 2)], id="bold name, plain title"),
        pytest.param(
            "**Phase 1 (Setup)**: Tasks T002-T008 can run in parallel\n" + BOXES,
            [("", "", "", None, 2)],
            id="bold prose",
        ),
        pytest.param(
            "- [x] **Phase 1: A** - Fix parsing ✓ 2026-02-12\n- [ ] **Phase 2: B**\n",
            [("phase", "1", "A", None, 1), ("phase", "2", "B", None, 1)],
            id="box as phase",
        ),
        pytest.param(
            "- [completed] Stage 0: audit\n- [pending] Stage 1: build\n",
            [("stage", "0", "audit", None, 1), ("stage", "1", "build", None, 1)],
            id="box with a word as phase",
        ),
        pytest.param(
            f"## Slice 1: A\n{BOXES}## Slice 2: B ✅\n{BOXES}", [("", "1", "A", None, 2), ("", "2", "B", "done", 2)]
        ),
        pytest.param(f"## Fáza 1: A\n{BOXES}", [("phase", "1", "A", None, 2)], id="Slovak"),
        pytest.param(f"# Version 2: A\n{BOXES}", [("", "", "Version 2: A", None, 2)], id="one unknown word is a title"),
        pytest.param(f"## Phase 7\n{BOXES}## Phase 6\n", [("phase", "7", "", None, 2), ("phase", "6", "", None, 0)]),
        pytest.param(
            f"## Phase 1\n#### Checks\n##### Manual\n{BOXES}", [("phase", "1", "", None, 2)], id="boxes two levels down"
        ),
        pytest.param(f"## Phase 1 of 5: A\n{BOXES}", [("phase", "1", "A", None, 2)], id="of several"),
        pytest.param(f"## [Phase 1: A](a.md)\n{BOXES}", [("phase", "1", "A", None, 2)], id="link"),
        pytest.param(f'## <a id="p1"></a>Phase 1: A\n{BOXES}', [("phase", "1", "A", None, 2)], id="anchor"),
        pytest.param(f"## Schritt 1: A\n{BOXES}", [("step", "1", "A", None, 2)], id="German"),
        pytest.param(f"## Etapa 1: A\n{BOXES}", [("stage", "1", "A", None, 2)], id="Spanish, Romanian"),
        pytest.param(f"## Étape 1 : A\n{BOXES}", [("stage", "1", "A", None, 2)], id="French"),
        pytest.param(f"## Fase 1: A\n{BOXES}", [("phase", "1", "A", None, 2)], id="Dutch"),
        pytest.param(f"## Этап 1. A\n{BOXES}", [("stage", "1", "A", None, 2)], id="Russian"),
        pytest.param(f"## 1단계: A\n{BOXES}", [("phase", "1", "A", None, 2)], id="Korean"),
        pytest.param(f"## 第一阶段：A\n{BOXES}", [("phase", "1", "A", None, 2)], id="Chinese"),
        pytest.param(f"## フェーズ 1：A\n{BOXES}", [("phase", "1", "A", None, 2)], id="Japanese"),
        pytest.param(
            "## Phase 1: A [checkpoint: ae025f4]\n" + BOXES, [("phase", "1", "A", "done", 2)], id="checkpoint"
        ),
        pytest.param(
            "## Phase 1: A (scaffolding done, not wired)\n",
            [("phase", "1", "A (scaffolding done, not wired)", None, 0)],
        ),
        pytest.param("## Phase 1: A\n**Status:** ✅ COMPLETE\n", [("phase", "1", "A", "done", 0)], id="status line"),
        pytest.param(
            "## Phase 1: A\n### More\nStatus: done\n", [("phase", "1", "A", None, 0)], id="status line further down"
        ),
        pytest.param(
            f"## Phase 1: A\nStatus: done\n{BOXES}", [("phase", "1", "A", None, 2)], id="boxes outweigh the line"
        ),
    ],
)
def test_phases(text, expected):
    assert phases(text) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "| Phase | Status | At |\n| --- | :-: | --- |\n| 1. A | complete | now |\n| 2. B (x) | not started | |\n",
            [("phase", "1", "A", "done"), ("phase", "2", "B (x)", "open")],
        ),
        (
            "| # | Task | Status |\n|---|---|---|\n| 1 | Create `src/a.py` | ✅ Complete |\n| 2 | Test | 🚧 |\n",
            [("", "1", "Create `src/a.py`", "done"), ("", "2", "Test", "active")],
        ),
        (
            "| ID | | Plan |\n|-|-|-|\n| 84 | 🔲 | [Symlink deny](plan/84_a.md) |\n| 85 | ✅ | [B](plan/85.md) |\n",
            [("", "84", "Symlink deny", "open"), ("", "85", "B", "done")],
        ),
        (
            "Phase | State\n--- | ---\nPhase 1: A | Done\nPhase 2 | In progress\n",
            [("phase", "1", "A", "done"), ("phase", "2", "", "active")],
        ),
        ("| T | ✅ |\n|---|---|\n| T001 | ✅ |\n| T002 | ❌ |\n", [("", "T001", "", "done"), ("", "T002", "", "open")]),
        (
            "| Phase | Status |\r\n|---|---|\r\n| M0 | ✅ |\r\n| M1 | todo |\r\n",
            [("milestone", "M0", "", "done"), ("milestone", "M1", "", "open")],
        ),
        (
            "| Step | Status |\n|---|---|\n| Set up | ✅ |\n| 2 build it | open |\n",
            [("step", "", "Set up", "done"), ("step", "2", "build it", "open")],
        ),
        (
            "| Work | Status |\n|---|---|\n| T1: Keys | [x] |\n| T2 — Docs | [ ] |\n",
            [("", "T1", "Keys", "done"), ("", "T2", "Docs", "open")],
        ),
        (
            "| Phase | Status |\n|---|---|\n| 1. `a|b` | done |\n| 2. \\| x | done |\n",
            [("phase", "1", "`a|b`", "done"), ("phase", "2", "\\| x", "done")],
        ),
    ],
)
def test_the_rows_of_a_status_table_are_phases_where_no_heading_is(table, expected):
    text = f"# Plan\n\nText.\n\n{table}"
    plan = parse_plan(text)
    assert [(phase.kind, phase.label, phase.title, phase.status) for phase in plan.phases] == expected
    for phase, row in zip(plan.phases, plan.rows, strict=True):
        assert phase.heading_span == row.span
        assert row.span.of(text).strip() == row.span.of(text)
        assert row.status_span.of(text)
    assert plan.state == ("done" if all(status == "done" for *_, status in expected) else "open")


@pytest.mark.parametrize(
    "table",
    [
        "| Phase | Duration |\n|---|---|\n| 1 | 1 day |\n| 2 | 2 days |\n",
        "| Document | Status |\n|---|---|\n| Guide | done |\n| API | open |\n",
        "| Phase | Status |\n| 1 | done |\n| 2 | done |\n",
        "| Phase | Status |\n|---|---|\n| 1 | done |\n",
        "```\n| Phase | Status |\n|---|---|\n| 1 | done |\n| 2 | done |\n```\n",
        "| Phase | Status |\n|---|\n| 1 | done |\n| 2 | done |\n",
    ],
)
def test_other_tables_are_no_phases(table):
    assert parse_plan(f"# Plan\n\n{table}").phases == ()


def test_a_table_gives_phases_without_boxes_their_status_and_leaves_others_alone():
    text = (
        "# P\n\n| Phase | Status |\n|---|---|\n| Phase 1 | ✅ |\n| Phase 2 | ✅ |\n\n"
        "## Phase 1\ntext\n## Phase 2\n- [ ] a\n"
    )
    plan = parse_plan(text)
    assert [(phase.label, phase.status) for phase in plan.phases] == [("1", "done"), ("2", None)]
    assert [row.status for row in plan.rows] == ["done", "done"]
    assert plan.phases[0].status_span.of(text) == "✅"


def test_a_long_table_outweighs_a_few_headings_of_notes():
    table = "| Phase | Status |\n|---|---|\n| 1. A | done |\n| 2. B | done |\n| 3. C | open |\n"
    text = f"# P\n\n{table}\n### Phase 1: Notes\ntext\n"
    assert [phase.title for phase in parse_plan(text).phases] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("line", "mark", "ticked"),
    [
        ("- [ ] a", " ", False),
        ("- [x] a", "x", True),
        ("- [X] a", "X", True),
        ("- [-] a", "-", False),
        ("- [~] a", "~", False),
        ("- [S] a", "S", False),
        ("- [⏳] a", "⏳", False),
        ("- [✓] a", "✓", True),
        ("- [✅] a", "✅", True),
        ("- [completed] a", "completed", True),
        ("* [x] a", "x", True),
        ("+ [ ] a", " ", False),
        ("1. [✓] a", "✓", True),
        ("1) [ ] a", " ", False),
        ("- [x ] a", "x ", True),
        ("- [ X] a", " X", True),
    ],
)
def test_marks(line, mark, ticked):
    (item,) = items(f"{line}\n")
    assert (item.mark, item.ticked, item.text, item.todo) == (mark, ticked, "a", False)
    assert item.turned == (" " if ticked else "x")


def test_a_bracket_of_full_width_right_behind_the_box_begins_the_text():
    text = "- [x]（A-1）读取\n- [ ]【次】書く\n- [ ]「三」\n- [x](a.md)\n- [x]a\n"
    found = items(text)
    assert [item.text for item in found] == ["（A-1）读取", "【次】書く", "「三」"]
    assert [item.ticked for item in found] == [True, False, False]
    assert item_keys(text, [item.mark_span.start for item in found]) == [item.text.casefold() for item in found]


def test_a_star_behind_the_box_is_optional():
    assert [item.optional for item in items("- [x]* 4.4 Write a test\n- [ ] other\n")] == [True, False]


@pytest.mark.parametrize(
    ("text", "ids", "parallel"),
    [
        ("T001 Initialize", ("T001",), False),
        ("T024a Initialize", ("T024a",), False),
        ("2.7 Generate", ("2.7",), False),
        ("3.2.6 Bulk", ("3.2.6",), False),
        ("1. Set up", ("1",), False),
        ("**1. Port CSS.** x", ("1",), False),
        ("**T001**: Initialize", ("T001",), False),
        ("**2.1** Generate", ("2.1",), False),
        ("3.6a Present", ("3.6a",), False),
        ("1a. Present", ("1a",), False),
        ("T059 [P] [US1] Create", ("T059", "US1"), True),
        ("[US1+US2] T003 Make", ("US1", "US2", "T003"), False),
        ("[P] Make", (), True),
        ("Make [P]", (), False),
    ],
)
def test_ids_and_tags(text, ids, parallel):
    (item,) = items(f"- [ ] {text}\n")
    assert (item.ids, is_parallel(item)) == (ids, parallel)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Initialize Go module ✅", "done"),
        ("Write it — DONE", "done"),
        ("Write it (done)", "done"),
        ("Deferred to the next milestone", "dropped"),
        ("~~GitHub App auth~~ — using tokens instead", "dropped"),
        ("Superseded by Phase 02.1", "dropped"),
        ("Wire it (in progress)", "active"),
        ("Move deferred tasks to the end", None),
        ("Handle `job/done`", None),
        ("Mark it complete", None),
        ("Write it", None),
    ],
)
def test_a_status_in_the_words_of_an_item(text, status):
    (item,) = items(f"- [ ] {text}\n")
    assert item_status(item) == status


@pytest.mark.parametrize(
    ("text", "commit"),
    [
        ("Validate shapes. 01a86ee", "01a86ee"),
        ("Change it in `a.py` [42c4ed6]", "42c4ed6"),
        ("Task: Models 70f7958", "70f7958"),
        ("Bump to 1234567", None),
        ("Decide on the facade", None),
        ("See 01a86ee for more", None),
    ],
)
def test_a_commit_at_the_end_of_an_item(text, commit):
    (item,) = items(f"- [x] {text}\n")
    assert item_commit(item) == commit


def test_an_item_of_several_lines_ends_before_the_next_box():
    text = (
        "- [ ] 1. Set up\n  - Make `src/a.py`\n\n  - Make `src/b.py`\n    _Requirements: 1.1_\n"
        "  - [ ] 1.1 Nested `src/c.py`\n- [ ] 2. Next\n"
    )
    found = items(text)
    assert [item.span.of(text).splitlines()[-1].strip() for item in found] == [
        "_Requirements: 1.1_",
        "- [ ] 1.1 Nested `src/c.py`",
        "- [ ] 2. Next",
    ]
    assert [[each.path for each in item.paths] for item in found] == [["src/a.py", "src/b.py"], ["src/c.py"], []]
    assert [item.parent for item in found] == [None, 0, None]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("```markdown\n- [ ] a\n```\n- [ ] b\n", 1),
        ("````\n```\n- [ ] a\n```\n````\n", 0),
        ("- [P] tasks = different files, no dependencies\n", 0),
        ("**Legend**: marks\n\n**Legend:**\n- [x] done\n- [ ] open\n", 0),
        ("> Steps use checkbox (`- [ ]`) syntax for tracking.\n", 0),
        ("Text (`- [ ]`) syntax.\n", 0),
        ("├── config/\n│   └── mod.rs  # - [ ] a\n", 0),
        ("<!-- - [ ] a -->\n\n- [ ] b <!-- attempt:3 -->\n", 1),
        ("- ✅ Created `lib/a.ex`\n", 0),
        ("> Done.- [x] quoted\n", 0),
        ("| Done |- [x] b |\n", 0),
        ('Use `a.- [x] b`, (- [x] b), "- [x] b" or a - [x] b.\n', 0),
        ("<!-- a.- [x] b -->\n", 0),
        ("Marks.- [P] tasks = parallel; done- [x] = done\n", 0),
    ],
)
def test_only_boxes_are_boxes(text, count):
    assert len(items(text)) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## Phase 1\n- [x] Update packages.- [x] **Task: Next** in `c.py`\n- [ ] c\n",
            [("Update packages.", None), ("**Task: Next** in `c.py`", None), ("c", None)],
        ),
        (
            "- [x] A\n    - [x] a1 in `b.py`.- [ ] B\n    - [x] b1\n    - [ ] b2\n- [ ] C\n",
            [("A", None), ("a1 in `b.py`.", 0), ("B", None), ("b1", 2), ("b2", 2), ("C", None)],
        ),
        ("Done.- [x] **Task: Next**\n  goes on\n", [("**Task: Next** goes on", None)]),
        ("- [ ] `a.py`- [x] b.- [ ] **c**- [ ] d\n", [("`a.py`", None), ("b.", None), ("**c**", None), ("d", None)]),
    ],
)
def test_a_box_before_which_a_line_end_was_lost_is_an_item(text, expected):
    plan = parse_plan(text)
    assert [(item.text, item.parent) for item in plan.items] == expected
    for item in plan.items:
        written = item.span.of(text)
        assert written.startswith("- [")
        assert written[3:].startswith(f"{item.mark}] ")
        assert " ".join(written[6:].split()) == item.text
        assert all(mention.path in written for mention in item.paths)


def test_boxes_glued_together_can_be_phases():
    text = "- [x] **Phase 1: A**.- [ ] **Phase 2: B**\n  - [ ] b\n- [ ] **Phase 3: C**\n"
    assert [phase.span.of(text) for phase in parse_plan(text).phases] == [
        "- [x] **Phase 1: A**.",
        "- [ ] **Phase 2: B**\n  - [ ] b",
        "- [ ] **Phase 3: C**",
    ]


@pytest.mark.parametrize(
    ("heading", "title", "status"),
    [
        ("A **DONE**", "A", "done"),
        ("A (✅ Done, PR #12)", "A", "done"),
        ("A — 100% complete", "A", "done"),
        ("A (80% complete)", "A", "active"),
        ("A ⏭️ skipped", "A", "dropped"),
        ("A ⏸️", "A", "active"),
        ("Handle 100% of requests", "Handle 100% of requests", None),
        ("All tests 🟡 → ✅", "All tests 🟡 → ✅", None),
        ("All tests 🔲->✅", "All tests 🔲->✅", None),
        ("All tests => **DONE**", "All tests => DONE", None),
        ("Old → new ✅", "Old → new", "done"),
        ("Old → new (done)", "Old → new", "done"),
    ],
)
def test_further_statuses(heading, title, status):
    (phase,) = parse_plan(f"## Phase 1: {heading}\n").phases
    assert (phase.title, phase.status) == (title, status)


def test_a_plan_of_prose_is_done_where_its_head_says_so_and_no_phase_says_otherwise():
    assert parse_plan("# P\n\n**Status:** ✅ Complete (2026-01-02)\n\n## Phase 1\ntext\n").state == "done"
    assert parse_plan("# P\n\n**Status:** Complete\n\n## Phase 1\ntext\n## Phase 2 🚧\n").state == "open"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Add `X` to `src/core/a.ts`", [("src/core/a.ts", None, "")]),
        ("Cron matcher — `src/cron.rs`", [("src/cron.rs", None, "")]),
        ("`src/a.ts` contains `'report'`", [("src/a.ts", None, "")]),
        ("page in frontend/app/(auth)/layout.tsx", [("frontend/app/(auth)/layout.tsx", None, "")]),
        ("`task.go`, `review.go` (both)", [("task.go", None, ""), ("review.go", None, "")]),
        ("`src/engine/runner/`", [("src/engine/runner/", None, "")]),
        ("`command-generation/` adapters", [("command-generation/", None, "")]),
        ("`p/{task,review}.txt`", [("p/task.txt", None, ""), ("p/review.txt", None, "")]),
        ("Create: `tools/policy.json`", [("tools/policy.json", "create", "")]),
        ("**Modify**: `src/a.rs:10-40`", [("src/a.rs", "modify", ":10-40")]),
        ("Test: tests/a.py", [("tests/a.py", "test", "")]),
        ("Delete: `a/b.py`", [("a/b.py", "delete", "")]),
        ("Create (new file): `a/b.py`", [("a/b.py", "create", "")]),
        ("see `src/engine/mod.rs:1405-1452`", [("src/engine/mod.rs", None, ":1405-1452")]),
        ("see `src/mod.rs#L10-L20`", [("src/mod.rs", None, "#L10-L20")]),
        ("`tests/test_smoke.py::test_imports`", [("tests/test_smoke.py", None, "::test_imports")]),
        ("`skills/x-*/SKILL.md`", [("skills/x-*/SKILL.md", None, "")]),
        ("all of `src/**` and `src/**/*.ts`", [("src/**", None, ""), ("src/**/*.ts", None, "")]),
        ("[format.md](../design/format.md)", [("format.md", None, ""), ("../design/format.md", None, "")]),
        ("[a](<docs/my file.md>)", [("docs/my file.md", None, "")]),
        ("`/Users/n/git/o@github/r/a.ts`; then", [("/Users/n/git/o@github/r/a.ts", None, "")]),
        ("`~/.claude/format.sh`", [("~/.claude/format.sh", None, "")]),
        ("frontend/src/pages/tasks/[id].tsx", [("frontend/src/pages/tasks/[id].tsx", None, "")]),
        ("`src\\core\\a.py` and `C:\\repo\\a.py`", [("src/core/a.py", None, ""), ("C:/repo/a.py", None, "")]),
        ("@src/a.py and #file:src/b.py", [("src/a.py", None, ""), ("src/b.py", None, "")]),
        ("`Makefile:12`", [("Makefile", None, ":12")]),
        ("`lib/runner.ex` (88-103)", [("lib/runner.ex", None, "` (88-103")]),
        ("lib/runner.ex (lines 88-103, twice)", [("lib/runner.ex", None, " (lines 88-103")]),
        ("`a.go`'s `View()` (line 189)", [("a.go", None, "`'s `View()` (line 189")]),
        (
            "`a.go`, line 9; `b.go` around lines 3\u20134",
            [("a.go", None, "`, line 9"), ("b.go", None, "` around lines 3–4")],
        ),
        ("`a.go` (L5-L9) and `b.go`:7", [("a.go", None, "` (L5-L9"), ("b.go", None, "`:7")]),
        (
            "`a.go` (3 tests), `b.go` (2024-01), `c.go` (2-3 hours)",
            [("a.go", None, ""), ("b.go", None, ""), ("c.go", None, "")],
        ),
        ("`a.go` `src/b.go` (line 3)", [("a.go", None, ""), ("src/b.go", None, "` (line 3")]),
        (
            "`docs/My Plan.md` and `src/My Folder/a.ts`",
            [("docs/My Plan.md", None, ""), ("src/My Folder/a.ts", None, "")],
        ),
        ("`Release Notes.md` but `cat notes.md`", [("Release Notes.md", None, "")]),
        (
            'Read "docs/My Plan.md", "docs/my notes.md" and "shop/My Plan.md"',
            [("docs/My Plan.md", None, ""), ("docs/my notes.md", None, ""), ("shop/My Plan.md", None, "")],
        ),
        ('Modify: "docs/My Plan.md" (line 7)', [("docs/My Plan.md", "modify", '" (line 7')]),
        ('He said "see src/a.py now" of a 5" screen', [("src/a.py", None, "")]),
        (
            '"bash scripts/run.sh", "src/a.py src/b.py"',
            [(f"{each}", None, "") for each in ("scripts/run.sh", "src/a.py", "src/b.py")],
        ),
        (
            '"and/or My Notes.md", "docs/ is where a.md"',
            [("Notes.md", None, ""), ("docs/", None, ""), ("a.md", None, "")],
        ),
        ("Functions upcase/lowcase/\nconcat/ and others", [("concat/", None, "")]),
        ("Move it from src/app/\nto lib/app/.", [("src/app/", None, ""), ("lib/app/", None, "")]),
        ("Move it to `shop/app/`\nand shop/lib/\n", [("shop/app/", None, ""), ("shop/lib/", None, "")]),
        ("`python scripts/x.py --out data/y.json`", [("scripts/x.py", None, ""), ("data/y.json", None, "")]),
        ("`bin/rails test/a_test.rb`, `./run src/b.py`", [("test/a_test.rb", None, ""), ("src/b.py", None, "")]),
        ("`src/a.rs::load()` and `src/b.rs:save()`", [("src/a.rs", None, "::load()"), ("src/b.rs", None, ":save()")]),
        ('No `.old.md` files; `a\\n.py`; `"\\t".py`', []),
    ],
)
def test_paths(line, expected):
    found = mentions(line)
    assert [each for each in found if each != ("format.md", None, "") or "format.md](" not in line] == [
        each for each in expected if each != ("format.md", None, "") or "format.md](" not in line
    ]


def test_a_files_block_gives_each_path_its_role():
    text = (
        "## Task 1: A\n\n**Files:**\n- Create: `src/a.py`\n"
        "- Modify: `src/b.py:3`, `src/c.py`\n- Test: `tests/test_a.py`\n"
        "- `src/d.py`\n\nCreate: `e.py`\nNote: `f.py`\n\n- [ ] work\n"
    )
    (phase,) = parse_plan(text).phases
    assert [(each.path, each.role) for each in phase.paths] == [
        ("src/a.py", "create"),
        ("src/b.py", "modify"),
        ("src/c.py", "modify"),
        ("tests/test_a.py", "test"),
        ("src/d.py", None),
        ("e.py", "create"),
        ("f.py", None),
    ]


def test_the_todos_of_a_front_matter_are_items():
    plan = parse_plan(TODOS)
    assert plan.title == "Shop"
    assert [(item.text, item.ids, item.mark, item.ticked, item.struck) for item in plan.items] == [
        ("Load keys in `src/keys.ts`", ("keys",), "completed", True, False),
        ("Add routes", ("routes",), "in_progress", False, False),
        ("Write docs", (), "pending", False, False),
        ("Keep the old one", ("old",), "cancelled", False, True),
    ]
    assert [mention.path for mention in plan.items[0].paths] == ["src/keys.ts"]
    assert [item.mark_span.of(TODOS) for item in plan.items] == [item.mark for item in plan.items]
    assert [item.turned for item in plan.items][:2] == ["pending", "completed"]
    assert plan.items[0].span.of(TODOS).startswith("  - id: keys")
    assert plan.items[3].span.of(TODOS).endswith("cancelled")
    assert parse_plan(TODOS.replace("pending", "completed").replace("in_progress", "completed")).state == "done"


def test_turning_a_todo_over_changes_its_status_alone():
    item = parse_plan(TODOS).items[1]
    text = TODOS[: item.mark_span.start] + item.turned + TODOS[item.mark_span.end :]
    assert [each.ticked for each in parse_plan(text).items] == [True, True, False, False]


@pytest.mark.parametrize(
    "text",
    ["---\n# Shop\n\nSome prose.\n\n---\n- [ ] a\n", "---\nA sentence: with a colon, too\n---\n- [ ] a\n"],
)
def test_text_between_two_rules_is_no_front_matter(text):
    assert parse_plan(text + "## Phase 1\n- [ ] b\n").items[0].text == "a"


def test_headings_stand_in_the_plan_with_their_sections():
    text = "# P\n\n## Phase 1: A\n- [ ] a\n\n### Checks\ntext\n\n## Notes\n"
    sections = parse_plan(text).sections
    assert [(each.title, each.level) for each in sections] == [("P", 1), ("Phase 1: A", 2), ("Checks", 3), ("Notes", 2)]
    assert sections[1].span.of(text).endswith("### Checks\ntext")
    assert sections[2].heading_span.of(text) == "### Checks"


def test_boxes_may_say_what_the_heading_does_not():
    (phase,) = parse_plan("## Phase 1: A ✅\n- [ ] a\n").phases
    assert (phase.status, phase.done) == ("done", False)
    assert phase.status_span == phase.heading_span


def test_broken_characters_are_text():
    (phase,) = parse_plan("## Phase 1: A âœ…\n- [ ] a\n").phases
    assert (phase.title, phase.status) == ("A âœ…", None)


def test_a_goal_behind_an_arrow_makes_a_heading_a_phase_that_is_not_done():
    text = "## Phase G: all tests 🟡 → ✅\n\n| Task | Status |\n|---|---|\n| 1 | ✅ |\n| 2 | ✅ |\n| 3 | 🚧 |\n"
    (phase,) = parse_plan(text).phases
    assert (phase.label, phase.status, phase.done) == ("G", None, False)
