"""Phases too big for one session: by the tokens of their files, and by how sessions on them ended."""

import pytest
from tests.core.builders import CWD, at_level, shown

from relaymark.core.binding import Binding
from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.facts import PlanFacts
from relaymark.rules.phase_size import CEILING, load_of, phase_files, phase_tokens, too_big

PLAN = """# Shop

## Phase 1: Parser

- [x] Read in `src/a.py`
- [ ] Count in `src/b.py`, as `docs/idea.md` says

## Phase 2: Report

Files: `src/c.py`, `src/new.py`, `src/`

- [ ] Print in `src/b.py`
"""
TREE = FileIndex(["src/a.py", "src/b.py", "src/c.py", "docs/idea.md", "PLAN.md"])


def facts(text=PLAN):
    return PlanFacts("PLAN.md", Sheet(f"{CWD}/PLAN.md", text, parse_plan(text)), TREE)


def found(views=(), bound=None, text=PLAN, told=(), **sizes):
    named = {f"src/{name}.py": tokens for name, tokens in sizes.items()}
    tokens = phase_tokens(phase_files(facts(text)), named)
    return [(each.phase, each.message) for each in too_big(facts(text), tokens, views, bound or {}, told)]


def on(phase, *views):
    return {view.session.id: Binding("PLAN.md", "", "", "prompt", phase) for view in views}


def test_the_files_of_a_phase_are_those_of_its_open_items_and_lines_that_are_there():
    assert [sorted(files) for files in phase_files(facts()).values()] == [
        ["docs/idea.md", "src/b.py"],
        ["src/b.py", "src/c.py"],
    ]


def test_files_that_a_phase_only_draws_count_for_none():
    text = "# Shop\n\n## Phase 1: Parser\n\nsrc/\n├── a.py\n└── c.py\n\n- [ ] Count in `src/b.py`\n"
    assert list(phase_files(facts(text)).values()) == [("src/b.py",)]


def test_a_phase_whose_files_are_more_than_the_ceiling_is_too_big():
    many = "".join(f"- [ ] In `src/{name}.py`\n" for name in "abc")
    text = f"# Shop\n\n## Phase 1: Big\n\n{many}"
    assert found(text=text, a=20_000, b=20_000, c=20_000) == []
    [(phase, message)] = found(text=text, a=20_000, b=20_000, c=20_001)
    assert (phase, CEILING) == (0, 60_000)
    assert message.startswith("Its files are about 60,001 tokens. That is more than the ceiling of 60,000")


def told(code, *items):
    return Finding(code=code, path=f"{CWD}/PLAN.md", span=None, severity="information", message="", items=items)


def test_work_that_is_known_to_be_done_is_not_to_be_split():
    many = "".join(f"- [ ] In `src/{name}.py`\n" for name in "abc")
    text = f"# Shop\n\n## Phase 1: Big\n\n{many}- [x] rest\n"
    sizes = dict.fromkeys("abc", 25_000)
    assert found(text=text, told=[told("done-unticked", 0, 1)], **sizes) != []
    assert found(text=text, told=[told("done-unticked", 0, 1), told("done-unticked", 2)], **sizes) == []
    assert found(text=text, told=[told("plan-never-ticked", 0, 1)], **sizes) == []
    assert found(text=text, told=[told("tick-contradicted", 0, 1, 2)], **sizes) != []


@pytest.mark.parametrize(("count", "places"), [(3, [0, 1, 2]), (4, [0])])
def test_many_phases_that_are_too_big_are_told_at_once(count, places):
    many = "".join(f"- [ ] In `src/{name}.py`\n" for name in "abc")
    text = "# Shop\n\n" + "".join(f"## Phase {number}: Big\n\n{many}\n" for number in range(1, count + 1))
    said = found(text=text, **dict.fromkeys("abc", 25_000))
    assert [phase for phase, _ in said] == places
    assert said[0][1].endswith("3 more phases are too big as well.") is (count == 4)


def test_a_huge_file_counts_as_what_agents_read_of_it():
    assert found(b=900_000, c=30_000) == []


def test_what_a_session_begins_with_is_added():
    view = shown(base=20_000, context=22_000)
    assert load_of([view], {}).base == 20_000
    [(phase, message)] = found([view], b=24_000, c=24_000)
    assert phase == 1
    assert "20,000 that a session begins with" in message


def test_a_guessed_window_and_a_session_without_a_base_tell_nothing():
    assert load_of([shown(context=30_000)], {}).base == 0


@pytest.mark.parametrize(("count", "told"), [(1, []), (2, [1])])
def test_a_phase_whose_sessions_passed_the_reset_line_twice_is_too_big(count, told):
    views = [at_level("reset", id=f"session-{number}") for number in range(count)]
    assert [phase for phase, _ in found(views, on(1, *views))] == told


def test_a_phase_that_is_done_and_a_plan_that_is_closed_are_left_alone():
    assert found(text=PLAN.replace("[ ]", "[x]"), a=25_000, b=25_000, c=25_000) == []
