"""No test of the agents sees the user's own folders."""

import pytest

_FOLDERS = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_DATA_HOME": "home/.local/share",
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    own = tmp_path_factory.mktemp("user")
    for name, folder in _FOLDERS.items():
        monkeypatch.setenv(name, str(own / folder))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "QWEN_HOME", "QWEN_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    return own
