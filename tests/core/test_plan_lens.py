"""What stands above the heading of a phase."""

import pytest
from tests.core.builders import at_level

from relaymark.core.plan import parse_plan
from relaymark.core.plan_lens import Room, action, lensed, phases_noted, room_of, size_title, started

PLAN = """# Shop

## Phase 1: Parser

- [x] a

## Phase 2: Report

- [x] b
- [ ] c

## Phase 3: Ship

- [ ] d

## ~~Phase 4: Dropped~~ (dropped)
"""
FILES = ["src/a.py", "src/b.py"]


def test_phases_that_are_to_be_done_have_lenses():
    assert lensed(parse_plan(PLAN), "PLAN.md") == [1, 2]
    assert lensed(parse_plan(PLAN), "docs/plans/archive/PLAN.md") == []


@pytest.mark.parametrize(
    ("tokens", "held", "room", "says"),
    [
        ({"src/a.py": 3_000, "src/b.py": 9_000}, (), None, "2 files, 12k tokens"),
        ({"src/a.py": 3_000}, (), None, "2 files, 3k+ tokens"),
        ({"src/a.py": 3_000, "src/b.py": 9_000}, (), Room(12_000, False), "2 files, 12k tokens · fits the 12k left"),
        (
            {"src/a.py": 3_000, "src/b.py": 9_001},
            (),
            Room(12_000, False),
            "2 files, 12k tokens · more than the 12k left",
        ),
        (
            {"src/a.py": 3_000, "src/b.py": 9_000},
            ("src/b.py",),
            Room(4_000, False),
            "2 files, 12k tokens · 3k not read yet · fits the 4k left",
        ),
        # What was read is too little to be told apart.
        (
            {"src/a.py": 30, "src/b.py": 12_000},
            ("src/a.py",),
            Room(4_000, False),
            "2 files, 12k tokens · more than the 4k left",
        ),
        (
            {"src/a.py": 3_000, "src/b.py": 9_000},
            (),
            Room(0, False),
            "2 files, 12k tokens · nothing is left below the ceiling",
        ),
        (
            {"src/a.py": 3_000, "src/b.py": 9_000},
            (),
            Room(46_000, True),
            "2 files, 12k tokens · fits a fresh session (46k)",
        ),
        (
            {"src/a.py": 3_000, "src/b.py": 90_000},
            (),
            Room(46_000, True),
            "2 files, 93k tokens · more than a fresh session holds (46k)",
        ),
        ({}, (), Room(46_000, True), ""),
    ],
)
def test_a_phase_tells_its_size_and_whether_it_fits(tokens, held, room, says):
    assert size_title(FILES, tokens, held, room) == says


def test_the_room_is_what_the_fullest_session_on_the_phase_has_left():
    assert room_of([at_level("clear"), at_level("over")], []) == Room(0, fresh=False)
    assert room_of([at_level("clear")], [at_level("over")]) == Room(50_000, fresh=False)


def test_without_a_figure_there_is_no_room_to_tell_of():
    assert room_of([at_level("unknown")], []) is None
    assert room_of([], []) is None


@pytest.mark.parametrize(
    ("index", "taken", "then"), [(1, False, "continue"), (2, False, "start"), (2, True, "continue")]
)
def test_a_phase_that_is_begun_is_continued(index, taken, then):
    assert action(parse_plan(PLAN).phases[index], taken=taken) == then


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("PLAN.md: Phase 2", 1),
        ("PLAN.md: phase 2", 1),
        ("PLAN.md: Report", 1),
        ("PLAN.md: Phase 03", 2),
        ("PLAN.md: Phase 9", None),
        ("PLAN.md: Milestone 2", None),
        ("docs/PLAN.md: Phase 2", None),
        ("PLAN.md", None),
        ("", None),
    ],
)
def test_a_note_is_told_by_what_its_front_matter_says_of_its_phase(said, index):
    assert phases_noted(parse_plan(PLAN), "PLAN.md", [said]) == ({} if index is None else {index: said})


def test_of_several_notes_the_first_counts():
    said = ["PLAN.md: Report", "PLAN.md: Phase 2", "PLAN.md: Phase 3"]
    assert phases_noted(parse_plan(PLAN), "PLAN.md", said) == {1: said[0], 2: said[2]}


def test_a_phase_with_a_bare_number_is_told_by_the_name_that_notes_give_it():
    plan = parse_plan("## 1. Parser\n\n- [ ] a\n\n## 2. Report\n\n- [ ] b\n")
    assert phases_noted(plan, "PLAN.md", ["PLAN.md: Phase 2"]) == {1: "PLAN.md: Phase 2"}


@pytest.mark.parametrize(
    ("at", "taken", "begins"),
    [(0, False, 1), (1, False, 2), (1, True, 2), (2, False, 2), (2, True, None), (3, True, None)],
)
def test_starting_begins_a_phase_itself_until_it_is_begun_then_the_next_that_is_to_be_done(at, taken, begins):
    """Phase 1 is done, something of Phase 2 is ticked, Phase 4 is dropped."""
    assert started(parse_plan(PLAN).phases, at, taken=taken) == begins
