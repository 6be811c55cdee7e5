"""`relaymark check` on plans that are links, told once by the history of their file, and on those of a submodule."""

import pytest
from tests.cli.moved import check, commit, moved_shop

PLAN = """# Shop

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [ ] Write `src/report.py`
- [x] Name the unit
"""
MOVED = "warning path-moved: Ticked, but `src/parser.py` was moved to `src/read/parser.py`."


@pytest.fixture
def shop(world):
    """A plan in a file that is none by its name, and a link to it; a box lost its tick, another one's work was done."""
    folder = moved_shop(world, None)
    (folder / "notes").mkdir()
    (folder / "notes/road.md").write_text(PLAN.replace("src/parser.py", "src/read/parser.py"))
    (folder / "PLAN.md").symlink_to("notes/road.md")
    commit(world, folder, "plan")
    (folder / "notes/road.md").write_text(PLAN.replace("[x] Name", "[ ] Name"))
    (folder / "src/report.py").write_text("total = 1\n")
    commit(world, folder, "report")
    return folder


def test_a_link_is_judged_by_the_history_of_its_file(world, shop):
    told = check(world, shop).stdout.splitlines()
    assert told[0] == f"PLAN.md:5:22: {MOVED}"
    assert [line.split(": ")[1].split()[-1] for line in told[1:-1]] == ["done-unticked", "tick-lost"]
    assert check(world, shop).stderr == ""


def test_since_counts_the_lines_of_the_file(world, shop):
    (shop / "notes/road.md").write_text(PLAN.replace("[x] Name", "[ ] Name the unit,"))
    commit(world, shop, "reword")
    assert "no findings" in check(world, shop, "--since", "HEAD~1", "PLAN.md").stdout
    assert "path-moved" in check(world, shop, "--since", "HEAD~2").stdout


@pytest.mark.slow
def test_a_link_to_another_plan_is_not_told_beside_it(world, shop):
    (shop / "docs/plans").mkdir(parents=True)
    (shop / "notes/road.md").rename(shop / "docs/plans/road.md")
    (shop / "PLAN.md").unlink()
    (shop / "PLAN.md").symlink_to("docs/plans/road.md")
    (shop / "TODO.md").symlink_to("PLAN.md")
    commit(world, shop, "filed")
    lines = check(world, shop).stdout.splitlines()
    assert {line.partition(":")[0] for line in lines[:-1]} == {"docs/plans/road.md"}
    assert lines[-1].startswith("1 plan checked, 3 findings")


def test_a_link_that_leads_elsewhere_is_told_to_have_no_history(world, shop):
    outside = world.folder("elsewhere") / "road.md"
    outside.write_text(PLAN)
    (shop / "PLAN.md").unlink()
    (shop / "PLAN.md").symlink_to(outside)
    commit(world, shop, "a link")
    done = check(world, shop)
    assert f"PLAN.md:5:22: {MOVED}" in done.stdout
    assert f"not judged: {outside} is not committed yet" in done.stderr


def test_a_plan_of_a_repository_below_is_told_to_be_judged_there(world, shop):
    inner = world.repository("shop/vendor-kit", plan=PLAN)
    done = check(world, shop, "vendor-kit/PLAN.md", "PLAN.md")
    assert f"not judged: vendor-kit/PLAN.md lies in a repository of its own: check it in {inner}\n" in done.stderr
    assert "notes/road.md:5:22: warning path-moved" in done.stdout
    assert "repository of its own" not in check(world, inner, "PLAN.md").stderr
