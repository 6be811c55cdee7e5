"""Adopt as PLAN.md: a new file by one edit that can be undone, never over another file."""

import json

import pytest
import pytest_asyncio
from lsprotocol import types

from relaymark.core.plan import parse_plan

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = "# Idea\n\nSome words.\n\n## Steps\n- Make `src/a.py`\n- Test it\n"


class Desk:
    """An editor without a plan that takes the server's edits."""

    def __init__(self, editor):
        self.editor, self.client, self.world = editor, editor.client, editor.world
        self.folder = editor.world.work / "idle"
        self.asked, self.applied = [], True
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        def take(params):
            self.asked.append(params)
            return types.ApplyWorkspaceEditResult(applied=self.applied)

    def open(self, uri, text=TEXT):
        document = types.TextDocumentItem(uri, "markdown", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    async def actions(self, uri, first=0, last=0, only=None):
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(types.Position(first, 0), types.Position(last, 1 if last else 0)),
            types.CodeActionContext([], only),
        )
        return await self.client.text_document_code_action_async(params)

    async def adopt(self, **wish):
        params = types.ExecuteCommandParams("relaymark.adoptPlan", [wish])
        return await self.client.workspace_execute_command_async(params)

    def made(self):
        """Return the URI and the text of the one file that was asked for."""
        [params] = self.asked
        create, filled = params.edit.document_changes
        assert (create.kind, create.options.overwrite, create.options.ignore_if_exists) == ("create", False, False)
        assert filled.text_document.uri == create.uri
        assert filled.text_document.version is None
        [edit] = filled.edits
        assert edit.range == types.Range(types.Position(0, 0), types.Position(0, 0))
        return create.uri, edit.new_text

    @property
    def messages(self):
        return [told.message for told in self.client.messages]


@pytest_asyncio.fixture(loop_scope="module")
async def desk(open_editor):
    editor = await open_editor("idle")
    made = Desk(editor)
    (made.folder / "PLAN.md").unlink()
    await editor.wait_until(lambda payload: not payload["plans"])
    return made


async def test_a_selection_of_any_document_becomes_a_plan(desk):
    uri = (desk.folder / "notes.md").as_uri()
    desk.open(uri)
    [action] = await desk.actions(uri, 4, 6)
    assert (action.title, action.kind) == ("Adopt as PLAN.md", "refactor.rewrite")
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    assert await desk.client.workspace_execute_command_async(params)
    target, text = desk.made()
    assert target == (desk.folder / "PLAN.md").as_uri()
    assert [item.text for item in parse_plan(text).items] == ["Make `src/a.py`", "Test it"]
    assert "Some words." not in text
    assert [shown.uri for shown in desk.client.shown_documents] == [target]
    assert not (desk.folder / "PLAN.md").exists(), "the editor makes the file, not the server"


async def test_without_a_selection_only_plans_from_elsewhere_are_offered(desk):
    own, note = (desk.world.claude_home / "plans/brisk-fox.md").as_uri(), (desk.folder / "notes.md").as_uri()
    for uri in (own, note, "untitled:Untitled-1"):
        desk.open(uri)
    assert [action.title for action in await desk.actions(own)] == ["Adopt as PLAN.md"]
    assert [action.title for action in await desk.actions("untitled:Untitled-1")] == ["Adopt as PLAN.md"]
    assert not await desk.actions(note)
    assert not await desk.actions(own, only=["quickfix"])
    assert len(await desk.actions(own, only=["refactor"])) == 1
    assert not await desk.actions((desk.folder / "closed.md").as_uri(), 0, 5)


async def test_a_whole_document_is_taken_as_it_stands_in_the_editor(desk):
    uri = (desk.world.claude_home / "plans/brisk-fox.md").as_uri()
    desk.open(uri, f"# X\n\n- see `{desk.folder}/src/a.py`\n")
    assert await desk.adopt(plan=uri)
    assert "- [ ] see `src/a.py`" in desk.made()[1]


async def test_nothing_is_offered_or_done_where_a_plan_is(desk):
    uri = (desk.world.claude_home / "plans/brisk-fox.md").as_uri()
    desk.open(uri)
    (desk.folder / "PLAN.md").write_text("mine")
    assert not await desk.actions(uri)
    assert not await desk.adopt(plan=uri)
    assert desk.asked == []
    assert [message for message in desk.messages if "exists, and is never written over" in message]
    assert (desk.folder / "PLAN.md").read_text() == "mine"


async def test_without_a_text_the_newest_plan_of_an_agent_is_taken(desk):
    session = desk.world.codex(desk.folder).prompt("Go")
    given = json.dumps({"plan": [{"step": "Edit it", "status": "completed"}, {"step": "Test it", "status": "pending"}]})
    payload = {"type": "function_call", "name": "update_plan", "arguments": given, "call_id": "c"}
    session._write({"timestamp": session._now(), "type": "response_item", "payload": payload})
    assert await desk.adopt()
    assert "- [x] Edit it\n- [ ] Test it\n" in desk.made()[1]


async def test_what_cannot_be_done_is_told(desk):
    assert not await desk.adopt(text="Only `code`?\n\n```\nx\n```\n# A\n")
    assert [message for message in desk.messages if "nothing in it that could become a box" in message]
    desk.applied = False
    assert not await desk.adopt(text="- a\n")
    assert [message for message in desk.messages if "the editor did not make" in message]


async def test_an_editor_that_cannot_make_files_is_told_of_the_command(open_editor):
    editor = await open_editor("poor", kind="emacs")
    desk = Desk(editor)
    (editor.world.work / "poor" / "PLAN.md").unlink()
    uri = (editor.world.work / "poor" / "notes.md").as_uri()
    desk.open(uri)
    assert not await desk.actions(uri, 4, 6)
    assert not await desk.adopt(text="- a\n")
    assert [message for message in desk.messages if "`relaymark plan adopt`" in message]
