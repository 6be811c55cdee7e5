"""The language server: what it knows, and how it is started."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Generator
from typing import Any
from weakref import WeakKeyDictionary

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from relaymark import __version__
from relaymark.core.lookup import FileIndex, Verdict
from relaymark.core.plan_complete import Names
from relaymark.engine.live import LiveEngine, Picture
from relaymark.engine.machine import Machine
from relaymark.engine.notes import PhaseNotes
from relaymark.lsp.folders import Folder, Found, Opened, Tree
from relaymark.lsp.protocol import ClientFeatures, server_announcement
from relaymark.sources.tree import Trees

_log = logging.getLogger(__name__)


class RelaymarkProtocol(LanguageServerProtocol):
    """Announces Relaymark's own messages beside the protocol's."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Take a message; clients leave `params` out where they have nothing to say, which pygls does not expect."""
        if "method" in data:
            data.setdefault("params", None)
        return super().structure_message(data)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer `initialize` with the capabilities, and with `experimental.relaymark`."""
        result = yield from super().lsp_initialize(params)
        result.capabilities.experimental = server_announcement()
        return result


class RelaymarkServer(LanguageServer):
    """The server's state. All of it belongs to the event loop; threads hand in frozen pictures.

    Attributes:
        machine: Where agents are looked for.
        features: What the client can do.
        folders: The workspace folders, by the client's own URIs.
        followed: The session that the client follows.
        followed_pid: The process that it follows, whose session may change.
        trees: The files of each work tree, by its top.
        listings: Lists work trees, in worker threads.
        file_tokens: Counted tokens of files, by path, time and size.
        counting: Files that are being counted.
        uncounted: Files that could not be counted, and when that was on the loop's clock.
        drawn: What the editor has asked for that changes by itself: `lenses`, `hints`.
        redraws: What it is to be told to ask for again.
        redrawing: Runs until it is told so.
        lensed: By folder, what its lenses depend on.
        notes: The newest note of each phase.
        names: The names of each tree's files, for completion.
        verdicts: Where a tree holds the paths that plans name, by path and plan.
        found: By folder URI, what was found in it last.
        standing: By folder URI and path, what its findings say.
        picture: What the engine read last, None before its first word.
        first_picture: Set when the engine has said its first word.
        engine: Reads transcripts; None before `initialized` and after `shutdown`.
        opened: The plans that are open in the editor, by their paths.
        opened_rules: The rules files that are, as `rules_desk` keeps them.
        refreshers: What each feature does when the picture or a plan changed; True if it sent anything.
        published: What stands now by path, and the URI that it was sent for.
        popup_folder: By session, the folder whose settings decide about its popups.
        armed: Sessions whose context was seen since the start.
        told_crossings: Session and line, for the crossings that this server is done with.
        pause: Runs while notifications are held back.
        later: Runs until what is not urgent is sent.
        stale: Something changed in that pause.
        behind: Something that is not urgent came in that pause.
        problems_told: Messages about bad settings that were shown.
    """

    def __init__(self, machine: Machine | None = None) -> None:
        super().__init__(
            "relaymark",
            __version__,
            # The incremental way of pygls takes form feeds for line ends and edits the wrong line.
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=RelaymarkProtocol,
        )
        self.machine = machine or Machine()
        self.features = ClientFeatures()
        self.folders: dict[str, Folder] = {}
        self.followed: str | None = None
        self.followed_pid: int | None = None
        self.trees: dict[str, Tree] = {}
        self.listings = Trees()
        self.file_tokens: dict[tuple[str, float, int], int] = {}
        self.counting: dict[tuple[str, float, int], asyncio.Task[bool]] = {}
        self.uncounted: dict[tuple[str, float, int], float] = {}
        self.drawn: set[str] = set()
        self.redraws: set[str] = set()
        self.redrawing: asyncio.TimerHandle | None = None
        self.lensed: dict[str, tuple[Any, ...]] = {}
        self.notes = PhaseNotes()
        self.names: WeakKeyDictionary[FileIndex, Names] = WeakKeyDictionary()
        self.verdicts: WeakKeyDictionary[FileIndex, dict[tuple[str, str], Verdict]] = WeakKeyDictionary()
        self.found: dict[str, Found] = {}
        self.standing: dict[str, dict[str, list[types.Diagnostic]]] = {}
        self.picture: Picture | None = None
        self.first_picture = asyncio.Event()
        self.engine: LiveEngine | None = None
        self.opened: dict[str, Opened] = {}
        self.opened_rules: dict[str, Any] = {}
        self.refreshers: list[Callable[[RelaymarkServer, Any], bool]] = []
        self.published: dict[str, tuple[str, list[types.Diagnostic]]] = {}
        self.popup_folder: dict[str, str] = {}
        self.armed: set[str] = set()
        self.told_crossings: set[tuple[str, str]] = set()
        self.pause: asyncio.TimerHandle | None = None
        self.later: asyncio.TimerHandle | None = None
        self.stale = False
        self.behind = False
        self.problems_told: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Have a coroutine done beside everything else; a fault in it is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("a fault in Relaymark: %s", error, exc_info=error)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002
        """Log a fault of our own once; the client sees it in its output channel, never as a popup."""
        _log.error("a fault in Relaymark: %s", error, exc_info=error)


def make(machine: Machine | None = None) -> RelaymarkServer:
    """Return a server with all its features."""
    from relaymark.lsp.features import register_all  # noqa: PLC0415  (the features name the server's class)

    server = RelaymarkServer(machine)
    register_all(server)
    return server


def run(tcp: int | None, level: int) -> None:
    """Serve on standard input and output, or on a port of this machine."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=form, stream=sys.stderr, force=True)
    logging.getLogger("relaymark").setLevel(min(level, logging.WARNING))
    logging.getLogger("pygls").setLevel(logging.WARNING)
    server = make()
    if tcp is not None:
        server.start_tcp("127.0.0.1", tcp)
        return
    # With an unbuffered standard output long messages of several writers would mix.
    with open(sys.stdout.fileno(), "wb", closefd=False) as stdout:
        server.start_io(stdout=stdout)
