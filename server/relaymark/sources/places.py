"""Where Relaymark keeps what is its own, without a library where the convention is two lines: 5 ms sooner."""

import os
import sys

NOTES = ".relaymark/handovers"
PROMPTS = ".relaymark/prompts"
"""Folders in a work tree."""

_NAME = "relaymark"
_XDG = sys.platform.startswith("linux")


def config() -> str:
    """Return the user's folder of settings."""
    return _named("XDG_CONFIG_HOME", "~/.config") if _XDG else _told("user_config_dir")


def state() -> str:
    """Return the user's folder of what must outlive a restart."""
    return _named("XDG_STATE_HOME", "~/.local/state") if _XDG else _told("user_state_dir")


def cache() -> str:
    """Return the user's folder of what can be lost at any time."""
    return _named("XDG_CACHE_HOME", "~/.cache") if _XDG else _told("user_cache_dir")


def _named(variable: str, default: str) -> str:
    """Return a folder by the XDG convention."""
    set_to = os.environ.get(variable, "")
    return os.path.join(set_to if set_to.strip() else os.path.expanduser(default), _NAME)


def _told(name: str) -> str:
    """Return a folder by the conventions of another platform."""
    import platformdirs  # noqa: PLC0415  (a status line has 80 ms in all)

    return str(getattr(platformdirs, name)(_NAME, appauthor=False))
