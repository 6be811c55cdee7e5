"""Figures for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.tokens import exact, short


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (0, "0"),
        (7, "7"),
        (950, "950"),
        (999, "999"),
        (1_000, "1k"),
        (1_499, "1k"),
        (1_501, "2k"),
        (41_211, "41k"),
        (60_000, "60k"),
        (121_600, "122k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (1_000_000, "1M"),
        (1_048_576, "1.05M"),
        (1_100_000, "1.1M"),
        (1_994_999, "1.99M"),
        (1_999_999, "2M"),
        (2_000_000, "2M"),
        (10_000_000, "10M"),
    ],
)
def test_a_short_figure(tokens, expected):
    assert short(tokens) == expected


@pytest.mark.parametrize(("tokens", "expected"), [(0, "0"), (950, "950"), (41_211, "41,211"), (1_048_576, "1,048,576")])
def test_an_exact_figure(tokens, expected):
    assert exact(tokens) == expected


def value(text):
    unit = {"k": 1_000, "M": 1_000_000}.get(text[-1], 1)
    return float(text.rstrip("kM")) * unit


@given(st.integers(0, 9_990_000), st.integers(0, 9_990_000))
def test_short_figures_keep_their_order_and_stay_near(one, other):
    low, high = sorted((one, other))
    assert value(short(low)) <= value(short(high))
    assert abs(value(short(low)) - low) <= max(500, 5_000 * (low >= 999_500))
    assert len(short(high).rstrip("kM")) <= 4
