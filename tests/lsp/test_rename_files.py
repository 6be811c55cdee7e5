"""Files and folders that are renamed in the editor, and the edits of plans that it gets for them."""

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

## Phase 1: Parser

- [x] 🧾 in `src/読む/parser.py:2`, then 👩\u200d👩\u200d👧 `parser.py`
- [ ] Tell of `src/report.py`
"""
OTHER = "# Other\n\n- [ ] See `../../src/report.py`\n"
FILES = {
    "src/読む/parser.py": "",
    "src/report.py": "",
    "docs/plans/other.md": OTHER,
    "docs/plans/archive/old.md": "# Old\n\n- [ ] See `src/report.py`\n",
}


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.path.write_text(PLAN)
    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: {plan["path"] for plan in payload["plans"]} >= {"docs/plans/other.md"})
    return furnished


async def rename(desk, *pairs):
    files = [types.FileRename((desk.folder / old).as_uri(), (desk.folder / new).as_uri()) for old, new in pairs]
    return await desk.client.workspace_will_rename_files_async(types.RenameFilesParams(files))


async def test_every_open_plan_is_edited_and_an_open_document_in_its_version(desk):
    found = await rename(desk, ("src/report.py", "src/bill.py"))
    told = {each.text_document.uri: each for each in found.document_changes}
    other = (desk.folder / "docs/plans/other.md").as_uri()
    assert set(told) == {desk.uri, other}
    assert (told[desk.uri].text_document.version, told[other].text_document.version) == (desk.version, None)
    assert desk.edited(told[desk.uri].edits) == PLAN.replace("report", "bill")
    [edit] = told[other].edits
    assert desk.under(edit.range, OTHER) == "report"


async def test_a_folder_is_renamed_behind_signs_of_any_width(desk):
    found = await rename(desk, ("src/読む", "src/読"))
    [change] = found.document_changes
    assert desk.edited(change.edits) == PLAN.replace("読む", "読")
    [edit] = change.edits
    assert desk.under(edit.range) == "む"


async def test_several_places_in_one_line_are_edited_together(desk):
    found = await rename(desk, ("src/読む/parser.py", "src/読む/reader.py"))
    [change] = found.document_changes
    assert desk.edited(change.edits) == PLAN.replace("parser.py", "reader.py")


async def test_lists_in_braces_headings_and_words_before_the_phases_are_edited_too(desk):
    text = PLAN.replace("# 計画 🧾\n", "# 計画 🧾\n\nTold in `src/report.py`.\n").replace(
        "Parser", "Of `src/report.py`"
    )
    desk.open(text.replace("`src/report.py`\n", "`src/{report,other}.py` 🧾\n"))
    found = await rename(desk, ("src/report.py", "src/bill.py"))
    [change] = [each for each in found.document_changes if each.text_document.uri == desk.uri]
    assert change.text_document.version == desk.version
    assert desk.edited(change.edits) == desk.text.replace("report", "bill")
    assert len(change.edits) == 3
    desk.open(PLAN)


async def test_what_no_plan_names_changes_nothing(desk):
    assert await rename(desk, ("src/x.py", "src/y.py")) is None
    assert await rename(desk, ("src/report.py", "../elsewhere/report.py")) is None


async def test_nothing_is_written_before_the_editor_takes_the_edit(desk):
    await rename(desk, ("src/report.py", "src/bill.py"))
    assert desk.path.read_text() == PLAN
    assert (desk.folder / "docs/plans/other.md").read_text() == OTHER


async def test_an_editor_that_tells_of_renames_is_asked_for_files_and_folders(desk):
    options = desk.editor.answer.capabilities.workspace.file_operations.will_rename
    if desk.editor.kind == "neovim":  # it tells of none by itself
        assert options is None
        return
    [kind] = options.filters
    assert (kind.scheme, kind.pattern.glob, kind.pattern.matches) == ("file", "**/*", None)
