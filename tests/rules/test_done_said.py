"""What is said of done items: one finding for what one thing shows, words that are true, and advice that ends it."""

import pytest

from relaymark.core.edits import applied
from relaymark.core.plan import parse_plan

REST = "- [x] begun\n- [x] begun again\n- [ ] the rest of it\n"
CODES = {"done-unticked", "plan-never-ticked"}


def found(shop):
    return [one for one in shop.findings() if one.code in CODES]


QUOTED = "".join(f"def read_part_{number}(path): return path\n" for number in range(9))
STEPS = f"""# Plan

### Task 1: Begin

{REST}
### Task 2: Read

- [ ] **Step 1: Write `src/reading.py`**

```python
{QUOTED}```

- [ ] **Step 2: Tell the others**
- [ ] **Step 3: Commit**

### Task 3: Rest

- Modify: `src/old.py`

- [x] one thing
- [ ] Create `src/count.py`
- [ ] Create `src/sum.py`
"""


def test_items_of_a_phase_that_one_thing_shows_to_be_done_are_one_finding(shop):
    shop.commit("plan", {"PLAN.md": STEPS})
    shop.commit("work", {"src/reading.py": QUOTED, "src/count.py": "x = 1\n", "src/sum.py": "x = 1\n"})
    together, *single = found(shop)
    assert together.message.startswith("This and 2 more open items are done: `src/reading.py` was created")
    assert together.message.endswith(". Tick them if that is all of them.")
    assert len(together.items) == 3
    assert [one.item is not None and len(one.items) == 0 for one in single] == [True, True]
    assert all(one.message.startswith("Open, but done since it was written: ") for one in single)


def test_work_that_came_with_its_plan_is_not_told_to_be_later(shop):
    lines = "# Plan\n\n- [ ] Create `src/a.py`\n- [ ] Create `src/b.py`\n- [ ] Think\n"
    shop.commit("plan and work", {"PLAN.md": lines, "src/a.py": "x = 1\n"})
    [finding] = found(shop)
    assert finding.message.startswith("Open, but done: `src/a.py` was created")
    shop.commit("more", {"src/b.py": "x = 1\n"})
    assert [one.message[:20] for one in found(shop)] == ["Open, but done: `src", "Open, but done since"]


UNDONE = "# Plan\n\n- [x] begun\n- [x] begun again\n- [ ] Create `src/parser.py`\n"


def test_what_was_made_and_removed_again_is_not_offered_to_be_ticked(shop):
    shop.commit("plan", {"PLAN.md": UNDONE})
    shop.commit("work", {"src/parser.py": "x = 1\n"})
    [made] = shop.fixes("done-unticked")
    assert made.title == "Tick this item"
    shop.git("rm", "-q", "src/parser.py")
    shop.commit("undone")
    [finding] = found(shop)
    assert "`src/parser.py` was created and removed again" in finding.message
    assert finding.message.endswith("Strike it through if nobody wants it any more.")
    assert shop.fixes("done-unticked") == []


def test_following_the_advice_leaves_nothing_to_say(shop):
    lines = "# Plan\n\n" + "".join(f"- [ ] Create `src/{name}.py`\n" for name in "abcd") + "- [ ] Think\n"
    shop.commit("plan", {"PLAN.md": lines})
    shop.commit("work", {f"src/{name}.py": "x = 1\n" for name in "abcd"})
    shop.git("rm", "-q", "src/d.py")
    shop.commit("undone")
    assert {one.code: [*one.concerned] for one in found(shop)} == {"done-unticked": [3], "plan-never-ticked": [0, 1, 2]}
    [fix] = shop.fixes("plan-never-ticked")
    text = applied(lines, fix.edits).replace("- [ ] Create `src/d.py`", "- [ ] ~~Create `src/d.py`~~")
    assert sum(item.ticked for item in parse_plan(text).items) == 3
    shop.commit("as advised", {"PLAN.md": text})
    assert [one.code for one in shop.findings()] == []


def test_a_file_that_came_elsewhere_is_to_be_named_as_it_is(shop):
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{REST}- [ ] Create `src/read/parser.py`\n"})
    shop.commit("work", {"src/read/lines/parser.py": "x = 1\n"})
    [finding] = found(shop)
    assert finding.message.endswith("Tick it and name that file if that is all of it.")


def test_the_name_that_tells_most_is_shown(shop):
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{REST}- [ ] Have `limit` set by `read_limit` in `src/old.py`\n"})
    shop.commit("work", {"src/old.py": "limit = read_limit()\n"})
    [finding] = found(shop)
    assert "`read_limit` is in `src/old.py`" in finding.message


NEVER = "# Plan\n\n" + "".join(f"- [ ] Create `src/part{number}.py`\n" for number in range(4))


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("Show the totals in `src/part1.py`", True),
        ("Add pagination and search: `src/part1.py`", False),
        ("Document the nightly import in `README.md`", True),
        ("Document the pagination in `README.md`", False),
        ("Update `README.md`", True),
    ],
)
def test_in_a_plan_that_nobody_ticks_a_file_has_to_speak_of_the_item(shop, line, done):
    shop.commit("plan", {"PLAN.md": f"{NEVER}- [ ] {line}\n- [ ] Think it over\n"})
    work = {f"src/part{number}.py": "def show_totals(): pass\n" for number in range(4)}
    shop.commit("work", work | {"README.md": "# Shop\n\nThe import runs nightly.\n"})
    assert shop.said("plan-never-ticked") == ([3, 4, 5, 6, 7] if done else [3, 4, 5, 6])
