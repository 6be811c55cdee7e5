"""A file that came in the very commit that brought the item which makes it shows that the item is done."""

import pytest

REST = "- [x] begun\n- [x] begun again\n- [ ] the rest of it\n"
PARSER = "def read_lines(path):\n    return open(path).readlines()\n"


def plan(*lines, rest=REST):
    return f"# Plan\n\n## Phase 1: Parser\n\n{rest}" + "".join(f"- [ ] {line}\n" for line in lines)


@pytest.mark.parametrize(
    "line", ["Create `src/parser.py`", "1.2 建立 Parser in `src/parser.py` (包含 read_lines() 方法)"]
)
def test_a_file_that_came_with_its_item_counts_though_boxes_are_ticked(shop, line):
    shop.commit("plan and work", {"PLAN.md": plan(line), "src/parser.py": PARSER})
    assert shop.said("done-unticked") == [8]
    [finding] = [one for one in shop.findings() if one.code == "done-unticked"]
    assert finding.message.startswith("Open, but done: `src/parser.py` was created (")
    shop.commit("more", {"src/parser.py": f"{PARSER}\n\nx = 1\n"})
    assert finding.message in [one.message for one in shop.findings()]


def test_without_a_tick_nothing_is_said_to_have_come_since_the_item_was_written(shop):
    text = plan("Create `src/parser.py`", "Polish it", rest="- [ ] Run it\n" * 3)
    shop.commit("plan and work", {"PLAN.md": text, "src/parser.py": PARSER})
    [finding] = [one for one in shop.findings() if one.code == "done-unticked"]
    assert "was created" in finding.message
    assert "since" not in finding.message


@pytest.mark.parametrize(
    "lines",
    [
        ["Extend `src/parser.py`", "Create `src/parser.py`"],
        ["Create `src/parser.py` with `ReadLines` and `CountLines`"],
        ["Create `src/parser.py` and `src/count.py`"],
        ["Create src/parser.py with readLines(), countLines() and read_lines()"],
        ["Update `src/parser.py`"],
        ["Create `src/parser.py`\n  - Update `src/old.py` with its form"],
        ["Create `src/made/`"],
    ],
)
def test_what_another_item_names_first_and_what_holds_less_than_asked_proves_nothing(shop, lines):
    shop.commit("plan and work", {"PLAN.md": plan(*lines), "src/parser.py": PARSER, "src/made/lines.py": "x = 1\n"})
    assert shop.said("done-unticked") == []


def test_a_file_from_before_the_item_proves_nothing_but_the_names_that_came_since_do(shop):
    shop.commit("before", {"src/parser.py": "x = 1\n"})
    shop.commit("plan", {"PLAN.md": plan("Create `src/parser.py` with `read_lines()`")})
    assert shop.said("done-unticked") == []
    shop.commit("work", {"src/parser.py": PARSER})
    assert shop.said("done-unticked") == [8]


def test_the_oldest_commit_of_a_shallow_clone_brought_nothing(shop, tmp_path):
    shop.commit("plan and work", {"PLAN.md": plan("Create `src/parser.py`"), "src/parser.py": PARSER})
    shop.commit("more", {"src/old.py": "x = 1\n"})
    assert shop.said("done-unticked") == [8]
    shop.git("clone", "-q", "--depth", "2", f"file://{shop.folder}", str(tmp_path / "cut"))
    shop.folder = str(tmp_path / "cut")
    assert shop.said("done-unticked") == []


def test_of_what_came_in_the_first_commit_the_files_count_that_items_make_and_the_names_they_bring(shop):
    made = "- [ ] Create `src/parser.py`\n- [ ] Create `src/count.py`\n- [ ] Create `src/sum.py`\n"
    lines = f"{made}- [ ] Update `src/report.py`\n- [ ] Update `src/lines.py` with `read_lines()`\n"
    files = {f"src/{name}.py": "x = 1\n" for name in ("parser", "count", "sum", "report")}
    shop.git("checkout", "-q", "--orphan", "first")
    shop.commit("plan and work", {"PLAN.md": f"# Plan\n\n{lines}", **files, "src/lines.py": PARSER})
    assert shop.said("plan-never-ticked") == [3, 4, 5, 7]
