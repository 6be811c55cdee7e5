"""The server's features, one file each."""

from relaymark.lsp.features import configuration, follow, lifecycle, status
from relaymark.lsp.server import RelaymarkServer


def register_all(server: RelaymarkServer) -> None:
    """Register every feature: the server's table of contents."""
    lifecycle.register(server)
    configuration.register(server)
    status.register(server)
    follow.register(server)
