"""Dismissed findings are kept for a repository, in all of its work trees, and nowhere else."""

import pytest

from relaymark.sources import dismissed

ONE, OTHER = "0" * 32, "a" * 32


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(dismissed, "state_folder", lambda: tmp_path / "state")
    return tmp_path / "state"


def test_what_was_dismissed_is_known_until_its_file_goes(state):
    assert dismissed.dismissed("/home/dev/shop") == frozenset()
    dismissed.dismiss("/home/dev/shop", (ONE, OTHER))
    dismissed.dismiss("/home/dev/shop", (ONE,))
    assert dismissed.dismissed("/home/dev/shop") == {ONE, OTHER}
    assert dismissed.dismissed("/home/dev/bakery") == frozenset()
    next(state.rglob(ONE)).unlink()
    assert dismissed.dismissed("/home/dev/shop") == {OTHER}


def test_linked_work_trees_share_it(tmp_path):
    linked = tmp_path / "hotfix"
    linked.mkdir()
    (linked / ".git").write_text("gitdir: /home/dev/shop/.git/worktrees/hotfix\n")
    dismissed.dismiss(str(linked), (ONE,))
    assert dismissed.dismissed("/home/dev/shop") == {ONE}


def test_a_submodule_has_its_own(tmp_path):
    (tmp_path / ".git").write_text("gitdir: ../.git/modules/keys\n")
    dismissed.dismiss(str(tmp_path), (ONE,))
    assert dismissed.dismissed(str(tmp_path)) == {ONE}


@pytest.mark.parametrize("part", ["", "../x", "G" * 32, "0" * 31])
def test_only_fingerprints_become_files(state, part):
    dismissed.dismiss("/home/dev/shop", (part,))
    assert [file for file in state.rglob("*") if file.is_file()] == []


def test_a_folder_that_cannot_be_written_is_told(state):
    state.write_text("a file")
    with pytest.raises(OSError, match=r"dismissed|directory|exists"):
        dismissed.dismiss("/home/dev/shop", (ONE,))
    assert dismissed.dismissed("/home/dev/shop") == frozenset()
