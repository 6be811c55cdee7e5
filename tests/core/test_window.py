"""The window: whose word counts, and what a larger context proves."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.window import Window, Words, resolve

ORDER = [
    ("recorded", "recorded"),
    ("statusline", "statusline"),
    ("configured", "settings"),
    ("settings", "settings"),
    ("agent", "agent"),
    ("registry", "registry"),
]
SAID = {name: 100_000 + at for at, (name, _) in enumerate(ORDER)}


@pytest.mark.parametrize("at", range(len(ORDER)))
def test_the_first_word_there_is_counts(at):
    words = Words(**{name: SAID[name] for name, _ in ORDER[at:]})
    assert resolve(words, None) == Window(SAID[ORDER[at][0]], ORDER[at][1])


@pytest.mark.parametrize(("weaker", "stronger"), list(itertools.combinations(reversed(ORDER), 2)))
def test_of_any_two_words_the_stronger_counts(weaker, stronger):
    words = Words(**{name: SAID[name] for name, _ in (weaker, stronger)})
    assert resolve(words, 10).tokens == SAID[stronger[0]]


def test_without_a_word_it_is_assumed_and_says_so():
    assert resolve(Words(), 10) == Window(200_000, "assumed")
    assert not resolve(Words(), 10).sure


@pytest.mark.parametrize("source", ["recorded", "statusline", "settings", "agent", "registry", "observed"])
def test_all_other_words_are_sure(source):
    assert Window(1, source).sure


def test_a_word_of_nothing_is_none():
    assert resolve(Words(recorded=0, agent=0, registry=128_000), None) == Window(128_000, "registry")


@pytest.mark.parametrize(
    ("words", "measured", "expected"),
    [
        pytest.param(Words(agent=200_000), 200_000, Window(200_000, "agent"), id="full is not above"),
        pytest.param(Words(agent=200_000), 200_001, Window(1_000_000, "observed"), id="above"),
        pytest.param(Words(), 200_001, Window(1_000_000, "observed"), id="above what was assumed"),
        pytest.param(Words(statusline=200_000), 300_000, Window(1_000_000, "observed"), id="above what was told"),
        pytest.param(Words(configured=100_000), 150_000, Window(1_000_000, "observed"), id="above the user's own"),
        pytest.param(
            Words(agent=200_000, registry=400_000), 300_000, Window(400_000, "observed"), id="the registry's is next"
        ),
        pytest.param(
            Words(statusline=100_000, agent=200_000, registry=400_000),
            150_000,
            Window(200_000, "observed"),
            id="the next known size, not the largest",
        ),
        pytest.param(
            Words(agent=128_000, sizes=(256_000, 512_000, 128_000)),
            200_000,
            Window(256_000, "observed"),
            id="of several sizes the next",
        ),
        pytest.param(
            Words(agent=200_000, registry=400_000), 500_000, Window(1_000_000, "observed"), id="above all that is known"
        ),
        pytest.param(Words(settings=1_000_000), 1_200_000, Window(2_000_000, "observed"), id="above a million"),
        pytest.param(Words(recorded=100_000), 150_000, Window(100_000, "recorded"), id="a record is never overridden"),
        pytest.param(Words(agent=200_000), None, Window(200_000, "agent"), id="nothing was measured"),
    ],
)
def test_a_measured_context_above_the_window_proves_a_larger_one(words, measured, expected):
    assert resolve(words, measured) == expected


FIGURES = st.none() | st.integers(1, 3_000_000)


@given(st.builds(Words, **dict.fromkeys(SAID, FIGURES), sizes=st.lists(st.integers(1, 3_000_000), max_size=3)), FIGURES)
def test_a_window_that_was_not_recorded_holds_what_was_measured(words, measured):
    window = resolve(words, measured)
    assert window.tokens > 0
    assert window.source == "recorded" or measured is None or window.tokens >= measured
    assert (window.source == "recorded") is (words.recorded is not None)
