"""Code actions on headings, items and findings: their titles, commands and arguments, and the errors of commands."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAN = """# Plan

Some words.

## Phase 1: Parser

- [x] Read lines

## Phase 2: Report

- [ ] Print the sum
  - [ ] with its unit
- [ ] Round it

## Phase 3: Ship

- [ ] Tell the customers
"""
LINES = PLAN.split("\n")
HAND_OVER = ("Generate handover", "relaymark.generateHandover")
CONTINUE = ("Continue this phase in a fresh session", "relaymark.continuePhase")
NEXT = ("Start the next phase in a fresh session", "relaymark.startNextPhase")
THIS = ("Start this phase in a fresh session", "relaymark.startNextPhase")
SNOOZE = ("Snooze until the next level", "relaymark.snooze")
TICK, UNTICK = ("Tick this item", "relaymark.tickItem"), ("Untick this item", "relaymark.tickItem")


def line_of(text):
    return next(number for number, line in enumerate(LINES) if text in line)


def plain(value):
    if hasattr(value, "_asdict"):
        value = value._asdict()
    return {key: plain(inner) for key, inner in value.items()} if isinstance(value, dict) else value


class Desk:
    """An editor with the plan open, that asks for actions."""

    def __init__(self, editor):
        self.editor, self.client, self.world = editor, editor.client, editor.world
        self.folder = editor.world.work / "Mein Laden_ä"
        self.uri = (self.folder / "PLAN.md").as_uri()
        # Of an action with a command the converter of lsprotocol makes a bare command.
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )

    async def actions(self, first, last=None, findings=(), uri=None):
        """Return the actions on lines that are told by what stands in them."""
        start, end = line_of(first), line_of(last or first)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri or self.uri),
            types.Range(types.Position(start, 0), types.Position(end, 1)),
            types.CodeActionContext(list(findings)),
        )
        return await self.client.text_document_code_action_async(params)

    async def offers(self, first, last=None, findings=()):
        """Return the title, command and argument of each action."""
        found = await self.actions(first, last, findings)
        assert {action.kind for action in found} <= {"quickfix"}
        assert all(action.title == action.command.title for action in found)
        return [(action.title, action.command.command, *map(plain, action.command.arguments or ())) for action in found]

    def argument(self, **fields):
        return {"workspace": self.editor.uris[0], "plan": self.uri, "version": 3} | fields

    async def run(self, command, *arguments):
        params = types.ExecuteCommandParams(f"relaymark.{command}", list(arguments))
        return await self.client.workspace_execute_command_async(params)


@pytest.fixture(scope="module")
def furnished(running):
    desk = Desk(running)
    document = types.TextDocumentItem(desk.uri, "markdown", 3, PLAN)
    (desk.folder / "PLAN.md").write_text(PLAN)
    desk.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["items"] == 5)
    editor.client.messages.clear()
    return furnished


@pytest_asyncio.fixture(loop_scope="module")
async def session(desk, editor):
    """A session over its ceiling, at work on phase 2."""
    made = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    made.reply(70_000)
    await editor.holds(made, 70_000)
    return made


async def finding_on(desk, text):
    """Return the finding that stands on a line."""
    end = time.monotonic() + 8
    while True:
        found = [one for one in desk.client.diagnostics.get(desk.uri, ()) if one.range.start.line == line_of(text)]
        if found:
            return found[0]
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_a_heading_without_a_session_offers_to_start_its_phase(desk):
    assert await desk.offers("## Phase 1") == [(*NEXT, desk.argument(phase=0))]
    assert await desk.offers("## Phase 2") == [(*THIS, desk.argument(phase=1))]


async def test_an_item_on_whose_phase_no_session_is_can_only_be_ticked(desk):
    assert await desk.offers("Round it") == [(*TICK, desk.argument(item=3, text="Round it"))]


async def test_a_heading_with_a_session_offers_the_whole_relay(desk, session):
    argument = desk.argument(phase=1, session=session.id)
    assert await desk.offers("## Phase 2") == [(*offer, argument) for offer in (HAND_OVER, CONTINUE, NEXT)]


async def test_an_item_can_be_ticked_and_offers_the_relay_of_its_phase(desk, session):
    wish = desk.argument(phase=1, session=session.id)
    assert await desk.offers("Round it") == [
        (*TICK, desk.argument(item=3, text="Round it")),
        *((*offer, wish) for offer in (HAND_OVER, CONTINUE, NEXT)),
    ]


@pytest.mark.slow
async def test_an_item_that_is_ticked_can_be_unticked_and_one_below_another_is_meant_itself(desk):
    assert (await desk.offers("Read lines"))[0] == (*UNTICK, desk.argument(item=0, text="Read lines"))
    assert (await desk.offers("with its unit"))[0] == (*TICK, desk.argument(item=2, text="with its unit"))


@pytest.mark.slow
async def test_of_several_lines_the_first_item_is_ticked(desk):
    ticks = [offer for offer in await desk.offers("## Phase 2", "Round it") if offer[1] == "relaymark.tickItem"]
    assert ticks == [(*TICK, desk.argument(item=1, text="Print the sum"))]


@pytest.mark.slow
async def test_a_finding_offers_the_relay_of_its_session_and_to_snooze_it(desk, session):
    finding = await finding_on(desk, "## Phase 2")
    found = await desk.actions("## Phase 2", findings=[finding])
    assert [(each.title, each.command.command) for each in found] == [HAND_OVER, CONTINUE, NEXT, SNOOZE]
    for each in found:
        assert plain(each.command.arguments[0]) == desk.argument(phase=1, session=session.id)
        assert [one.message for one in each.diagnostics] == [finding.message]


@pytest.mark.slow
async def test_the_session_of_a_finding_goes_before_others_on_its_phase(desk, session, editor):
    finding = await finding_on(desk, "## Phase 2")
    newer = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(10_000)
    await editor.holds(newer, 10_000)
    for each in await desk.actions("## Phase 2", findings=[finding]):
        assert plain(each.command.arguments[0])["session"] == session.id


@pytest.mark.slow
async def test_a_finding_on_the_first_line_offers_the_relay_though_no_phase_is_known(desk, editor):
    lost = desk.world.claude(desk.folder).prompt("Look around").reply(9_000).reply(95_000)
    await editor.holds(lost, 95_000)
    finding = await finding_on(desk, "# Plan")
    argument = desk.argument(session=lost.id)
    assert await desk.offers("# Plan", findings=[finding]) == [
        (*offer, argument) for offer in (HAND_OVER, CONTINUE, NEXT, SNOOZE)
    ]


@pytest.mark.slow
async def test_what_a_finding_about_an_item_offers_is_not_said_of_the_session(desk, session):
    line = line_of("Round it")
    finding = types.Diagnostic(
        types.Range(types.Position(line, 3), types.Position(line, 4)),
        "Open, but done since it was written",
        source="relaymark",
        code="done-unticked",
        data={"phase": 1, "item": 3},
    )
    found = await desk.actions("Round it", findings=[finding])
    assert [(each.title, each.command.command) for each in found] == [TICK, HAND_OVER, CONTINUE, NEXT]
    assert not any(each.diagnostics for each in found)


@pytest.mark.slow
async def test_findings_of_other_programs_offer_nothing(desk):
    foreign = types.Diagnostic(
        types.Range(types.Position(2, 0), types.Position(2, 4)), "Line too long", source="other", data={"session": "x"}
    )
    assert await desk.offers("Some words", findings=[foreign]) == []


@pytest.mark.slow
async def test_between_items_and_in_other_documents_nothing_is_offered(desk):
    assert await desk.offers("Some words") == []
    assert not await desk.actions("## Phase 2", uri=(desk.folder / "README.md").as_uri())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "given", "says"),
    [
        ("generateHandover", {}, "No session is open in"),
        ("generateHandover", {"session": "nobody"}, "No session `nobody` is known in"),
        ("continuePhase", {"phase": 99, "plan": True}, "PLAN.md has no phase `99`"),
        ("startNextPhase", {"session": "nobody"}, "No session `nobody` is known in"),
        ("snooze", {}, "no session is open here that could be snoozed"),
        ("snooze", {"session": "nobody"}, "no session is open here that could be snoozed"),
        ("tickItem", {"item": 99, "plan": True}, "PLAN.md changed meanwhile, so nothing was ticked"),
        ("tickItem", {"item": 0, "plan": "file:///home/dev/shop/PLAN.md"}, "that plan is not in this workspace"),
    ],
)
async def test_what_cannot_be_done_is_one_clear_message(desk, command, given, says):
    plan = {"plan": desk.uri} if given.get("plan") is True else {}
    assert not await desk.run(command, given | plan)
    [told] = desk.client.messages
    assert told.type == types.MessageType.Warning
    assert told.message.startswith(f"Relaymark: {says}")
    assert "\n" not in told.message


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [[], [None], ["text"], [7], [[]], [{"phase": "two", "session": 3, "item": True}]])
@pytest.mark.parametrize("command", ["generateHandover", "snooze", "tickItem"])
async def test_strange_arguments_are_taken_as_not_given(desk, command, arguments):
    assert not await desk.run(command, *arguments)
    assert len(desk.client.messages) == 1


@pytest.mark.slow
async def test_a_session_of_another_work_tree_is_not_handed_over_from_here(desk, editor, hotfix):
    away = desk.world.claude(hotfix, branch="fix/rounding").prompt("Round half up").reply(20_000)
    await editor.holds(away, 20_000)
    assert not await desk.run("generateHandover", {"session": away.id})
    [told] = desk.client.messages
    assert told.message == f"Relaymark: Session `{away.id}` works in {hotfix}; hand it over there."


@pytest.mark.slow
async def test_without_a_plan_the_next_phase_cannot_be_started(open_editor, other_world):
    shop = other_world.repository("shop", plan=None)
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[shop])
    await editor.wait_until(lambda payload: payload["sessions"] == [], folder=shop)
    params = types.ExecuteCommandParams("relaymark.startNextPhase", [{}])
    assert not await editor.client.workspace_execute_command_async(params)
    [told] = editor.client.messages
    assert told.message == f"Relaymark: There is no PLAN.md in {shop}; write one with phases and checkboxes first."


@pytest.mark.slow
async def test_without_a_folder_every_command_asks_for_one(open_editor):
    editor = await open_editor()
    for command in ("generateHandover", "continuePhase", "startNextPhase", "snooze", "tickItem"):
        editor.client.messages.clear()
        params = types.ExecuteCommandParams(f"relaymark.{command}", [{}])
        assert not await editor.client.workspace_execute_command_async(params)
        [told] = editor.client.messages
        assert told.message == "Relaymark: Open the project's folder first: Relaymark works on a workspace."
