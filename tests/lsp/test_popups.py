"""Popups: one per crossing of the ceiling and of the reset line on the whole machine, and what their buttons do."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

OVER = "Claude Code: 70k, over its ceiling of 60k. Finish the item."
RESET = "Claude Code: 95k, past its reset line of 90k. Hand over now."
WITH_ACTIONS = {"relaymark": {"version": 1, "status": True, "actions": True}}
BUTTONS = ["Generate handover", "Start next phase", "Snooze"]


async def until(holds, within=8):
    """Wait until something holds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"not so within {within} s"
        await asyncio.sleep(0.02)


def popups(editor):
    """Return what was told of crossings, the oldest first."""
    return [told.message for told in editor.client.messages if "of 60k" in told.message or "of 90k" in told.message]


async def hears(editor, *texts, calm=0.5):
    """Wait until an editor has heard this much, and make sure that no more comes."""
    await until(lambda: len(popups(editor)) >= len(texts))
    await asyncio.sleep(calm)
    assert popups(editor) == list(texts)


def begun(world, folder, tokens=9_000, **about):
    """Begin a session that is at work."""
    return world.claude(folder, **about).prompt("Complete Phase 2 of @PLAN.md").reply(tokens, ends=False)


@pytest.fixture
def listening(editor):
    editor.client.messages.clear()
    return editor


async def test_each_crossing_is_told_once_in_one_short_line_and_near_is_not(listening, world, shop):
    session = begun(world, shop)
    await listening.holds(session, 9_000)
    session.reply(50_000, ends=False)
    await listening.holds(session, 50_000)
    for tokens in (70_000, 71_000, 70_000):
        session.reply(tokens, ends=False)
        await listening.holds(session, tokens)
    await hears(listening, OVER, calm=0)
    for tokens in (95_000, 96_000):
        session.reply(tokens, ends=False)
        await listening.holds(session, tokens)
    await hears(listening, OVER, RESET)
    assert {told.type for told in listening.client.messages} == {types.MessageType.Warning}
    assert all(len(text) < 80 and "\n" not in text for text in popups(listening))


async def test_a_jump_past_both_lines_is_told_once_as_the_worse(listening, world, shop):
    session = begun(world, shop)
    await listening.holds(session, 9_000)
    session.reply(95_000, ends=False)
    await hears(listening, RESET)
    session.reply(70_000, ends=False)
    await listening.holds(session, 70_000)
    await hears(listening, RESET)


async def test_below_the_line_a_crossing_is_armed_again(listening, world, shop):
    session = begun(world, shop)
    await listening.holds(session, 9_000)
    session.reply(70_000, ends=False)
    await hears(listening, OVER)
    session.reply(20_000, ends=False)
    await listening.holds(session, 20_000)
    session.reply(70_000, ends=False)
    await hears(listening, OVER, OVER)
    session.compact().reply(15_000, ends=False)
    await listening.holds(session, 15_000)
    session.reply(70_000, ends=False)
    await hears(listening, OVER, OVER, OVER)


async def test_subagents_other_work_trees_and_assumed_windows_are_not_told(listening, world, shop, hotfix):
    parent = begun(world, shop)
    every = [
        begun(world, shop, parent=parent),
        begun(world, hotfix, branch="fix/rounding"),
        begun(world, shop, version="3.0.0-next", model="claude-unheard-of-9"),
    ]
    for session in every:
        await listening.holds(session, 9_000)
        session.reply(95_000, ends=False)
        await listening.holds(session, 95_000)
    await hears(listening)


async def test_without_popups_in_the_settings_nothing_is_told(listening, world, shop):
    listening.configure({"popups": False})
    session = begun(world, shop)
    await listening.holds(session, 9_000)
    session.reply(95_000, ends=False)
    await listening.holds(session, 95_000)
    await hears(listening)


async def test_a_snoozed_level_is_not_told_and_the_next_one_is(listening, world, shop):
    session = begun(world, shop, 50_000)
    await listening.holds(session, 50_000)
    session.reply(70_000, ends=False)
    await hears(listening, OVER)
    params = types.ExecuteCommandParams("relaymark.snooze", [{"session": session.id}])
    await listening.client.workspace_execute_command_async(params)
    session.reply(20_000, ends=False)
    await listening.holds(session, 20_000)
    session.reply(70_000, ends=False)
    await listening.holds(session, 70_000)
    session.reply(95_000, ends=False)
    await hears(listening, OVER, RESET)


async def test_two_editors_on_one_machine_tell_once_in_all(open_editor, other_world):
    shop = other_world.repository("shop")
    both = [await open_editor(world=other_world, kind=kind) for kind in ("visual_studio_code", "neovim")]
    session = begun(other_world, shop)
    for editor in both:
        editor.change_folders(added=[shop])
        await editor.wait_until(lambda payload: payload["level"] == "clear", folder=shop)
    for tokens, level, count in ((70_000, "over", 1), (95_000, "reset", 2), (20_000, "clear", 2), (70_000, "over", 3)):
        session.reply(tokens, ends=False)
        for editor in both:
            await editor.wait_until(lambda payload, level=level: payload["level"] == level, folder=shop)
        await until(lambda count=count: sum(len(popups(editor)) for editor in both) >= count)
        await asyncio.sleep(0.4)
        assert sum(len(popups(editor)) for editor in both) == count


