"""An open item counts as done by what came since it was written, and by nothing else."""

import pytest

from relaymark.core.plan import parse_plan
from relaymark.rules.intent import intent_of

REST = "- [x] begun\n- [x] begun again\n- [ ] the rest of it\n"
PARSER = "def read_lines(path):\n    return open(path).readlines()\n"


def plan(line):
    return f"# Plan\n\n## Phase 1: Parser\n\n{REST}- [ ] {line}\n"


DONE = {
    "a file that it creates": ("Create `src/parser.py`", {"src/parser.py": PARSER}),
    "a file with a format": ("Create `src/parser.py` with the `.lns` format", {"src/parser.py": PARSER}),
    "a file that it names first": ("Implement `parser.py` with care", {"src/parser.py": PARSER}),
    "a file that came elsewhere": ("Create `src/read/parser.py`", {"src/read/lines/parser.py": PARSER}),
    "a name in its file": ("Add `read_lines()` to `src/old.py`", {"src/old.py": PARSER}),
    "a name without backticks": ("Add a call of read_lines() to src/old.py", {"src/old.py": PARSER}),
    "a name that the tree defines": ("Add the function `read_lines()`", {"src/parser.py": PARSER}),
    "a new name beside one that was there": ("Have `OldKeeper` call `read_lines()`", {"src/parser.py": PARSER}),
    "a value": ("`LIMIT`: 4 → 6 in `src/limit.py`", {"src/limit.py": "LIMIT = 6\n"}),
    "words in a document": (
        "Update `README.md` with the nightly price import",
        {"README.md": "# Shop\n\n## Nightly price import\n"},
    ),
    "a file, told in Chinese": ("创建 `src/parser.py` 文件", {"src/parser.py": PARSER}),
    "a name that is gone": ("Remove `kept` from `src/old.py`", {"src/old.py": "x = 1\n"}),
}


@pytest.mark.parametrize(("line", "files"), DONE.values(), ids=DONE)
def test_an_open_item_whose_work_came_since_is_reported(shop, line, files):
    shop.commit("limit", {"src/limit.py": "LIMIT = 4\n", "src/keeper.py": "class OldKeeper:\n    pass\n"})
    shop.commit("plan", {"PLAN.md": plan(line)})
    assert shop.said("done-unticked") == []
    shop.commit("work", files)
    assert shop.said("done-unticked") == [8]


def test_uncommitted_work_counts(shop):
    shop.commit("plan", {"PLAN.md": plan("Create `src/parser.py`")})
    shop.write({"src/parser.py": PARSER})
    [finding] = [one for one in shop.findings() if one.code == "done-unticked"]
    assert "not committed" in finding.message
    assert finding.severity == "information"


def test_a_deleted_file_and_one_that_was_made_and_removed_again_count(shop):
    lines = f"{REST}- [ ] Delete `src/old.py`\n- [ ] Create `src/parser.py`\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{lines}"})
    shop.commit("work", {"src/parser.py": PARSER})
    shop.git("rm", "-q", "src/old.py", "src/parser.py")
    shop.commit("undone")
    assert shop.said("done-unticked") == [6, 7]


@pytest.mark.parametrize(
    "line",
    [
        "Update `src/old.py` to read lines",
        "Add `kept()` to `src/old.py`",
        "Use `read_lines()` in `src/old.py`",
        "Create `src/parser.py` OR",
        "Optional: create `src/parser.py`",
        "Create `src/parser.py` (deferred to the next release)",
        "Run `src/parser.py` by hand",
        "Verify that `read_lines()` works",
        "~~Create `src/parser.py`~~",
        "Create `src/parser.py` and `src/count.py`",
        "Add `read_lines`, `count_lines` and `sum_lines` to `src/parser.py`",
        "Add the crate `counting` (or `src/parser.py`)",
        "Bring GitHub and read_words to src/old.py",
        "Explain `delivery` in `STEWARDS.md`",
        "Be ready to answer questions about STEWARDS.md twice a year",
    ],
)
def test_what_proves_nothing_is_left_alone(shop, line):
    shop.commit("plan", {"PLAN.md": plan(line), "STEWARDS.md": "x\n"})
    shop.commit(
        "work", {"src/parser.py": PARSER, "src/old.py": "def kept():\n    return 2\n", "STEWARDS.md": "delivery\n"}
    )
    assert shop.said("done-unticked") == []


def test_what_was_there_when_the_item_was_written_is_no_evidence(shop):
    shop.commit("work", {"src/parser.py": PARSER})
    shop.commit("plan", {"PLAN.md": plan("Create `src/parser.py`")})
    shop.commit("more", {"src/parser.py": f"{PARSER}\n\nx = 1\n"})
    assert shop.said("done-unticked") == []
    shop.commit("reworded", {"PLAN.md": plan("Create `src/parser.py` with `read_lines()`")})
    assert shop.said("done-unticked") == []


