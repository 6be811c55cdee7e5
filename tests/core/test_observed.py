"""A session and the facts beside it, drawn together."""

import pytest
from tests.core.builders import NOW, shown

from relaymark.core.config import Config, LimitOverride
from relaymark.core.gauge import Limits
from relaymark.core.observed import agent_percent_left
from relaymark.core.weights import Breakdown
from relaymark.core.window import Window


@pytest.mark.parametrize(
    ("fields", "window"),
    [
        ({}, Window(200_000, "agent")),
        ({"told": 500_000}, Window(500_000, "statusline")),
        ({"one_million": True}, Window(1_000_000, "settings")),
        ({"told": 500_000, "one_million": True}, Window(500_000, "statusline")),
        ({"window": 272_000, "told": 500_000}, Window(272_000, "recorded")),
        ({"agent_window": None, "registry_window": 400_000}, Window(400_000, "registry")),
        ({"agent_window": None}, Window(200_000, "assumed")),
        ({"context": 210_000}, Window(1_000_000, "observed")),
        ({"context": 210_000, "registry_window": 400_000}, Window(400_000, "observed")),
        ({"context": 210_000, "source": "estimated"}, Window(200_000, "agent")),
        ({"context": 210_000, "window": 200_000}, Window(200_000, "recorded")),
    ],
)
def test_the_window_is_the_strongest_word_and_only_a_measured_context_overrides_it(fields, window):
    assert shown(**fields).window == window


def test_a_window_that_the_user_set_goes_before_the_agents_settings():
    config = Config(limits={"anthropic/*": LimitOverride(window=150_000)})
    assert shown(config=config, one_million=True).window == Window(150_000, "settings")


def test_lines_are_those_of_model_and_host():
    config = Config(limits={"anthropic/claude-sonnet-*": LimitOverride(ceiling_percent=10)})
    assert shown(config=config).gauge.ceiling.tokens == 20_000
    assert shown(config=config, model="claude-opus-4-8").gauge.ceiling.tokens == 60_000
    assert shown(config=config, host="aws").gauge.ceiling.tokens == 60_000


def test_a_price_step_and_a_published_figure_lower_the_ceiling():
    assert shown(price_step=50_000).gauge.ceiling.reason == "price step at 50k"
    assert shown(published=Limits(cap=32_000, cap_reason="cap 32k: RULER")).gauge.ceiling.reason == "cap 32k: RULER"


def test_the_breakdown_needs_counts_a_base_and_a_context():
    sums = Breakdown(1_000, 0, 0, 1_000)
    assert shown(sums=sums, base=40_211).breakdown == Breakdown(500, 0, 0, 500, 40_211)
    assert shown(sums=sums).breakdown is None
    assert shown(base=14_000).breakdown is None
    assert shown(sums=sums, base=14_000, context=None).breakdown is None


@pytest.mark.parametrize(
    ("fields", "state", "is_open"),
    [
        ({}, "working", True),
        ({"updated_at": NOW + 600}, "working", True),
        ({"updated_at": NOW - 1_000}, "idle", True),
        ({"updated_at": None, "modified": NOW - 1_000}, "idle", True),
        ({"updated_at": NOW - 9 * 3_600}, "idle", False),
        ({"updated_at": NOW - 13 * 3_600}, "closed", False),
    ],
)
def test_its_age_counts_from_its_newest_activity(fields, state, is_open):
    view = shown(**fields)
    assert (view.life.state, view.open) == (state, is_open)


@pytest.mark.parametrize(
    ("context", "window", "baseline", "left"),
    [
        (15_500, 121_600, 12_000, 97),
        (0, 121_600, 12_000, 100),
        (12_000, 121_600, 12_000, 100),
        (200_000, 121_600, 12_000, 0),
        (5_000, 10_000, 12_000, 0),
        (15_500, 121_600, 0, None),
    ],
)
def test_the_percentage_that_an_agent_shows_itself(context, window, baseline, left):
    assert agent_percent_left(context, window, baseline) == left
