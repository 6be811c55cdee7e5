"""A whole relay from the editor: full session, handover, next phase's prompt, fresh session; and what may go wrong."""

import asyncio
import importlib
import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "relay"
PHASE_1 = 4
CODES = ["context-near-ceiling", "context-over-ceiling", "context-past-reset"]


@pytest.fixture
def example(monkeypatch):
    names = ("project", "replay")
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield type("Example", (), {name: importlib.import_module(name) for name in names})
    for name in names:
        sys.modules.pop(name)


def plain(value):
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


async def until(holds, within=8):
    """Wait until something holds, and return it."""
    end = time.monotonic() + within
    while not (found := holds()):
        assert time.monotonic() < end, f"not so within {within} s"
        await asyncio.sleep(0.02)
    return found


class Desk:
    """An editor that can start terminals and answer questions, and all that it was asked and told."""

    def __init__(self, editor, folder):
        self.editor, self.client, self.world, self.folder = editor, editor.client, editor.world, folder
        self.uri = (folder / "PLAN.md").as_uri()
        self.launches, self.questions, self.findings = [], [], []
        self.launched = {"launched": True}
        self.client.protocol.fm._features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params):
            self.findings += [(one.code, one.range.start.line) for one in params.diagnostics]

        @self.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params):
            self.questions.append(params.message)
            titles = [action.title for action in params.actions]
            return types.MessageActionItem("Start it") if "Start it" in titles else None

        @self.client.feature("relaymark/launch")
        def launch(params):
            self.launches.append(plain(params))
            if isinstance(self.launched, Exception):
                raise self.launched
            return self.launched

    async def run(self, command, **wish):
        params = types.ExecuteCommandParams(f"relaymark.{command}", [{"workspace": self.folder.as_uri()} | wish])
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), 15)

    @property
    def told(self):
        return [told.message for told in self.client.messages]

    @property
    def shown(self):
        return [told.uri for told in self.client.shown_documents]

    def written(self, kind):
        return sorted((self.folder / ".relaymark" / kind).glob("*.md"))


def read(path):
    return path.read_text(encoding="utf-8")


def stand_in(world, name="claude"):
    """Put a program of an agent's name on the PATH; it is never started."""
    path = world.root / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    world.env["PATH"] = f"{path.parent}:{world.env['PATH']}"


async def desk_of(open_editor, world, folder, *, kind="visual_studio_code", **features):
    announces = {"relaymark": {"version": 1, "status": True} | features}
    editor = await open_editor(world=world, kind=kind, announces=announces)
    editor.change_folders(added=[folder])
    await editor.wait_until(lambda payload: payload["plans"], folder=folder)
    return Desk(editor, folder)


@pytest.mark.parametrize(
    ("kind", "features"),
    [("visual_studio_code", {"launch": True, "actions": True}), ("neovim", {"launch": True})],
    ids=["visual_studio_code", "neovim"],
)
async def test_a_relay_from_a_full_session_to_a_fresh_one_on_the_next_phase(
    open_editor, other_world, example, kind, features
):
    world, shop = other_world, other_world.work / "shop"
    example.project.make_project(shop)
    stand_in(world)
    desk = await desk_of(open_editor, world, shop, kind=kind, **features)
    editor = desk.editor

    # A recorded session works on phase 1, up to its reset line.
    start = datetime.now(UTC) - timedelta(seconds=60)
    stage = example.replay.Stage(shop, world.claude_home, world.codex_home, start, 5.0)
    lines = (line for line in example.replay.schedule(stage) if line.path.parent.parent.name == "projects")
    held, old = 0, None
    for line in lines:
        record = json.loads(line.text)
        usage = record.get("message", {}).get("usage", {}) if record["type"] == "assistant" else {}
        tokens = sum(usage.get(f"{part}input_tokens", 0) for part in ("", "cache_creation_", "cache_read_"))
        old = record.get("sessionId", old)
        line.path.parent.mkdir(parents=True, exist_ok=True)
        with line.path.open("a") as file:
            file.write(line.text)
        if tokens > held:
            held = tokens
            await editor.wait_until(lambda payload, held=held: shown(payload)["context"]["tokens"] == held, folder=shop)
        if held > 90_000 and record.get("message", {}).get("stop_reason") == "end_turn":
            break
    told = await editor.wait_until(lambda payload: payload["text"] == "● 91k/60k", folder=shop)
    assert (told["shown"], shown(told)["phase"]["label"]) == (old, "1")

    # Each warning came once: on the heading, and as a popup for the two lines.
    await asyncio.sleep(0.5)
    stood = [code for code, line in desk.findings if line == PHASE_1 and code in CODES]
    assert list(dict.fromkeys(stood)) == CODES
    popups = desk.questions if features.get("actions") else desk.told
    assert popups == [
        "Claude Code: 83k, over its ceiling of 60k. Finish the item.",
        "Claude Code: 91k, past its reset line of 90k. Hand over now.",
    ]

    # Hand over.
    note = Path(await desk.run("generateHandover"))
    assert desk.written("handovers") == [note]
    assert desk.shown == [note.as_uri()]
    text = read(note)
    assert f"session: {old}\n" in text
    assert re.findall(r"^## .*", text, re.MULTILINE) == ["## STATE", "## ARCHITECTURE CONTEXT", "## NEXT STEP"]

    # Start phase 2.
    started = await desk.run("startNextPhase")
    assert started is True
    [prompt] = desk.written("prompts")
    text = read(prompt)
    assert text.startswith("Complete Phase 2 of @PLAN.md and check off each item as you go.\n")
    assert f".relaymark/handovers/{note.name}" in text
    assert "src/greeter.py" in text
    sentence = (
        f"Complete Phase 2 of @PLAN.md and check off each item as you go; first read @.relaymark/prompts/{prompt.name}"
    )
    assert desk.launches == [{"title": "Phase 2: languages", "argv": ["claude", sentence], "cwd": str(shop)}]

    # The fresh session is recognised, and the gauge begins anew.
    fresh = world.claude(shop).prompt(sentence).reply(14_000, ends=False)
    told = await editor.wait_until(lambda payload: payload["text"] == "◔ 14k/60k +1 !1", folder=shop)
    assert (told["shown"], told["level"]) == (fresh.id, "clear")
    assert shown(told)["phase"] == {
        "plan": "PLAN.md",
        "label": "2",
        "title": "languages",
        "evidence": "started",
    }


