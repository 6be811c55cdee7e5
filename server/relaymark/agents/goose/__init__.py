"""goose: where its database of sessions lies."""

from collections.abc import Mapping

from relaymark.agents.goose.database import FETCH, ROWS, SESSIONS, TABLES, decoder
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import absolute, join, normal
from relaymark.core.store import Database

_FOLDER = "sessions"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder of data: `data` in `GOOSE_PATH_ROOT` (absolute), else the usual one of the system.

    That is `goose` in `XDG_DATA_HOME` or `~/.local/share` on Linux and macOS, and `Block/goose/data` in `APPDATA` on
    Windows. Source: goose's public source (`crates/goose/src/config/paths.rs`).
    """
    root = environ.get("GOOSE_PATH_ROOT", "").strip()
    if absolute(root):
        return (Home(join(root, "data"), "GOOSE_PATH_ROOT"),)
    if _on_windows(home):
        roaming = environ.get("APPDATA", "").strip()
        return (Home(join(home, f"{roaming or 'AppData/Roaming'}/Block/goose/data")),)
    if data := environ.get("XDG_DATA_HOME", "").strip():
        return (Home(join(join(home, data), "goose"), "XDG_DATA_HOME"),)
    return (Home(join(home, ".local/share/goose")),)


def owns(path: str) -> bool:
    """Tell whether a path is the database: `sessions/sessions.db`."""
    return path == f"{_FOLDER}/sessions.db"


def _on_windows(home: str) -> bool:
    place = normal(home)
    return absolute(home) and (place.startswith("//") or not place.startswith("/"))


DATABASE = Database(owns=owns, tables=TABLES, sessions=SESSIONS, rows=ROWS, fetch=FETCH, decoder=decoder)

AGENT = Agent(name="goose", title="goose", homes=homes, flat=(_FOLDER,), stores=(DATABASE,), host="")
