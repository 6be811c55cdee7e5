"""Names of code that left the files of ticked items: where they are told to be, and how many findings that makes."""

OPEN = "- [ ] the rest\n"


def body(*names):
    return "".join(f"def {name}():\n    pass\n\n" for name in names) or "x = 1\n"


def told(shop):
    return [one for one in shop.findings() if one.code == "symbol-missing"]


def test_only_files_that_gained_the_name_are_told_the_one_that_defines_it_first(shop):
    plan = f"- [x] Add `read_lines()` to `src/parser.py`\n{OPEN}"
    uses = "from parser import read_lines\n"
    shop.commit("work", {"src/parser.py": body("read_lines"), "src/app.py": uses, "PLAN.md": plan})
    shop.commit("move", {"src/parser.py": "x = 1\n", "src/lines.py": body("read_lines"), "src/index.py": uses})
    [finding] = told(shop)
    assert (
        finding.message
        == "`read_lines` left the files that this item names: it is now in `src/lines.py`, `src/index.py`."
    )
    assert finding.severity == "information"


def test_where_no_file_gained_the_name_no_place_is_told(shop):
    plan = f"- [x] Add `read_lines()` to `src/parser.py`\n{OPEN}"
    uses = "from parser import read_lines\n"
    shop.commit("work", {"src/parser.py": body("read_lines"), "src/app.py": uses, "PLAN.md": plan})
    shop.commit("drop", {"src/parser.py": "x = 1\n"})
    [finding] = told(shop)
    assert (finding.severity, finding.message) == ("hint", "`read_lines` left the files that this item names.")


def test_documents_and_lists_of_data_are_no_place_of_a_name(shop):
    plan = f"- [x] Add `read_lines()` to `src/parser.py`\n{OPEN}"
    shop.commit("work", {"src/parser.py": body("read_lines"), "PLAN.md": plan})
    shop.commit("drop", {"src/parser.py": "x = 1\n", "map.yaml": "- read_lines\n", "docs/a.md": "`read_lines`\n"})
    [finding] = told(shop)
    assert finding.severity == "hint"
    assert finding.message == "`read_lines` was there when this was ticked, and is in no code now."


def test_a_name_of_data_is_told_in_data(shop):
    plan = f"- [x] Add `read_lines` to `ci/jobs.yml`\n{OPEN}"
    shop.commit("work", {"ci/jobs.yml": "read_lines: 1\n", "PLAN.md": plan})
    shop.commit("move", {"ci/jobs.yml": "x: 1\n", "ci/more.yml": "read_lines: 1\n"})
    [finding] = told(shop)
    assert "it is now in `ci/more.yml`" in finding.message


def test_names_that_went_to_one_file_are_one_finding_and_those_without_a_place_another(shop):
    names = [f"test_part_{number}" for number in range(6)]
    plan = "".join(f"- [x] Add `{name}` to `tests/parser.py`\n" for name in names) + OPEN
    shop.commit("work", {"tests/parser.py": body(*names), "PLAN.md": plan})
    shop.commit("move", {"tests/parser.py": "x = 1\n", "tests/lines.py": body(*names[:4])})
    moved, gone = sorted(told(shop), key=lambda one: one.concerned)
    assert (moved.concerned, gone.concerned) == ((0, 1, 2, 3), (4, 5))
    assert moved.message == (
        "`test_part_0`, `test_part_1`, `test_part_2` and 1 more left the files that these items name: "
        "they are now in `tests/lines.py`."
    )
    assert gone.message == "`test_part_4`, `test_part_5` were there when this was ticked, and are in no code now."


def test_a_name_in_more_files_than_are_looked_at_has_no_place(shop):
    plan = f"- [x] Add `read_lines()` to `src/parser.py`\n{OPEN}"
    shop.commit("work", {"src/parser.py": body("read_lines"), "PLAN.md": plan})
    users = {f"src/user{number}.py": "read_lines()\n" for number in range(9)}
    shop.commit("move", {"src/parser.py": "x = 1\n", **users})
    [finding] = told(shop)
    assert (finding.severity, finding.message) == ("hint", "`read_lines` left the files that this item names.")


def test_names_whose_list_is_full_of_documents_are_not_called_gone_from_the_code(shop):
    plan = f"- [x] Add `read_lines()` to `src/parser.py`\n{OPEN}"
    shop.commit("work", {"src/parser.py": body("read_lines"), "PLAN.md": plan})
    notes = {f"docs/{number:02}.md": "`read_lines`\n" for number in range(25)}
    shop.commit("move", {"src/parser.py": "x = 1\n", "src/zone.py": body("read_lines"), **notes})
    [finding] = told(shop)
    assert (finding.severity, finding.message) == ("hint", "`read_lines` left the files that this item names.")
