"""What holds for every test: none sees the folders of the user who runs it, and the drawn examples repeat themselves.

A test sees a home folder of its own. Fixtures of a module or of the session start earlier; they, and the programs that
they run, see one that the whole run shares. Programs inherit either through the environment.
"""

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_HOMES = {
    "HOME": "",
    "USERPROFILE": "",
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_STATE_HOME": ".local/state",
    "XDG_DATA_HOME": ".local/share",
}
_CLEARED = ("NO_COLOR", "APPDATA", "LOCALAPPDATA")
_AGENTS = ("AIDER_", "AMP_", "CLAUDE_", "CLINE_", "CODEX_", "CONTINUE_", "COPILOT_", "CRUSH_", "CURSOR_", "GEMINI_",
           "GOOSE_", "GROK_", "KILO_", "OPENCODE", "PI_", "QWEN_", "VSCODE_", "ZED_")  # fmt: skip
"""How the variables begin by which the agents' folders are moved."""

settings.register_profile("default", deadline=None, max_examples=60, derandomize=True, database=None)
settings.register_profile(
    "fuzz", deadline=None, max_examples=2_000, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_shared = pytest.StashKey[tuple[Path, pytest.MonkeyPatch]]()
_numbers = itertools.count()


def _isolate(patch, home):
    home.mkdir(parents=True)
    for name, folder in _HOMES.items():
        patch.setenv(name, str(home / folder))
    for name in [name for name in os.environ if name in _CLEARED or name.startswith(("GIT_", *_AGENTS))]:
        patch.delenv(name)


def pytest_configure(config):
    root = Path(os.path.realpath(tempfile.mkdtemp(prefix="relaymark-tests-")))
    patch = pytest.MonkeyPatch()
    _isolate(patch, root / "shared")
    config.stash[_shared] = root, patch


def pytest_unconfigure(config):
    if _shared in config.stash:
        root, patch = config.stash[_shared]
        patch.undo()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(autouse=True)
def isolated_home(request):
    """The test's own home folder, empty but for what the test writes there."""
    root, _ = request.config.stash[_shared]
    with pytest.MonkeyPatch.context() as patch:
        home = root / str(next(_numbers))
        _isolate(patch, home)
        yield home
