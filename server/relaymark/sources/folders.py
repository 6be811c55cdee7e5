"""Relaymark's own folders on this machine, by the conventions of the platform."""

from pathlib import Path

from relaymark.sources import places


def config_file() -> Path:
    """Return the user's settings file."""
    return Path(places.config()) / "config.toml"


def state_folder() -> Path:
    """Return the folder of what must outlive a restart: told windows, snoozes, pins."""
    return Path(places.state())


def cache_folder() -> Path:
    """Return the folder of what can be lost at any time."""
    return Path(places.cache())


def log_folder() -> Path:
    """Return the folder of log files."""
    import platformdirs  # noqa: PLC0415  (a status line, which keeps no log, has 80 ms in all)

    return Path(platformdirs.user_log_dir("relaymark", appauthor=False))
