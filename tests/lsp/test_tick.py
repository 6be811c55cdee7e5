"""Tick and untick: one versioned edit of the mark alone, refused on a text that changed meanwhile."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAN = """# Plan

- [ ] Print the sum
- [X] Round it
- [✅] Name the unit
- [completed] Ship it
"""
CHANGED = "Relaymark: PLAN.md changed meanwhile, so nothing was ticked. Try again."


class Desk:
    """An editor that takes the server's edits."""

    def __init__(self, editor):
        self.editor, self.client = editor, editor.client
        self.path = editor.world.work / "Mein Laden_ä" / "PLAN.md"
        self.uri = self.path.as_uri()
        self.asked, self.applied = [], True

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        def take(params):
            self.asked.append(params)
            return types.ApplyWorkspaceEditResult(applied=self.applied)

    async def tick(self, **wish):
        params = types.ExecuteCommandParams("relaymark.tickItem", [{"plan": self.uri} | wish])
        return await self.client.workspace_execute_command_async(params)

    def edit(self):
        """Return the one edit that was asked for: document version, line, columns and new text."""
        [params] = self.asked
        assert not params.edit.changes
        [document] = params.edit.document_changes
        [edit] = document.edits
        assert document.text_document.uri == self.uri
        start, end = edit.range.start, edit.range.end
        assert start.line == end.line
        return document.text_document.version, start.line, start.character, end.character, edit.new_text

    @property
    def messages(self):
        return [told.message for told in self.client.messages]

    def open(self, text=PLAN, version=3):
        document = types.TextDocumentItem(self.uri, "markdown", version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, text, version):
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=version)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self):
        params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri))
        self.client.text_document_did_close(params)


@pytest.fixture(scope="module")
def furnished(running):
    return Desk(running)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    beside = furnished.path.with_suffix(".new")
    beside.write_text(PLAN)
    beside.replace(furnished.path)  # in one step: the server may look at any moment
    await editor.wait_until(lambda payload: (payload["plans"][0]["items"], payload["plans"][0]["ticked"]) == (4, 3))
    furnished.asked.clear()
    furnished.client.messages.clear()
    furnished.applied = True
    return furnished


@pytest.fixture
def opened(desk):
    desk.open()
    yield desk
    desk.close()


async def test_ticking_changes_the_mark_alone_in_the_version_that_was_seen(opened):
    assert await opened.tick(item=0, text="Print the sum", version=3) is True
    assert opened.edit() == (3, 2, 3, 4, "x")
    assert opened.asked[0].label == "Tick"
    assert opened.messages == []


@pytest.mark.slow
@pytest.mark.parametrize(("item", "mark"), [(1, "X"), (2, "✅"), (3, "completed")])
async def test_unticking_empties_whatever_stands_in_the_box(opened, item, mark):
    width = len(mark.encode()) if opened.editor.kind == "neovim" else len(mark)
    assert await opened.tick(item=item, version=3) is True
    assert opened.edit() == (3, 2 + item, 3, 3 + width, " ")
    assert opened.asked[0].label == "Untick"


async def test_a_plan_that_is_not_open_is_edited_without_a_version(desk):
    assert await desk.tick(item=0, text="Print the sum") is True
    assert desk.edit() == (None, 2, 3, 4, "x")


@pytest.mark.slow
@pytest.mark.parametrize(
    "wish",
    [
        {"item": 0, "text": "Print the sum", "version": 2},
        {"item": 0, "text": "Print the sums", "version": 3},
        {"item": 1, "text": "Print the sum", "version": 3},
        {"item": 4, "text": "Print the sum", "version": 3},
        {"item": -1},
        {"version": 3},
    ],
    ids=["version", "text", "other item", "no such item", "before the first", "no item"],
)
async def test_what_was_seen_otherwise_is_refused_with_a_message(opened, wish):
    assert await opened.tick(**wish) is False
    assert opened.asked == []
    assert opened.messages == [CHANGED]


async def test_an_edit_since_then_is_refused(opened):
    opened.change(PLAN.replace("# Plan\n", "# Plan\n\n- [ ] A new one\n"), 4)
    assert await opened.tick(item=0, text="Print the sum", version=3) is False
    assert (opened.asked, opened.messages) == ([], [CHANGED])
    assert await opened.tick(item=1, text="Print the sum", version=4) is True
    assert opened.edit() == (4, 4, 3, 4, "x")


@pytest.mark.slow
async def test_an_item_seen_in_a_plan_that_was_closed_since_is_refused(opened):
    opened.close()
    assert await opened.tick(item=0, text="Print the sum", version=3) is False
    assert (opened.asked, opened.messages) == ([], [CHANGED])
    opened.open()


@pytest.mark.slow
async def test_a_file_that_changed_on_disk_a_moment_ago_is_refused(desk):
    desk.path.write_text(PLAN.replace("Print the sum", "Print the total"))
    assert await desk.tick(item=0, text="Print the sum") is False
    assert desk.asked == []
    [told] = desk.messages
    assert told in (CHANGED, CHANGED.replace("changed", "changed on disk"))  # as far as the server has seen it


@pytest.mark.slow
async def test_an_edit_that_the_editor_does_not_take_is_told_and_not_forced(opened):
    opened.applied = False
    assert await opened.tick(item=0, text="Print the sum", version=3) is False
    assert len(opened.asked) == 1
    assert opened.messages == [CHANGED]


@pytest.mark.slow
async def test_the_server_itself_writes_nothing(desk):
    before = desk.path.stat()
    await desk.tick(item=0, text="Print the sum")
    assert desk.path.read_text() == PLAN
    assert desk.path.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.slow
async def test_a_tick_in_the_editor_is_seen_at_once(opened, editor):
    opened.change(PLAN.replace("[ ]", "[x]"), 4)
    start = time.monotonic()
    await editor.wait_until(lambda payload: payload["plans"][0]["state"] == "done")
    assert time.monotonic() - start < 1
    await asyncio.sleep(0)
