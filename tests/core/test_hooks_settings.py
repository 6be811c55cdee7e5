"""Hooks in the settings of agents: they go in and come out again, and what the user has stays as it was."""

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core import hooks_claude as claude
from relaymark.core import hooks_codex as codex
from relaymark.core.hooks_blocks import without_blocks
from relaymark.core.hooks_json import NotJsonError

MINE = {"type": "command", "command": "say done"}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
groups = st.lists(
    st.fixed_dictionaries({"hooks": st.lists(st.just(MINE), max_size=2)}, optional={"matcher": st.just("Bash")}),
    max_size=2,
)
hooks = st.dictionaries(st.sampled_from([*claude.EVENTS, "Stop"]), groups, max_size=3)
settings = st.fixed_dictionaries(
    {}, optional={"model": values, "hooks": hooks, "env": values, "statusLine": st.sampled_from([None, MINE])}
)
layouts = st.sampled_from([{"indent": 2}, {"indent": 4}, {"indent": "\t"}, {}, {"separators": (",", ":")}])


def written(value, layout):
    return json.dumps(value, ensure_ascii=False, **layout)


@given(settings, layouts, st.sampled_from(["", "\n", "\r\n"]), st.booleans())
def test_what_goes_in_comes_out_again(value, layout, end, mark):
    text = ("\ufeff" if mark else "") + (written(value, layout) + "\n").replace("\n", end or "\n").removesuffix(
        end or "\n"
    )
    changed = claude.installed(text, "relaymark")
    now = json.loads(changed.text.lstrip("\ufeff"))
    assert set(claude.found_in(now).events) == set(claude.EVENTS)
    assert claude.removed(changed.text).text.startswith("\ufeff") == mark
    assert json.loads(claude.removed(changed.text).text.lstrip("\ufeff")) == value
    assert claude.installed(changed.text, "relaymark").text == changed.text


@given(settings, layouts)
def test_nothing_of_the_users_own_is_changed(value, layout):
    now = json.loads(claude.installed(written(value, layout), "relaymark").text)
    for key in value.keys() - {"hooks", "statusLine"}:
        assert now[key] == value[key]
    if value.get("statusLine"):
        assert now["statusLine"] == value["statusLine"]
    for event, there in value.get("hooks", {}).items():
        assert now["hooks"][event][: len(there)] == there


@given(settings, layouts)
def test_settings_without_hooks_of_relaymark_stay_as_they_are(value, layout):
    text = written(value, layout)
    assert claude.removed(text) == claude.Changed(text)


OWN = """{
    // }
    "permissions": { "allow": ["Bash(ls)", "Read"],   "deny": [] },
    "hooks": {
        "PostToolUse": [
            { "matcher": "Edit", "hooks": [{ "type": "command", "command": "fmt" }] }
        ]
    },
    "apiKeyHelper": "secret"
}
""".replace("    // }\n", "")


def test_the_layout_of_the_rest_stays_to_the_last_character():
    changed = claude.installed(OWN, "relaymark")
    for line in OWN.splitlines():
        assert line.rstrip(",") in changed.text
    assert claude.removed(changed.text).text == OWN
    assert '        "SessionStart": [\n            {\n                "hooks": [' in changed.text


def test_only_relaymarks_own_lines_are_told():
    changed = claude.installed(OWN, "relaymark")
    told = "\n".join((*changed.lines, *changed.notes, *claude.removed(changed.text).lines))
    assert "secret" not in told
    assert "fmt" not in told
    assert [line.partition(":")[0] for line in changed.lines] == [
        *(f"hooks.{name}" for name in claude.EVENTS),
        "statusLine",
    ]


def test_the_status_line_of_the_user_stays_and_is_named():
    text = json.dumps({"statusLine": MINE})
    changed = claude.installed(text, "relaymark")
    assert json.loads(changed.text)["statusLine"] == MINE
    assert "statusLine is your own and stays" in changed.notes[0]
    assert claude.removed(changed.text).text == text


def test_a_hook_that_the_user_moved_beside_an_own_one_comes_out_alone():
    line = claude.command("relaymark", "hook post-tool")
    value = {"hooks": {"PostToolUse": [{"hooks": [MINE, {"type": "command", "command": line}]}]}}
    out = claude.removed(json.dumps(value))
    assert json.loads(out.text) == {"hooks": {"PostToolUse": [{"hooks": [MINE]}]}}


def test_an_older_command_line_is_replaced_and_not_doubled():
    text = claude.installed("{}", "/opt/old place/relaymark").text
    now = claude.installed(text, "relaymark").text
    assert "/opt/old place" in text
    assert "/opt/old place" not in now
    assert now.count("hook session-start") == 1


def test_a_file_that_relaymark_made_goes_with_its_hooks():
    assert claude.removed(claude.installed("", "relaymark").text).text == ""
    assert json.loads(claude.removed(claude.installed("{}", "relaymark").text).text) == {}
    own = json.loads(claude.installed("", "relaymark").text) | {"model": "opus"}
    assert json.loads(claude.removed(json.dumps(own)).text) == {"model": "opus"}


