"""`relaymark statusline`: one line, whatever stands on standard input; told windows are kept."""

import json
import subprocess
import sys

import pytest

ZERO = {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


def usage(tokens):
    return ZERO | {
        "input_tokens": 4,
        "output_tokens": 500,
        "cache_creation_input_tokens": 1_000,
        "cache_read_input_tokens": tokens - 1_004,
    }


def told(world, current, *, size=200_000, model="claude-sonnet-4-5", **more):
    """Returns the status JSON that Claude Code hands over."""
    return {
        "hook_event_name": "Status",
        "session_id": "0e0e0e0e-0000-4000-8000-000000000000",
        "transcript_path": str(world.claude_home / "projects/-home-dev-shop/0e0e0e0e.jsonl"),
        "cwd": "/home/dev/shop",
        "model": {"id": model, "display_name": "Sonnet 4.5"},
        "workspace": {"current_dir": "/home/dev/shop", "project_dir": "/home/dev/shop"},
        "version": "2.1.329",
        "cost": {"total_cost_usd": 0.12},
        "context_window": {
            "total_input_tokens": 900_000,
            "total_output_tokens": 9_000,
            "context_window_size": size,
            "current_usage": current,
        },
    } | more


def line(world, given, **env):
    text = given if isinstance(given, str | bytes) else json.dumps(given)
    done = world.run("statusline", stdin=text, env=env)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert done.stdout.count("\n" if isinstance(text, str) else b"\n") == 1
    return done.stdout[:-1]


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        (41_211, "◔ 41k/60k"),
        (50_000, "\x1b[33m◑ 50k/60k\x1b[0m"),
        (61_000, "\x1b[31m◕ 61k/60k\x1b[0m"),
        (95_000, "\x1b[1;31m● 95k/60k\x1b[0m"),
    ],
)
def test_what_claude_code_tells_is_shown_with_the_colour_of_its_level(world, tokens, expected):
    assert line(world, told(world, usage(tokens))) == expected


def test_without_colours_there_are_none(world):
    assert line(world, told(world, usage(95_000)), NO_COLOR="1") == "● 95k/60k"


def test_the_large_variant_has_the_large_window(world):
    given = told(world, usage(70_000), size=1_000_000, model="claude-sonnet-4-5[1m]")
    assert line(world, given) == "◔ 70k/120k"
    assert remembered(world)["window"] == 1_000_000
    assert remembered(world)["model"] == "claude-sonnet-4-5"


def test_the_mark_of_the_large_variant_counts_where_no_size_is_told(world):
    given = told(world, usage(70_000), model="claude-sonnet-4-5[1m]")
    del given["context_window"]["context_window_size"]
    assert line(world, given) == "◔ 70k/120k"


@pytest.mark.parametrize("current", [None, ZERO, {}], ids=["before the first reply", "after a compaction", "empty"])
def test_an_unknown_context_is_a_question_mark(world, current):
    assert line(world, told(world, current)) == "○ ?/60k"


def test_an_older_version_that_tells_no_figures_is_read_from_its_transcript(world):
    session = world.claude(world.folder("shop"), version="2.0.30").prompt().reply(41_211)
    given = told(world, None, session_id=session.id, transcript_path=str(session.path), version="2.0.30")
    del given["context_window"]
    assert line(world, given) == "◔ 41k/60k?"
    assert not list((world.state / "relaymark/windows").iterdir())


def test_a_transcript_that_is_not_there_yet_leaves_the_context_unknown(world):
    given = told(world, None)
    del given["context_window"]
    assert line(world, given) == "○ ?/60k"


GARBAGE = {
    "nothing": "",
    "no json": "Hello",
    "half": '{"session_id": "x", "context_window": {',
    "a list": "[1, 2]",
    "deep": "[" * 100_000,
    "other types": json.dumps({"session_id": 7, "context_window": [1], "model": "x", "cwd": 3, "version": 2}),
    "text for numbers": json.dumps({"session_id": "x", "context_window": {"context_window_size": "big"}}),
    "huge numbers": '{"session_id": "x", "context_window": {"context_window_size": 1e400, "current_usage": null}}',
    "negative": '{"session_id": "x", "context_window": {"context_window_size": -5, "current_usage": {"a": -9}}}',
    "a path outwards": json.dumps({"session_id": "../../escape", "context_window": {"context_window_size": 9_000}}),
    "NUL in a path": json.dumps({"session_id": "x", "transcript_path": "/home/dev/\0.jsonl", "cwd": "/home/\0"}),
    "a folder as transcript": json.dumps({"session_id": "x", "transcript_path": "/"}),
}


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_gets_a_line_and_never_a_fault(world, text):
    assert line(world, text)[0] in "○◔"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'{"session_id": "\xe9"}'], ids=["BOM", "latin-1"])
def test_bytes_that_are_no_text_get_a_line_and_never_a_fault(world, data):
    assert line(world, data, PYTHONIOENCODING="utf-8:strict").decode().startswith("○")


def test_nothing_is_written_outside_of_the_state_folder(world):
    before = {str(path) for path in world.root.rglob("*") if "cache" not in str(path)}
    line(world, GARBAGE["a path outwards"])
    after = {str(path) for path in world.root.rglob("*") if "cache" not in str(path)}
    assert after == before


def test_without_any_standard_input_the_workspace_is_shown(world):
    shop = world.repository("shop")
    world.claude(shop).prompt().reply(41_211)
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m relaymark statusline 0<&-"],
        cwd=shop, env=world.env, capture_output=True, text=True, encoding="utf-8", timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "◔ 41k/60k\n", "")


def test_a_prompt_of_a_shell_gets_the_gauge_of_its_folder(world):
    shop = world.repository("shop")
    world.claude(shop).prompt().reply(41_211)
    world.codex(shop).prompt().usage(200_000)
    done = world.run("statusline", cwd=shop)
    assert done.stdout == "● 200k/78k +1\n"


def test_output_that_cannot_show_every_sign_does_not_break_it(world):
    done = world.run(
        "statusline",
        stdin=json.dumps(told(world, usage(41_211))).encode(),
        env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0
    assert b"41k/60k" in done.stdout


def remembered(world):
    [file] = (world.state / "relaymark/windows").iterdir()
    return json.loads(file.read_text())


def test_the_told_window_is_kept_for_the_server_and_written_only_when_it_is_new(world):
    line(world, told(world, usage(41_000)))
    found = remembered(world)
    assert (found["session"], found["window"]) == ("0e0e0e0e-0000-4000-8000-000000000000", 200_000)
    [file] = (world.state / "relaymark/windows").iterdir()
    first = file.stat()
    line(world, told(world, usage(42_000)))
    again = file.stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)
    line(world, told(world, usage(42_000), size=1_000_000))
    assert remembered(world)["window"] == 1_000_000


def test_a_state_folder_that_cannot_be_written_does_not_break_the_line(world):
    (world.state / "relaymark/windows").rmdir()
    (world.state / "relaymark").rmdir()
    (world.state / "relaymark").write_text("a file")
    assert line(world, told(world, usage(41_211))) == "◔ 41k/60k"


def test_the_settings_of_the_folder_count(world):
    shop = world.repository("shop")
    (shop / ".relaymark.toml").write_text('ceilingPercent = 10\ntext = "percent"\n')
    given = told(world, usage(41_000), cwd=str(shop))
    assert line(world, given, NO_COLOR="1") == "● 20 % of window"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_help_tells_how_to_set_it_up(world, flag):
    done = world.run("statusline", flag)
    assert done.returncode == 0
    assert '"statusLine": {"type": "command", "command": "relaymark statusline"}' in done.stdout