def test_an_item_that_is_not_committed_is_not_judged(shop):
    shop.commit("work", {"src/parser.py": PARSER})
    shop.write({"PLAN.md": plan("Create `src/parser.py`")})
    assert shop.said("done-unticked") == []


def test_a_plan_that_was_moved_keeps_its_history(shop):
    shop.commit("plan", {"PLAN.md": plan("Create `src/parser.py`")})
    shop.commit("work", {"src/parser.py": PARSER})
    shop.git("mv", "PLAN.md", "ROADMAP.md")
    shop.commit("move")
    assert shop.said("done-unticked", "ROADMAP.md") == [8]


def test_a_commit_that_names_the_item_counts(shop):
    lines = f"{REST}- [ ] Build the nightly price import screen\n- [ ] Polish the import dialog colours\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{lines}"})
    shop.commit("docs: build the nightly price import screen", {"docs/import.md": "x\n"})
    assert shop.said("done-unticked") == []
    shop.commit("feat: build nightly price import screen", {"src/screen.py": "x = 1\n"})
    assert shop.said("done-unticked") == [6]


def test_a_commit_that_names_the_phase_and_touches_the_files_counts(shop):
    lines = f"{REST}\n## Phase 2: Prices\n\n- [ ] Make `src/old.py` faster\n- [ ] Make it nicer\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n## Phase 1: Begin\n\n{lines}"})
    shop.commit("Phase 2: prices", {"src/old.py": "def kept():\n    return 2\n"})
    assert shop.said("done-unticked") == [11]


TASKS = """# Plan

### Task 1: Parser

**Files:**
- Create: `src/parser.py`
- Modify: `src/old.py`

- [ ] **Step 1: Write the failing test**
- [ ] **Step 2: Implement**
- [ ] **Step 3: Commit**

### Task 2: Report

**Files:**
- Create: `src/report.py`

- [ ] **Step 1: Write the failing test**
- [ ] **Step 2: Implement**

### Task 3: Quoted code

**Files:**
- Modify: `src/old.py`

- [ ] **Step 1: Implement**

```python
def kept_longer():
    return 2
```
"""


def test_a_task_whose_listed_files_came_is_done_as_a_whole(shop):
    shop.commit("plan", {"PLAN.md": TASKS})
    assert shop.said("plan-never-ticked") == []
    shop.commit("work", {"src/parser.py": PARSER})
    assert shop.said("plan-never-ticked") == [9, 10, 11]
    shop.commit("more", {"src/old.py": "def kept_longer():\n    return 2\n"})
    assert shop.said("plan-never-ticked") == [9, 10, 11, 26]


CHANGED = """def kept_lines(path):
    lines = read_lines(path)
    return [line.strip() for line in lines if line]
"""
QUOTED = f"""# Plan

### Task 1: Read

Work in `src/old.py`.

- [ ] **Step 1: Change `src/old.py`**

```python
{CHANGED}```

- [ ] **Step 2: Run the tests**

```bash
python -m pytest tests/test_of_everything.py
python -m pytest tests/test_of_everything_else.py
python -m pytest tests/test_of_all_the_rest.py
```

### Task 2: Count

- [ ] **Step 1: Count them**
- [ ] **Step 2: Commit**

```bash
git commit -m "feat(count): count the lines of a file"
```

- [ ] **Step 3: Tell the others**
"""


def test_a_task_whose_quoted_lines_came_into_its_files_is_done(shop):
    shop.commit("plan", {"PLAN.md": QUOTED})
    shop.commit("other work", {"src/old.py": "def kept_lines(path):\n    return read_lines(path)\n"})
    assert shop.said("done-unticked") == []
    shop.commit("work", {"src/old.py": f"# Reads.\n{CHANGED}"})
    assert shop.said("done-unticked") == [7, 15]


def test_lines_that_were_there_when_the_plan_was_written_show_nothing(shop):
    shop.commit("work", {"src/old.py": CHANGED})
    shop.commit("plan", {"PLAN.md": QUOTED})
    shop.commit("more", {"src/old.py": f"# Reads.\n{CHANGED}"})
    assert shop.said("done-unticked") == []


def test_a_commit_called_as_the_plan_says_ends_the_steps_above_it(shop):
    shop.commit("plan", {"PLAN.md": QUOTED})
    shop.commit("feat(count): count the words of a file", {"src/count.py": "x = 1\n"})
    assert shop.said("done-unticked") == []
    shop.commit("feat(count): count the lines of a file (#12)", {"src/count.py": "x = 2\n"})
    assert shop.said("done-unticked") == [25, 26]


