"""Between two phases in the editor: the check with buttons, the commit's argv, other agents, prompts to copy."""

import asyncio
import sys

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = "# Plan\n\n## Phase 2: {title}\n\n- [x] Print it in `src/report.py`\n\n## Phase 3: Ship\n\n- [ ] Tell them\n"
HOSTILE = ["Report", "$(touch hit) `id` 'q' \"d\"; ls", "<b>%s</b> --no-verify"]


class Desk:
    """An editor whose user presses one button after the other, and the terminals that it was asked to open."""

    def __init__(self, editor, folder, session):
        self.editor, self.client, self.folder, self.session = editor, editor.client, folder, session
        self.presses, self.questions, self.launches = [], [], []
        self.client.protocol.fm._features.pop(types.WINDOW_SHOW_MESSAGE_REQUEST, None)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params):
            titles = [action.title for action in params.actions]
            self.questions.append((params.message, titles))
            # Whether notes are committed is another question.
            taken = self.presses.pop(0) if self.presses and self.presses[0] in titles else None
            if taken is None and self.presses and "More" in titles:
                taken = "More"
            return types.MessageActionItem(taken) if taken else None

        @self.client.feature("relaymark/launch")
        def launch(params):
            told = params if isinstance(params, dict) else params._asdict()
            self.launches.append(told | {"argv": list(told["argv"])})
            if "commit" in told["argv"]:
                self.editor.world.git(self.folder, "commit", "-q", "--allow-empty", "-m", "by the terminal")
            return {"launched": True}

    def run(self, command, **wish):
        params = types.ExecuteCommandParams(f"relaymark.{command}", [{"workspace": self.folder.as_uri()} | wish])
        return asyncio.wait_for(self.client.workspace_execute_command_async(params), 40)

    @property
    def told(self):
        return [told.message for told in self.client.messages]


def stand_in(world, *names):
    folder = world.root / "bin"
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)
    world.env["PATH"] = f"{folder}:{world.env['PATH']}"


@pytest_asyncio.fixture(loop_scope="module")
async def opened(open_editor, other_world):
    async def open_with(title="Report", settings=None, **features):
        world = other_world
        stand_in(world, "claude", "codex")
        shop = world.repository("shop", plan=PLAN.format(title=title))
        (shop / "src").mkdir()
        (shop / "src/report.py").write_text("print(1)\n")
        announces = {"relaymark": {"version": 1, "status": True} | ({"launch": True, "actions": True} | features)}
        editor = await open_editor(world=world, announces=announces)
        editor.configure(settings or {})
        editor.change_folders(added=[shop])
        session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
        for _ in range(5):
            session.tool(58_000, "Read", {"file_path": str(shop / "src/report.py")}, "1\tprint(1)")
        session.tool(58_000, "Edit", {"file_path": str(shop / "src/report.py"), "old_string": "", "new_string": "p"})
        await editor.wait_until(
            lambda payload: payload["shown"] == session.id and payload["sessions"][0]["base"], folder=shop
        )
        return Desk(editor, shop, session)

    return open_with


async def test_the_question_names_what_is_open_what_the_step_buys_and_offers_each(opened):
    desk = await opened()
    assert await desk.run("startNextPhase") is False
    [(question, titles)] = desk.questions
    assert question.startswith("Before Phase 3: Ship starts: No test was run in the session; 1 file not committed:")
    assert "It buys 58k -> " in question
    assert "Read again: src/report.py 5 times." in question
    assert titles == ["Start it", "Show the test", "Commit the phase", "More"]
    assert desk.launches == []
    assert not (desk.folder / ".relaymark").exists(), "nothing is written until it starts"


async def test_what_has_no_room_in_a_row_of_buttons_stands_behind_more(opened):
    desk = await opened()
    desk.presses = ["More", "nothing of this"]
    assert await desk.run("startNextPhase") is False
    [(question, _), (again, titles)] = desk.questions
    assert again == question
    assert titles == ["Generate handover", "Another agent"]


async def test_each_offer_can_be_acted_on_before_the_start(opened):
    desk = await opened()
    desk.presses = ["Generate handover", "Commit the phase", "Start it"]
    assert await desk.run("startNextPhase") is True
    commit, start = desk.launches
    assert commit["argv"][-1] == "--phase=2"
    assert start["argv"][0] == "claude"
    [note] = (desk.folder / ".relaymark/handovers").glob("*.md")
    [prompt] = (desk.folder / ".relaymark/prompts").glob("*.md")
    assert note.name in prompt.read_text()


@pytest.mark.parametrize("title", HOSTILE)
async def test_the_terminal_of_the_commit_gets_relaymark_by_argv_and_no_shell(opened, title):
    desk = await opened(title)
    assert await desk.run("commitPhase") is True
    [launch] = desk.launches
    assert launch["argv"] == [
        sys.executable, "-P", "-m", "relaymark", "commit", "--hold", f"--session={desk.session.id}",
        "--plan=PLAN.md", "--phase=2",
    ]  # fmt: skip
    assert launch["cwd"] == str(desk.folder)


@pytest.mark.parametrize("title", HOSTILE)
async def test_hostile_titles_reach_the_client_in_one_argument(opened, title):
    desk = await opened(title)
    desk.presses = ["Start it"]
    assert await desk.run("continuePhase", plan=(desk.folder / "PLAN.md").as_uri(), phase=0) is True
    [launch] = desk.launches
    program, sentence = launch["argv"]
    assert program == "claude"
    assert sentence.startswith("Complete Phase 2 of @PLAN.md and check off each item")
    assert len(launch["title"].splitlines()) == 1


async def test_another_agent_goes_on_with_the_same_note(opened):
    desk = await opened()
    desk.presses = ["Another agent", "codex", "Start it"]
    assert await desk.run("startNextPhase") is True
    assert desk.launches[0]["argv"][0] == "codex"
    assert await desk.run("startNextPhase", agent="nobody") is False
    assert desk.told[-1].startswith("Relaymark: Relaymark cannot start `nobody`: name another agent (claude-code")


async def test_the_settings_of_the_editor_name_the_agent_and_its_command(opened):
    settings = {"nextAgent": "codex", "agentCommands": {"codex": ["codex", "--search", "{prompt}"]}}
    desk = await opened(settings=settings, actions=False)
    assert await desk.run("startNextPhase") is True
    assert desk.launches[0]["argv"][:2] == ["codex", "--search"]


async def test_an_untrusted_workspace_opens_no_terminal_at_all(opened):
    desk = await opened(launch=False)
    desk.presses = ["Start it"]
    assert await desk.run("startNextPhase") is False
    assert not {"Commit the phase", "Another agent"} & set(desk.questions[0][1])
    assert await desk.run("commitPhase") is False
    assert desk.launches == []


async def test_the_opening_prompt_with_its_files_can_be_copied(opened):
    desk = await opened()
    text = await desk.run("openingPrompt", plan=(desk.folder / "PLAN.md").as_uri(), phase=0)
    assert text.startswith("Complete Phase 2 of @PLAN.md")
    assert "`src/report.py`:\n\n```\nprint(1)\n```" in text
    assert "The phase in `PLAN.md`:" in text
    assert desk.told[-1].startswith("Relaymark: the prompt has about ")
    assert not (desk.folder / ".relaymark").exists()
