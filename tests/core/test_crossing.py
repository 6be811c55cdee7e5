"""When a popup is due, what it says, and below which lines a session is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import at_level, shown

from relaymark.core.config import Config
from relaymark.core.crossing import below, crossed, message


@pytest.mark.parametrize(
    ("level", "line"), [("clear", None), ("near", None), ("over", "ceiling"), ("reset", "reset"), ("unknown", None)]
)
def test_the_ceiling_and_the_reset_line_are_crossed_and_near_is_no_line(level, line):
    assert crossed(at_level(level)) == line


@pytest.mark.parametrize(
    "fields",
    [{"parent": "0f3c0000"}, {"elsewhere": True}, {"agent_window": None}],
    ids=["subagent", "other work tree", "assumed window"],
)
@pytest.mark.parametrize("level", ["over", "reset"])
def test_subagents_other_work_trees_and_assumed_windows_cross_nothing(level, fields):
    assert crossed(at_level(level, **fields)) is None


@pytest.mark.parametrize(
    ("context", "lines"),
    [
        (0, ("ceiling", "reset")),
        (59_999, ("ceiling", "reset")),
        (60_000, ("reset",)),
        (89_999, ("reset",)),
        (90_000, ()),
        (None, ()),
    ],
)
def test_a_session_is_below_the_lines_that_its_known_context_does_not_reach(context, lines):
    assert below(shown(context=context)) == lines


@given(st.none() | st.integers(0, 2_000_000), st.none() | st.sampled_from([200_000, 1_000_000]))
def test_no_session_is_past_a_line_and_below_it(context, window):
    view = shown(context=context, agent_window=window)
    assert crossed(view) not in below(view)


@pytest.mark.parametrize(
    ("level", "line", "text"),
    [
        ("over", "ceiling", "Claude Code: 70k, over its ceiling of 60k. Finish the item."),
        ("reset", "reset", "Claude Code: 95k, past its reset line of 90k. Hand over now."),
    ],
)
def test_a_popup_names_the_agent_its_context_the_line_and_what_to_do(level, line, text):
    assert message(at_level(level), line) == text


@given(st.integers(0, 999_999_999), st.text(max_size=100), st.sampled_from(["ceiling", "reset"]))
def test_a_popup_is_one_line_under_80_columns(context, agent, line):
    view = shown(context=context, agent_title=" ".join(agent.split()), config=Config(cap=1_050_000))
    text = message(view, line)
    assert len(text) < 80
    assert len(text.splitlines()) <= 1
