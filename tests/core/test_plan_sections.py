"""Where no heading names a phase, its sections, its numbered boxes or its tables are the phases."""

# ruff: noqa: RUF001 - the punctuation that people write plans with

import pytest

from relaymark.core.plan import parse_plan
from relaymark.core.relay.work import phase_name

BOXES = "\n- [x] a\n- [ ] b\n\n"


def phases(text):
    return [(phase.kind, phase.label, phase.title, len(phase.items)) for phase in parse_plan(text).phases]


def test_sections_over_boxes_are_phases():
    text = f"# Shop\n\nText.\n\n## Review Fixes ✅\n{BOXES}## Backend\n\n### Keys\n{BOXES}### Tokens\n{BOXES}## Notes\n"
    plan = parse_plan(text)
    assert phases(text) == [("section", "", "Review Fixes", 2), ("section", "", "Backend", 4)]
    assert [phase.status for phase in plan.phases] == ["done", None]
    assert [phase.heading_span.of(text) for phase in plan.phases] == ["## Review Fixes ✅", "## Backend"]
    assert plan.phases[1].span.of(text).endswith("- [ ] b")
    assert plan.title == "Shop"
    assert [phase_name(phase) for phase in plan.phases] == ["section “Review Fixes”", "section “Backend”"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"# P\n## Tasks\n### A\n{BOXES}### B\n{BOXES}## Acceptance Criteria\n{BOXES}",
            [("section", "", "A", 2), ("section", "", "B", 2)],
            id="one level down",
        ),
        pytest.param(
            f"# Backend\n{BOXES}# Frontend\n{BOXES}",
            [("section", "", "Backend", 2), ("section", "", "Frontend", 2)],
            id="first level",
        ),
        pytest.param(f"# P\n## Tasks\n{BOXES}", [("", "", "P", 2)], id="one section"),
        pytest.param(f"# P\n## Tasks\n{BOXES}## Definition of Done\n{BOXES}", [("", "", "P", 4)], id="a check"),
        pytest.param(f"# P\n{4 * BOXES}## Later\n- [ ] c\n## Ideas\n- [ ] d\n", [("", "", "P", 10)], id="most outside"),
        pytest.param(
            f"# P\n## Backend\n{BOXES}## Phase 1: A\n{BOXES}## Docs\n{BOXES}", [("phase", "1", "A", 2)], id="a phase"
        ),
        pytest.param(
            f"## Status checks\n{BOXES}## Goal tracking\n{BOXES}",
            [("section", "", "Status checks", 2), ("section", "", "Goal tracking", 2)],
            id="words that only begin alike",
        ),
    ],
)
def test_which_sections_are_phases(text, expected):
    assert phases(text) == expected


def test_a_table_of_phases_outweighs_sections_and_sections_one_of_anything_else():
    sections = f"## Before\n{BOXES}## After\n{BOXES}"
    table = "| {} | Status |\n|---|---|\n| 1 | ✅ |\n| 2 | open |\n\n"
    assert [kind for kind, *_ in phases(f"# P\n\n{table.format('Phase')}{sections}")] == ["phase", "phase"]
    assert [kind for kind, *_ in phases(f"# P\n\n{table.format('Need')}{sections}")] == ["section", "section"]


@pytest.mark.parametrize("behind", ["  - [x] 1.1 Sub\n  - [ ] 1.2 Sub\n", "- [x] 1.1 Sub\n- [ ] 1.2 Sub\n"])
def test_numbered_boxes_with_parts_are_phases_whether_these_stand_below_or_behind(behind):
    text = (
        f"# P\n\n- [ ] 1. Set up\n  - in `src/`\n{behind}- [ ] 2. Build\n{behind.replace('1.', '2.')}- [ ] 3. Check\n"
    )
    plan = parse_plan(text)
    assert phases(text) == [("", "1", "Set up", 3), ("", "2", "Build", 3), ("", "3", "Check", 1)]
    assert plan.phases[0].heading_span.of(text) == "- [ ] 1. Set up"
    assert plan.phases[1].span.of(text).endswith("2.2 Sub")
    assert sum(len(phase.items) for phase in plan.phases) == len(plan.items)