async def test_a_session_that_was_told_is_not_told_again_by_a_server_that_starts_later(open_editor, other_world):
    shop = other_world.repository("shop")
    session = begun(other_world, shop, 9_000)
    for expected in ([OVER], []):
        editor = await open_editor(world=other_world)
        editor.change_folders(added=[shop])
        await editor.wait_until(lambda payload: payload["sessions"], folder=shop)
        session.reply(70_000, ends=False)
        await editor.wait_until(lambda payload: payload["level"] == "over", folder=shop)
        await hears(editor, *expected)
        await editor.stop()


async def test_sessions_that_are_idle_at_the_start_are_not_told_and_those_at_work_are(open_editor, other_world):
    shop = other_world.repository("shop")
    idle = begun(other_world, shop).reply(95_000)
    begun(other_world, shop).reply(70_000, ends=False)
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[shop])
    await hears(editor, OVER)
    idle.prompt("Go on").reply(96_000, ends=False)
    await hears(editor, OVER)


async def test_an_idle_session_is_not_told_to_a_window_that_has_two_work_trees_open(open_editor, other_world):
    shop = other_world.repository("shop")
    hotfix = other_world.worktree(shop, "hotfix", "fix/rounding")
    begun(other_world, hotfix, branch="fix/rounding").reply(95_000)
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[shop, hotfix])
    await editor.wait_until(lambda payload: payload["level"] == "reset", folder=hotfix)
    await hears(editor)


class Asked:
    """An editor whose messages have buttons: it answers each question with the next answer, else with none."""

    def __init__(self, editor, shop):
        self.editor, self.world, self.shop = editor, editor.world, shop
        self.questions, self.answers = [], []

        @editor.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params):
            self.questions.append((params.message, [action.title for action in params.actions]))
            return types.MessageActionItem(self.answers.pop(0)) if self.answers else None

    async def crossing(self, *answers):
        """Have a session cross its ceiling, and return it once the user has answered."""
        self.questions.clear()
        self.answers[:] = answers
        session = begun(self.world, self.shop)
        await self.editor.holds(session, 9_000)
        session.reply(70_000, ends=False)
        await until(lambda: self.questions)
        return session

    def written(self, kind):
        return sorted((self.shop / ".relaymark" / kind).glob("*.md"))


@pytest_asyncio.fixture(loop_scope="module")
async def asked(open_editor):
    editor = await open_editor("shop", announces=WITH_ACTIONS)
    await editor.wait_until(lambda payload: payload["plans"])
    return Asked(editor, editor.world.work / "shop")


async def test_a_popup_with_buttons_writes_the_handover(asked):
    session = await asked.crossing("Generate handover")
    assert asked.questions == [(OVER, BUTTONS)]
    await until(lambda: asked.editor.client.shown_documents)
    [note] = asked.written("handovers")
    assert session.id in note.read_text()
    assert [shown.uri for shown in asked.editor.client.shown_documents] == [note.as_uri()]
    assert popups(asked.editor) == []


async def test_a_popup_with_buttons_starts_the_next_phase(asked):
    (asked.shop / "PLAN.md").write_text(
        (asked.shop / "PLAN.md").read_text() + "\n## Phase 3: Ship\n\n- [ ] Tell the customers\n"
    )
    await asked.crossing("Start next phase", "Start it")
    await until(lambda: asked.editor.client.shown_documents)
    assert len(asked.questions) == 2  # what the boundary is not ready for is asked, and forces nothing
    assert asked.questions[1][0].startswith("Before Phase 3: Ship starts: Phase 2 has 2 open items: 1, 2;")
    [prompt] = asked.written("prompts")
    assert prompt.read_text().startswith("Complete Phase 3 of @PLAN.md and check off each item as you go.\n")


async def test_a_popup_with_buttons_snoozes_the_session(asked):
    uri = (asked.shop / "PLAN.md").as_uri()
    session = await asked.crossing("Snooze")
    await until(lambda: "context-over-ceiling" not in [one.code for one in asked.editor.client.diagnostics[uri]])
    assert asked.written("handovers") == []
    session.reply(95_000, ends=False)
    await until(lambda: len(asked.questions) == 2)
    assert asked.questions[1] == (RESET, BUTTONS)


async def test_a_popup_that_is_closed_does_nothing(asked):
    session = await asked.crossing()
    session.reply(71_000, ends=False)
    await asked.editor.holds(session, 71_000)
    await asyncio.sleep(0.4)
    assert asked.questions == [(OVER, BUTTONS)]
    assert not (asked.shop / ".relaymark").exists()
    assert asked.editor.client.messages == []