def shown(payload):
    """Return the shown session of a payload."""
    return next(session for session in payload["sessions"] if session["id"] == payload["shown"])


@pytest_asyncio.fixture(loop_scope="module")
async def opened(open_editor, other_world):
    """Opens an editor of some features on a folder whose session is over its ceiling on phase 2 of three."""

    async def open_with(*, program=True, kind="visual_studio_code", **features):
        shop = other_world.repository("shop")
        (shop / "PLAN.md").write_text((shop / "PLAN.md").read_text() + "\n## Phase 3: Ship\n\n- [ ] Tell them\n")
        if program:
            stand_in(other_world)
        else:
            other_world.env["PATH"] = "/usr/bin:/bin"
        desk = await desk_of(open_editor, other_world, shop, kind=kind, **features)
        session = other_world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(9_000).reply(20_000)
        await desk.editor.wait_until(lambda payload: payload["shown"] == session.id, folder=shop)
        return desk

    return open_with


async def test_a_note_is_shown_by_a_message_where_no_document_can_be(opened):
    desk = await opened(kind="emacs")
    note = await desk.run("generateHandover")
    assert desk.told == [f"Relaymark wrote {note}"]
    assert desk.shown == []


async def test_where_the_editor_does_not_show_the_note_a_message_names_it(opened):
    desk = await opened()
    features = desk.client.protocol.fm._features
    features.pop(types.WINDOW_SHOW_DOCUMENT)

    @desk.client.feature(types.WINDOW_SHOW_DOCUMENT)
    def refuse(params):
        return types.ShowDocumentResult(success=False)

    note = await desk.run("generateHandover")
    assert any(note in told for told in desk.told)


async def test_each_handover_is_a_new_note(opened):
    desk = await opened()
    notes = [await desk.run("generateHandover") for _ in range(2)]
    assert sorted(notes) == [str(path) for path in desk.written("handovers")]
    assert len(set(notes)) == 2


async def test_a_note_that_cannot_be_written_is_one_clear_message(opened):
    desk = await opened()
    (desk.folder / ".relaymark").write_text("in the way")
    assert await desk.run("generateHandover") is None
    [told] = desk.told
    assert re.fullmatch(r"Relaymark: .*/\.relaymark/handovers cannot be written \(.*\); make it writable\.", told)


async def test_a_client_that_starts_nothing_gets_the_prompt_opened(opened):
    desk = await opened()
    assert await desk.run("startNextPhase") is False
    [prompt] = desk.written("prompts")
    assert desk.shown == [prompt.as_uri()]
    assert desk.launches == []
    assert desk.told[-1] == "Relaymark: start claude in shop and give it this prompt."


async def test_an_agent_that_is_not_installed_is_named_and_the_prompt_opened(opened):
    desk = await opened(program=False, launch=True)
    assert await desk.run("startNextPhase") is False
    assert desk.launches == []
    [prompt] = desk.written("prompts")
    assert desk.shown == [prompt.as_uri()]
    assert desk.told[-1] == ("Relaymark: claude is not on the PATH; start claude in shop and give it this prompt.")


@pytest.mark.parametrize("answer", [{"launched": False}, {}, None, RuntimeError("no terminal")], ids=str)
async def test_where_the_terminal_does_not_start_the_prompt_is_opened(opened, answer):
    desk = await opened(launch=True)
    desk.launched = answer
    assert await desk.run("startNextPhase") is False
    [prompt] = desk.written("prompts")
    assert desk.shown == [prompt.as_uri()]
    assert desk.told[-1] == "Relaymark: start claude in shop and give it this prompt."


