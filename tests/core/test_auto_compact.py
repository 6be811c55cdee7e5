"""Automatic compaction: what settings, the environment and observation tell of it, the surest first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.auto_compact import SWITCHES, AutoCompact, Setting, auto_compact, picked


def told(agent, keys, value, *, environ=None, observed=None):
    settings = () if keys is None else (Setting("settings.json", keys, value),)
    return auto_compact(agent, environ or {}, settings, observed)


@pytest.mark.parametrize(
    ("agent", "keys", "value", "on"),
    [
        ("claude-code", ("autoCompactEnabled",), True, True),
        ("claude-code", ("autoCompactEnabled",), False, False),
        ("claude-code", ("autoCompactEnabled",), "false", None),
        ("claude-code", ("env", "DISABLE_AUTO_COMPACT"), "1", False),
        ("claude-code", ("env", "DISABLE_AUTO_COMPACT"), "0", None),
        ("claude-code", ("env", "DISABLE_COMPACT"), "true", False),
        ("codex", ("model_auto_compact_token_limit",), 200_000, True),
        ("gemini-cli", ("model", "compressionThreshold"), 0.5, True),
        ("gemini-cli", ("model", "compressionThreshold"), 1, False),
        ("gemini-cli", ("model", "compressionThreshold"), True, None),
        ("qwen-code", ("model", "chatCompression", "contextPercentageThreshold"), 0, False),
        ("qwen-code", ("model", "chatCompression", "contextPercentageThreshold"), 0.7, True),
        ("opencode", ("compaction", "auto"), False, False),
        ("opencode", ("compaction", "auto"), True, True),
    ],
)
def test_a_setting_tells_and_is_named(agent, keys, value, on):
    known = told(agent, keys, value)
    assert known.on is on
    assert known.how == SWITCHES[agent].how
    if on is not None:
        assert keys[-1] in known.why
        assert "settings.json" in known.why


@pytest.mark.parametrize("agent", [*SWITCHES, "aider", ""])
def test_nothing_is_concluded_from_a_default(agent):
    assert told(agent, None, None).on is None


def test_the_environment_goes_before_settings_and_what_was_observed():
    known = told("claude-code", ("autoCompactEnabled",), True, environ={"DISABLE_AUTO_COMPACT": "1"}, observed=2)
    assert known == AutoCompact(False, "DISABLE_AUTO_COMPACT is set", SWITCHES["claude-code"].how)
    assert told("claude-code", None, None, environ={"DISABLE_AUTO_COMPACT": "0"}, observed=1).on is True


def test_a_switch_that_is_off_goes_before_what_was_observed_earlier():
    assert told("opencode", ("compaction", "auto"), False, observed=3).on is False


@pytest.mark.parametrize(("times", "words"), [(1, "once"), (2, "2 times")])
def test_an_observed_one_tells_of_any_agent(times, words):
    known = told("copilot-cli", None, None, observed=times)
    assert known.on is True
    assert known.why.endswith(words)


def test_of_several_files_the_strongest_counts():
    keys = ("autoCompactEnabled",)
    settings = (Setting("settings.local.json", keys, False), Setting("settings.json", keys, True))
    assert auto_compact("claude-code", {}, settings).why == "autoCompactEnabled is false in settings.local.json"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["model", "env", "auto"]), inner),
    max_leaves=6,
)


@given(values, st.sampled_from(sorted(SWITCHES)))
def test_any_value_can_be_asked(value, agent):
    for keys in SWITCHES[agent].wanted:
        held = picked(value, keys)
        assert not isinstance(held, dict | list)
        if held is not None:
            auto_compact(agent, {}, (Setting("x", keys, held),))
