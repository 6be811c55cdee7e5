"""The settings files of agents, read for automatic compaction: those keys alone, and never a file of credentials."""

import json
import os

import pytest

from relaymark.sources.auto_compact import known, settings_of


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "agent"
    folder.mkdir()
    return folder


def test_only_the_keys_that_tell_are_taken(home, tmp_path):
    held = {
        "autoCompactEnabled": True,
        "apiKeyHelper": "hush",
        "env": {"ANTHROPIC_API_KEY": "hush", "DISABLE_COMPACT": "1"},
    }
    (home / "settings.json").write_text(json.dumps(held))
    found = settings_of("claude-code", str(home), str(tmp_path))
    assert {each.keys for each in found} == {("autoCompactEnabled",), ("env", "DISABLE_COMPACT")}
    assert "hush" not in repr(found)


def test_the_projects_file_goes_before_the_users(home, tmp_path):
    (home / "settings.json").write_text('{"autoCompactEnabled": true}')
    project = tmp_path / "shop/.claude"
    project.mkdir(parents=True)
    (project / "settings.json").write_text('{"autoCompactEnabled": false}')
    assert known("claude-code", str(home), str(tmp_path / "shop"), {}).on is False
    assert known("claude-code", str(home), None, {}).on is True


def test_codex_is_read_as_toml(home):
    (home / "config.toml").write_text('model_auto_compact_token_limit = 200000\n[x]\nkey = "hush"\n')
    found = known("codex", str(home), None, {})
    assert (found.on, found.why) == (True, "model_auto_compact_token_limit is 200000 in config.toml")


def test_files_of_credentials_are_not_opened_even_through_a_link(home, tmp_path):
    for name in (".claude.json", ".credentials.json", "auth.json"):
        os.mkfifo(home / name)  # whoever opens it hangs
    (home / "settings.json").symlink_to(home / ".claude.json")
    (home / "config.toml").symlink_to(home / "auth.json")
    for agent in ("claude-code", "codex"):
        assert settings_of(agent, str(home), str(tmp_path)) == ()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"autoCompactEnabled": {"a": []}}'])
def test_what_cannot_be_read_tells_nothing(home, data):
    for name in ("settings.json", "config.toml"):
        (home / name).write_bytes(data)
    for agent in ("claude-code", "codex", "gemini-cli", "qwen-code", "opencode", "aider"):
        assert settings_of(agent, str(home), "/\0") == ()


def test_a_folder_or_a_pipe_in_the_place_of_a_file_tells_nothing(home):
    (home / "settings.json").mkdir()
    os.mkfifo(home / "config.toml")
    assert settings_of("claude-code", str(home), None) == ()
    assert settings_of("codex", str(home), None) == ()
