"""Relaymark's own folders on this machine, by the conventions of the platform."""

from pathlib import Path

import platformdirs

_NAME = "relaymark"


def config_file() -> Path:
    """Return the user's settings file."""
    return Path(platformdirs.user_config_dir(_NAME, appauthor=False)) / "config.toml"


def state_folder() -> Path:
    """Return the folder of what must outlive a restart: told windows, snoozes, pins."""
    return Path(platformdirs.user_state_dir(_NAME, appauthor=False))


def cache_folder() -> Path:
    """Return the folder of what can be lost at any time."""
    return Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Return the folder of log files."""
    return Path(platformdirs.user_log_dir(_NAME, appauthor=False))
