"""The plans of a workspace: which there are, whose they are, and how they come into sight."""

import os
import subprocess

import pytest

from relaymark.core.place import Place, Worktree
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.plans import PlanShelf, joined

TEXT = "# P\n\n## Phase 1\n- [ ] a\n"


def write(root, *paths, text=TEXT):
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def names(shelf, root, **options):
    return [os.path.relpath(sheet.path, root) for sheet in shelf.sheets([place_of(root)], **options)]


def place_of(root):
    return Place(str(root), (Worktree(str(root)),))


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "shop"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def run(shelf):
    changes = []
    while shelf.busy:
        changes.append(shelf.step())
    return any(changes)


def test_one_look_finds_them_all_the_first_names_first(repository):
    write(repository, "IMPLEMENTATION_PLAN.md", "PLAN.md", "docs/plans/a.md", "docs/plans/archive/b.md")
    assert names(PlanShelf(), repository) == ["PLAN.md", "IMPLEMENTATION_PLAN.md", "docs/plans/a.md"]
    assert "docs/plans/archive/b.md" in names(PlanShelf(), repository, closed_too=True)
    assert "docs/notes.md" not in names(PlanShelf(), repository)


def test_a_setting_names_others(repository):
    write(repository, "docs/notes.md")
    assert names(PlanShelf(["docs/notes.md"]), repository) == ["docs/notes.md"]


def test_a_live_shelf_has_the_first_plan_at_once_and_the_others_by_and_by(repository):
    write(repository, "PLAN.md", "docs/plans/a.md", "docs/plans/b.md")
    shelf = PlanShelf(live=True)
    assert names(shelf, repository) == ["PLAN.md"]
    shelf.choose([place_of(repository)])
    assert run(shelf)
    assert names(shelf, repository) == ["PLAN.md", "docs/plans/a.md", "docs/plans/b.md"]


def test_of_very_many_an_editor_shows_the_newest(repository, monkeypatch):
    monkeypatch.setattr("relaymark.engine.shelf._IN_SIGHT", 2)
    write(repository, "PLAN.md", *(f"docs/plans/{at}.md" for at in range(4)))
    for at in range(4):
        os.utime(repository / f"docs/plans/{at}.md", (at, at))
    shelf = PlanShelf(live=True)
    shelf.choose([place_of(repository)])
    run(shelf)
    assert names(shelf, repository) == ["PLAN.md", "docs/plans/2.md", "docs/plans/3.md"]
    assert len(names(PlanShelf(), repository)) == 5


def test_prose_is_looked_at_again_only_when_it_changes(repository):
    write(repository, "docs/plans/a.md", text="# Prose\n\nWords.\n")
    shelf = PlanShelf(live=True)
    shelf.choose([place_of(repository)])
    assert not run(shelf)
    assert names(shelf, repository) == []
    assert not shelf.holds(f"{repository}/docs/plans/a.md")
    write(repository, "docs/plans/a.md")
    assert shelf.holds(f"{repository}/docs/plans/a.md")
    assert names(shelf, repository) == ["docs/plans/a.md"]


def test_a_new_file_is_taken_in_when_it_is_named(repository):
    write(repository, "docs/plans/a.md")
    shelf = PlanShelf(live=True)
    shelf.choose([place_of(repository)])
    run(shelf)
    write(repository, "docs/plans/b.md", "docs/plans/archive/c.md", "docs/other.md")
    assert shelf.holds(f"{repository}/docs/plans/b.md")
    assert not shelf.holds(f"{repository}/docs/plans/archive/c.md")
    assert not shelf.holds(f"{repository}/docs/other.md")
    assert not shelf.holds("/elsewhere/docs/plans/b.md")
    assert names(shelf, repository) == ["docs/plans/a.md", "docs/plans/b.md"]
    (repository / "docs/plans/a.md").unlink()
    assert names(shelf, repository) == ["docs/plans/b.md"]


def test_another_search_is_made_only_when_something_happened(repository):
    write(repository, "docs/plans/a.md")
    shelf = PlanShelf(live=True)
    shelf.choose([place_of(repository)])
    run(shelf)
    shelf.search_again()
    assert not shelf.busy
    write(repository, "docs/plans/b.md")
    shelf.search_again()
    assert shelf.busy
    assert run(shelf)
    assert names(shelf, repository) == ["docs/plans/a.md", "docs/plans/b.md"]


def test_the_folders_of_known_plans_are_watched(repository):
    write(repository, "packages/a/PLAN.md", "docs/plans/a.md")
    shelf = PlanShelf(live=True)
    shelf.choose([place_of(repository)])
    run(shelf)
    folders = shelf.folders([place_of(repository)])
    assert {str(repository), f"{repository}/packages/a", f"{repository}/docs/plans"} <= set(folders)


def sheets(*paths, text=TEXT):
    return [Sheet(path, text, parse_plan(text)) for path in paths]


def test_a_package_has_its_own_plans_and_those_of_what_it_is_part_of():
    paths = [f"/r/{path}" for path in ("PLAN.md", "packages/a/PLAN.md", "packages/b/PLAN.md", "docs/plans/x.md")]
    whole = joined(sheets(*paths), Place("/r", (Worktree("/r"),)), [])
    assert list(whole.sheets) == ["PLAN.md", "packages/a/PLAN.md", "packages/b/PLAN.md", "docs/plans/x.md"]
    package = joined(sheets(*paths), Place("/r/packages/a", (Worktree("/r"),)), [])
    assert list(package.sheets) == ["PLAN.md", "packages/a/PLAN.md", "docs/plans/x.md"]


def test_a_work_tree_inside_another_keeps_its_plans():
    place = Place("/r", (Worktree("/r"), Worktree("/r/.trees/x")))
    assert list(joined(sheets("/r/PLAN.md", "/r/.trees/x/PLAN.md"), place, []).sheets) == ["PLAN.md"]


def test_prose_counts_only_under_a_plans_own_name():
    place = Place("/r", (Worktree("/r"),))
    found = joined(
        sheets("/r/PLAN.md", "/r/TODO.md", "/r/docs/plans/x.md", text="# P\n\n## Phase 1\nText.\n"), place, []
    )
    assert list(found.sheets) == ["PLAN.md"]
    assert list(joined(sheets("/r/TODO.md", text="# P\n\n## Phase 1 ✅\n"), place, []).sheets) == ["TODO.md"]


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("docs/plans/x.md", TEXT, "open"),
        ("docs/plans/x.md", TEXT.replace("[ ]", "[x]"), "done"),
        ("docs/plans/completed/x.md", TEXT, "archived"),
        ("docs/plans/superseded/x.md", TEXT, "superseded"),
        ("docs/plans/x.md", "**Status**: Superseded by y.md\n\n- [ ] a\n", "superseded"),
        ("docs/plans/x.md", "---\nstatus: archived\n---\n- [ ] a\n", "archived"),
    ],
)
def test_each_plan_has_its_own_state(path, text, state):
    found = joined(sheets(f"/r/{path}", text=text), Place("/r"), [])
    assert [plan["state"] for plan in found.payload.plans] == [state]
