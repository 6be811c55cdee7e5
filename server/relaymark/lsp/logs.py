"""The server's log: warnings reach the client's output channel, everything else standard error."""

import asyncio
import logging

from lsprotocol import types
from pygls.lsp.server import LanguageServer

_LEVELS = {logging.WARNING: types.MessageType.Warning, logging.ERROR: types.MessageType.Error}


class ClientLog(logging.Handler):
    """Sends log records to the client, from whichever thread they come, on the loop."""

    def __init__(self, server: LanguageServer, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.WARNING)
        self._server, self._loop = server, loop

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        kind = _LEVELS.get(record.levelno, types.MessageType.Error)
        params = types.LogMessageParams(kind, self.format(record))
        try:
            self._loop.call_soon_threadsafe(self._send, params)
        except RuntimeError:
            return  # the loop is closed: nobody is left to read it

    def _send(self, params: types.LogMessageParams) -> None:
        self._server.window_log_message(params)
