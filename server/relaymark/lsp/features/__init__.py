"""The server's features, one file each."""

from relaymark.lsp.features import (
    actions,
    adopt,
    archive,
    completion,
    configuration,
    definition,
    diagnostics,
    dismissal,
    documents,
    folding,
    follow,
    handover,
    hints,
    hover,
    lens,
    lifecycle,
    links,
    note_hover,
    notes,
    popups,
    relay,
    rename_files,
    snooze,
    status,
    symbols,
    tick,
)
from relaymark.lsp.server import RelaymarkServer


def register_all(server: RelaymarkServer) -> None:
    """Register every feature: the server's table of contents."""
    lifecycle.register(server)
    configuration.register(server)
    follow.register(server)  # before the status, which shows whom it found
    status.register(server)
    documents.register(server)
    diagnostics.register(server)
    popups.register(server)
    hover.register(server)
    symbols.register(server)
    folding.register(server)
    definition.register(server)
    links.register(server)
    completion.register(server)
    hints.register(server)
    lens.register(server)
    notes.register(server)
    rename_files.register(server)
    actions.register(server)
    dismissal.register(server)
    tick.register(server)
    adopt.register(server)
    snooze.register(server)
    handover.register(server)
    relay.register(server)
    archive.register(server)
    note_hover.register(server)
