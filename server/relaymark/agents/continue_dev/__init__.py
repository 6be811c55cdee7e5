"""Continue (command line and editor extension): where its session files lie and what they hold."""

from collections.abc import Mapping
from typing import Any

from relaymark.agents.continue_dev.decode import INDEX, decode
from relaymark.agents.fields import listing, mapping, text
from relaymark.core.agent import Agent, Home
from relaymark.core.paths import join
from relaymark.core.store import Files

_FOLDER = "sessions"


def homes(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return its folder: `CONTINUE_GLOBAL_DIR`, else `~/.continue`, the same on all systems."""
    if moved := environ.get("CONTINUE_GLOBAL_DIR", "").strip():
        return (Home(join(home, moved), "CONTINUE_GLOBAL_DIR"),)
    return (Home(join(home, ".continue")),)


def owns(path: str) -> bool:
    """Tell whether a path is a session: `sessions/<id>.json`, which the index beside them is not."""
    match path.split("/"):
        case [folder, file]:
            stem = file.removesuffix(".json")
            # Another agent keeps files named by process ids in a folder of this name.
            named = stem != file and not stem.isdigit() and not stem.startswith(".")
            return folder == _FOLDER and named and file != INDEX
    return False


def _beside(_name: str, _read: Mapping[str, Any]) -> tuple[str, ...]:
    return (INDEX,)


def _recognises(value: Any) -> bool:
    session = mapping(value)
    if "workspaceDirectory" not in session or not text(session.get("sessionId")):
        return False
    items = listing(session.get("history"))
    return "history" in session and all("message" in mapping(item) for item in items[:3])


FILES = Files(owns=owns, decode=decode, recognises=_recognises, beside=_beside, shared=frozenset({INDEX}))

AGENT = Agent(
    name="continue",
    title="Continue",
    homes=homes,
    flat=(_FOLDER,),
    stores=(FILES,),
    host="",
    # The window is what `contextLength` in its configuration says, else 200,000 (command line) or less (extension);
    # the configuration may hold keys and is left alone, and a registry knows none of this.
    trusts_registry=False,
)
