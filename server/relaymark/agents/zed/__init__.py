"""Zed's own agent: where its database of threads lies. Agents that run inside Zed keep theirs in their own places."""

from collections.abc import Mapping

from relaymark.agents.zed.database import DATABASE, owns
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import absolute, join, normal

__all__ = ["AGENT", "homes", "owns"]
_FOLDER = "threads"
_FLATPAK = "dev.zed.Zed"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folders of data, by the system that the home folder and the environment tell.

    Source: Zed's public source (`crates/paths/src/paths.rs`).
    """
    if _on_windows(home):
        local = environ.get("LOCALAPPDATA", "").strip()
        return (Home(join(home, f"{local or 'AppData/Local'}/Zed")),)
    if home.startswith("/Users/") or "__CF_USER_TEXT_ENCODING" in environ:
        return (Home(join(home, "Library/Application Support/Zed")),)
    data = environ.get("XDG_DATA_HOME", "").strip()
    usual = Home(join(join(home, data or ".local/share"), "zed"), "XDG_DATA_HOME" if data else None)
    return (usual, Home(join(home, f".var/app/{_FLATPAK}/data/zed")))


def _on_windows(home: str) -> bool:
    place = normal(home)
    return absolute(home) and (place.startswith("//") or not place.startswith("/"))


AGENT = Agent(name="zed", title="Zed", homes=homes, flat=(_FOLDER,), stores=(DATABASE,), host="")
