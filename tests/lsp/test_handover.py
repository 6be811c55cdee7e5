"""Handover notes from the editor: writers with their cost, progress and cancel; prompts to copy, notes to take."""

import asyncio
import sys
import time
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from relaymark.core.note import read_header

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

GOOD = """## STATE

- The report prints nothing yet (`PLAN.md:10`).

## ARCHITECTURE CONTEXT

- None on record.

## NEXT STEP

- Begin with item 1 of Phase 2 (`PLAN.md:10`).
"""


class Desk:
    """An editor, the buttons that its user presses, and what it was told."""

    def __init__(self, editor, folder, session):
        self.editor, self.client, self.folder, self.session = editor, editor.client, folder, session
        self.presses, self.questions, self.progress = "", [], []
        self.client.protocol.fm._features.pop("$/progress", None)
        self.client.protocol.fm._features.pop(types.WINDOW_SHOW_MESSAGE_REQUEST, None)

        @self.client.feature("$/progress")
        def progress(params):
            value = params.value
            self.progress.append(value if isinstance(value, dict) else getattr(value, "_asdict", lambda: value)())
            self.token = params.token

        @self.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params):
            self.questions.append(params.message)
            titles = [action.title for action in params.actions]
            return types.MessageActionItem(self.presses) if self.presses in titles else None

    def run(self, command, **wish):
        params = types.ExecuteCommandParams(f"relaymark.{command}", [{"workspace": self.folder.as_uri()} | wish])
        return asyncio.wait_for(self.client.workspace_execute_command_async(params), 20)

    async def note(self, **wish):
        return written(await self.run("generateHandover", **wish))

    @property
    def told(self):
        return [told.message for told in self.client.messages]


def written(path):
    return Path(path).read_text(encoding="utf-8")


def stand_in(world, name, source):
    path = world.root / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\nimport json, sys, time\n{source}\n")
    path.chmod(0o755)
    world.env["PATH"] = f"{path.parent}:{world.env['PATH']}"


@pytest_asyncio.fixture(loop_scope="module")
async def opened(open_editor, other_world):
    async def open_with(settings, source=f"print(json.dumps({{'result': {GOOD!r}}}))", name="claude", **features):
        stand_in(other_world, name, source)
        shop = other_world.repository("shop")
        announces = {"relaymark": {"version": 1, "status": True} | ({"launch": True} | features)}
        editor = await open_editor(world=other_world, announces=announces)
        editor.configure(settings)
        editor.change_folders(added=[shop])
        session = other_world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(9_000).reply(58_000)
        await editor.wait_until(lambda payload: payload["shown"] == session.id, folder=shop)
        return Desk(editor, shop, session)

    return open_with


async def test_what_the_session_writer_costs_is_asked_first_and_then_it_writes(opened):
    desk = await opened({"writer": "session"}, actions=True)
    desk.presses = "Write it"
    text = await desk.note()
    assert desk.questions[0].startswith("A fork of the session reads its 58k tokens again")
    assert read_header(text).author == "session"
    assert [value["kind"] for value in desk.progress][:1] == ["begin"]
    assert [value["kind"] for value in desk.progress][-1:] == ["end"]
    assert desk.progress[0]["cancellable"] is True


async def test_who_does_not_want_to_pay_gets_the_draft(opened):
    desk = await opened({"writer": "session"}, actions=True)
    desk.presses = "Take the draft"
    assert read_header(await desk.note()).author == "draft"
    assert desk.progress == []


async def test_a_client_without_buttons_is_told_the_cost(opened):
    desk = await opened({"writer": "session"})
    assert read_header(await desk.note()).author == "session"
    assert desk.told[0].startswith("Relaymark: A fork of the session reads its 58k tokens again")


async def test_a_cancelled_writer_leaves_the_draft_at_once(opened):
    desk = await opened({"writer": "command", "writerCommand": ["slow-model"]}, "time.sleep(60)", "slow-model")
    writing = asyncio.create_task(desk.note())
    until = time.monotonic() + 8
    while not desk.progress:
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    desk.client.protocol.notify(
        types.WINDOW_WORK_DONE_PROGRESS_CANCEL, types.WorkDoneProgressCancelParams(token=desk.token)
    )
    began = time.monotonic()
    assert read_header(await writing).author == "draft"
    assert time.monotonic() - began < 5
    assert any("it was cancelled. This is the draft." in told for told in desk.told)


async def test_a_command_of_the_editors_settings_writes(opened):
    desk = await opened({"writer": "command", "writerCommand": ["my-model"]}, f"print({GOOD!r})", "my-model")
    assert read_header(await desk.note()).author == "command"


@pytest.mark.parametrize("writer", ["command", "session"])
async def test_an_untrusted_workspace_starts_no_writer(opened, writer):
    desk = await opened({"writer": writer, "writerCommand": ["claude"]}, "open('/dev/null')", launch=False)
    assert read_header(await desk.note()).author == "draft"
    assert any("this workspace is not trusted, so no program is run for it" in told for told in desk.told)


async def test_the_prompt_is_given_to_be_copied_and_the_answer_is_taken(opened):
    desk = await opened({})
    prompt = await desk.run("handoverPrompt")
    assert prompt.startswith("Write the handover note of this session")
    path = await desk.run("takeNote", text=f"Of course.\n\n{GOOD}", session=desk.session.id)
    header = read_header(written(path))
    assert (header.author, header.session) == ("hand", desk.session.id)
    assert desk.client.shown_documents[-1].uri.endswith(".md")


@pytest.mark.parametrize("text", ["", "hello", GOOD.replace("nothing", "AKIAIOSFODNN7EXAMPLE")])
async def test_a_clipboard_that_is_no_note_is_refused(opened, text):
    desk = await opened({})
    assert await desk.run("takeNote", text=text) is None
    assert desk.told[-1].startswith("Relaymark: This is not taken as a note:")
    assert not (desk.folder / ".relaymark").exists()
