"""Dismissed findings are kept for a repository, in all of its work trees, and nowhere else."""

import pytest

from relaymark.sources import dismissed
from relaymark.sources.dismissed import Dismissed, line_print

ONE, OTHER = "0" * 32, "a" * 32


def dismiss(root, *parts, **about):
    dismissed.dismiss(root, Dismissed(parts, **about))


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(dismissed, "state_folder", lambda: tmp_path / "state")
    return tmp_path / "state"


def test_what_was_dismissed_is_known_until_its_file_goes(state):
    assert dismissed.dismissed("/home/dev/shop") == frozenset()
    dismiss("/home/dev/shop", ONE, OTHER)
    dismiss("/home/dev/shop", ONE)
    assert dismissed.dismissed("/home/dev/shop") == {ONE, OTHER}
    assert dismissed.dismissed("/home/dev/bakery") == frozenset()
    next(state.rglob(ONE)).unlink()
    assert dismissed.dismissed("/home/dev/shop") == {OTHER}


@pytest.mark.parametrize("shop", ["{}/shop", "../shop"], ids=["absolute", "relative"])
def test_linked_work_trees_share_it(tmp_path, shop):
    linked = tmp_path / "hotfix"
    linked.mkdir()
    (linked / ".git").write_text(f"gitdir: {shop.format(tmp_path)}/.git/worktrees/hotfix\n")
    dismiss(str(linked), ONE)
    assert dismissed.dismissed(str(tmp_path / "shop")) == {ONE}


def test_whoever_looks_at_the_stamp_sees_what_is_dismissed_and_taken_back():
    stamps = [dismissed.stamp("/home/dev/shop")]
    dismiss("/home/dev/shop", ONE)
    stamps.append(dismissed.stamp("/home/dev/shop"))
    dismissed.restore("/home/dev/shop", dismissed.every("/home/dev/shop"))
    stamps.append(dismissed.stamp("/home/dev/shop"))
    assert stamps[0] == 0
    assert len(set(stamps)) == 3


def test_a_submodule_has_its_own(tmp_path):
    (tmp_path / ".git").write_text("gitdir: ../.git/modules/keys\n")
    dismiss(str(tmp_path), ONE)
    assert dismissed.dismissed(str(tmp_path)) == {ONE}


@pytest.mark.parametrize("part", ["", "../x", "G" * 32, "0" * 31])
def test_only_fingerprints_become_files(state, part):
    dismiss("/home/dev/shop", part)
    assert [file for file in state.rglob("*") if file.is_file()] == []


def test_a_folder_that_cannot_be_written_is_told(state):
    state.write_text("a file")
    with pytest.raises(OSError, match=r"dismissed|directory|exists"):
        dismiss("/home/dev/shop", ONE)
    assert dismissed.dismissed("/home/dev/shop") == frozenset()


def test_what_was_dismissed_is_listed_with_what_it_said(state):
    dismiss("/home/dev/shop", ONE, OTHER, code="path-missing", path="PLAN.md", line=5, message="ä is gone", about="b")
    [found] = dismissed.every("/home/dev/shop")
    assert (found.parts, found.code, found.path, found.line) == ((ONE, OTHER), "path-missing", "PLAN.md", 5)
    assert (found.message, found.about) == ("ä is gone", "b")
    assert abs(found.at - next(state.rglob(ONE)).stat().st_mtime) < 1
    assert dismissed.every("/home/dev/bakery") == ()


@pytest.mark.parametrize("held", [b"", b"{", b"[]", b'{"parts": ["%s"]}' % OTHER.encode(), b"\xff" * 9])
def test_a_mark_that_tells_nothing_still_counts_and_can_be_taken_back(state, held):
    dismiss("/home/dev/shop", ONE)
    next(state.rglob(ONE)).write_bytes(held)
    [found] = dismissed.every("/home/dev/shop")
    assert (found.parts, found.code, found.finding) == ((ONE,), "", ONE)
    assert dismissed.restore("/home/dev/shop", [found]) == 1
    assert dismissed.dismissed("/home/dev/shop") == frozenset()


def test_taking_one_back_leaves_the_others():
    dismiss("/home/dev/shop", ONE, code="path-missing")
    dismiss("/home/dev/shop", OTHER, code="tick-lost")
    [lost] = [each for each in dismissed.every("/home/dev/shop") if each.code == "tick-lost"]
    assert dismissed.restore("/home/dev/shop", [lost]) == 1
    assert dismissed.restore("/home/dev/shop", [lost]) == 0
    assert dismissed.dismissed("/home/dev/shop") == {ONE}


def test_a_line_is_known_again_by_its_words_whatever_its_box_says():
    line = "- [ ] Read `src/keys.py` twice"
    assert line_print(line) == line_print("  * [x] **Read** `src/keys.py` twice ✅")
    assert line_print(line) != line_print("- [ ] Read `src/keys.py` once")