READING = "".join(f"def read_part_{number}(path): return path\n" for number in range(9))
LATE = f"""# Plan

### Task 1: Read

- Create: `src/reading.py`

- [ ] **Step 1: Write it**

```python
{READING}```

- [ ] **Step 2: Commit** `feat: read the parts of a file`

### Task 2: Count

- [ ] **Step 1: Count them all**
- [ ] **Step 2: Commit** `feat: count the parts of a file`
"""


def test_a_plan_that_is_committed_after_its_work_is_known_by_what_it_quotes(shop):
    shop.commit("feat: count the parts of a file", {"src/count.py": "x = 1\n"})
    shop.commit("work", {"src/reading.py": READING})
    shop.commit("plan", {"PLAN.md": LATE})
    [finding] = [one for one in shop.findings() if one.code in {"plan-never-ticked", "done-unticked"}]
    assert shop.said(finding.code) == [7, 21, 25, 26]
    assert "since" not in finding.message


def test_a_file_that_holds_other_things_than_a_fresh_plan_quotes_is_no_evidence(shop):
    shop.commit("other work", {"src/reading.py": "def read(path): return path\n" * 9})
    shop.commit("plan", {"PLAN.md": LATE})
    assert [one.code for one in shop.findings() if one.code in {"plan-never-ticked", "done-unticked"}] == []


def test_a_phase_that_is_told_to_be_done_is_not_called_behind_as_well(shop):
    lines = "- [ ] Create `src/a.py`\n- [ ] Create `src/b.py`\n- [ ] Create `src/c.py`\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n## Phase 1: Parts\n\n{lines}"})
    shop.commit("work", {f"src/{name}.py": "x = 1\n" for name in "abc"})
    codes = {one.code for one in shop.findings()}
    assert "plan-never-ticked" in codes
    assert "plan-behind" not in codes


def test_a_task_whose_listed_file_was_renamed_since_is_done(shop):
    shop.commit("plan", {"PLAN.md": TASKS})
    shop.commit("work", {"src/parser.py": PARSER})
    shop.git("mv", "src/parser.py", "src/reading.py")
    shop.commit("rename")
    assert shop.said("plan-never-ticked") == [9, 10, 11]


def test_a_task_that_was_begun_to_be_ticked_is_under_way(shop):
    shop.commit("plan", {"PLAN.md": TASKS})
    shop.commit("work", {"src/parser.py": PARSER, "PLAN.md": TASKS.replace("[ ]", "[x]", 1)})
    assert shop.said("done-unticked") == []
    assert shop.said("plan-never-ticked") == []


NEVER = "# Plan\n\n" + "".join(f"- [ ] Create `src/part{number}.py`\n" for number in range(6))


def test_a_plan_that_nobody_ticks_is_one_finding(shop):
    lines = f"{NEVER}- [ ] Wire the parts into `src/old.py`\n- [ ] Think it over\n"
    shop.commit("plan", {"PLAN.md": lines})
    shop.commit("work", {f"src/part{number}.py": "x = 1\n" for number in range(4)} | {"src/old.py": "import part0\n"})
    found = [one for one in shop.findings() if one.code in {"plan-never-ticked", "done-unticked"}]
    assert [one.code for one in found] == ["plan-never-ticked"]
    assert shop.said("plan-never-ticked") == [3, 4, 5, 6, 9]
    assert "4 items" not in found[0].message
    assert "5 of its 8 items are done" in found[0].message


def test_a_plan_that_is_ticked_is_told_item_by_item(shop):
    shop.commit("plan", {"PLAN.md": f"{NEVER}- [x] begun\n- [x] begun again\n"})
    shop.commit("work", {f"src/part{number}.py": "x = 1\n" for number in range(4)})
    assert shop.said("plan-never-ticked") == []
    assert shop.said("done-unticked") == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("words", "makes"),
    [
        ("Create the index", True),
        ("T004 [P] re-create the index", True),
        ("Then, at last, Re-implement it", True),
        ("Recreation of the index", False),
        ("A long way to say at the end create", False),
    ],
)
def test_an_item_that_makes_something_begins_with_a_word_of_making(words, makes):
    assert intent_of(parse_plan(f"- [ ] {words}\n").items[0], f"- [ ] {words}\n").makes is makes


def test_an_item_of_many_dashes_is_read_to_its_end():
    """Where each dash doubles the ways to read it, or the steps grow with the square of the line, this does not end."""
    line = f"- [ ] {'-'.join(f'{number:02}' for number in range(20_000))}-PLAN.md - Harden it\n"
    assert not intent_of(parse_plan(line).items[0], line).makes
