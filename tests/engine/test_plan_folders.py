"""Plans in folders that come later are seen as soon as they are written; what can hold none is not watched."""

import os
import shutil
import threading
import time

import pytest

from relaymark.engine.live import LiveEngine
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of
from relaymark.sources.plan_files import leads_to_plans, places

TEXT = "# Plan\n\n## Phase 1: Keys\n\n- [ ] Write `src/keys.py`\n"
SOON = 2.0
"""Seconds within which a plan that was just written is to be seen; the search for all of them comes once a minute."""


class Shown:
    """The plans of the newest picture."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self._new = threading.Condition()
        self._paths = None

    def take(self, picture):
        with self._new:
            self._paths = {os.path.relpath(sheet.path, self.folder) for sheet in picture.sheets}
            self._new.notify_all()

    def soon(self, *wanted, within=SOON):
        with self._new:
            met = self._new.wait_for(lambda: self._paths == set(wanted), within)
            assert met, f"{sorted(wanted)} within {within} s; there are {self._paths}"


@pytest.fixture
def shop(world):
    return world.repository("shop", plan=None)


@pytest.fixture
def live(machine, shop):
    """Starts an engine that looks at the repository, and gives what it shows."""
    started = []

    def start(*patterns):
        shown = Shown(shop)
        engine = LiveEngine(machine, shown.take, counting=False)
        started.append(engine)
        engine.start(Wanted((place_of(str(shop)),), plan_files=patterns))
        shown.soon(within=10)
        end = time.monotonic() + 10
        while engine._shelf.busy or str(shop) not in engine._watcher._watches:
            assert time.monotonic() < end
            time.sleep(0.01)
        shown.engine = engine
        return shown

    yield start
    for engine in started:
        engine.stop()


def write(folder, path, text=TEXT):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


@pytest.mark.parametrize(
    "path",
    [
        "docs/plans/keys.md",
        "docs/plans/2026/keys.md",
        "docs/PLAN.md",
        "docs/superpowers/plans/keys.md",
        "plans/keys.md",
        "specs/001-keys/tasks.md",
        ".kiro/specs/keys/tasks.md",
        "openspec/changes/add-keys/tasks.md",
        ".cursor/plans/keys.plan.md",
        "packages/keys/PLAN.md",
    ],
)
def test_a_plan_in_a_folder_that_comes_with_it_is_seen_at_once(live, shop, path):
    shown = live()
    write(shop, path)
    shown.soon(path)


def test_a_plan_in_a_folder_that_only_a_setting_names_is_seen_at_once(live, shop):
    shown = live("notes/road maps/*.md")
    write(shop, "notes/road maps/keys.md")
    shown.soon("notes/road maps/keys.md")


def test_a_folder_in_a_package_that_is_open_by_itself_is_seen_too(machine, shop):
    (shop / "tools/keys").mkdir(parents=True)
    shown = Shown(shop)
    engine = LiveEngine(machine, shown.take, counting=False)
    engine.start(Wanted((place_of(str(shop / "tools/keys")),)))
    try:
        shown.soon(within=10)
        write(shop, "tools/keys/docs/plans/keys.md")
        shown.soon("tools/keys/docs/plans/keys.md")
    finally:
        engine.stop()


def test_folders_may_come_one_by_one_long_before_the_plan(live, shop):
    shown = live()
    for folder in ("specs", "specs/001-keys"):
        (shop / folder).mkdir()
        time.sleep(0.3)
    (shop / "specs/001-keys/spec.md").write_text("# Keys\n")
    time.sleep(0.3)
    (shop / "specs/001-keys/tasks.md").write_text(TEXT)
    shown.soon("specs/001-keys/tasks.md")
    write(shop, "specs/002-locks/tasks.md")
    shown.soon("specs/001-keys/tasks.md", "specs/002-locks/tasks.md")


def test_a_folder_that_goes_and_comes_again_is_watched_again(live, shop):
    shown = live()
    for _ in range(3):
        write(shop, "docs/plans/keys.md")
        shown.soon("docs/plans/keys.md")
        shutil.rmtree(shop / "docs")
        shown.soon()


def test_a_folder_that_is_moved_into_place_brings_its_plans(live, shop):
    write(shop, "drafts/keys.md")
    shown = live()
    (shop / "docs").mkdir()
    os.rename(shop / "drafts", shop / "docs/plans")
    shown.soon("docs/plans/keys.md")


def test_folders_that_hold_no_plans_are_not_watched(live, shop):
    shown = live()
    for folder in ("src/deep/down", "node_modules/a/plans", "docs/api/v1", "packages/a/src"):
        (shop / folder).mkdir(parents=True)
    write(shop, "docs/plans/keys.md")
    shown.soon("docs/plans/keys.md")
    watched = {os.path.relpath(path, shop) for path in shown.engine._watcher._watches if path.startswith(str(shop))}
    watched = {path for path in watched if not path.startswith(".git")}
    assert {"docs", "docs/plans", "packages", "packages/a"} <= watched
    assert not [path for path in watched if path.startswith(("src", "node_modules", "docs/api", "packages/a/"))]


def test_of_many_folders_of_packages_some_are_watched(tmp_path):
    for at in range(60):
        for folder in (f"packages/p{at}", f"specs/s{at}"):
            (tmp_path / folder).mkdir(parents=True)
            os.utime(tmp_path / folder, (at, at))
    found = places(str(tmp_path))
    assert len(found) <= 43
    assert {f"{tmp_path}/packages/p59", f"{tmp_path}/specs/s59"} <= set(found)


@pytest.mark.parametrize(
    ("folder", "patterns", "leads"),
    [
        ("docs", (), True),
        ("docs/plans", (), True),
        ("docs/plans/2026", (), True),
        ("openspec/changes/add-keys", (), True),
        ("packages/a", (), True),
        ("src", (), False),
        ("docs/api", (), False),
        ("packages/a/src", (), False),
        ("notes", ("notes/*/a.md",), True),
        ("notes/x", ("notes/*/a.md",), False),
        ("notes", ("!notes/*.md",), False),
        ("notes", ("*.plan",), False),
    ],
)
def test_which_folders_lead_to_plans(folder, patterns, leads):
    assert leads_to_plans(folder, patterns) is leads
