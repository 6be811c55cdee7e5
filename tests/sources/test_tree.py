"""The files of a work tree are listed as git sees them, or by a walk that ends."""

import os
import subprocess

import pytest

from relaymark.sources import tree
from relaymark.sources.tree import Trees, file_index, ignored, list_files


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def write(folder, *names):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")


@pytest.fixture
def repository(tmp_path):
    write(tmp_path, "src/a.py", "docs/ü b.md", "lib/hidden.py")
    (tmp_path / ".gitignore").write_text("lib/\n*.log\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_files_of_git_are_known_and_new_ones_but_not_ignored_or_deleted_ones(repository):
    write(repository, "new.py", "x.log")
    (repository / "src/a.py").unlink()
    assert list_files(str(repository)) == ((".gitignore", "docs/ü b.md", "new.py"), False)


def test_a_folder_inside_a_repository_is_listed_from_itself(repository):
    assert list_files(str(repository / "docs")) == (("ü b.md",), False)


def test_a_repository_is_called_by_its_folders_and_its_origin(repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("trees") / "other"
    git(repository, "worktree", "add", "-q", str(other), "-b", "other")
    assert file_index(str(repository)).names == {repository.name}
    git(repository, "remote", "add", "mirror", "https://example.org/dev/Copy.git")
    git(repository, "remote", "add", "origin", "git@example.org:dev/Kiosk.git")
    assert file_index(str(repository)).names == {repository.name, "kiosk"}
    assert file_index(str(other)).names == {repository.name, "other", "kiosk"}
    assert file_index(str(tmp_path_factory.mktemp("Plain"))).names == {"plain0"}


def test_another_work_tree_has_its_own_files(repository, tmp_path_factory):
    other = tmp_path_factory.mktemp("trees") / "other"
    git(repository, "worktree", "add", "-q", str(other), "-b", "other")
    write(other, "only.py")
    assert "only.py" in list_files(str(other))[0]
    assert "only.py" not in list_files(str(repository))[0]


def test_what_lies_in_a_repository_of_its_own_is_not_missing(repository):
    inner = repository / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    write(inner, "x.py")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "inner")
    assert file_index(str(repository)).hides("inner/x.py")


def test_listing_takes_no_lock_and_changes_nothing(repository):
    before = (repository / ".git/index").stat().st_mtime_ns
    os.utime(repository / "src/a.py")
    list_files(str(repository))
    assert (repository / ".git/index").stat().st_mtime_ns == before


def test_paths_that_git_would_ignore_are_told(repository):
    asked = ["lib/gone.py", "src/gone.py", "a/b.log", "../outside.py", "/etc/x", "-n"]
    judged = ignored(str(repository), asked)
    assert {path for path, hidden in judged.items() if hidden} == {"lib/gone.py", "a/b.log"}
    assert judged["src/gone.py"] is False
    assert "../outside.py" not in judged, "what git cannot judge is left open, and spoils no other answer"
    assert ignored(str(repository), []) == {}


def test_paths_that_git_refuses_cost_few_calls_among_many(repository, monkeypatch):
    asked = [f"src/gone{number}.py" for number in range(400)]
    asked[17], asked[311] = "../outside.py", "/etc/x"
    calls = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: (calls.append(given), run(*given, **more))[1])
    assert ignored(str(repository), asked).keys() == {*asked} - {"../outside.py", "/etc/x"}
    assert len(calls) < 40


def test_a_git_that_hangs_is_waited_for_once(repository, monkeypatch):
    def hangs(*given, **more):
        calls.append(given)
        raise subprocess.TimeoutExpired("git", 10)

    calls = []
    monkeypatch.setattr(subprocess, "run", hangs)
    assert ignored(str(repository), [f"{number}.py" for number in range(2_000)]) == {}
    assert len(calls) == 1


def test_without_git_a_folder_is_walked_but_for_what_tools_put_there(tmp_path):
    write(tmp_path, "b.py", "a/c.py", "node_modules/x.js", ".venv/y.py", "a/node_modules/z.js", "z.py")
    assert list_files(str(tmp_path)) == (("a/c.py", "b.py", "z.py"), False)
    assert ignored(str(tmp_path), ["a.py"]) == {"a.py": False}


def test_a_walk_ends_and_says_that_it_was_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "MOST_FILES", 3)
    write(tmp_path, *(f"{at}.py" for at in range(5)))
    files, cut = list_files(str(tmp_path))
    assert (len(files), cut) == (3, True)
    assert not file_index(str(tmp_path)).whole


def test_a_repository_that_git_cannot_read_is_walked(tmp_path):
    write(tmp_path, "a.py")
    (tmp_path / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    assert list_files(str(tmp_path)) == ((".git", "a.py"), False)


def test_a_missing_folder_has_no_files(tmp_path):
    assert list_files(str(tmp_path / "gone")) == ((), False)


def test_a_listing_is_kept_for_seconds_and_less_long_when_git_changed(repository):
    now = [0.0]
    trees = Trees(lambda: now[0])
    folder = str(repository)
    first = trees.index(folder)
    write(repository, "new.py")
    now[0] = 2.9
    assert trees.index(folder) is first
    now[0] = 3.1
    assert trees.index(folder).holds("new.py")

    write(repository, "newer.py")
    git(repository, "add", ".")
    os.utime(repository / ".git/index", (1, 1))
    now[0] = 3.5
    assert not trees.index(folder).holds("newer.py")
    now[0] = 3.7
    assert trees.index(folder).holds("newer.py")


def test_files_that_are_the_same_are_not_arranged_anew(repository):
    now = [0.0]
    trees = Trees(lambda: now[0])
    first = trees.index(str(repository))
    now[0] = 10
    assert trees.index(str(repository)) is first
