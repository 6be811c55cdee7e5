"""What looks like the work of an open item and may be another one's is no evidence; what is sure beside it is."""

import pytest

REST = "- [x] begun\n- [x] begun again\n- [ ] the rest of it\n"
PARSER = "class LineParser:\n    pass\n\n\ndef read_lines(path):\n    return open(path).readlines()\n"


def plan(line, heading="Phase 1: Parser"):
    return f"# Plan\n\n## {heading}\n\n{REST}- [ ] {line}\n"


def reported(shop, line, files, **others):
    shop.commit("plan", {"PLAN.md": plan(line, **others)})
    shop.commit("work", files)
    return shop.said("done-unticked") == [8]


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("Add the class `LineParser`", True),
        ("Implement the only producer for drafts of `LineParser`", False),
        ("Write failing tests for `LineParser`, then implement it", True),
        ("Update `LineParser` for use by several threads", False),
        ("更新 `LineParser` 以公开线程安全方法", False),
        ("`LineParser` 수정", False),
        ("실행: `LineParser` 추가", True),
        ("Extend the reader with `LineParser`", True),
    ],
)
def test_a_name_counts_where_the_item_brings_it(shop, line, done):
    assert reported(shop, line, {"src/parser.py": PARSER}) is done


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("`LineParser` reads the lines of a file", True),
        ("`LineParser` still reads the lines of a file", False),
        ("`LineParser` 여전히 동작한다", False),
        ("Add `LineParser`, which still reads the lines", True),
        ("`read_lines` in `src/parser.py` passes", False),
        ("`pytest tests/test_all.py` 두 테스트 green, `src/parser.py`", False),
        ("**Step 4: `git diff` zeigt nur `src/parser.py`**", False),
        ("`src/parser.py` 추가", True),
    ],
)
def test_what_only_checks_is_not_done_by_what_it_names(shop, line, done):
    assert reported(shop, line, {"src/parser.py": PARSER}) is done


@pytest.mark.parametrize(
    ("path", "done"),
    [("src/cmd/search.py", True), (".tool/skills/search.py", False), ("vendor/other/search.py", False)],
)
def test_a_flag_counts_where_files_of_the_plan_lie(shop, path, done):
    shop.commit("begin", {"src/cmd/main.py": "x = 1\n"})
    lines = f"{REST}- [ ] Add the `--max-results` flag\n- [ ] Think of `src/cmd/main.py` again\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{lines}"})
    shop.commit("work", {path: 'parser.add_argument("--max-results")\n'})
    assert shop.said("done-unticked") == ([6] if done else [])


def test_where_something_is_moved_to_is_nothing_that_goes(shop):
    shop.commit("begin", {"old/icons/one.svg": "<svg/>\n", "spare/x.txt": "x\n"})
    lines = f"{REST}- [ ] Icons cleared (removed or moved to `spare/`)\n- [ ] Remove `old/icons/`\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{lines}"})
    shop.git("rm", "-rq", "spare", "old")
    shop.commit("tidy")
    assert shop.said("done-unticked") == [7]


def test_a_mention_that_is_to_go_is_not_the_file_that_it_names(shop):
    shop.commit("begin", {"old/icons/one.svg": "<svg/>\n", "old/words.txt": "x\n"})
    lines = f"{REST}- [ ] Remove the `old/icons/` alias from the exports\n- [ ] Remove `old/words.txt`\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n{lines}"})
    shop.git("rm", "-rq", "old")
    shop.commit("tidy")
    assert shop.said("done-unticked") == [7]


@pytest.mark.parametrize(
    ("heading", "done"),
    [
        ("Checklist when a page is added", False),
        ("8. Checklist khi thêm trang mới", False),
        ("Чек-лист при добавлении страницы", False),
        ("Checklist", True),
        ("When all is ready", True),
    ],
)
def test_a_checklist_that_is_gone_through_again_and_again_is_never_done(shop, heading, done):
    assert reported(shop, "Create `src/parser.py`", {"src/parser.py": PARSER}, heading=heading) is done


