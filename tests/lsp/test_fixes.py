"""Fixes, silencing and dismissal as code actions: versioned edits that the server offers and never makes itself."""

import asyncio
import subprocess
import time

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

BIG = "x = 1  # a line of code\n" * 3_500
PLAN = """# 計画 🧾

## Phase 1: Parser

- [x] 🧾 Read lines in `src/parser.py`
- [x] 👩\u200d👧 Keys, as in `src/keys.py` and `src/locks.py`
- [x] All of it
  - [ ] 🧾 one part of it

## Phase 2: Report

- [ ] Print in `src/one.py`
- [ ] Round in `src/two.py`
- [ ] Name in `src/three.py`
- [ ] Ship `src/four.py`
"""
FILES = {
    "src/parser.py": "".join(f"line {n}\n" for n in range(40)),
    "src/locks.py": "".join(f"lock {n}\n" for n in range(50)),
    "src/one.py": BIG,
    "src/two.py": BIG,
    "src/three.py": BIG,
    "src/four.py": BIG,
    "lib/keys.py": "keys = 1\n",
    "AGENTS.md": "# 🧾 Rules\n\nParsing is in `src/parser.py`.\n",
}


class Desk(PlanDesk):
    """A plan in an editor that asks for actions by the words of a line."""

    def __init__(self, editor, name="PLAN.md"):
        super().__init__(editor, name)
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )

    async def actions(self, needle, only=None):
        place = self.place(needle)
        found = [one for one in self.standing if one.range.start.line == place.line]
        params = types.CodeActionParams(
            self.document, types.Range(place, place), types.CodeActionContext(found, only=only)
        )
        return await self.client.text_document_code_action_async(params) or []

    async def titles(self, needle, only=None):
        return [action.title for action in await self.actions(needle, only)]

    async def action(self, needle, title):
        return next(action for action in await self.actions(needle) if action.title.startswith(title))

    def after(self, action):
        """Return the text as an action leaves it; its edit is of this document in this version."""
        [change] = action.edit.document_changes
        assert (change.text_document.uri, change.text_document.version) == (self.uri, self.version)
        return self.edited(change.edits)

    @property
    def standing(self):
        return self.client.diagnostics.get(self.uri, ())

    @property
    def codes(self):
        return sorted(one.code for one in self.standing)

    async def shows(self, predicate, within=15):
        end = time.monotonic() + within
        while not predicate(self.codes):
            assert time.monotonic() < end, self.codes
            await asyncio.sleep(0.05)


def git(folder, *arguments):
    identity = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def furnished(running):
    desk = Desk(running)
    desk.path.write_text(PLAN)
    git(desk.folder, "add", "-A")
    git(desk.folder, "commit", "-q", "-m", "plan")
    (desk.folder / "src/read").mkdir()
    git(desk.folder, "mv", "src/parser.py", "src/read/parser.py")
    git(desk.folder, "mv", "src/locks.py", "src/read/bolts.py")
    git(desk.folder, "commit", "-q", "-m", "move")
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    furnished.open(PLAN)
    await furnished.shows(lambda codes: codes.count("path-moved") == 2 and "phase-too-big" in codes)
    return furnished


async def test_a_moved_file_is_written_by_the_characters_that_are_new(desk):
    action = await desk.action("Read lines", "Write src/read/parser.py")
    assert (action.kind, action.is_preferred) == ("quickfix", True)
    [change] = action.edit.document_changes
    [edit] = change.edits
    assert (edit.new_text, edit.range.start) == ("read/", edit.range.end)
    assert desk.after(action) == PLAN.replace("src/parser.py", "src/read/parser.py")
    assert [one.code for one in action.diagnostics] == ["path-moved"]


async def test_what_mends_goes_first_then_the_tick_then_what_lets_the_finding_rest(desk):
    assert await desk.titles("Keys") == [
        "Write lib/keys.py",
        "Write src/read/bolts.py",
        "Write all 2 new paths",
        "Untick this item",
        "Not so: dismiss this path-missing",
        "Silence path-missing here",
        "Not so: dismiss this path-moved",
        "Silence path-moved here",
    ]


async def test_all_findings_of_a_rule_are_put_right_at_once(desk):
    action = await desk.action("Keys", "Write all 2 new paths")
    wanted = PLAN.replace("src/parser.py", "src/read/parser.py").replace("src/locks.py", "src/read/bolts.py")
    assert desk.after(action) == wanted


async def test_a_name_that_one_file_has_is_offered_as_a_guess(desk):
    action = await desk.action("Keys", "Write lib/keys.py")
    assert action.is_preferred is None
    assert desk.after(action) == PLAN.replace("src/keys.py", "lib/keys.py")


async def test_a_contradiction_can_be_settled_either_way(desk):
    tick = await desk.action("one part", "Tick this item")
    assert desk.after(tick) == PLAN.replace("[ ] 🧾 one", "[x] 🧾 one")
    untick = await desk.action("one part", "Untick the item above")
    assert desk.after(untick) == PLAN.replace("[x] All", "[ ] All")
    assert (await desk.titles("one part")).count("Tick this item") == 1


