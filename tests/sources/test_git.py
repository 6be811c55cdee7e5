"""What git says of a folder: the work trees of its repository, read without disturbing anyone."""

import os
import subprocess
from itertools import pairwise

import pytest

from relaymark.core.place import Place, Worktree
from relaymark.sources.git import QUIET, place_of, worktrees
from relaymark.sources.git_files import stamp_of, top_folder


@pytest.fixture(autouse=True)
def quiet_git(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Dev")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "dev@example.org")


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    """Return a real folder: links in the path to the temporary folder are resolved."""
    return tmp_path.resolve()


@pytest.fixture
def shop(folder):
    repository = folder / "shop"
    (repository / "src" / "deep").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", str(repository))
    (repository / "src" / "a.py").write_text("x = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=First")
    return repository


def test_a_repository_and_its_subfolders(shop):
    tree = Worktree(str(shop), "main")
    for inside in (shop, shop / "src", shop / "src" / "deep"):
        place = place_of(str(inside))
        assert place == Place(str(inside), (tree,))
        assert place.worktree == tree
        assert top_folder(str(inside)) == str(shop)


def test_linked_work_trees_are_all_named_from_each_of_them(shop, folder):
    git(shop, "worktree", "add", "--quiet", "-b", "feature/keys", str(folder / "shop-keys"))
    git(shop, "worktree", "add", "--quiet", "--detach", str(folder / "shop-look"))
    trees = {
        Worktree(str(shop), "main"),
        Worktree(str(folder / "shop-keys"), "feature/keys"),
        Worktree(str(folder / "shop-look"), None),
    }
    for tree in trees:
        place = place_of(f"{tree.path}/src")
        assert set(place.worktrees) == trees
        assert place.worktree == tree


def test_a_detached_head_has_no_branch(shop):
    git(shop, "checkout", "--quiet", "--detach")
    assert place_of(str(shop)).worktrees == (Worktree(str(shop), None),)


def test_a_repository_without_commits_has_its_branch_to_be(folder):
    git(folder, "init", "--quiet", "--initial-branch=trunk", str(folder / "new"))
    assert place_of(str(folder / "new")).worktrees == (Worktree(str(folder / "new"), "trunk"),)


def test_a_folder_outside_of_git_has_no_work_tree(folder):
    assert place_of(str(folder)) == Place(str(folder))
    assert place_of(str(folder)).worktree is None
    assert top_folder(str(folder)) is None
    assert place_of(str(folder / "missing")) == Place(str(folder / "missing"))


def test_names_with_spaces_and_letters_of_any_language(folder):
    repository = folder / "Größe 😀 x"
    git(folder, "init", "--quiet", "--initial-branch=größe", str(repository))
    assert place_of(str(repository)).worktrees == (Worktree(str(repository), "größe"),)


def test_links_are_resolved_as_agents_record_real_folders(shop, folder):
    (folder / "link").symlink_to(shop)
    assert place_of(str(folder / "link" / "src")) == Place(str(shop / "src"), (Worktree(str(shop), "main"),))


def test_the_work_tree_of_a_bare_repository_is_named_and_the_bare_one_is_not(shop, folder):
    git(folder, "clone", "--quiet", "--bare", str(shop), str(folder / "bare.git"))
    git(folder / "bare.git", "worktree", "add", "--quiet", str(folder / "tree"), "main")
    assert place_of(str(folder / "tree")).worktrees == (Worktree(str(folder / "tree"), "main"),)


def test_a_submodule_is_its_own_repository(shop, folder):
    git(shop, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(shop), "lib")
    assert place_of(str(shop / "lib")).worktree == Worktree(str(shop / "lib"), "main")


@pytest.mark.parametrize("content", ["gitdir: /nowhere/at/all\n", "rubbish", ""])
def test_a_broken_repository_is_one_work_tree_without_a_branch(folder, content, caplog):
    (folder / "broken").mkdir()
    (folder / "broken" / ".git").write_text(content)
    place = place_of(str(folder / "broken"))
    assert place == Place(str(folder / "broken"), (Worktree(str(folder / "broken")),))
    assert len(caplog.records) == 1
    stamp_of(place)


def test_without_git_on_the_machine_the_folder_is_one_work_tree(shop, monkeypatch, folder):
    monkeypatch.setenv("PATH", str(folder / "nowhere"))
    assert place_of(str(shop)) == Place(str(shop), (Worktree(str(shop)),))


def test_asking_writes_nothing_and_starts_no_monitor(shop, folder):
    started = folder / "started"
    monitor = folder / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch '{started}'\n")
    monitor.chmod(0o755)
    git(shop, "config", "core.fsmonitor", str(monitor))
    files = {path: path.stat().st_mtime_ns for path in sorted(shop.rglob("*"))}
    place_of(str(shop))
    assert {path: path.stat().st_mtime_ns for path in sorted(shop.rglob("*"))} == files
    assert not started.exists()
    assert (QUIET["GIT_OPTIONAL_LOCKS"], QUIET["GIT_TERMINAL_PROMPT"]) == ("0", "0")


@pytest.mark.parametrize(
    ("listed", "trees"),
    [
        ("", ()),
        ("worktree /a\nHEAD 12\nbranch refs/heads/main", (Worktree("/a", "main"),)),
        ("worktree /a\nHEAD 12\ndetached\n\nworktree /b\nHEAD 12\nbranch refs/heads/x/y\n",
         (Worktree("/a", None), Worktree("/b", "x/y"))),
        ("worktree /a\nbare\n\nworktree /b\nHEAD 1\nbranch refs/heads/m\nlocked on a stick\n", (Worktree("/b", "m"),)),
        ("worktree /a b\nHEAD 1\nbranch refs/heads/refs/heads/x\n", (Worktree("/a b", "refs/heads/x"),)),
        ("no such line", ()),
    ],
)  # fmt: skip
def test_the_list_of_work_trees_is_read(listed, trees):
    assert worktrees(listed) == trees


# Stamps


def test_a_stamp_stays_while_nothing_changes(shop):
    place = place_of(str(shop))
    before = stamp_of(place)
    assert stamp_of(place) == before
    (shop / "src" / "a.py").write_text("x = 2\n")
    place_of(str(shop))
    assert stamp_of(place) == before


def later(path):
    """Make sure that what is written now has another time than what was there."""
    moved = path.stat().st_mtime_ns - 10_000_000_000
    os.utime(path, ns=(moved, moved))


def test_a_stamp_changes_with_the_branch(shop):
    later(shop / ".git" / "HEAD")
    place = place_of(str(shop / "src"))
    before = stamp_of(place)
    git(shop, "checkout", "--quiet", "-b", "other")
    assert stamp_of(place) != before


def test_a_stamp_changes_when_a_work_tree_comes_changes_its_branch_and_goes(shop, folder):
    linked = folder / "shop-keys"
    stamps = []
    place = place_of(str(shop))
    stamps.append(stamp_of(place))
    git(shop, "worktree", "add", "--quiet", "-b", "keys", str(linked))
    stamps.append(stamp_of(place))
    later(shop / ".git" / "worktrees" / "shop-keys" / "HEAD")
    stamps.append(stamp_of(place))
    git(linked, "checkout", "--quiet", "-b", "locks")
    stamps.append(stamp_of(place))
    git(shop, "worktree", "remove", "--force", str(linked))
    stamps.append(stamp_of(place))
    assert all(before != after for before, after in pairwise(stamps))


def test_a_stamp_of_a_linked_work_tree_sees_the_others_too(shop, folder):
    linked = folder / "shop-keys"
    git(shop, "worktree", "add", "--quiet", "-b", "keys", str(linked))
    later(shop / ".git" / "HEAD")
    later(shop / ".git" / "worktrees" / "shop-keys" / "HEAD")
    place = place_of(str(linked))
    stamps = [stamp_of(place)]
    git(shop, "checkout", "--quiet", "-b", "other")
    stamps.append(stamp_of(place))
    git(linked, "checkout", "--quiet", "-b", "locks")
    stamps.append(stamp_of(place))
    assert len(set(stamps)) == 3


def test_a_stamp_outside_of_git_changes_when_the_folder_becomes_a_repository(folder):
    place = place_of(str(folder))
    before = stamp_of(place)
    assert stamp_of(place) == before
    git(folder, "init", "--quiet")
    assert stamp_of(place) != before


def test_a_stamp_changes_when_the_repository_goes(shop):
    place = place_of(str(shop))
    before = stamp_of(place)
    (shop / ".git").rename(shop / "was-git")
    assert stamp_of(place) != before
