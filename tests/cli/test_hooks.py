"""`relaymark hooks` and `relaymark uninstall`: shown first, asked for, written whole, and undone cleanly."""

import json
import os
import subprocess
import time

import pytest

OWN = '{\n  "model": "opus",\n  "env": {"TOKEN": "hush"}\n}\n'


@pytest.fixture
def settings(world):
    path = world.claude_home / "settings.json"
    path.write_text(OWN)
    return path


def test_what_changes_is_shown_and_asked_for_first(world, settings):
    done = world.run("hooks", "install", "claude-code", stdin="n\n")
    assert done.returncode == 1
    assert settings.read_text() == OWN
    assert f"{settings}\n+ hooks.SessionStart: command -v " in done.stdout
    assert "Change this file?" in done.stdout
    assert "hush" not in done.stdout + done.stderr
    done = world.run("hooks", "install", "claude-code", stdin="y\n")
    assert done.returncode == 0
    assert json.loads(settings.read_text())["hooks"].keys() == {
        "SessionStart",
        "UserPromptSubmit",
        "PostToolUse",
        "PreCompact",
    }


def test_a_dry_run_changes_nothing_and_without_an_answer_nothing_changes(world, settings):
    assert world.run("hooks", "install", "claude-code", "--dry-run").returncode == 0
    assert settings.read_text() == OWN
    assert world.run("hooks", "install", "claude-code").returncode == 1
    assert settings.read_text() == OWN


def test_removing_gives_the_file_back(world, settings):
    assert world.run("hooks", "install", "claude-code", "--yes").returncode == 0
    assert "stand there already" in world.run("hooks", "install", "claude-code", "--yes").stdout
    done = world.run("hooks", "remove", "claude-code", "--yes")
    assert done.stdout.count("\n- ") == 5
    assert settings.read_text() == OWN
    assert "No hooks of Relaymark stand there" in world.run("hooks", "remove", "claude-code", "--yes").stdout


def test_a_file_that_was_not_there_is_made_for_the_user_alone_and_goes_again(bare):
    assert bare.run("hooks", "install", "claude-code", "--yes").returncode == 0
    path = bare.claude_home / "settings.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert bare.run("hooks", "remove", "claude-code", "--yes").returncode == 0
    assert not path.exists()


def test_the_projects_own_settings_are_meant_with_an_option(world, settings):
    shop = world.repository("shop")
    (shop / "src").mkdir()
    assert world.run("hooks", "install", "claude-code", "--project", "--yes", cwd=shop / "src").returncode == 0
    assert "PreCompact" in (shop / ".claude/settings.json").read_text()
    assert settings.read_text() == OWN
    done = world.run("hooks", "status", cwd=shop)
    assert f"{settings}: not installed\n" in done.stdout
    assert (
        f"{shop}/.claude/settings.json: SessionStart, UserPromptSubmit, PostToolUse, PreCompact, statusLine\n"
        in done.stdout
    )


def test_a_link_stays_a_link_and_a_mode_stays(world, settings):
    kept = world.home / "dotfiles.json"
    settings.rename(kept)
    kept.chmod(0o640)
    settings.symlink_to(kept)
    assert world.run("hooks", "install", "claude-code", "--yes").returncode == 0
    assert settings.is_symlink()
    assert kept.stat().st_mode & 0o777 == 0o640
    assert "PreCompact" in kept.read_text()


@pytest.mark.parametrize("text", ['{"hooks": []}', "{", "\udce9".encode("utf-8", "surrogateescape")])
def test_a_file_that_cannot_be_edited_is_named_and_left(world, settings, text):
    data = text if isinstance(text, bytes) else text.encode()
    settings.write_bytes(data)
    done = world.run("hooks", "install", "claude-code", "--yes")
    assert done.returncode == 1
    assert str(settings) in done.stderr
    assert "Traceback" not in done.stderr
    assert settings.read_bytes() == data


def test_credentials_beside_the_settings_are_never_opened(world, settings):
    for name in (".claude.json", ".credentials.json"):
        os.mkfifo(world.claude_home / name)  # whoever opens it hangs
    os.mkfifo(world.codex_home / "auth.json")
    for words in (["hooks", "install", "claude-code", "--yes"], ["hooks", "status"], ["uninstall", "--dry-run"]):
        assert world.run(*words).returncode == 0


def test_codex_is_told_to_notify_and_forgets_it_again(world):
    config = world.codex_home / "config.toml"
    config.write_text('model = "gpt-5.5-codex"\n[mcp_servers.x]\nenv = {KEY = "hush"}\n')
    done = world.run("hooks", "install", "codex", "--yes")
    assert done.returncode == 0
    assert '+ notify = ["sh", "-c", "command -v' in done.stdout
    assert "hush" not in done.stdout
    assert world.run("hooks", "status").stdout.count("config.toml: notify\n") == 1
    assert world.run("hooks", "remove", "codex", "--yes").returncode == 0
    assert config.read_text() == 'model = "gpt-5.5-codex"\n[mcp_servers.x]\nenv = {KEY = "hush"}\n'


def test_another_notify_is_refused_with_the_way_to_have_both(world):
    config = world.codex_home / "config.toml"
    config.write_text('notify = ["say"]\n')
    done = world.run("hooks", "install", "codex", "--yes")
    assert done.returncode == 1
    assert 'relaymark hook codex-notify "$1"' in done.stderr
    assert config.read_text() == 'notify = ["say"]\n'


@pytest.mark.parametrize("words", [["install", "aider"], ["install", "codex", "--project"]])
def test_what_has_no_hooks_is_said(world, words):
    done = world.run("hooks", *words, "--yes")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


