"""The settings of agents that tell of automatic compaction: of each file only those keys are kept."""

import os
import tomllib
from collections.abc import Mapping
from typing import Any

from relaymark.core.auto_compact import SWITCHES, AutoCompact, Setting, auto_compact, picked
from relaymark.sources.files import read_json

_MOST = 1024 * 1024
_CREDENTIALS = frozenset({".claude.json", ".credentials.json", "auth.json", "oauth_creds.json"})
"""Never opened, whatever leads to them."""


def known(
    agent: str, home: str, cwd: str | None, environ: Mapping[str, str], observed: int | None = None
) -> AutoCompact:
    """Return what is known of an agent's automatic compaction.

    Args:
        agent: Its name.
        home: Its own folder.
        cwd: The session's directory.
        environ: The environment.
        observed: How often it compacted this session on its own, None if that is not known.
    """
    return auto_compact(agent, environ, settings_of(agent, home, cwd), observed)


def settings_of(agent: str, home: str, cwd: str | None) -> tuple[Setting, ...]:
    """Return the values that tell, the strongest first; a file that cannot be read tells nothing."""
    switch = SWITCHES.get(agent)
    found: list[Setting] = []
    for name in switch.files if switch else ():
        path = _path(name, home, cwd)
        if path is None or os.path.basename(os.path.realpath(path)) in _CREDENTIALS:
            continue
        value = _parsed(path)
        assert switch is not None
        told = ((keys, picked(value, keys)) for keys in switch.wanted)
        found += [Setting(os.path.basename(path), keys, held) for keys, held in told if held is not None]
    return tuple(found)


def _path(name: str, home: str, cwd: str | None) -> str | None:
    if name.startswith("./"):
        return os.path.join(cwd, name[2:]) if cwd and os.path.isabs(cwd) and "\0" not in cwd else None
    return os.path.expanduser(name) if name.startswith("~/") else os.path.join(home, name.removeprefix("$HOME_DIR/"))


def _parsed(path: str) -> Any:
    if not os.path.isfile(path):
        return None
    if not path.endswith(".toml"):
        return read_json(path)
    try:
        with open(path, "rb") as file:
            return tomllib.loads(file.read(_MOST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