async def test_continuing_a_phase_begins_at_its_open_item(opened):
    desk = await opened(launch=True)
    plan = desk.folder / "PLAN.md"
    plan.write_text(plan.read_text().replace("- [ ] Print", "- [x] Print"))
    await desk.editor.wait_until(lambda payload: payload["plans"][0]["ticked"] == 3, folder=desk.folder)
    assert await desk.run("continuePhase", plan=desk.uri, phase=1) is True
    [launch] = desk.launches
    assert launch["title"] == "Phase 2: Report"
    assert launch["argv"][1].startswith("Continue Phase 2 of @PLAN.md at item 2 and check off each item as you go;")
    [prompt] = desk.written("prompts")
    assert prompt.read_text().startswith("Continue Phase 2 of @PLAN.md at item 2")


async def test_unsaved_ticks_count_for_the_next_prompt(opened):
    desk = await opened(launch=True)
    text = (desk.folder / "PLAN.md").read_text().replace("- [ ] Print", "- [x] Print")
    document = types.TextDocumentItem(desk.uri, "markdown", 1, text)
    desk.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    assert await desk.run("continuePhase", plan=desk.uri, phase=1) is True
    assert " at item 2 " in desk.launches[0]["argv"][1]


async def test_from_a_phase_that_is_worked_on_the_next_one_is_started_and_a_fresh_one_is_itself(opened):
    desk = await opened(launch=True)
    session = desk.editor.statuses(desk.folder)[-1]["shown"]
    for wish in ({"phase": 1, "session": session}, {"phase": 1}, {"phase": 2}):
        assert await desk.run("startNextPhase", plan=desk.uri, **wish) is True
    assert [launch["title"] for launch in desk.launches] == ["Phase 3: Ship", "Phase 2: Report", "Phase 3: Ship"]


async def test_what_the_boundary_lacks_is_said_and_nothing_is_forced(opened):
    desk = await opened(launch=True)
    assert await desk.run("startNextPhase") is True
    [told] = desk.told
    assert told.startswith("Relaymark: Phase 2 has 2 open items: 1, 2")
    assert len(told) < 80
    assert len(desk.launches) == 1


async def test_with_buttons_the_user_decides_at_the_boundary(opened):
    desk = await opened(launch=True, actions=True)
    assert await desk.run("startNextPhase") is True
    [question] = desk.questions
    assert question.startswith("Before Phase 3: Ship starts: Phase 2 has 2 open items: 1, 2;")
    desk.client.protocol.fm._features.pop(types.WINDOW_SHOW_MESSAGE_REQUEST)

    @desk.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def cancel(params):
        return types.MessageActionItem("Cancel")

    assert await desk.run("startNextPhase") is False
    assert len(desk.launches) == 1
    assert desk.shown == []


async def test_after_the_last_phase_there_is_no_next_one(opened):
    desk = await opened(launch=True)
    plan = desk.folder / "PLAN.md"
    plan.write_text(plan.read_text().replace("[ ]", "[x]"))
    await desk.editor.wait_until(lambda payload: payload["plans"][0]["state"] == "done", folder=desk.folder)
    assert await desk.run("startNextPhase") is False
    [told] = desk.told
    assert told == "Relaymark: PLAN.md has no other open phase; add one, or name the phase to work on."
    assert desk.written("prompts") == []


async def test_five_open_sessions_are_shown_and_counted_alike_in_the_editor_and_by_the_command(
    open_editor, other_world
):
    world = other_world
    shop = world.repository("shop")
    hotfix = world.worktree(shop, "hotfix", "fix/rounding")
    desk = await desk_of(open_editor, world, shop)
    calm = world.claude(shop, age=50).prompt("Complete Phase 2 of @PLAN.md").reply(20_000, ends=False)
    world.claude(shop, parent=calm, age=40).prompt("Find it").reply(95_000, ends=False)
    world.claude(hotfix, branch="fix/rounding", age=30).prompt("Round half up").reply(95_000, ends=False)
    unknown = world.claude(shop, age=20).prompt("Just asked")
    over = world.claude(shop, age=10).prompt("Complete Phase 2 of @PLAN.md").reply(70_000, ends=False)
    told = await desk.editor.wait_until(
        lambda payload: len(payload["sessions"]) == 5 and payload["text"].startswith("◕ 70k/60k +2"), folder=shop
    )
    assert (told["shown"], told["text"], told["level"]) == (over.id, "◕ 70k/60k +2", "over")
    assert {item["id"]: item["level"] for item in told["sessions"]}[unknown.id] == "unknown"

    await desk.editor.ask("relaymark/follow", session=calm.id)
    told = await desk.editor.wait_until(lambda payload: payload["shown"] == calm.id, folder=shop)
    assert told["text"] == "◔ 20k/60k +2 !1"
    await desk.editor.ask("relaymark/follow")
    told = await desk.editor.wait_until(lambda payload: payload["shown"] == over.id, folder=shop)

    done = await asyncio.to_thread(world.run, "status", "--json", cwd=shop)
    printed = json.loads(done.stdout)
    for name in ("shown", "text", "level"):
        assert printed[name] == told[name]
    key = {"id", "level", "state", "elsewhere", "context"}
    assert [picked(item, key) for item in printed["sessions"]] == [picked(item, key) for item in told["sessions"]]


def picked(item, names):
    return {name: item[name] for name in names if name in item} | {"parent": item.get("parent")}