@pytest.mark.parametrize(
    ("subject", "named", "done"),
    [
        ("Task 2: prices", "src/old.py", True),
        ("feat: Epic 2 of the shop", "src/old.py", False),
        ("Task 2: prices", "CHANGELOG.md", False),
    ],
)
def test_a_commit_names_a_phase_by_its_kind_and_number(shop, subject, named, done):
    shop.commit("begin", {"CHANGELOG.md": "# Changes\n"})
    lines = f"{REST}\n## Task 2: Prices\n\n- [ ] Make `{named}` fit\n- [ ] Make it nicer\n"
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n## Task 1: Begin\n\n{lines}"})
    shop.commit(subject, {"src/old.py": "def kept():\n    return 2\n", "CHANGELOG.md": "# Changes\n\n- More\n"})
    assert shop.said("done-unticked") == ([11] if done else [])


MODULES = """# Plan

- [x] begun
- [x] begun again
- [ ] Change `tools/finder/cmd/find.py` a bit
- [ ] Add `coloured_lines` to `Makefile`
"""


@pytest.mark.parametrize("folder", ["tools/finder", "images/agent"])
def test_a_bare_name_that_any_module_has_is_that_of_the_plans_own(shop, folder):
    shop.commit("begin", {"tools/finder/cmd/find.py": "x = 1\n", f"{folder}/Makefile": "all:\n"})
    shop.commit("plan", {"PLAN.md": MODULES})
    shop.commit("work", {f"{folder}/Makefile": "coloured_lines:\n"})
    assert shop.said("done-unticked") == ([6] if folder == "tools/finder" else [])


SAME_NAME = """# Plan

### Task 1: Propose

- [ ] **Step 1: Write `.settings.yaml`**

```yaml
schema: spec-driven
created: 2026-08-05
version: the first one
```
"""


def test_lines_in_another_file_of_the_same_name_show_little(shop):
    lines = "schema: spec-driven\ncreated: 2026-08-05\nversion: the first one\n"
    shop.commit("begin", {"one/.settings.yaml": lines, "two/.settings.yaml": "x: 1\n"})
    shop.commit("plan", {"PLAN.md": SAME_NAME})
    shop.commit("other work", {"two/.settings.yaml": lines})
    assert [one.code for one in shop.findings() if one.code in {"plan-never-ticked", "done-unticked"}] == []
    shop.git("rm", "-q", "one/.settings.yaml")
    shop.commit("one of them only")
    assert shop.said("plan-never-ticked") + shop.said("done-unticked") == [5]


PLAN_OF_TESTS = """# Plan

- [x] begun
- [x] begun again
- [ ] {words}
"""


@pytest.mark.parametrize(
    ("words", "file", "done"),
    [
        ("E2E test: `parse_prices` reads all of them", "src/prices.py", False),
        ("E2E test: `parse_prices` reads all of them", "tests/test_prices.py", True),
        ("3.1 Tests of `parse_prices` for short lines", "src/prices.py", False),
        ("Unit test `test_prices` of the parser", "src/prices.py", True),
        ("Write `parse_prices` and test it", "src/prices.py", True),
    ],
)
def test_a_test_is_not_shown_by_what_it_is_to_test(shop, words, file, done):
    shop.commit("plan", {"PLAN.md": PLAN_OF_TESTS.format(words=words)})
    shop.commit("work", {file: "def parse_prices():\n    return 1\n\n\ndef test_prices():\n    parse_prices()\n"})
    assert shop.said("done-unticked") == ([5] if done else [])


@pytest.mark.parametrize(
    ("words", "done"),
    [
        ("Document the limits in `CLAUDE.md`", False),
        ("Create `CLAUDE.md`", True),
        ("Document the limits in `docs/limits.md`", True),
        ("Build it. If that fails, add a new `src/stub.py`", False),
        ("Add a new `src/stub.py`, if small", True),
        ("Add a new `src/stub.py` (not executed: nobody asked for it)", False),
    ],
)
def test_a_file_that_any_work_makes_or_that_is_for_a_case_of_need_shows_nothing(shop, words, done):
    shop.commit("plan", {"PLAN.md": PLAN_OF_TESTS.format(words=words)})
    shop.commit("work", {"CLAUDE.md": "# Shop\n", "docs/limits.md": "# Limits\n", "src/stub.py": "x = 1\n"})
    assert shop.said("done-unticked") == ([5] if done else [])
