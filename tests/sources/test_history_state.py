"""How a work tree stands, told by one call of git: in every state that a file can be in, and in all kinds of trees."""

import os
import subprocess

import pytest

from relaymark.sources import history_state
from relaymark.sources.history_state import State, state_of


class Tree:
    """A repository with one commit, in which a test changes files."""

    def __init__(self, folder, **files):
        self.folder = os.path.realpath(folder)
        os.makedirs(self.folder)
        self.git("init", "-q", "-b", "main")
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "start")

    def git(self, *arguments, check=True):
        own = ("-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "protocol.file.allow=always")
        done = subprocess.run(["git", *own, *arguments], cwd=self.folder, check=check, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, path, text="x\n"):
        whole = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    @property
    def state(self):
        return state_of(self.folder)


@pytest.fixture
def tree(tmp_path):
    names = ("a b.py", "é.py", "gone.py", "moved.py", "2 u ?.py", ".relaymark/note.md", "same.py")
    return Tree(tmp_path / "shop", **{name: f"{name}\n" * 9 for name in names})


def test_a_clean_tree_stands_at_its_commit(tree):
    assert tree.state == State(tree.git("rev-parse", "HEAD"), False, frozenset(), ())


def test_each_way_in_which_a_file_can_differ_is_told(tree):
    tree.write("a b.py")
    tree.write("é.py")
    tree.git("add", "é.py")
    os.remove(f"{tree.folder}/gone.py")
    tree.git("mv", "moved.py", "there.py")
    tree.write("2 u ?.py")
    tree.write("new/one two.py")
    tree.write(".relaymark/note.md")
    tree.write("meant.py")
    tree.git("add", "-N", "meant.py")
    tree.write(".gitignore", "out\n")
    tree.write("out")
    state = tree.state
    names = {
        "a b.py",
        "é.py",
        "gone.py",
        "moved.py",
        "there.py",
        "2 u ?.py",
        "new/one two.py",
        "meant.py",
        ".gitignore",
    }
    assert state.dirty == names
    assert [path for path, _, _ in state.files] == sorted(names)
    sizes = {path: size for path, _, size in state.files}
    assert (sizes["gone.py"], sizes["a b.py"]) == (0, 2)


def test_files_in_conflict_are_told(tree):
    tree.git("checkout", "-q", "-b", "side")
    tree.write("same.py", "side\n")
    tree.git("commit", "-q", "-am", "side")
    tree.git("checkout", "-q", "main")
    tree.write("same.py", "main\n")
    tree.git("commit", "-q", "-am", "main")
    tree.git("merge", "side", check=False)
    assert tree.state.dirty == {"same.py"}


def test_a_tree_without_a_commit_has_no_head(tmp_path):
    folder = os.path.realpath(tmp_path)
    subprocess.run(["git", "init", "-q", folder], check=True)
    open(f"{folder}/new.py", "w", encoding="utf-8").close()
    state = state_of(folder)
    assert (state.head, state.shallow, state.dirty) == (None, False, {"new.py"})


def test_a_shallow_clone_and_a_tree_linked_to_it_are_known(tree, tmp_path):
    tree.git("commit", "-q", "--allow-empty", "-m", "second")
    clone, linked = os.path.realpath(tmp_path / "clone"), os.path.realpath(tmp_path / "linked")
    tree.git("clone", "-q", "--depth", "1", f"file://{tree.folder}", clone)
    subprocess.run(["git", "worktree", "add", "-q", linked], cwd=clone, check=True, capture_output=True)
    assert [state_of(folder).shallow for folder in (tree.folder, clone, linked)] == [False, True, True]


def test_what_git_cannot_tell_leaves_the_commit_known(tree, caplog):
    with open(f"{tree.folder}/.git/index", "w", encoding="utf-8") as file:
        file.write("broken")
    assert tree.state == State(tree.git("rev-parse", "HEAD"), False, frozenset(), ())
    assert "git status tells nothing" in caplog.text


def test_outside_of_git_nothing_is_told(tree, tmp_path):
    assert state_of(str(tmp_path)) is None
    assert state_of(f"{tree.folder}/.relaymark") is None


def test_of_a_tree_with_very_many_changes_the_first_are_told(tree, monkeypatch):
    for number in range(200):
        tree.write(f"many/{number:03}.py")
    monkeypatch.setattr(history_state, "_MOST_BYTES", 1_000)
    state = tree.state
    assert 0 < len(state.dirty) < 200
    assert all(os.path.exists(os.path.join(tree.folder, path)) for path in state.dirty)


def test_files_that_changed_between_two_looks_are_told(tree):
    tree.write("a b.py")
    tree.write("é.py")
    first = tree.state
    tree.git("checkout", "-q", "--", "a b.py")
    tree.write("é.py", "longer\n")
    tree.write("new.py")
    assert tree.state.changed_since(first) == {"a b.py", "é.py", "new.py"}
    assert first.changed_since(first) == frozenset()
    tree.git("commit", "-q", "-am", "another commit")
    assert tree.state.changed_since(first) is None
