"""The gauge: its lines, their reasons and its levels, exactly where they begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.gauge import SEVERITY, Limits, Line, gauge
from relaymark.core.window import Window

SMALL = Window(200_000, "agent")


def half_more(tokens):
    return Line(tokens, "1.5 times the ceiling")


@pytest.mark.parametrize(
    ("window", "limits", "step", "ceiling", "reset"),
    [
        (200_000, Limits(), None, Line(60_000, "30 % of 200k"), Line(90_000, "45 % of 200k")),
        (1_000_000, Limits(), None, Line(120_000, "cap 120k"), half_more(180_000)),
        (400_000, Limits(), None, Line(120_000, "30 % of 400k"), Line(180_000, "45 % of 400k")),
        (121_600, Limits(), None, Line(36_480, "30 % of 122k"), Line(54_720, "45 % of 122k")),
        (1_048_576, Limits(cap=500_000), 200_000, Line(200_000, "price step at 200k"), half_more(300_000)),
        (200_000, Limits(), 200_000, Line(60_000, "30 % of 200k"), Line(90_000, "45 % of 200k")),
        (
            128_000,
            Limits(cap=32_000, cap_reason="cap 32k: NoLiMa 8k, at least 32k"),
            None,
            Line(32_000, "cap 32k: NoLiMa 8k, at least 32k"),
            half_more(48_000),
        ),
        (200_000, Limits(ceiling_percent=12.5), None, Line(25_000, "12.5 % of 200k"), half_more(37_500)),
        (200_000, Limits(reset_percent=40), None, Line(60_000, "30 % of 200k"), Line(80_000, "40 % of 200k")),
        (200_000, Limits(ceiling_percent=50), None, Line(100_000, "50 % of 200k"), Line(100_000, "at the ceiling")),
    ],
)
def test_the_ceiling_is_the_lowest_limit_and_the_reset_line_lies_above_it(window, limits, step, ceiling, reset):
    made = gauge(10, Window(window, "agent"), limits, step)
    assert (made.ceiling, made.reset) == (ceiling, reset)


@pytest.mark.parametrize(
    ("context", "level", "headroom", "percent"),
    [
        (0, "clear", 60_000, 0.0),
        (41_211, "clear", 18_789, 20.6),
        (47_999, "clear", 12_001, 24.0),
        (48_000, "near", 12_000, 24.0),
        (59_999, "near", 1, 30.0),
        (60_000, "over", 0, 30.0),
        (89_999, "over", -29_999, 45.0),
        (90_000, "reset", -30_000, 45.0),
        (250_000, "reset", -190_000, 125.0),
    ],
)
def test_a_level_begins_exactly_at_its_line(context, level, headroom, percent):
    made = gauge(context, SMALL, Limits())
    assert (made.level, made.headroom, made.percent) == (level, headroom, percent)


def test_without_a_context_the_lines_are_there_and_the_level_is_unknown():
    made = gauge(None, SMALL, Limits())
    assert (made.level, made.headroom, made.percent) == ("unknown", None, None)
    assert (made.ceiling.tokens, made.reset.tokens) == (60_000, 90_000)


@pytest.mark.parametrize(("near", "level"), [(70, "near"), (70.01, "clear"), (100, "clear")])
def test_where_near_begins_can_be_set(near, level):
    assert gauge(42_000, SMALL, Limits(near_percent=near)).level == level


def test_the_levels_have_an_order():
    assert sorted(SEVERITY, key=SEVERITY.get) == ["unknown", "clear", "near", "over", "reset"]


WINDOWS = st.integers(1, 2_000_000).map(lambda tokens: Window(tokens, "agent"))
PERCENT = st.floats(0.01, 100)
LIMITS = st.builds(Limits, PERCENT, PERCENT, PERCENT, st.integers(1, 500_000))
STEPS = st.none() | st.integers(1, 500_000)
CONTEXTS = st.integers(0, 3_000_000)


@given(CONTEXTS, CONTEXTS, WINDOWS, LIMITS, STEPS)
def test_a_fuller_session_is_never_at_a_lower_level(one, other, window, limits, step):
    low, high = (gauge(context, window, limits, step) for context in sorted((one, other)))
    assert SEVERITY[low.level] <= SEVERITY[high.level]
    assert low.headroom >= high.headroom
    assert low.percent <= high.percent


@given(CONTEXTS, WINDOWS, LIMITS, STEPS)
def test_no_limit_is_passed_by_the_ceiling(context, window, limits, step):
    made = gauge(context, window, limits, step)
    assert made.ceiling.tokens <= min(limits.cap, step or limits.cap, window.tokens)
    assert made.ceiling.tokens <= made.reset.tokens
    assert made.headroom == made.ceiling.tokens - context
