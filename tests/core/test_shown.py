"""Which session the status bar shows, and what stands there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import NOW, at_level, shown

from relaymark.core.gauge import SEVERITY
from relaymark.core.liveness import Process
from relaymark.core.session import Typed
from relaymark.core.shown import choose, figure, status_text


def named(*views):
    """Return the views by their ids."""
    return {view.session.id: view for view in views}


def idle(level="clear", **fields):
    return at_level(level, turn="ended", **fields)


def waiting(level="clear", **fields):
    return at_level(level, waiting=True, **fields)


def chosen(*views, **how):
    found = choose(views, **how)
    return found and found.session.id


def test_without_a_session_there_is_none():
    assert choose([]) is None
    assert choose([], followed="a", previous="b") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("reset", "over"), ("over", "near"), ("near", "clear"), ("clear", "unknown"), ("reset", "unknown")],
)
def test_the_worst_level_is_shown(first, second):
    assert chosen(at_level(second, id="b"), at_level(first, id="a")) == "a"
    assert chosen(at_level(first, id="a"), at_level(second, id="b")) == "a"


def test_one_that_waits_is_at_work_too():
    assert chosen(at_level("near", id="a"), waiting("over", id="b")) == "b"


def test_an_idle_one_is_not_shown_beside_one_at_work_however_full_it_is():
    assert chosen(idle("reset", id="a"), at_level("clear", id="b")) == "b"
    assert chosen(idle("reset", id="a"), at_level("unknown", id="b")) == "b"


def test_of_one_level_the_newest_turn_is_shown():
    older = at_level("near", id="a", prompts=[Typed("x", NOW - 300)], updated_at=NOW)
    newer = at_level("near", id="b", prompts=[Typed("x", NOW - 200)], updated_at=NOW - 100)
    assert chosen(older, newer) == chosen(newer, older) == "b"


def test_a_turn_without_a_time_is_as_new_as_its_session():
    assert chosen(at_level("near", id="a", updated_at=NOW - 9), at_level("near", id="b", updated_at=NOW - 5)) == "b"
    no_time = at_level("near", id="c", prompts=[Typed("x")], updated_at=NOW)
    assert chosen(at_level("near", id="b", updated_at=NOW - 5), no_time) == "c"


def test_with_nobody_at_work_the_newest_open_one_is_shown():
    assert chosen(idle("reset", id="a", updated_at=NOW - 900), idle("clear", id="b", updated_at=NOW - 800)) == "b"


def test_the_followed_one_is_shown_whatever_else_there_is():
    views = at_level("reset", id="a"), idle("clear", id="b")
    assert chosen(*views, followed="b") == "b"
    assert chosen(*views, followed="b", previous="a") == "b"


def test_to_follow_one_that_is_not_open_is_to_follow_none():
    assert chosen(at_level("clear", id="a"), at_level("over", id="b"), followed="gone") == "b"


def test_the_shown_one_stays_until_another_is_worse():
    a = at_level("near", id="a", updated_at=NOW - 100)
    assert chosen(a, at_level("near", id="b", updated_at=NOW), previous="a") == "a", "a newer turn is not worse"
    assert chosen(a, at_level("clear", id="b"), previous="a") == "a"
    assert chosen(a, at_level("over", id="b"), previous="a") == "b"


def test_the_shown_one_gives_way_when_it_stops():
    assert chosen(idle("reset", id="a"), at_level("clear", id="b"), previous="a") == "b"
    assert chosen(at_level("clear", id="b"), previous="a") == "b"


def test_the_shown_one_stays_while_it_waits():
    assert chosen(waiting("near", id="a", updated_at=NOW - 50), at_level("near", id="b"), previous="a") == "a"


LEVELS = st.sampled_from(sorted(SEVERITY))
VIEWS = st.lists(
    st.builds(
        lambda level, turn, waits, age: {"level": level, "turn": turn, "waiting": waits, "updated_at": NOW - age},
        LEVELS,
        st.sampled_from(["open", "ended"]),
        st.booleans(),
        st.integers(0, 800),
    ),
    max_size=6,
).map(lambda rows: [at_level(row.pop("level"), id=str(at), **row) for at, row in enumerate([dict(r) for r in rows])])


@given(VIEWS, st.sampled_from([None, "0", "1", "9"]))
def test_nothing_at_work_is_worse_than_what_is_shown(views, previous):
    found = choose(views, previous=previous)
    active = [view for view in views if view.life.state in ("working", "waiting")]
    assert (found is None) is (not views)
    if active:
        assert found in active
        assert all(SEVERITY[view.gauge.level] <= SEVERITY[found.gauge.level] for view in active)


@given(VIEWS)
def test_it_does_not_change_without_a_reason(views):
    found = choose(views)
    assert found is None or choose(views, previous=found.session.id) == found


# Text


@pytest.mark.parametrize(
    ("fields", "style", "expected"),
    [
        ({}, "tokens", "41k/60k"),
        ({}, "percent", "21 % of window"),
        ({}, "both", "41k/60k (21 % of window)"),
        ({"source": "estimated"}, "tokens", "~41k/60k"),
        ({"agent_window": None}, "tokens", "41k/60k?"),
        ({"agent_window": None}, "percent", "21 %? of window"),
        ({"agent_window": None, "source": "estimated"}, "tokens", "~41k/60k?"),
        ({"context": None}, "tokens", "?/60k"),
        ({"context": None}, "percent", "?/60k"),
        ({"context": None}, "both", "?/60k"),
        ({"context": None, "agent_window": None}, "tokens", "?/60k?"),
        ({"context": 950}, "tokens", "950/60k"),
        ({"context": 130_000, "agent_window": 1_000_000}, "tokens", "130k/120k"),
        ({"context": 1_050_000, "agent_window": 1_048_576}, "both", "1.05M/120k (52 % of window)"),
    ],
)
def test_the_figure(fields, style, expected):
    assert figure(shown(**fields), style) == expected


@pytest.mark.parametrize(
    ("level", "symbol"), [("clear", "◔"), ("near", "◑"), ("over", "◕"), ("reset", "●"), ("unknown", "○")]
)
def test_a_level_has_its_symbol(level, symbol):
    view = at_level(level)
    assert status_text(view, [view]).startswith(f"{symbol} ")


def test_the_text_of_the_design():
    view = shown()
    assert status_text(view, [view]) == "◔ 41k/60k"


def test_without_a_session_a_lone_circle_stands_there():
    assert status_text(None, []) == "○"


def test_more_open_sessions_are_counted_and_those_over_their_ceiling_told():
    view = shown()
    others = [at_level(level) for level in ("clear", "near", "unknown")]
    assert status_text(view, [view, *others[:1]]) == "◔ 41k/60k +1"
    assert status_text(view, [view, *others]) == "◔ 41k/60k +3"
    assert status_text(view, [view, *others, at_level("over"), idle("reset")]) == "◔ 41k/60k +5 !2"


def test_the_shown_one_is_not_among_those_over_their_ceiling():
    view = at_level("over")
    assert status_text(view, [view]) == "◕ 70k/60k"
    assert status_text(view, [shown(), view]) == "◕ 70k/60k +1"


def test_the_style_is_kept_beside_the_counts():
    view = shown()
    assert status_text(view, [view, shown()], "percent") == "◔ 21 % of window +1"


def test_two_sessions_that_look_alike_are_two():
    view = shown(id="a")
    twin = shown(id="a")
    assert status_text(view, [view, twin]) == "◔ 41k/60k +1"


def test_the_registry_says_who_is_at_work():
    dead = at_level("reset", id="a", process=Process(alive=False, listed=True))
    assert chosen(dead, at_level("clear", id="b")) == "b"
