"""A plan most of whose files were never in the work tree is told once, as perhaps another repository's."""

import pytest


def plan(lacking, there=0):
    """Return a plan with ticked items that name files which were never there, and some that the tree holds."""
    names = [*(f"src/n{at}.py" for at in range(lacking)), *(f"src/old{at}.py" for at in range(there))]
    return "# Plan\n\n" + "".join(f"- [x] Read `{name}`\n" for name in names) + "- [ ] rest\n"


def told(shop, text, there=0):
    shop.commit("plan", {"PLAN.md": text, **{f"src/old{at}.py": "x = 1\n" for at in range(there)}})
    return [one for one in shop.findings() if one.code == "path-missing"]


@pytest.mark.parametrize(
    ("lacking", "there", "message"),
    [
        (10, 0, "None of the 10 files that ticked items name was ever here: is this the plan of another repository?"),
        (12, 6, "12 of the 18 files that ticked items name were never here: is this the plan of another repository?"),
    ],
)
def test_where_most_files_were_never_here_one_finding_asks_for_the_repository(shop, lacking, there, message):
    (one,) = told(shop, plan(lacking, there), there)
    assert (one.message, one.severity, one.concerned) == (message, "information", tuple(range(lacking)))


def test_files_below_a_folder_that_never_was_are_told_at_once(shop):
    text = (
        "# Plan\n\n"
        + "".join(f"- [x] Read `portal/n{at}.py`\n" for at in range(5))
        + "- [x] Read `src/n.py`\n- [ ] rest\n"
    )
    one, other = told(shop, text)
    assert one.message == (
        "None of the 5 files below `portal/` that ticked items name was ever here: is that work in another repository?"
    )
    assert (one.severity, one.concerned) == ("information", (0, 1, 2, 3, 4))
    assert (other.severity, other.concerned) == ("warning", (5,))


@pytest.mark.parametrize("names", [["portal/n{}.py"] * 4, ["src/n{}.py"] * 6, ["n{}.py"] * 6])
def test_few_files_and_those_of_folders_that_are_there_are_told_one_by_one(shop, names):
    lines = "".join(f"- [x] Read `{name.format(at)}`\n" for at, name in enumerate(names))
    assert {one.severity for one in told(shop, f"# Plan\n\n{lines}- [ ] rest\n")} == {"warning"}


@pytest.mark.parametrize(("lacking", "there"), [(9, 0), (12, 7)])
def test_fewer_files_are_told_one_by_one(shop, lacking, there):
    found = told(shop, plan(lacking, there), there)
    assert len(found) == lacking
    assert {one.severity for one in found} == {"warning"}


def test_files_that_were_here_once_are_told_beside(shop, tmp_path):
    shop.commit("more", {"src/gone.py": "x = 1\n"})
    (tmp_path / "shop" / "src" / "gone.py").unlink()
    shop.commit("less")
    found = told(shop, plan(10).replace("- [ ] rest", "- [x] Count in `src/gone.py`\n- [ ] rest"))
    assert [one.severity for one in found] == ["information", "warning"]
    assert "`src/gone.py`" in found[1].message


def test_of_a_plan_that_is_not_committed_nothing_is_said_of_never(shop, tmp_path):
    (tmp_path / "shop" / "PLAN.md").write_text(plan(10), encoding="utf-8")
    assert len([one for one in shop.findings() if one.code == "path-missing"]) == 10
