"""What the user is shown beside documents: a file, a warning, a question, progress that can be cancelled."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

from lsprotocol import types

from relaymark.lsp.server import RelaymarkServer

_log = logging.getLogger(__name__)

_MOST_BUTTONS = 4
_MORE = "More"


async def show(ls: RelaymarkServer, path: Path) -> None:
    """Open a file in the editor; where it cannot be told to, say where the file lies."""
    window = ls.client_capabilities.window
    if window and window.show_document and window.show_document.support:
        try:
            answer = await ls.window_show_document_async(types.ShowDocumentParams(path.as_uri(), take_focus=True))
        except Exception as error:  # noqa: BLE001  (whatever a client answers, the file is written)
            _log.info("the client did not show %s: %s", path, error)
        else:
            if answer.success:
                return
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Relaymark wrote {path}"))


def warn(ls: RelaymarkServer, text: str) -> None:
    """Say what cannot be done, and why."""
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Relaymark: {text}"))


def inform(ls: RelaymarkServer, text: str) -> None:
    """Say something that needs no answer."""
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Relaymark: {text}"))


async def choice(
    ls: RelaymarkServer, text: str, titles: Sequence[str], kind: types.MessageType = types.MessageType.Info
) -> str:
    """Ask the user, and return the title of the button that they took; empty for none. For clients with `actions`.

    Editors cut the titles of many buttons in a row: what comes behind the first ones stands behind `More`.
    """
    left = list(titles)
    while True:
        cut = len(left) > _MOST_BUTTONS
        row = [*left[: _MOST_BUTTONS - 1], _MORE] if cut else left
        actions = [types.MessageActionItem(title) for title in row]
        answer = await ls.window_show_message_request_async(types.ShowMessageRequestParams(kind, text, actions))
        if not (cut and answer and answer.title == _MORE):
            return answer.title if answer else ""
        left = left[_MOST_BUTTONS - 1 :]


class Work:
    """Something that takes its time, in worker threads."""

    def __init__(self, ls: RelaymarkServer, token: str | None) -> None:
        self._ls, self._token = ls, token
        self._loop = asyncio.get_running_loop()
        self.cancelled = Event()
        """Set once the user wants no more of it."""

    def say(self, text: str) -> None:
        """Tell the user how far it is; from any thread."""
        if self._token is not None:
            self._loop.call_soon_threadsafe(self._report, self._token, text)

    def _report(self, token: str, text: str) -> None:
        self._ls.work_done_progress.report(token, types.WorkDoneProgressReport(message=text, cancellable=True))


@asynccontextmanager
async def working(ls: RelaymarkServer, title: str) -> AsyncIterator[Work]:
    """Show progress with a button to cancel it, where the client has such a thing."""
    token = await _token(ls)
    work = Work(ls, token)
    if token is None:
        yield work
        return
    progress = ls.work_done_progress
    progress.begin(token, types.WorkDoneProgressBegin(title=title, cancellable=True))
    progress.tokens[token].add_done_callback(lambda _: work.cancelled.set())
    try:
        yield work
    finally:
        progress.end(token, types.WorkDoneProgressEnd())
        progress.tokens.pop(token, None)


async def _token(ls: RelaymarkServer) -> str | None:
    window = ls.client_capabilities.window
    if not (window and window.work_done_progress):
        return None
    token = f"relaymark-{uuid.uuid4().hex}"
    try:
        await ls.work_done_progress.create_async(token)
    except Exception as error:  # noqa: BLE001  (a client's fault; the work is done without progress)
        _log.info("the client shows no progress: %s", error)
        return None
    return token
