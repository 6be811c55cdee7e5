"""Fixtures of the server's tests: editors that speak to a real server process, in a world on disk."""

import asyncio
import json
import runpy
import sys
import time
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import client_capabilities
from pytest_lsp.client import make_test_lsp_client

World = runpy.run_path(str(Path(__file__).parents[1] / "engine" / "world.py"))["World"]

SERVER = [sys.executable, "-m", "relaymark", "serve"]
STATUS = "relaymark/status"


def capabilities_of(kind):
    if kind == "visual_studio_code":  # the one that comes with pytest-lsp is of 2022
        written = json.loads((Path(__file__).parent / "visual_studio_code.json").read_text())
        return get_converter().structure(written["capabilities"], types.ClientCapabilities)
    return client_capabilities(kind)


def plain(value):
    """Returns what pygls gives as named tuples as the objects that came over the wire."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


class Editor:
    """A client with a server process of its own, and what the server told it."""

    def __init__(self, kind, world):
        self.kind, self.world = kind, world
        self.client = make_test_lsp_client()
        self.told = []  # (time, payload) of every relaymark/status notification
        self.registered = []
        self.uris = []

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params):
            self.registered += params.registrations

        @self.client.feature(STATUS)
        def status(params):
            self.told.append((time.monotonic(), plain(params)))

    async def start(self, *folders, announces=None):
        """Starts the server with these folders open; `announces` stands under `experimental`."""
        announces = {"relaymark": {"version": 1, "status": True}} if announces is None else announces
        await self.client.start_io(*SERVER, env=self.world.env, cwd=self.world.root)
        self.process = self.client._server
        self.uris = [folder.as_uri() for folder in folders]
        capabilities = capabilities_of(self.kind)
        capabilities.experimental = announces or None
        self.answer = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                root_uri=self.uris[0] if folders else None,
                workspace_folders=[self._named(folder) for folder in folders] or None,
            )
        )
        return self

    @staticmethod
    def _named(folder):
        return types.WorkspaceFolder(folder.as_uri(), folder.name)

    def change_folders(self, *, added=(), removed=()):
        event = types.WorkspaceFoldersChangeEvent(
            added=[self._named(folder) for folder in added], removed=[self._named(folder) for folder in removed]
        )
        self.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

    def configure(self, settings):
        """Changes the user's settings as the editor does."""
        self.client.set_configuration(settings, section="relaymark")
        params = types.DidChangeConfigurationParams(settings=None)
        self.client.workspace_did_change_configuration(params)

    def statuses(self, folder=None):
        """Returns the payloads told so far of one folder, the first one by default."""
        uri = folder.as_uri() if folder else self.uris[0]
        return [payload for _, payload in self.told if payload["workspace"] == uri]

    def status(self, folder=None):
        """Returns the newest payload of a folder."""
        return self.statuses(folder)[-1]

    def session(self, wanted):
        """Returns a session of the newest payload, None when it does not stand there."""
        return next((item for item in self.status()["sessions"] if item["id"] == wanted.id), None)

    async def wait_until(self, predicate, within=8, folder=None):
        """Waits until the newest payload of a folder is as wanted, and returns it."""
        until = time.monotonic() + within
        while True:
            seen = self.statuses(folder)
            if seen and _holds(predicate, seen[-1]):
                return seen[-1]
            if time.monotonic() > until:
                newest = json.dumps(seen[-1], indent=1, ensure_ascii=False) if seen else "nothing was told"
                pytest.fail(f"not so within {within} s; the newest of {len(seen)} payloads:\n{newest}")
            await asyncio.sleep(0.02)

    async def sees(self, wanted, within=8, **fields):
        """Waits until a session stands in the payload with these fields, and returns it."""

        def found(payload):
            item = next(item for item in payload["sessions"] if item["id"] == wanted.id)
            return all(item[name] == value for name, value in fields.items())

        await self.wait_until(found, within)
        return self.session(wanted)

    async def holds(self, wanted, tokens, within=8):
        """Waits until a session's context is so many tokens, and returns it."""
        return await self.sees(wanted, within, context={"tokens": tokens, "source": "measured"})

    async def ask(self, method=STATUS, **params):
        answer = await asyncio.wait_for(self.client.protocol.send_request_async(method, params), 10)
        return plain(answer)

    async def stop(self):
        if self.process.returncode is None:
            await asyncio.wait_for(self.client.shutdown_session(), 20)
        await self.client.stop()


def _holds(predicate, payload):
    try:
        return predicate(payload)
    except (KeyError, StopIteration, IndexError):
        return False


def new_world(factory, name, **about):
    return World(factory.mktemp(name), factory.getbasetemp() / "relaymark-cache", **about)


EDITORS = [
    pytest.param("visual_studio_code", marks=pytest.mark.xdist_group("visual_studio_code")),
    # The quick loop goes by one editor: what differs between the two is little.
    pytest.param("neovim", marks=[pytest.mark.xdist_group("neovim"), pytest.mark.slow]),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=EDITORS)
async def running(request, tmp_path_factory):
    """An editor that has a repository open which has a linked work tree beside it.

    A module's `FILES` (path to text) are in the repository from the start.
    """
    world = new_world(tmp_path_factory, "world")
    for name, text in getattr(request.module, "FILES", {}).items():
        world.folder(Path("Mein Laden_ä", name).parent)
        (world.work / "Mein Laden_ä" / name).write_text(text)
    shop = world.repository("Mein Laden_ä")
    world.worktree(shop, "hotfix", "fix/rounding")
    editor = await Editor(request.param, world).start(shop)
    try:
        await editor.wait_until(lambda payload: payload["plans"])
        editor.at_start = len(editor.told)
        yield editor
    finally:
        await editor.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def editor(running):
    """The editor with no session open, no setting set and nobody followed."""
    running.told[:-1] = [entry for entry in running.told[:-1] if entry is running.told[0]]
    yield running
    running.world.clear()
    running.configure({})
    await running.ask("relaymark/follow")
    await running.wait_until(lambda payload: payload["sessions"] == [])


@pytest.fixture
def world(editor):
    return editor.world


@pytest.fixture
def shop(world):
    return world.work / "Mein Laden_ä"


@pytest.fixture
def hotfix(world):
    return world.work / "hotfix"


@pytest.fixture
def other_world(tmp_path_factory):
    return new_world(tmp_path_factory, "other")


@pytest_asyncio.fixture(loop_scope="module")
async def open_editor(tmp_path_factory):
    """Starts more editors, each in a world of its own unless one is given."""
    started = []

    async def start(*names, kind="visual_studio_code", bare=False, world=None, **about):
        world = world or new_world(tmp_path_factory, "other", bare=bare)
        folders = [world.repository(name) for name in names]
        editor = Editor(kind, world)
        started.append(editor)
        return await editor.start(*folders, **about)

    yield start
    for editor in started:
        await editor.stop()