def lines_of(world, settings):
    value = json.loads(settings.read_text())
    hooks = [group["hooks"][0]["command"] for groups in value["hooks"].values() for group in groups]
    return [*hooks, value["statusLine"]["command"]]


@pytest.mark.parametrize("name", ["sh", "bash"])
def test_when_relaymark_is_gone_every_command_line_is_silent_and_succeeds(world, settings, name):
    world.run("hooks", "install", "claude-code", "--yes")
    world.run("hooks", "install", "codex", "--yes")
    import tomllib

    notify = tomllib.loads((world.codex_home / "config.toml").read_text())["notify"]
    for line in [*lines_of(world, settings), None]:
        argv = [*notify, '{"type": "x"}'] if line is None else [name, "-c", line]
        gone = [word.replace("relaymark", "no-such-program") for word in argv]
        done = subprocess.run(gone, input="{}", env=world.env, capture_output=True, text=True, check=False, timeout=30)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_hook_that_breaks_is_silent_and_succeeds(world, settings, tmp_path):
    world.run("hooks", "install", "claude-code", "--yes")
    broken = tmp_path / "bin/relaymark"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    broken.chmod(0o755)
    env = world.env | {"PATH": f"{broken.parent}{os.pathsep}{os.environ['PATH']}"}
    for line in lines_of(world, settings):
        called = line.replace(line.split()[2], "relaymark")
        done = subprocess.run(["sh", "-c", called], input="{}", env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# Uninstall


def everything(world):
    shop = world.repository("shop")
    notes = shop / ".relaymark/handovers"
    notes.mkdir(parents=True)
    (notes / "20261120T101500Z-PLAN-1-x.md").write_text("a note")
    (shop / "AGENTS.md").write_text("Mine.\n<!-- relaymark:begin -->\nRelay.\n<!-- relaymark:end -->\n")
    world.run("hooks", "install", "claude-code", "--yes")
    world.run("hooks", "install", "codex", "--yes")
    cache = world.home / ".cache"
    (cache / "relaymark").mkdir(parents=True)
    config = world.home / ".config/relaymark"
    config.mkdir(parents=True)
    (config / "config.toml").write_text("cap = 100000\n")
    world.env["XDG_CACHE_HOME"] = str(cache)
    return shop


def held(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git/" not in str(path)}


def test_a_dry_run_lists_what_goes_and_removes_nothing(world, settings):
    shop = everything(world)
    before = held(world.root)
    done = world.run("uninstall", "--dry-run", cwd=shop)
    assert done.returncode == 0
    assert held(world.root) == before
    for part in (
        "- hooks.PreCompact",
        "- notify = ",
        "- Relay.",
        str(world.state / "relaymark"),
        ".cache/relaymark",
        "Kept: notes",
    ):
        assert part in done.stdout
    assert "hush" not in done.stdout


def test_uninstalling_leaves_notes_settings_and_the_users_own(world, settings):
    shop = everything(world)
    assert world.run("uninstall", cwd=shop, stdin="n\n").returncode == 1
    assert (world.state / "relaymark").exists()
    done = world.run("uninstall", "--yes", cwd=shop)
    assert done.returncode == 0, done.stderr
    assert settings.read_text() == OWN
    assert not (world.codex_home / "config.toml").exists()
    assert (shop / "AGENTS.md").read_text() == "Mine.\n"
    assert not (world.state / "relaymark").exists()
    assert not (world.home / ".cache/relaymark").exists()
    assert (shop / ".relaymark/handovers/20261120T101500Z-PLAN-1-x.md").read_text() == "a note"
    assert (world.home / ".config/relaymark/config.toml").exists()
    again = world.run("uninstall", "--yes", cwd=shop)
    assert "There is nothing to remove." in again.stdout


def test_one_file_that_cannot_be_read_does_not_keep_the_rest(world, settings):
    shop = everything(world)
    settings.write_text("{")
    done = world.run("uninstall", "--yes", cwd=shop)
    assert done.returncode == 1
    assert str(settings) in done.stderr
    assert settings.read_text() == "{"
    assert not (world.codex_home / "config.toml").exists()
    assert not (world.state / "relaymark").exists()


# A stand-in for the agents: it runs the lines that stand in its settings, as they document


def ran(line, given, env, cwd):
    done = subprocess.run(["sh", "-c", line], input=json.dumps(given), env=env, cwd=cwd, capture_output=True, text=True,
                          check=False, timeout=30)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout) if done.stdout else None


def test_an_agent_that_runs_what_stands_in_its_settings_hears_of_the_crossing(world, settings):
    world.run("hooks", "install", "claude-code", "--yes")
    shop = world.repository("shop")
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000).reply(65_000, ends=False)
    given = {"session_id": session.id, "transcript_path": str(session.path), "cwd": str(shop)}
    env = world.env | {"PATH": os.environ["PATH"]}
    hooks = json.loads(settings.read_text())["hooks"]
    line = {event: groups[0]["hooks"][0]["command"] for event, groups in hooks.items()}
    assert ran(line["SessionStart"], given | {"source": "startup"}, env, shop) is None
    assert ran(line["UserPromptSubmit"], given, env, shop) is None
    said, until = None, time.monotonic() + 30
    while said is None and time.monotonic() < until:
        said = ran(line["PostToolUse"], given, env, shop)
    assert "past the ceiling of 60,000" in said["hookSpecificOutput"]["additionalContext"]
    assert "handover note" in ran(line["PreCompact"], given, env, shop)["systemMessage"]
