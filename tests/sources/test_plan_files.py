"""Plans are found by git's list, and without git only where they are agreed to be."""

import os
import subprocess

import pytest

from relaymark.sources import plan_files as module
from relaymark.sources.plan_files import places, plan_files

OPEN = [
    "PLAN.md",
    ".cursor/plans/a.plan.md",
    ".kiro/specs/a/tasks.md",
    "docs/plans/a.md",
    "openspec/changes/a/tasks.md",
    "packages/a/PLAN.md",
    "specs/001-a/tasks.md",
]
CLOSED = ["docs/plans/archive/old.md", "openspec/changes/archive/old/tasks.md"]


def write(root, *paths):
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("# P\n- [ ] a\n")


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def test_git_names_plans_wherever_they_lie(repository):
    write(repository, *OPEN, *CLOSED, "deep/down/here/PLAN.md", "README.md", "docs/guide.md")
    assert list(plan_files(str(repository))) == sorted([*OPEN, "deep/down/here/PLAN.md"])
    assert set(plan_files(str(repository), closed_too=True)) >= set(CLOSED)


def test_ignored_plans_count_where_agents_keep_them_alone(repository):
    write(repository, ".cursor/plans/a.plan.md", "scratch/PLAN.md")
    (repository / ".gitignore").write_text(".cursor/\nscratch/\n")
    assert plan_files(str(repository)) == (".cursor/plans/a.plan.md",)


def test_a_setting_adds_and_takes_away(repository):
    write(repository, "docs/roadmap/q1.md", "docs/plans/a.md")
    assert plan_files(str(repository), ["docs/roadmap/*.md", "!docs/plans/a.md"]) == ("docs/roadmap/q1.md",)


def test_without_git_only_agreed_places_are_looked_at(tmp_path, monkeypatch):
    write(tmp_path, *OPEN, "deep/down/here/PLAN.md")
    monkeypatch.setattr(module, "list_files", lambda root: pytest.fail("the whole tree was listed"))
    monkeypatch.setattr(os, "walk", lambda *given: pytest.fail("the whole tree was walked"))
    assert list(plan_files(str(tmp_path))) == sorted(OPEN)


def test_of_very_many_the_newest_are_kept_in_sight(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_PLANS", 3)
    for at in range(6):
        write(tmp_path, f"docs/plans/{at}.md")
        os.utime(tmp_path / f"docs/plans/{at}.md", (at, at))
    assert plan_files(str(tmp_path)) == ("docs/plans/3.md", "docs/plans/4.md", "docs/plans/5.md")
    assert len(plan_files(str(tmp_path), closed_too=True)) == 6


def test_a_folder_that_is_not_there_holds_no_plans(tmp_path):
    assert plan_files(str(tmp_path / "gone")) == ()
    assert places(str(tmp_path / "gone")) == ()


def test_the_places_to_watch_are_those_that_exist(tmp_path):
    write(tmp_path, "docs/plans/a.md", "specs/001-a/tasks.md")
    here = str(tmp_path)
    assert places(here) == (here, *(f"{here}/{path}" for path in ("docs", "docs/plans", "specs", "specs/001-a")))
