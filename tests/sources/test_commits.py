"""What git says for a handover, on real repositories in all their states."""

import os
import subprocess

import pytest
from tests.repository import NOON, Repository

from relaymark.core.relay.facts import Head
from relaymark.sources.commits import changes_since, commits_since, head_of, is_ancestor, uncommitted


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "shop", step=0)


def test_outside_of_git_nothing_is_said(tmp_path):
    folder = str(tmp_path)
    assert head_of(folder) is None
    assert commits_since(folder) is None
    assert uncommitted(folder) is None
    assert is_ancestor(folder, "8153584") is None
    assert changes_since(folder, (), ("a",)) == ""


def test_a_broken_repository_says_nothing_either(tmp_path):
    (tmp_path / ".git").mkdir()
    assert head_of(str(tmp_path)) is None
    assert commits_since(str(tmp_path)) is None
    assert uncommitted(str(tmp_path)) is None


def test_before_the_first_commit(repository):
    repository.write({"a.py": "x\n"})
    assert head_of(repository.folder) == Head("main", None)
    assert commits_since(repository.folder) == ()
    assert uncommitted(repository.folder) == ("a.py",)
    assert is_ancestor(repository.folder, "8153584") is False


def test_commits_with_their_files_the_newest_first(repository):
    first = repository.commit("One: \t“ü” \\", {"a.py": "1\n", "d/b c.py": "2\n"})
    repository.commit("Empty", at=NOON + 10)
    last = repository.commit("Three", {"a.py": "3\n", ".relaymark/handovers/n.md": "n\n"}, at=NOON + 20)
    found = commits_since(repository.folder)
    assert [(commit.subject, commit.files) for commit in found] == [
        ("Three", ("a.py",)),
        ("Empty", ()),
        ("One: \t“ü” \\", ("a.py", "d/b c.py")),
    ]
    assert (found[0].sha, found[0].short, found[0].time) == (last, last[:10], NOON + 20)
    assert [commit.subject for commit in commits_since(repository.folder, NOON + 10.7)] == ["Three", "Empty"]
    assert commits_since(repository.folder, NOON + 21) == ()
    assert len(commits_since(repository.folder, most=2)) == 2
    assert commits_since(os.path.join(repository.folder, "d")) == found
    assert is_ancestor(repository.folder, first[:12]) is True


def test_a_detached_head_has_no_branch(repository):
    first = repository.commit("One", {"a": "1"})
    second = repository.commit("Two", {"a": "2"}, at=NOON + 1)
    repository.git("checkout", "-q", first)
    assert head_of(repository.folder) == Head(None, first)
    assert is_ancestor(repository.folder, second) is False
    assert [commit.subject for commit in commits_since(repository.folder)] == ["One"]


def test_a_commit_of_another_branch_is_no_ancestor(repository):
    repository.commit("One", {"a": "1"})
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit("Side", {"b": "1"}, at=NOON + 1)
    repository.git("checkout", "-q", "main")
    assert is_ancestor(repository.folder, side) is False
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side", at=NOON + 2)
    assert is_ancestor(repository.folder, side) is True
    assert head_of(repository.folder).branch == "main"


@pytest.mark.parametrize("sha", ["dead" * 10, "--all", "HEAD", "", "main", "zz", "8153584; rm -rf /"])
def test_what_is_no_commit_is_no_ancestor(repository, sha):
    repository.commit("One", {"a": "1"})
    assert is_ancestor(repository.folder, sha) is False


def test_a_shallow_clone(repository, tmp_path):
    first = repository.commit("One", {"a": "1\n"})
    second = repository.commit("Two", {"a": "2\n"}, at=NOON + 1)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repository.folder}", clone], check=True)
    found = commits_since(str(clone))
    assert [commit.sha for commit in found] == [second]
    assert is_ancestor(str(clone), second) is True
    assert is_ancestor(str(clone), first) is False
    assert changes_since(str(clone), found, ("a",)) == ""


def test_a_linked_work_tree_has_its_own_head(repository, tmp_path):
    repository.commit("One", {"a": "1"})
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert head_of(str(tmp_path / "side")).branch == "side"
    (tmp_path / "side" / "new").write_text("x")
    assert uncommitted(str(tmp_path / "side")) == ("new",)
    assert uncommitted(repository.folder) == ()


def test_what_is_not_committed(repository):
    repository.commit("One", {".gitignore": "*.log\n", "a.py": "1\n", "gone.py": "1\n", "moved.py": "long\n" * 20})
    repository.write({"a.py": "2\n"})
    repository.write({"new/ü b.py": "x\n"})
    repository.write({"x.log": "x\n"})
    repository.write({".relaymark/handovers/n.md": "x\n"})
    repository.write({"staged.py": "x\n"})
    repository.git("add", "staged.py")
    repository.git("rm", "-q", "gone.py")
    repository.git("mv", "moved.py", "there.py")
    assert uncommitted(repository.folder) == ("a.py", "gone.py", "moved.py", "new/ü b.py", "staged.py", "there.py")


def test_the_diff_since_the_session_started(repository):
    repository.commit("Zero", {"a.py": "a = 1\n", "[x].py": "1\n"})
    repository.commit("One", {"a.py": "a = 1\nb = 2\n"}, at=NOON + 10)
    repository.write({"a.py": "a = 1\nb = 2\nc = 3\n"})
    repository.write({"[x].py": "2\n"})
    commits = commits_since(repository.folder, NOON + 5)
    diff = changes_since(repository.folder, commits, ("a.py",))
    assert "+b = 2\n+c = 3\n" in diff
    assert "[x]" not in diff
    assert "+c = 3\n" in changes_since(repository.folder, (), ("a.py",))
    assert "+b = 2\n" not in changes_since(repository.folder, (), ("a.py",))
    assert "+2\n" in changes_since(repository.folder, (), ("[x].py",))
    assert changes_since(repository.folder, commits, ()) == ""


def test_no_program_of_the_repository_is_run(repository, tmp_path):
    told = tmp_path / "ran"
    repository.commit("One", {"a.py": "1\n", ".gitattributes": "*.py diff=evil\n"})
    for key in (
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "diff.evil.textconv",
        "diff.evil.command",
        "gpg.program",
    ):
        repository.git("config", key, f"touch {told};")
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "diff.noprefix", "true")
    repository.write({"a.py": "2\n"})
    assert uncommitted(repository.folder) == ("a.py",)
    assert "+++ b/a.py\n" in changes_since(repository.folder, (), ("a.py",))
    assert len(commits_since(repository.folder)) == 1
    assert not told.exists()


def test_names_that_are_not_utf_8_do_no_harm(repository):
    repository.commit("One", {"a": "1"})
    with open(os.path.join(repository.folder.encode(), b"\xff.py"), "w") as file:
        file.write("x")
    assert uncommitted(repository.folder) == ("\ufffd.py",)
