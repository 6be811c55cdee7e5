"""What changed since a commit, by old names and new ones and line by line; and files that are exchanged at once."""

import os
import stat
import subprocess

import pytest

from relaymark.sources.exchange import ChangedError, exchange
from relaymark.sources.since import since

LINES = [f"line {number}" for number in range(1, 21)]


def git(folder, *arguments):
    identity = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "work")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def shop(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "docs plans").mkdir()
    (tmp_path / "docs plans/PLÄN.md").write_text("\n".join(LINES) + "\n")
    (tmp_path / "old.py").write_text("x = 1\n" * 20)
    (tmp_path / "gone.py").write_text("y = 1\n")
    (tmp_path / ".gitignore").write_text("private/\n")
    commit(tmp_path)
    return tmp_path


def lines(folder, changed, ref="HEAD"):
    (folder / "docs plans/PLÄN.md").write_text("\n".join(changed) + "\n")
    return since(str(folder), ref).lines("docs plans/PLÄN.md")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (LINES, ()),
        (["new", *LINES], ((0, 1),)),
        ([*LINES[:4], "a", "b", *LINES[5:]], ((4, 6),)),
        ([*LINES[:4], *LINES[6:]], ((3, 5),)),
        (LINES[1:], ((0, 1),)),
        ([*LINES[:-1], "last"], ((19, 20),)),
        (["first", *LINES[1:-1], "last"], ((0, 1), (19, 20))),
    ],
    ids=["nothing", "added", "changed", "taken out", "first taken out", "last", "two places"],
)
def test_the_lines_that_changed_are_told(shop, changed, found):
    assert lines(shop, changed) == found


def test_files_are_told_by_both_names_committed_or_not(shop):
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "mv", "old.py", "new.py")
    commit(shop)
    (shop / "gone.py").unlink()
    (shop / "fresh ä.py").write_text("z = 1\n")
    (shop / "private").mkdir()
    (shop / "private/keys.py").write_text("k = 1\n")
    assert since(str(shop), base).files == {"old.py", "new.py", "gone.py", "fresh ä.py"}
    assert since(str(shop), "HEAD").files == {"gone.py", "fresh ä.py"}


def test_a_file_that_was_not_there_is_new_as_a_whole(shop):
    (shop / "PLAN.md").write_text("# New\n")
    assert since(str(shop), "HEAD").lines("PLAN.md") is None


def test_a_renamed_file_is_held_against_what_it_was(shop):
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "mv", "docs plans/PLÄN.md", "PLAN.md")
    git(shop, "mv", "old.py", "new.py")
    assert since(str(shop), base).lines("PLAN.md") == ()
    (shop / "PLAN.md").write_text("\n".join([*LINES[:4], "a", *LINES[5:]]) + "\n")
    commit(shop)
    assert since(str(shop), base).lines("PLAN.md") == ((4, 5),)
    assert since(str(shop), base).lines("new.py") == ()
    (shop / "PLAN.md").write_text("another\n" * 20)
    commit(shop)
    assert since(str(shop), base).lines("PLAN.md") is None


@pytest.mark.parametrize("ref", ["nowhere", "--all", "-h", "HEAD:old.py", "HEAD~9"])
def test_what_is_no_commit_is_unknown(shop, ref):
    assert since(str(shop), ref) is None


def test_outside_of_git_and_before_the_first_commit_nothing_is_known(tmp_path):
    assert since(str(tmp_path), "HEAD") is None
    git(tmp_path, "init", "-q")
    assert since(str(tmp_path), "HEAD") is None


def test_a_file_is_exchanged_with_its_mode_and_through_a_link(tmp_path):
    file, link = tmp_path / "PLAN.md", tmp_path / "docs.md"
    file.write_bytes("a\r\nä\n".encode())
    file.chmod(0o664)
    link.symlink_to(file)
    exchange(str(link), "a\r\nä\n", "b\r\nä\n")
    assert file.read_bytes() == "b\r\nä\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o664
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["PLAN.md", "docs.md"]


@pytest.mark.parametrize("held", [b"other\n", b"a\xff\n", b"a\n\n"])
def test_a_file_that_is_another_one_by_now_is_left_alone(tmp_path, held):
    file = tmp_path / "PLAN.md"
    file.write_bytes(held)
    with pytest.raises(ChangedError):
        exchange(str(file), "a\n", "b\n")
    assert file.read_bytes() == held
    assert os.listdir(tmp_path) == ["PLAN.md"]
