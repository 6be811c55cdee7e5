"""Dismissal and the way back, in plans, rules files and notes, from the editor and from a terminal."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = "# Shop\n\n## Phase 1: Keys\n\n- [x] Read `src/keys.py`\n- [x] Write `src/locks.py`\n- [ ] Then test it\n"
RULES = "# Rules\n\nKeys are in `src/keys.py`.\n"
NOTE_PLACE = ".relaymark/handovers/20261120T101500Z-PLAN-2-a.md"
NOTE = (
    '---\nsession: s\nagent: claude-code\nauthor: me\nphase: "PLAN.md: Phase 1"\ncommit: null\ndate: null\n'
    "tokens: null\n---\n\n## STATE\n\n- Edited: `src/gone.py`.\n\n## ARCHITECTURE CONTEXT\n\n- x\n\n"
    "## NEXT STEP\n\n- y\n"
)


class Desk:
    """An editor with files open, which does what a user does with findings."""

    def __init__(self, editor, folder):
        self.editor, self.client, self.folder, self.world = editor, editor.client, folder, editor.world
        self.versions = {}
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )

    def uri(self, place):
        return (self.folder / place).as_uri()

    def open(self, place, text):
        version = self.versions[place] = self.versions.get(place, 0) + 1
        if version == 1:
            document = types.TextDocumentItem(self.uri(place), "markdown", 1, text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
            return
        document = types.VersionedTextDocumentIdentifier(version, self.uri(place))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))

    def standing(self, place):
        return sorted((one.code, one.range.start.line) for one in self.client.diagnostics.get(self.uri(place), ()))

    async def shows(self, place, *wanted, within=15):
        end = time.monotonic() + within
        while self.standing(place) != sorted(wanted):
            assert time.monotonic() < end, self.standing(place)
            await asyncio.sleep(0.05)

    async def actions(self, place, line, only=None):
        spot = types.Range(types.Position(line, 0), types.Position(line, 1))
        found = [one for one in self.client.diagnostics.get(self.uri(place), ()) if one.range.start.line == line]
        context = types.CodeActionContext(found, only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(place)), spot, context)
        return await self.client.text_document_code_action_async(params) or []

    async def titles(self, place, line, word):
        return [one.title for one in await self.actions(place, line) if word in one.title]

    async def act(self, place, line, title):
        [action] = [one for one in await self.actions(place, line) if one.title == title]
        assert action.kind == "refactor"
        return await self.command(action.command.command, *action.command.arguments)

    async def command(self, name, *arguments):
        params = types.ExecuteCommandParams(name, list(arguments))
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), 20)

    async def listed(self):
        found = await self.command("relaymark.showDismissed", {"workspace": self.folder.as_uri()})
        return [each._asdict() if hasattr(each, "_asdict") else dict(each) for each in found]


@pytest_asyncio.fixture(loop_scope="module")
async def desk(open_editor, other_world):
    folder = other_world.repository("keys", plan=PLAN)
    (folder / "AGENTS.md").write_text(RULES)
    other_world.git(folder, "add", "-A")
    other_world.git(folder, "commit", "-q", "-m", "rules")
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[folder])
    await editor.wait_until(lambda payload: payload["plans"], folder=folder)
    return Desk(editor, folder)


MISSING = [("path-missing", 4), ("path-missing", 5)]


async def test_a_dismissed_finding_is_listed_and_told_again_when_it_is_restored(desk):
    desk.open("PLAN.md", PLAN)
    await desk.shows("PLAN.md", *MISSING)
    assert await desk.listed() == []
    assert await desk.act("PLAN.md", 4, "Not so: dismiss this path-missing") is True
    await desk.shows("PLAN.md", MISSING[1])
    [found] = await desk.listed()
    assert (found["code"], found["path"], found["line"]) == ("path-missing", "PLAN.md", 5)
    assert "src/keys.py" in found["message"]
    assert found["dismissedAt"].endswith("Z")
    assert await desk.command("relaymark.restoreFinding", {"finding": found["finding"]}) is True
    await desk.shows("PLAN.md", *MISSING)
    assert await desk.listed() == []


async def test_the_way_back_is_offered_on_the_line_wherever_it_stands_now(desk):
    desk.open("PLAN.md", PLAN)
    await desk.shows("PLAN.md", *MISSING)
    await desk.act("PLAN.md", 4, "Not so: dismiss this path-missing")
    await desk.shows("PLAN.md", MISSING[1])
    title = "Hear of the dismissed path-missing again"
    assert await desk.titles("PLAN.md", 5, "Hear of") == []
    desk.open("PLAN.md", "# Shop\n\nWords.\n" + PLAN.removeprefix("# Shop\n"))
    await desk.shows("PLAN.md", ("path-missing", 7))
    assert await desk.titles("PLAN.md", 6, "Hear of") == [title]
    assert all(one.title != title for one in await desk.actions("PLAN.md", 6, only=["quickfix"]))
    assert await desk.act("PLAN.md", 6, title) is True
    await desk.shows("PLAN.md", ("path-missing", 6), ("path-missing", 7))
    assert await desk.titles("PLAN.md", 6, "Hear of") == []


async def test_of_two_equal_findings_each_is_dismissed_and_restored(desk):
    twins = PLAN.replace("Write `src/locks.py`", "Read `src/keys.py`")
    desk.open("PLAN.md", twins)
    await desk.shows("PLAN.md", *MISSING)
    for line in (4, 5):
        assert await desk.act("PLAN.md", line, "Not so: dismiss this path-missing") is True
        await desk.shows("PLAN.md", *([MISSING[1]] if line == 4 else []))
    found = [each["finding"] for each in await desk.listed()]
    assert len(set(found)) == 2
    for each in found:
        assert await desk.command("relaymark.restoreFinding", {"finding": each}) is True
    await desk.shows("PLAN.md", *MISSING)
    desk.open("PLAN.md", PLAN)


async def test_findings_in_rules_files_are_dismissed_and_told_again(desk):
    desk.open("AGENTS.md", RULES)
    await desk.shows("AGENTS.md", ("rules-path-missing", 2), ("rules-without-relay", 0))
    assert await desk.act("AGENTS.md", 2, "Not so: dismiss this rules-path-missing") is True
    await desk.shows("AGENTS.md", ("rules-without-relay", 0))
    assert await desk.act("AGENTS.md", 2, "Hear of the dismissed rules-path-missing again") is True
    await desk.shows("AGENTS.md", ("rules-path-missing", 2), ("rules-without-relay", 0))


async def test_findings_in_notes_are_dismissed_and_told_again(desk):
    (desk.folder / NOTE_PLACE).parent.mkdir(parents=True)
    (desk.folder / NOTE_PLACE).write_text(NOTE)
    desk.open(NOTE_PLACE, NOTE)
    await desk.shows(NOTE_PLACE, ("handover-path-missing", 12))
    assert await desk.act(NOTE_PLACE, 12, "Not so: dismiss this handover-path-missing") is True
    await desk.shows(NOTE_PLACE)
    told = desk.world.run("check", "--format", "json", NOTE_PLACE, cwd=desk.folder)
    assert '"findings":[]' in told.stdout
    assert [(each["code"], each["path"]) for each in await desk.listed()] == [("handover-path-missing", NOTE_PLACE)]
    assert await desk.act(NOTE_PLACE, 12, "Hear of the dismissed handover-path-missing again") is True
    await desk.shows(NOTE_PLACE, ("handover-path-missing", 12))


async def test_a_terminal_lists_them_and_gives_one_or_all_back(desk):
    desk.open("PLAN.md", PLAN)
    await desk.shows("PLAN.md", *MISSING)

    def run(*arguments):
        done = desk.world.run("check", *arguments, cwd=desk.folder)
        assert "Traceback" not in done.stderr
        return done

    assert run("--dismissed").stdout == "nothing is dismissed here\n"
    for line in (4, 5):
        await desk.act("PLAN.md", line, "Not so: dismiss this path-missing")
    await desk.shows("PLAN.md")
    (desk.folder / "src").mkdir()
    lines = desk.world.run("check", "--dismissed", cwd=desk.folder / "src").stdout.splitlines()
    assert sorted(line.split()[2] for line in lines) == ["PLAN.md:5", "PLAN.md:6"]
    assert all(line.split()[3] == "path-missing" for line in lines)
    ids = {line.split()[2]: line.split()[0] for line in lines}
    for wrong in ("ffffffff", ids["PLAN.md:5"][:3]):
        assert run("--restore", wrong).returncode == 2
    assert ":5:" in run("--restore", ids["PLAN.md:5"], "PLAN.md").stdout
    assert "PLAN.md:5" not in run("--dismissed").stdout
    assert run("--restore", "all", "--dismissed").stdout == "nothing is dismissed here\n"
    assert run("--restore", "all").returncode == 2
    await desk.shows("PLAN.md", *MISSING)


async def test_what_a_terminal_gives_back_is_told_at_once_in_plans_and_notes(desk):
    (desk.folder / NOTE_PLACE).parent.mkdir(parents=True)
    (desk.folder / NOTE_PLACE).write_text(NOTE)
    desk.open("PLAN.md", PLAN)
    desk.open(NOTE_PLACE, NOTE)
    await desk.shows("PLAN.md", *MISSING)
    await desk.shows(NOTE_PLACE, ("handover-path-missing", 12))
    await desk.act("PLAN.md", 4, "Not so: dismiss this path-missing")
    await desk.act(NOTE_PLACE, 12, "Not so: dismiss this handover-path-missing")
    await desk.shows("PLAN.md", MISSING[1])
    await desk.shows(NOTE_PLACE)
    await asyncio.sleep(1)
    assert desk.world.run("check", "--restore", "all", "--dismissed", cwd=desk.folder).returncode == 0
    await desk.shows("PLAN.md", *MISSING, within=4)  # every five seconds they are told anew, whatever happens
    await desk.shows(NOTE_PLACE, ("handover-path-missing", 12))


async def test_what_is_not_dismissed_cannot_be_restored(desk):
    desk.client.messages.clear()
    for finding in ("0" * 32, None):
        assert await desk.command("relaymark.restoreFinding", {"finding": finding}) is False
        assert desk.client.messages[-1].message == "Relaymark: no such finding is dismissed."