async def test_a_phase_that_is_too_big_is_split_in_its_middle(desk):
    action = await desk.action("## Phase 2", "Split it: Phase 2b from item 3 on")
    assert action.kind == "refactor"
    assert desk.after(action) == PLAN.replace("- [ ] Name", "\n## Phase 2b: Report\n\n- [ ] Name")


async def test_a_finding_is_silenced_where_it_stands(desk):
    action = await desk.action("Read lines", "Silence path-moved here")
    silenced = desk.after(action)
    assert silenced == PLAN.replace("parser.py`", "parser.py` <!-- relaymark: ignore path-moved -->")
    desk.open(silenced)
    await desk.shows(lambda codes: codes.count("path-moved") == 1)


async def test_a_finding_that_is_not_so_is_dismissed_until_its_item_changes(desk):
    action = await desk.action("Read lines", "Not so: dismiss this path-moved")
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    assert await desk.client.workspace_execute_command_async(params) is True
    await desk.shows(lambda codes: codes.count("path-moved") == 1)
    desk.open(PLAN.replace("## Phase 1", "Some words.\n\n## Phase 1"))
    await asyncio.sleep(0.5)
    assert desk.codes.count("path-moved") == 1
    desk.open(PLAN.replace("Read lines", "Read all lines"))
    await desk.shows(lambda codes: codes.count("path-moved") == 2)
    for file in sorted((desk.world.state / "relaymark/dismissed").glob("*/*")):
        file.unlink()


async def test_what_does_not_stand_any_more_is_not_dismissed(desk):
    desk.client.messages.clear()
    params = types.ExecuteCommandParams("relaymark.dismiss", [{"plan": desk.uri, "finding": "0" * 32}])
    assert await desk.client.workspace_execute_command_async(params) is False
    assert desk.client.messages[-1].message.startswith("Relaymark: that finding does not stand any more")


async def test_only_the_kinds_that_are_asked_for_come_and_none_fixes_on_save(desk):
    assert await desk.titles("## Phase 2", ["source.fixAll"]) == []
    assert all("Split" not in title for title in await desk.titles("## Phase 2", ["quickfix"]))
    assert {action.kind for action in await desk.actions("## Phase 2", ["refactor"])} == {"refactor"}


async def test_the_server_itself_changes_nothing(desk):
    await desk.actions("Read lines")
    assert desk.path.read_text() == PLAN


async def test_a_rules_file_that_is_silent_about_the_plan_gets_the_protocol(desk):
    rules = Desk(desk.editor, "AGENTS.md")
    rules.open(FILES["AGENTS.md"])
    await rules.shows(lambda codes: codes == ["rules-path-missing", "rules-without-relay"])
    block = await rules.action("# 🧾", "Add the relay protocol to AGENTS.md")
    made = rules.after(block)
    assert made.startswith(FILES["AGENTS.md"] + "\n<!-- relaymark:begin -->\n")
    assert "`PLAN.md`" in made
    path = await rules.action("Parsing", "Write src/read/parser.py")
    assert rules.after(path) == FILES["AGENTS.md"].replace("src/", "src/read/")
    rules.open(made)
    await rules.shows(lambda codes: codes == ["rules-path-missing"])
    rules.close()
    await rules.shows(lambda codes: len(codes) == 2)


HISTORY = """# Later

## Phase 1: Keys

- [x] Load keys in `lib/keys.py`
- [x] Lock them in `src/locks.py`
- [ ] Create `src/report.py`
- [ ] Ship it
"""


async def test_lost_ticks_are_restored_and_done_work_is_ticked_only_when_the_person_takes_the_edit(desk):
    later = Desk(desk.editor, "IMPLEMENTATION_PLAN.md")
    later.path.write_text(HISTORY)
    git(later.folder, "add", "-A")
    git(later.folder, "commit", "-q", "-m", "keys")
    opened = HISTORY.replace("[x]", "[ ]")
    later.path.write_text(opened)
    (later.folder / "src/report.py").write_text("print(1)\n")
    git(later.folder, "add", "-A")
    git(later.folder, "commit", "-q", "-m", "report")
    later.open(opened)
    await later.shows(lambda codes: {"tick-lost", "done-unticked"} <= set(codes))
    restored = await later.action("Load keys", "Restore the 2 lost ticks")
    assert later.after(restored) == HISTORY
    done = await later.action("Create", "Tick this item")
    assert later.after(done) == opened.replace("[ ] Create", "[x] Create")
    assert {restored.kind, done.kind} == {"quickfix"}
    assert restored.is_preferred is done.is_preferred is None
    assert later.path.read_text() == opened
    later.close()


async def test_a_file_that_a_session_holds_is_added_to_its_phase(desk, editor):
    held = desk.folder / "src/other.py"
    held.write_text("x = 1  # words\n" * 400)
    session = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    session.read(10_000, held, held.read_text())
    session.reply(12_000)
    await editor.holds(session, 12_000)
    await desk.shows(lambda codes: "attachment-unplanned" in codes)
    action = await desk.action("## Phase 2", "Add src/other.py to the plan")
    assert desk.after(action) == PLAN.replace("## Phase 2: Report\n", "## Phase 2: Report\n\nFiles: `src/other.py`\n")