REFUSED = {
    "no JSON": "{",
    "comments": '{ // x\n "a": 1 }',
    "a list": "[]",
    "hooks as a list": '{"hooks": []}',
    "hooks as null": '{"hooks": null}',
    "an event as an object": '{"hooks": {"PreCompact": {}}}',
    "a key twice": '{"hooks": {}, "hooks": {}}',
    "too deep": '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a number too long": '{"a": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_settings_that_cannot_be_edited_safely_are_refused(text):
    with pytest.raises(NotJsonError):
        claude.installed(text, "relaymark")


def test_what_is_wrong_with_a_file_is_told_without_what_stands_in_it():
    with pytest.raises(NotJsonError, match=r"^it is not valid JSON \(line 2\)$"):
        claude.installed('{\n "key": sk-secret\n}', "relaymark")


@given(values)
def test_any_value_can_be_asked_for_hooks(value):
    assert claude.found_in(value).events == ()


# Codex


OWN_TOML = '# mine\nmodel = "gpt-5.5-codex"\n\n[projects."/home/dev"]\ntrust_level = "trusted"\nnotify = "x"\n'


@pytest.mark.parametrize(
    "text",
    [
        OWN_TOML,
        OWN_TOML.replace("\n", "\r\n"),
        "\ufeff" + OWN_TOML,
        "[a]\n",
        "\n\n",
        "x = 1",
        'x = """\n[notify]\n"""\n',
    ],
)
def test_notify_goes_in_and_comes_out_again_to_the_last_character(text):
    changed = codex.installed(text, "relaymark")
    value = tomllib.loads(changed.text.removeprefix("\ufeff"))
    assert value.pop("notify") == codex.argv("relaymark")
    assert value == tomllib.loads(text.removeprefix("\ufeff"))
    assert codex.found_in(changed.text) == "relaymark"
    assert codex.installed(changed.text, "relaymark").text == changed.text
    assert codex.removed(changed.text).text == text


def test_a_config_that_relaymark_made_goes_with_its_line():
    assert codex.removed(codex.installed("", "relaymark").text).text == ""


@pytest.mark.parametrize("notify", ['["say", "done"]', '"x"', "[]", "1"])
def test_another_notify_is_refused(notify):
    text = f"notify = {notify}\n"
    assert codex.found_in(text) == "user"
    with pytest.raises(codex.TakenError):
        codex.installed(text, "relaymark")
    assert codex.removed(text).text == text


def test_a_line_that_was_rewritten_is_left_to_the_user():
    text = codex.installed(OWN_TOML, "relaymark").text.replace('"-c", ', '"-c",\n  ')
    with pytest.raises(codex.NotTomlError, match="by hand"):
        codex.removed(text)


@pytest.mark.parametrize("text", ["x =", "[a", "a = 1\na = 2", "x = " + "[" * 100_000])
def test_what_is_no_toml_is_refused(text):
    with pytest.raises(codex.NotTomlError):
        codex.installed(text, "relaymark")


@pytest.mark.parametrize("program", ["/opt/my tools/relay'mark", '/opt/"x"/relaymark', "/opt/$(reboot)/\u00fc"])
def test_a_program_of_any_name_is_one_word_of_the_command_line(program):
    import shlex

    words = shlex.split(claude.command(program, "hook post-tool"), comments=True)
    assert words[:3] == ["command", "-v", program]
    assert program in codex.argv(program)[2] or shlex.quote(program) in codex.argv(program)[2]
    assert tomllib.loads(codex.installed("", program).text)["notify"] == codex.argv(program, new_file=True)


# Marked blocks


def test_marked_blocks_go_and_all_else_stays():
    text = "# Rules\n\n<!-- relaymark:begin -->\nKeep the relay.\n<!-- relaymark:end -->\nMine.\n"
    out = without_blocks(text)
    assert out.text == "# Rules\n\nMine.\n"
    assert out.lines == ("<!-- relaymark:begin -->", "Keep the relay.", "<!-- relaymark:end -->")


@pytest.mark.parametrize(
    "text",
    [
        "a\n<!-- relaymark:begin -->\nmine, as it has no end\n",
        "a\n<!-- relaymark:end -->\nb\n",
        "a `<!-- relaymark:begin -->` b\n<!-- relaymark:end -->\n",
        "",
    ],
)
def test_what_is_no_whole_block_stays(text):
    assert without_blocks(text) == claude.Changed(text)


def test_of_two_beginnings_the_later_one_is_the_block():
    text = "<!-- relaymark:begin -->\nmine\n<!-- relaymark:begin -->\nx\n<!-- relaymark:end -->\n"
    assert without_blocks(text).text == "<!-- relaymark:begin -->\nmine\n"
