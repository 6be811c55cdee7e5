"""The live branch: turns that were taken back, found from the tree of records alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core import events as ev
from relaymark.core.branch import ROOT, Branch

REPLY = (ev.Reply("m", 1),)


def turn(record_id, parent=None):
    return ev.Record((ev.Prompt("x"),), record_id, parent, "turn")


def answer(record_id, parent):
    return ev.Record(REPLY, record_id, parent, "step")


def step(record_id, parent):
    return ev.Record((ev.Called("c", "Grep"),), record_id, parent, "step")


def placed(*records):
    branch = Branch()
    return branch, [branch.place(record) for record in records]


def test_records_outside_of_the_tree_belong_to_no_turn_and_move_nothing():
    _, places = placed(turn("u1"), ev.Record(REPLY), ev.Record(REPLY, "x", "u1", "side"))
    assert places == [(1, False), (ROOT, False), (ROOT, False)]


def test_a_talk_without_rewinds_moves_nothing():
    branch, places = placed(
        step("s0", None), turn("u1", "s0"), answer("a1", "u1"), turn("u2", "a1"), answer("a2", "u2")
    )
    assert places == [(ROOT, False), (1, False), (1, False), (2, False), (2, False)]
    assert branch.live == {ROOT, 1, 2}


def test_a_second_turn_under_one_record_takes_the_first_back():
    branch, places = placed(turn("u1"), answer("a1", "u1"), turn("u2", "a1"), turn("u3", "u2"), turn("u4", "a1"))
    assert places[-1] == (4, True)
    assert branch.live == {ROOT, 1, 4}


def test_another_first_message_takes_everything_back():
    branch, places = placed(turn("u1"), turn("u2", "u1"), turn("u3"))
    assert places[-1] == (3, True)
    assert branch.live == {ROOT, 3}


def test_parallel_tool_calls_fork_the_records_and_not_the_talk():
    branch, places = placed(
        turn("u1"), answer("a1", "u1"), answer("a2", "a1"), step("r1", "a1"), step("r2", "a2"), turn("u2", "r1")
    )
    assert [moved for _, moved in places] == [False] * 6
    assert branch.live == {ROOT, 1, 2}


def test_a_late_notice_on_a_dropped_turn_moves_nothing_and_an_answer_does():
    branch, places = placed(turn("u1"), turn("u2", "u1"), turn("u3", "u1"), step("n", "u2"), answer("a", "u2"))
    assert places[-2:] == [(2, False), (2, True)]
    assert branch.live == {ROOT, 1, 2}


def test_to_take_up_a_turn_below_the_current_one_moves_the_branch():
    branch, places = placed(turn("u1"), turn("u2", "u1"), answer("a1", "u1"), answer("a2", "u2"))
    assert places[-2:] == [(1, True), (2, True)]
    assert branch.live == {ROOT, 1, 2}


def test_two_children_of_a_record_that_was_not_read_meet_there():
    branch, places = placed(turn("u5", "lost"), answer("a5", "u5"), turn("u6", "lost"))
    assert places[-1] == (2, True)
    assert branch.live == {ROOT, 2}


def test_a_record_under_an_unread_one_stands_where_the_talk_is():
    _, places = placed(turn("u1"), step("s", "lost"))
    assert places[-1] == (1, False)


@pytest.mark.parametrize("record_id", ["u1", "s1"])
def test_a_record_that_was_placed_is_known(record_id):
    branch, _ = placed(turn("u1"), step("s1", "u1"), ev.Record((), "side"))
    assert branch.knows(record_id)
    assert not branch.knows("u2")
    assert not branch.knows("side")


@given(st.lists(st.tuples(st.sampled_from([turn, step, answer]), st.integers(0, 12), st.booleans()), max_size=25))
def test_the_live_turns_are_a_chain_from_the_current_one_and_a_move_is_told(drawn):
    branch = Branch()
    for number, (make, back, lost) in enumerate(drawn):
        parent = "lost" if lost else f"r{number - back}" if 0 < back <= number else None
        before = set(branch.live)
        place, moved = branch.place(make(f"r{number}", parent))
        assert {ROOT, branch.current} <= branch.live
        assert branch.live == {ROOT, branch.current} or len(branch.live) > 1
        grown = branch.live - before
        if not moved:
            assert grown <= {place}, "turns that came back to life without a word"
            assert before <= branch.live, "turns that died without a word"
