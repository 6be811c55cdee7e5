"""The settings: layers of raw values, of which bad ones are named and leave the weaker layer in force."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.config import Config, Layer, LimitOverride, limits, merged, override, strangers
from relaymark.core.gauge import Limits

USER = "/home/dev/.config/relaymark/config.toml"
REPOSITORY = "/home/dev/shop/.relaymark.toml"


def user(**values):
    return Layer(USER, values)


def repository(**values):
    return Layer(REPOSITORY, values, from_repository=True)


def editor(**values):
    return Layer("editor settings", values)


def test_without_layers_the_defaults_count():
    assert merged([]) == (Config(), ())
    config = Config()
    assert (config.ceiling_percent, config.reset_percent, config.near_percent, config.cap) == (30, 45, 80, None)
    assert (config.text, config.limits, config.path_map) == ("tokens", {}, {})


def test_of_several_layers_the_last_one_that_sets_a_key_counts():
    config, problems = merged(
        [
            user(ceilingPercent=25, resetPercent=40, nearPercent=70, cap=90_000),
            repository(ceilingPercent=35, resetPercent=50),
            editor(ceilingPercent=20),
        ]
    )
    assert problems == ()
    assert (config.ceiling_percent, config.reset_percent, config.near_percent, config.cap) == (20, 50, 70, 90_000)


def test_a_null_is_not_set():
    config, problems = merged([user(cap=90_000, text="both"), editor(cap=None, text=None, pathMap=None, unheard=None)])
    assert (config.cap, config.text, problems) == (90_000, "both", ())


BAD = [
    ("ceilingPercent", 0),
    ("ceilingPercent", -3),
    ("ceilingPercent", 101),
    ("ceilingPercent", "30"),
    ("ceilingPercent", "30 %"),
    ("ceilingPercent", True),
    ("ceilingPercent", float("nan")),
    ("ceilingPercent", float("inf")),
    ("resetPercent", [45]),
    ("nearPercent", {}),
    ("cap", 0),
    ("cap", -1),
    ("cap", 1.5),
    ("cap", True),
    ("cap", "120k"),
    ("text", "loud"),
    ("text", 1),
    ("limits", []),
    ("limits", {"gpt-*": {"cap": -1}}),
    ("limits", {"gpt-*": {"ceiling": 20}}),
    ("limits", {"gpt-*": 20}),
    ("pathMap", {"/workspaces": 1}),
    ("pathMap", "/workspaces"),
]


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_bad_value_is_named_once_and_the_weaker_layer_counts(key, value):
    good = {"cap": 90_000, "text": "both", "limits": {"x": {"cap": 1}}, "pathMap": {"/a": "/b"}}.get(key, 20)
    config, problems = merged([user(**{key: good}), editor(**{key: value}), editor(nearPercent=60)])
    assert config == merged([user(**{key: good}), editor(nearPercent=60)])[0], "and the other keys count"
    [problem] = problems if key != "nearPercent" else problems[:1]
    assert f"`{key}`" in problem
    assert problem.startswith("editor settings: ")


@pytest.mark.parametrize(
    ("key", "value", "where"),
    [
        ("rules", {"base-heavy": "hint", "path-missing": "error"}, "`$.path-missing`"),
        ("limits", {"x": {}, "gpt-*": {"cap": -1}}, "`$.gpt-*.cap`"),
        ("agents", {"aider": 0}, "`$.aider`"),
    ],
)
def test_of_several_values_the_bad_one_is_named(key, value, where):
    _, [problem] = merged([user(**{key: value})])
    assert problem.startswith(f"{USER}: `{key}` is not used: ")
    assert problem.endswith(f" at {where}")


@pytest.mark.parametrize(("key", "value"), BAD)
def test_a_bad_value_alone_leaves_the_default(key, value):
    assert merged([user(**{key: value})])[0] == Config()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("ceiling_percent", "ceilingPercent"),
        ("CeilingPercent", "ceilingPercent"),
        ("plansFiles", "planFiles"),
        ("rule", "rules"),
        ("quite", ""),
        ("", ""),
        ("\x1b[31m", ""),
    ],
)
def test_an_unknown_key_is_named_with_the_one_that_is_most_like_it(key, meant):
    config, [problem] = merged([user(**{key: 1})])
    assert config == Config()
    assert problem == f"{USER}: there is no setting `{key}`" + (f"; did you mean `{meant}`?" if meant else "")


KNOWN = {"rules": ["path-missing", "path-moved", "base-heavy"], "agents": ["claude-code"], "pathMap": ["/a"]}


@pytest.mark.parametrize(
    ("name", "meant"),
    [("path-mising", "path-missing"), ("Path_Moved", "path-moved"), ("heavy-base", ""), ("context", "")],
)
def test_a_rule_that_there_is_not_is_named_with_the_one_that_is_most_like_it(name, meant):
    offered = f"; did you mean `{meant}`?" if meant else ""
    layers = [user(rules={"path-moved": "off"}), repository(rules={name: "off", "path-moved": "hint"})]
    assert strangers(layers, KNOWN) == (f"{REPOSITORY}: `rules.{name}` is about nothing known{offered}",)
    assert merged(layers)[0].rules["path-moved"] == "hint"


def test_names_of_other_things_are_told_too_but_not_of_what_is_not_taken():
    found = strangers([editor(agents={"claudecode": False}), repository(pathMap={"/b": "/c"}, rules=1)], KNOWN)
    assert found == ("editor settings: `agents.claudecode` is about nothing known; did you mean `claude-code`?",)


def test_a_folder_is_never_taken_from_the_repository():
    config, [problem] = merged([user(pathMap={"/a": "/b"}), repository(pathMap={"/a": "/etc"}, cap=1)])
    assert config.path_map == {"/a": "/b"}
    assert config.cap == 1
    assert REPOSITORY in problem
    assert "`pathMap`" in problem


@pytest.mark.parametrize("layer", [user, editor])
def test_a_folder_is_taken_from_the_users_own_settings(layer):
    assert merged([layer(pathMap={"/workspaces": "/home/dev"})])[0].path_map == {"/workspaces": "/home/dev"}


@given(
    st.dictionaries(
        st.sampled_from([field.encode_name for field in msgspec.structs.fields(Config)]) | st.text(max_size=3),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
            max_leaves=4,
        ),
    )
)
def test_no_value_stops_the_settings(values):
    config, _ = merged([Layer("x", values)])
    assert 0 < config.ceiling_percent <= 100
    assert config.cap is None or config.cap > 0


def test_every_setting_is_described():
    described = re.findall(r"^ {4,8}(\w+): ", Config.__doc__, re.MULTILINE)
    assert set(described) == {field.name for field in msgspec.structs.fields(Config)}


# Lines per host and model

OVERRIDES = Config(
    ceiling_percent=25,
    limits={
        "anthropic/*": LimitOverride(cap=100_000, reset_percent=40),
        "anthropic/claude-opus-*": LimitOverride(cap=150_000),
        "*/gpt-5.5": LimitOverride(ceiling_percent=10, near_percent=50, window=272_000),
    },
)


@pytest.mark.parametrize(
    ("host", "model", "expected"),
    [
        ("anthropic", "claude-opus-4-8", LimitOverride(cap=150_000)),
        ("anthropic", "claude-sonnet-4-5", LimitOverride(cap=100_000, reset_percent=40)),
        ("aws", "claude-opus-4-8", LimitOverride()),
        ("openai", "gpt-5.5", LimitOverride(ceiling_percent=10, near_percent=50, window=272_000)),
        ("azure", "gpt-5.5", LimitOverride(ceiling_percent=10, near_percent=50, window=272_000)),
        ("openai", "gpt-5.5-codex", LimitOverride()),
        ("", "", LimitOverride()),
    ],
)
def test_of_several_patterns_the_longest_that_fits_counts(host, model, expected):
    assert override(OVERRIDES, host, model) == expected


def test_what_an_override_leaves_out_stays_as_it_is_set_for_all():
    assert limits(OVERRIDES, "openai", "gpt-5.5", None) == Limits(10, 45, 50, 120_000)
    assert limits(OVERRIDES, "anthropic", "claude-sonnet-4-5", None) == Limits(25, 40, 80, 100_000)


def test_without_settings_the_published_figure_caps_and_says_so():
    published = Limits(cap=32_000, cap_reason="cap 32k: NoLiMa")
    assert limits(Config(), "openai", "gpt-4o", published) == published
    assert limits(Config(), "openai", "gpt-4o", None) == Limits(30, 45, 80, 120_000, "")


def test_a_cap_that_the_user_set_for_the_model_goes_before_a_published_one():
    config = Config(limits={"openai/gpt-4o": LimitOverride(cap=50_000)})
    made = limits(config, "openai", "gpt-4o", Limits(cap=32_000, cap_reason="cap 32k: NoLiMa"))
    assert (made.cap, made.cap_reason) == (50_000, "")


def test_limits_come_through_the_layers_with_their_camel_case_names():
    config, problems = merged([editor(limits={"openai/*": {"ceilingPercent": 20, "window": 400_000, "cap": None}})])
    assert problems == ()
    assert config.limits == {"openai/*": LimitOverride(ceiling_percent=20, window=400_000)}
