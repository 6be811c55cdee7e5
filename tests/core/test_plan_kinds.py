"""A file's path tells whether it may be a plan, whose it is, and whether its folder closes it."""

import pytest

from relaymark.core.plan.kinds import folder_state, plan_kind, plan_scope


@pytest.mark.parametrize(
    ("path", "kind", "scope"),
    [
        ("PLAN.md", "plan", ""),
        ("plan.md", "plan", ""),
        ("IMPLEMENTATION_PLAN.md", "plan", ""),
        ("docs/PLAN.md", "plan", ""),
        ("docs/implementation-plan.md", "plan", ""),
        ("packages/a/PLAN.md", "plan", "packages/a"),
        ("packages/a/docs/plan.md", "plan", "packages/a"),
        ("conductor/tracks/x/plan.md", "plan", "conductor/tracks/x"),
        (".planning/phases/01-x/01-01-PLAN.md", "plan", ".planning/phases/01-x"),
        ("docs/growth-plan.md", "plan", ""),
        ("docs/PHASE_2_PLAN.md", "plan", ""),
        ("PLAN_V2.md", "plan", ""),
        ("plan-basket.md", "plan", ""),
        ("TODO.md", "todo", ""),
        ("packages/a/TODO.md", "todo", "packages/a"),
        ("plans/shop.md", "folder", ""),
        ("docs/plans/2026/shop.md", "folder", ""),
        ("docs/superpowers/plans/shop.md", "folder", ""),
        (".claude/plans/brisk-fox.md", "folder", ""),
        ("packages/a/docs/plans/shop.md", "folder", "packages/a"),
        ("specs/001-shop/tasks.md", "spec-kit", ""),
        ("packages/a/specs/001-shop/tasks.md", "spec-kit", "packages/a"),
        ("openspec/changes/add-keys/tasks.md", "openspec", ""),
        ("openspec/changes/archive/2026-01-02-add-keys/tasks.md", "openspec", ""),
        (".kiro/specs/shop/tasks.md", "kiro", ""),
        (".cursor/plans/shop.plan.md", "cursor", ""),
    ],
)
def test_plans_are_known_by_their_place(path, kind, scope):
    assert (plan_kind(path), plan_scope(path)) == (kind, scope)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "packages/a/growth-plan.md",
        "docs/guides/growth-plan.md",
        "docs/planning.md",
        "docs/floorplan.md",
        "docs/plan-template/x.md",
        "docs/todos.md",
        "a/b/c/TODO.md",
        "plans/README.md",
        "docs/plans/index.md",
        "docs/plans/shop.txt",
        "specs/001-shop/plan.md",
        "specs/001-shop/spec.md",
        "tasks.md",
        "node_modules/x/PLAN.md",
        "tests/fixtures/PLAN.md",
        "templates/PLAN.md",
        "prompts/plan.md",
        "src/plans.py",
        "/".join("abcdefghijklmnop") + "/PLAN.md",
    ],
)
def test_other_files_are_no_plans(path):
    assert plan_kind(path) is None


@pytest.mark.parametrize(
    ("path", "patterns", "kind"),
    [
        ("docs/roadmap/q1.md", ["docs/roadmap/*.md"], "set"),
        ("docs/roadmap/old/q1.md", ["docs/roadmap/*.md"], None),
        ("docs/roadmap/old/q1.md", ["docs/roadmap/**"], "set"),
        ("a/docs/roadmap/q1.md", ["docs/roadmap/*.md"], None),
        ("a/docs/roadmap/q1.md", ["**/roadmap/*.md"], "set"),
        ("a/b/ROADMAP.md", ["ROADMAP.md"], "set"),
        ("docs/plans/notes.md", ["!docs/plans/notes.md"], None),
        ("docs/plans/shop.md", ["!docs/plans/notes.md"], "folder"),
        ("docs/plans/notes.md", ["docs/plans/*", "!docs/plans/notes.md"], None),
        ("todo.txt", ["todo.txt"], "set"),
        ("PLAN.md", ["*" * 500], "plan"),
    ],
)
def test_a_setting_names_others(path, patterns, kind):
    assert plan_kind(path, patterns) == kind


@pytest.mark.parametrize(
    "folder",
    ["archive", "archived", "Completed", "done", "closed", "_archive", "_archived", ".archived", "__archive__"],
)
def test_a_folder_can_archive_a_plan(folder):
    assert folder_state(f"docs/plans/{folder}/shop.md") == "archived"


def test_folders_say_superseded_or_nothing():
    assert folder_state("docs/plans/superseded/shop.md") == "superseded"
    assert folder_state("docs/plans/shop.md") is None
    assert folder_state("docs/plans/archive.md") is None