@pytest.mark.parametrize(
    "text",
    [
        "# P\n\n- [ ] 1. One\n- [ ] 2. Two\n- [ ] 3. Three\n",
        "# P\n\n- [ ] 1. One\n  - [ ] a\n- [ ] 2. Two\n- [ ] 3. Three\n",
        "# P\n\n- [ ] 1. One\n  - [ ] a\n- [ ] 1. Again\n  - [ ] b\n",
        "# P\n\n- [ ] 1. One\n  - [ ] a\n- [ ] 2. Two\n  - [ ] b\n" + "- [ ] other\n" * 5,
    ],
)
def test_numbered_boxes_without_parts_are_items(text):
    assert [kind for kind, *_ in phases(text)] == [""]
    assert len(parse_plan(text).phases) == 1
    assert parse_plan(text).phases[0].name == ""


def test_numbered_boxes_end_at_the_next_heading():
    text = "# P\n\n## Now\n- [ ] 1. A\n- [ ] 1.1 a\n\n## Later\n- [ ] 2. B\n- [ ] 2.1 b\n"
    assert [phase.span.of(text) for phase in parse_plan(text).phases] == [
        "- [ ] 1. A\n- [ ] 1.1 a",
        "- [ ] 2. B\n- [ ] 2.1 b",
    ]


@pytest.mark.parametrize(
    ("headings", "labels"),
    [
        (["US1: A", "US2: B"], ["US1", "US2"]),
        (["User Story 1: A", "User Story 2: B"], ["1", "2"]),
        (["PR #1: A", "PR #2: B"], ["1", "2"]),
        (["W6.1 — A", "W6.2 — B"], ["W6.1", "W6.2"]),
        (["Day 1: A", "Day 2: B"], ["1", "2"]),
    ],
)
def test_a_series_of_any_names_means_phases(headings, labels):
    text = "# P\n" + "".join(f"## {heading}\n{BOXES}" for heading in headings)
    assert [(phase.label, phase.title) for phase in parse_plan(text).phases] == [
        (label, title) for label, title in zip(labels, "AB", strict=True)
    ]


def test_a_series_of_bold_lines_means_phases_but_is_no_part_of_the_outline_elsewhere():
    text = f"# P\n## Tasks\n**Commit A — First.**\n{BOXES}**Commit B — Second.**\n{BOXES}**Docs**\n{BOXES}"
    assert phases(text) == [("", "A", "First.", 2), ("", "B", "Second.", 4)]
    plan = parse_plan(f"## Phase 1: A\n**Option A: x**\n{BOXES}**Option B: y**\n{BOXES}")
    assert [section.title for section in plan.sections] == ["Phase 1: A"]
    assert [len(phase.items) for phase in plan.phases] == [4]


def test_ids_of_decisions_are_no_phases():
    assert phases("# P\n## D1: Use A ✅\n## D2: Use B\n") == []


@pytest.mark.parametrize(
    ("heading", "kind", "label", "title"),
    [
        ("Stufe 1: A", "stage", "1", "A"),
        ("Etape 2 : A", "stage", "2", "A"),
        ("第十二阶段：A", "phase", "12", "A"),
        ("第 2 周：A", "week", "2", "A"),
        ("Paket 3: A", "part", "3", "A"),
        ("Étape : A", "stage", "", "A"),
        ("Phase - Review Fixes", "phase", "", "Review Fixes"),
        ("Phases 1-3: A", "phase", "1", "A"),
        ("Phase 1 & 2: A", "phase", "1", "A"),
        ("Phase 1 - 2 new routes", "phase", "1", "2 new routes"),
        ("P1-02 — A", "phase", "P1-02", "A"),
        ("Task M3a — A", "task", "M3a", "A"),
    ],
)
def test_further_names_of_phases(heading, kind, label, title):
    assert phases(f"## {heading}\n{BOXES}") == [(kind, label, title, 2)]
