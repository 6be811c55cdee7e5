"""Completion in a plan as an editor asks for it: what is offered, and what taking an offer writes."""

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

## Phase 1: Parser

- [ ] 🧾 in `src/` and 👩\u200d👩\u200d👧 @
- [] box
<!-- relaymark: ignore tick -->

## Phase 2: Report after Phase
"""
FILES = {"src/読む/parser.py": "", "src/report.py": "", "docs/idea.md": ""}


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["phases"] == 2)
    furnished.open(PLAN)
    return furnished


async def offers(desk, needle):
    """Return the offers behind some words, by label."""
    params = types.CompletionParams(desk.document, desk.place(needle, behind=True))
    found = await desk.client.text_document_completion_async(params)
    return {item.label: item for item in found.items} if found else {}


async def test_paths_are_offered_in_backticks_and_taken_where_they_belong(desk):
    found = await offers(desk, "`src/")
    assert list(found) == ["読む/", "report.py"]
    assert found["読む/"].kind == types.CompletionItemKind.Folder
    assert desk.edited([found["読む/"].text_edit]) == PLAN.replace("`src/`", "`src/読む/`")


async def test_mentions_are_offered_behind_an_at_sign(desk):
    found = await offers(desk, "👧 @")
    assert set(found) == {"docs/", "src/", "PLAN.md", "README.md"}
    assert desk.edited([found["README.md"].text_edit]) == PLAN.replace("👧 @", "👧 @README.md")


async def test_a_name_is_found_anywhere_in_the_tree(desk):
    desk.open(PLAN.replace("👧 @", "👧 @par"))
    found = await offers(desk, "👧 @par")
    assert desk.edited([found["src/読む/parser.py"].text_edit]) == PLAN.replace("👧 @", "👧 @src/読む/parser.py")


async def test_marks_codes_and_labels_are_offered(desk):
    found = await offers(desk, "- [")
    assert desk.edited([found["[x]"].text_edit]) == PLAN.replace("- [ ]", "- [x]")
    found = await offers(desk, "ignore tick")
    assert desk.edited([found["tick-lost"].text_edit]) == PLAN.replace("ignore tick", "ignore tick-lost")
    assert found["tick-lost"].detail == "boxes that were ticked are open again"
    desk.open(PLAN.replace("after Phase", "after Phase "))
    found = await offers(desk, "after Phase ")
    assert [(one.label, one.detail) for one in found.values()] == [("1", "Parser"), ("2", "Report after Phase")]


async def test_in_words_and_in_other_documents_nothing_is_offered(desk):
    assert await offers(desk, "box") == {}
    other = types.TextDocumentIdentifier((desk.folder / "README.md").as_uri())
    params = types.CompletionParams(other, types.Position(0, 1))
    assert not await desk.client.text_document_completion_async(params)


async def test_the_editor_asks_by_itself_where_something_may_be_offered(desk):
    assert set(desk.editor.answer.capabilities.completion_provider.trigger_characters) == set("/@`[(:")
