"""The hint behind an item: which items have one, and what it says."""

from relaymark.core.plan import parse_plan
from relaymark.core.plan_hints import hint, hinted

PLAN = """- [ ] one in `src/a.py`
- [x] two in `src/b.py`
- [ ] ~~three in `src/c.py`~~
- [ ] four
- [ ] five in `src/d.py`
"""


def test_items_that_are_to_be_done_and_name_a_path_have_a_hint():
    plan = parse_plan(PLAN)
    assert [item.text[:4] for item in hinted(plan, 0, len(PLAN))] == ["one ", "five"]


def test_only_items_that_begin_in_the_range_have_one():
    plan = parse_plan(PLAN)
    assert [item.text[:4] for item in hinted(plan, 1, len(PLAN))] == ["five"]
    assert hinted(plan, 1, PLAN.index("five") - 7) == []


def test_a_hint_adds_up_what_the_files_take():
    made = hint(["src/a.py", "src/b.py"], {"src/a.py": 1_204, "src/b.py": 11_000})
    assert (made.label, made.lines) == ("12k tokens", ("src/a.py: 1,204 tokens", "src/b.py: 11,000 tokens"))


def test_a_hint_tells_that_not_all_files_are_counted_yet():
    assert hint(["src/a.py", "src/b.py"], {"src/a.py": 950}).label == "950+ tokens"


def test_without_a_count_there_is_no_hint():
    assert hint(["src/a.py"], {}) is None
    assert hint([], {}) is None


def test_a_hostile_name_stays_on_its_line():
    assert hint(["src/a\nb.py"], {"src/a\nb.py": 1}).lines == ("src/a b.py: 1 tokens",)
