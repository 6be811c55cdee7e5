"""Code lenses above phases: what they say and carry, that a note is shown, and that the editor is told to ask again."""

import asyncio

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

## Phase 1: 出荷 🚀

- [x] a

## Phase 2: 🧾 Report

- [x] b
- [ ] Print the sum in `src/report.py`
- [ ] Units in `units.py`

## Phase 3: Ship

- [ ] d
"""
FILES = {"src/report.py": "print('sum of all')\n" * 500, "src/units.py": "x = 1\n"}
NOTE = "---\nsession: s\nphase: 'PLAN.md: Phase {}'\ndate: {}\n---\n\n## STATE\n\n- a\n"
NOTES = ".relaymark/handovers"


def plain(value):
    if hasattr(value, "_asdict"):
        value = value._asdict()
    return {key: plain(inner) for key, inner in value.items()} if isinstance(value, dict) else value


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.asked_again, desk.shown = [], []

    @desk.client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def again(_):
        desk.asked_again.append(True)

    desk.client.protocol.fm._features.pop(types.WINDOW_SHOW_DOCUMENT, None)

    @desk.client.feature(types.WINDOW_SHOW_DOCUMENT)
    def show(params):
        desk.shown.append(params.uri)
        return types.ShowDocumentResult(True)

    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["phases"] == 3)
    furnished.asked_again.clear()
    furnished.shown.clear()
    return furnished


async def lenses(desk):
    """Return the title, command and argument of each lens, by the heading below it."""
    params = types.CodeLensParams(desk.document)
    found = {}
    for lens in await desk.client.text_document_code_lens_async(params) or ():
        argument = [plain(one) for one in lens.command.arguments or ()]
        found.setdefault(desk.under(lens.range), []).append((lens.command.title, lens.command.command, *argument))
    return found


def counted(found):
    return found["## Phase 2: 🧾 Report"][-1][0].startswith("2 files, 3k tokens")


async def test_phases_that_are_to_be_done_can_be_started_or_continued(desk):
    found = await desk.until(lambda: lenses(desk), counted)
    assert list(found) == ["## Phase 2: 🧾 Report", "## Phase 3: Ship"]
    argument = {"workspace": desk.editor.uris[0], "plan": desk.uri, "version": desk.version}
    assert found["## Phase 2: 🧾 Report"] == [
        ("Continue phase", "relaymark.continuePhase", argument | {"phase": 1}),
        ("2 files, 3k tokens", ""),
    ]
    assert found["## Phase 3: Ship"] == [("Start phase", "relaymark.startNextPhase", argument | {"phase": 2})]


async def test_the_size_is_held_against_what_the_session_on_the_phase_has_left(desk, editor, world):
    await desk.until(lambda: lenses(desk), counted)
    session = world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(20_000, ends=False)
    await editor.holds(session, 20_000)
    found = (await lenses(desk))["## Phase 2: 🧾 Report"]
    assert found[0][2]["session"] == session.id
    assert found[1][0] == "2 files, 3k tokens · fits the 40k left"


async def test_the_editor_is_told_to_ask_again_when_a_session_comes_to_the_phase(desk, editor, world):
    await lenses(desk)
    session = world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(30_000, ends=False)
    await editor.holds(session, 30_000)
    if editor.kind == "neovim":  # the one whose capabilities are known here asks by itself
        await asyncio.sleep(1)
        assert desk.asked_again == []
        return
    await desk.until(lambda: asyncio.sleep(0, desk.asked_again), bool)


async def test_the_newest_note_of_a_phase_is_named_and_shown(desk):
    (desk.folder / NOTES).mkdir(parents=True, exist_ok=True)
    for name, phase, date in (
        ("20261120T101500Z-PLAN-2-s.md", 2, "2026-11-20T10:15:00Z"),
        ("20261119T101500Z-PLAN-2-s.md", 2, "2026-11-19T10:15:00Z"),
        ("20261121T101500Z-PLAN-9-s.md", 9, "2026-11-21T10:15:00Z"),
    ):
        (desk.folder / NOTES / name).write_text(NOTE.format(phase, date))
    found = await lenses(desk)
    title, command, argument = found["## Phase 2: 🧾 Report"][1]
    assert title.startswith("Handover note of 2026-11-")
    assert argument == {"workspace": desk.editor.uris[0], "path": f"{NOTES}/20261120T101500Z-PLAN-2-s.md"}
    assert len(found["## Phase 3: Ship"]) == 1
    assert await run(desk, command, argument) is True
    assert desk.shown == [(desk.folder / argument["path"]).as_uri()]


@pytest.mark.parametrize("path", ["PLAN.md", f"{NOTES}/../../PLAN.md", f"{NOTES}/none.md", "/etc/passwd", None])
async def test_only_notes_are_shown(desk, path):
    assert await run(desk, "relaymark.showNote", {"path": path}) is False
    assert desk.shown == []


async def run(desk, command, argument):
    return await desk.client.workspace_execute_command_async(types.ExecuteCommandParams(command, [argument]))


async def test_documents_that_are_no_plan_have_none(desk):
    other = types.TextDocumentIdentifier((desk.folder / "README.md").as_uri())
    assert not await desk.client.text_document_code_lens_async(types.CodeLensParams(other))
