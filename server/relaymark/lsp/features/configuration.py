"""The editor's settings: always pulled, laid over those of the files; a bad value is named once."""

import asyncio
import logging
from typing import Any

from lsprotocol import types

from relaymark.core.config import Layer
from relaymark.engine.settings import settings
from relaymark.lsp.server import RelaymarkServer
from relaymark.sources.settings import layers, stamp

_log = logging.getLogger(__name__)
_SECTION = "relaymark"
_PATIENCE = 5.0
"""Seconds that a client may take for an answer."""


async def register_for_changes(ls: RelaymarkServer) -> None:
    """Ask to be told of changed settings, where the client wants to be asked."""
    if not ls.features.watches_configuration:
        return
    options = types.DidChangeConfigurationRegistrationOptions(section=_SECTION)
    registration = types.Registration("relaymark-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
    try:
        asked = ls.client_register_capability_async(types.RegistrationParams([registration]))
        await asyncio.wait_for(asked, _PATIENCE)
    except Exception as error:  # noqa: BLE001  (whatever a client answers, the settings are still pulled)
        _log.info("the client does not register for settings: %s", error)


async def pull(ls: RelaymarkServer) -> None:
    """Read the settings of every folder anew: files, then what the editor answers."""
    folders = list(ls.folders.values())
    if ls.features.configuration and folders:
        items = [types.ConfigurationItem(scope_uri=folder.uri or None, section=_SECTION) for folder in folders]
        try:
            asked = ls.workspace_configuration_async(types.ConfigurationParams(items))
            answers = await asyncio.wait_for(asked, _PATIENCE) or []
        except Exception as error:  # noqa: BLE001  (a client's fault leaves the settings as they are)
            _log.warning("the editor's settings were not read: %s", error)
            answers = []
        for folder, answer in zip(folders, answers, strict=False):
            folder.editor = _plain(answer)
    told: set[str] = set()
    for folder in folders:
        folder.settings = stamp(folder.path)
        files, unread = await asyncio.to_thread(layers, folder.path)
        folder.config, problems = settings([*files, Layer("editor settings", flat(folder.editor))])
        told.update((*unread, *problems))
    for problem in sorted(told - ls.problems_told):
        ls.problems_told.add(problem)
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {problem}"))


def _plain(value: Any) -> dict[str, Any]:
    """Return an answer as plain objects: pygls may hand out named tuples."""
    found = _untupled(value)
    return found if isinstance(found, dict) else {}


def _untupled(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _untupled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_untupled(inner) for inner in value]
    return value


OF_CLIENTS = frozenset({"server", "statusBar", "trace"})
"""Settings under `relaymark.` that clients keep for themselves."""


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """Return the server's own settings of an editor's section."""
    return {key: value for key, value in values.items() if key not in OF_CLIENTS}


async def did_change_configuration(ls: RelaymarkServer, params: types.DidChangeConfigurationParams) -> None:
    """Take changed settings; a client that cannot be asked sends them along."""
    from relaymark.lsp.features.lifecycle import read_anew  # noqa: PLC0415  (lifecycle starts what this file serves)

    if not ls.features.configuration:
        own = _plain(params.settings).get(_SECTION)
        for folder in ls.folders.values():
            folder.editor = own if isinstance(own, dict) else {}
    await pull(ls)
    read_anew(ls)


def register(server: RelaymarkServer) -> None:
    """Register the feature."""
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
