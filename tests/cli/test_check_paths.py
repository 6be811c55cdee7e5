"""`relaymark check PATH...` and what it says at the end: folders, files that are no plan, closed plans, bad values."""

import json

import pytest

PLAN = "# Shop\n\n## Phase 1: Keys\n\n- [x] Write `src/keys.py`\n- [ ] Test it\n"
TELLS = "Ticked, but there is no `src/keys.py` in this work tree."
RULES = "# Rules\n\nWork by PLAN.md. Parsing is in `src/parser.py`.\n"
STRANGER = "not judged: {} is neither a plan, a note nor a rules file\n"


@pytest.fixture
def shop(world):
    """Plans in three places, one of them archived, beside files that are none."""
    folder = world.repository("shop", plan=PLAN)
    for path in ("docs/plans/a.md", "docs/plans/archive/b.md", "src/words.md"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("Only words.\n" if path.startswith("src") else PLAN)
    (folder / "docs/plans/prose.md").write_text("# About plans\n\nOnly words.\n")
    world.git(folder, "add", "-A")
    world.git(folder, "commit", "-q", "-m", "plans")
    return folder


def found(world, folder, *arguments):
    done = world.run("check", "--format", "json", *arguments, cwd=folder)
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    return [f"{each['path']}: {each['message']}" for each in told["findings"]], told["summary"]


@pytest.mark.parametrize(
    ("paths", "plans"),
    [
        (["docs"], ["docs/plans/a.md"]),
        (["docs/plans/"], ["docs/plans/a.md"]),
        (["docs", "PLAN.md"], ["PLAN.md", "docs/plans/a.md"]),
        (["docs", "docs/plans/a.md"], ["docs/plans/a.md"]),
        (["docs", "--include-closed"], ["docs/plans/a.md", "docs/plans/archive/b.md"]),
        (["."], ["PLAN.md", "docs/plans/a.md"]),
    ],
    ids=str,
)
def test_a_folder_stands_for_the_plans_in_it(world, shop, paths, plans):
    findings, summary = found(world, shop, *paths)
    assert findings == [f"{plan}: {TELLS}" for plan in plans]
    assert summary["plans"] == len(plans)


def test_a_folder_without_a_plan_says_so_and_passes(world, shop):
    done = world.run("check", "src", cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Nothing to check there: no plan, note or rules file.\n"


@pytest.mark.slow
def test_outside_of_git_a_folder_stands_for_the_plans_in_it_too(world):
    folder = world.folder("notes")
    for path in ("far/below/here/PLAN.md", "PLAN.md"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(PLAN)
    assert found(world, folder, "far/below/here")[0] == [f"far/below/here/PLAN.md: {TELLS}"]


@pytest.mark.slow
def test_a_folder_of_notes_is_checked_without_the_plans(world, shop):
    notes = shop / ".relaymark/handovers"
    notes.mkdir(parents=True)
    (notes / "20261120T101500Z-plan-1-abc.md").write_text("## STATE\n\nKeys done.\n")
    findings, summary = found(world, shop, ".relaymark")
    assert summary["notes"] == 1
    assert summary["plans"] == 0
    assert findings
    assert all(each.startswith(".relaymark/handovers/") for each in findings)


def test_what_is_neither_a_plan_a_note_nor_a_rules_file_is_said_to_be_none(world, shop):
    (shop / "AGENTS.md").write_text("# Rules\n")
    done = world.run("check", "README.md", "src/words.md", cwd=shop)
    assert done.returncode == 0
    assert done.stderr == STRANGER.format("README.md") + STRANGER.format("src/words.md")
    assert done.stdout == "Nothing to check there: no plan, note or rules file.\n"


def test_a_rules_file_is_checked_beside_the_plans_and_alone_reported(world, shop):
    (shop / "AGENTS.md").write_text(RULES)
    findings, summary = found(world, shop, "AGENTS.md")
    assert findings == ["AGENTS.md: There is no `src/parser.py` in this work tree."]
    assert summary == {"plans": 0, "rules": 1, "findings": 1, "information": 1}
    assert world.run("check", "AGENTS.md", cwd=shop).stdout.endswith("\n1 rules file checked, 1 finding.\n")


def test_a_rules_file_without_an_open_plan_is_told_not_to_be_judged(world):
    folder = world.repository("shop", plan=None)
    (folder / "AGENTS.md").write_text(RULES)
    done = world.run("check", "AGENTS.md", cwd=folder)
    assert done.stderr == ("not judged: AGENTS.md is a rules file, and there is no open plan that it stands beside\n")


def test_closed_plans_are_told_of_with_the_option_that_reports_on_them(world, shop):
    closed = PLAN.replace("[ ]", "[x]")
    (shop / "PLAN.md").write_text(closed)
    done = world.run("check", "PLAN.md", cwd=shop)
    one = "1 plan is done: --include-closed reports on it too.\n"
    assert done.stdout == f"{one}1 plan checked, no findings.\n"
    (shop / "TODO.md").write_text(f"> Superseded by PLAN.md\n\n{PLAN}")
    done = world.run("check", "PLAN.md", "TODO.md", cwd=shop)
    assert done.stdout.startswith("2 plans are closed: --include-closed reports on them too.\n")
    told = world.run("check", "PLAN.md", "--include-closed", cwd=shop).stdout
    assert "--include-closed" not in told


@pytest.mark.parametrize("arguments", [["--fail-on", "loud"], ["--format", "yaml"]], ids=" ".join)
def test_a_bad_value_is_named_without_words_of_the_library(world, shop, arguments):
    done = world.run("check", *arguments, cwd=shop)
    assert done.returncode == 2
    assert f"Invalid value for '{arguments[0]}': '{arguments[1]}' is not" in done.stderr
    assert "Value error" not in done.stderr
