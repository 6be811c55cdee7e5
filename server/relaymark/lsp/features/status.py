"""`relaymark/status`: the picture of each workspace folder, sent when it changed and whenever it is asked for."""

from collections.abc import Sequence
from typing import Any

from relaymark.core.config import Config
from relaymark.core.status import Payload
from relaymark.core.status import status as composed
from relaymark.engine.note import nothing_open
from relaymark.engine.wanted import Wanted
from relaymark.lsp.asked import ready
from relaymark.lsp.protocol import STATUS, field
from relaymark.lsp.scene import Scene, scene
from relaymark.lsp.server import RelaymarkServer


def wanted(ls: RelaymarkServer) -> Wanted:
    """Return what the engine should read for the open folders."""
    places = tuple(folder.place for folder in ls.folders.values() if folder.place)
    configs = [folder.config for folder in ls.folders.values()]
    return Wanted(
        places,
        {old: new for config in configs for old, new in config.path_map.items()},
        # An agent is left out only where no folder wants it.
        agents={agent: False for config in configs for agent in config.agents if not _wanted_by_any(agent, configs)},
        agent_folders={agent: found for config in configs for agent, found in config.agent_folders.items()},
        plan_files=tuple(dict.fromkeys(glob for config in configs for glob in config.plan_files)),
    )


def _wanted_by_any(agent: str, configs: Sequence[Config]) -> bool:
    return any(config.agents.get(agent, True) for config in configs)


def send(ls: RelaymarkServer, current: Scene) -> bool:
    """Send a folder's payload if it differs from the last one."""
    payload = compose(ls, current)
    if payload == current.folder.sent:
        return False
    current.folder.sent = payload
    if ls.features.status:
        ls.protocol.notify(STATUS, payload)
    return True


def compose(ls: RelaymarkServer, current: Scene) -> Payload:
    """Return a folder's payload as things stand now."""
    folder = current.folder
    made = composed(
        folder.uri,
        current.views,
        folder.config,
        followed=ls.followed,
        previous=folder.shown,
        plans=current.joined.payload if current.joined else None,
        note="" if current.views else nothing_open(ls.machine, folder.place),
    )
    folder.shown = made.shown
    return made.payload


async def asked(ls: RelaymarkServer, params: Any) -> Payload:
    """Answer with the picture of the workspace that is named, else of the first one."""
    await ready(ls)
    uri = field(params, "workspace")
    folder = ls.folders.get(uri) if isinstance(uri, str) else None
    return compose(ls, scene(ls, folder or next(iter(ls.folders.values()))))


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(STATUS)(asked)
    server.refreshers.append(send)
