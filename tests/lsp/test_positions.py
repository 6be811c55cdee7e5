"""Places in plans with emoji, CJK and combining characters, as clients of either encoding count them."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Each line after the first holds a family emoji, CJK, a combining accent or what looks like a line's end, but is none.
PLAN = (
    "# 計画 🧾\u2028 and\u0085 on\n"
    "\n"
    "A form feed\f and 👩\u200d👩\u200d👧 before all boxes.\r\n"
    "\n"
    "## Phase 1: 出荷 🚀 cafe\u0301\n"
    "\n"
    "- [x] 🧾👩\u200d👩\u200d👧 漢字 e\u0301 in `src/gone.py`, twice: 𠮷 `src/帳簿.py`\n"
    "  - [ ] 🧾 below, in `src/report.py`\n"
)
HEADING = PLAN.split("\n")[4]
TICKED, BELOW = PLAN.split("\n")[6:8]
SIZES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2)}


def columns(line, text, encoding):
    """Return where a text begins and ends in a line, in units of an encoding."""
    codec, size = SIZES[encoding]
    at = line.index(text)
    return tuple(len(line[:end].encode(codec)) // size for end in (at, at + len(text)))


def span(place):
    """Return a range as its line and its two columns."""
    assert place.start.line == place.end.line
    return place.start.line, place.start.character, place.end.character


KINDS = [
    pytest.param(("visual_studio_code", "utf-16"), id="utf-16"),
    pytest.param(("neovim", "utf-8"), id="utf-8", marks=pytest.mark.slow),
]


class Desk:
    """An editor with the plan open."""

    def __init__(self, editor, encoding):
        self.editor, self.client, self.encoding = editor, editor.client, encoding
        self.shop = editor.world.work / "shop"
        self.document = types.TextDocumentIdentifier((self.shop / "PLAN.md").as_uri())
        self.edits = []
        # Of an action with a command the converter of lsprotocol makes a bare command.
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        def take(params):
            self.edits.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

    async def diagnostics(self, *codes):
        """Wait until findings of just these codes stand in the plan, and return them in the order of the text."""
        until = time.monotonic() + 8
        while True:
            found = sorted(
                self.client.diagnostics.get(self.document.uri, ()),
                key=lambda one: (one.range.start.line, one.range.start.character),
            )
            if [one.code for one in found] == list(codes):
                return found
            assert time.monotonic() < until, [one.code for one in found]
            await asyncio.sleep(0.02)

    async def hover(self, line, character):
        params = types.HoverParams(self.document, types.Position(line, character))
        return await self.client.text_document_hover_async(params)

    async def tick(self, line, character):
        """Tick the item at a place as an editor does, and return the edits that the server asks for."""
        place = types.Position(line, character)
        params = types.CodeActionParams(self.document, types.Range(place, place), types.CodeActionContext([]))
        actions = await self.client.text_document_code_action_async(params)
        [action] = [action for action in actions if "this item" in action.title]
        if action.edit:  # a finding offers it, with its edit
            [change] = action.edit.document_changes
            return change.edits
        command = action.command
        await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, arguments=command.arguments)
        )
        [change] = self.edits.pop().document_changes
        return change.edits


@pytest_asyncio.fixture(params=KINDS, loop_scope="module")
async def desk(request, open_editor, other_world):
    kind, encoding = request.param
    shop = other_world.repository("shop", plan=PLAN)
    editor = await open_editor(world=other_world, kind=kind)
    assert editor.answer.capabilities.position_encoding == encoding
    made = Desk(editor, encoding)
    editor.change_folders(added=[shop])
    await editor.wait_until(lambda payload: payload["plans"], folder=shop)
    editor.client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(made.document.uri, "markdown", 7, PLAN))
    )
    return made


async def test_places_are_right_behind_emoji_cjk_and_combining_characters(desk):
    """One test, as each start of a server takes its time."""
    encoding = desk.encoding
    first, second, both = await desk.diagnostics("path-missing", "path-missing", "tick-contradicted")
    assert span(first.range) == (6, *columns(TICKED, "src/gone.py", encoding))
    assert span(second.range) == (6, *columns(TICKED, "src/帳簿.py", encoding))
    assert span(both.range) == (7, 4, 7)  # the whole box

    desk.editor.world.claude(desk.shop).prompt("Complete Phase 1 of @PLAN.md").reply(9_000).reply(70_000)
    full, *_ = await desk.diagnostics("context-over-ceiling", "path-missing", "path-missing", "tick-contradicted")
    end = columns(HEADING, HEADING, encoding)[1]
    assert span(full.range) == (4, 0, end)

    heading = await desk.hover(4, columns(HEADING, "cafe", encoding)[0])
    assert span(heading.range) == (4, 0, end)
    ticked = await desk.hover(6, columns(TICKED, "`src/帳簿.py`", encoding)[1])
    assert ticked.contents.value.startswith("**done**")
    assert span(ticked.range) == (6, 0, columns(TICKED, TICKED, encoding)[1])
    below = await desk.hover(7, columns(BELOW, "below", encoding)[0])
    assert below.contents.value.startswith("**open**")
    assert span(below.range) == (7, 2, columns(BELOW, BELOW, encoding)[1])
    assert await desk.hover(2, 0) is None

    [edit] = await desk.tick(6, columns(TICKED, "漢", encoding)[0])
    assert (span(edit.range), edit.new_text) == ((6, 3, 4), " ")
    [edit] = await desk.tick(7, columns(BELOW, "below", encoding)[0])
    assert (span(edit.range), edit.new_text) == ((7, 5, 6), "x")


@pytest.mark.slow
async def test_a_place_behind_the_end_of_a_line_counts_as_its_end(desk):
    below = await desk.hover(7, 4_000)
    assert below.contents.value.startswith("**open**")
    assert await desk.hover(4_000, 0) is None


@pytest.mark.slow
async def test_a_place_between_the_halves_of_a_character_is_taken_for_the_next_one(desk):
    start = columns(TICKED, "🧾", desk.encoding)[0]
    assert (await desk.hover(6, start + 1)).contents.value.startswith("**done**")
