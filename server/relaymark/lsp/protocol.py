"""Relaymark's own messages: their names, and what each side announces. docs/protocol.md tells it to client authors."""

from typing import Any

from lsprotocol import types
from msgspec import Struct

STATUS = "relaymark/status"
"""Notification to the client, and request of the client: how full each session is."""
FOLLOW = "relaymark/follow"
"""Request or notification of the client: which session its user looks at."""

NOTES = "relaymark/notes"
"""Request of the client: the archive of notes, and the sessions that should have one."""

LAUNCH = "relaymark/launch"
"""Request to the client: start a program in a terminal."""

VERSION = 1


class ClientFeatures(Struct, frozen=True):
    """What the client can do, resolved once.

    Attributes:
        status: It takes `relaymark/status` notifications.
        launch: It can start an agent in a terminal.
        actions: Its messages can carry actions.
        configuration: It answers `workspace/configuration`.
        watches_configuration: It tells of changed settings only when asked to.
        refreshes_lenses: It asks for lenses again when told to.
        refreshes_hints: It asks for inlay hints again when told to.
    """

    status: bool = False
    launch: bool = False
    actions: bool = False
    configuration: bool = False
    watches_configuration: bool = False
    refreshes_lenses: bool = False
    refreshes_hints: bool = False


def client_features(capabilities: types.ClientCapabilities) -> ClientFeatures:
    """Return what a client announced; its `experimental.relaymark` may hold anything."""
    own = field(capabilities.experimental, "relaymark")
    workspace = capabilities.workspace
    changed = workspace.did_change_configuration if workspace else None
    lenses = workspace.code_lens if workspace else None
    hints = workspace.inlay_hint if workspace else None
    return ClientFeatures(
        status=field(own, "status") is True,
        launch=field(own, "launch") is True,
        actions=field(own, "actions") is True,
        configuration=bool(workspace and workspace.configuration),
        watches_configuration=bool(changed and changed.dynamic_registration),
        refreshes_lenses=bool(lenses and lenses.refresh_support),
        refreshes_hints=bool(hints and hints.refresh_support),
    )


def server_announcement() -> dict[str, Any]:
    """Return what stands under `experimental` in the server's capabilities."""
    return {"relaymark": {"version": VERSION, "status": True, "follow": True, "notes": True}}


def field(value: Any, name: str) -> Any:
    """Return a field of an untyped part of a message: pygls gives it as a dict or as an object."""
    if isinstance(value, dict):
        return value.get(name)
    return getattr(value, name, None)
